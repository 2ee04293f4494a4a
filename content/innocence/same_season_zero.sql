/* ---
title: {en: No energy in the same months a year before, zh: 上年同期同样为零}
reason:
  en: >-
    The site used nothing in the same months of the year before either, and was in use between; its use is seasonal.
  zh: >-
    上年同月同样零电量, 其间正常用电, 属季节性用电。
subject: metering_point
lookback_months: 12
--- */
with billed as (
  select m.metering_point_id as metering_point_id,
         m.customer_id as customer_id,
         extract(year from m.month_on) * 12 + extract(month from m.month_on) as month_no,
         (extract(year from m.month_on) + 1) * 12 + extract(month from m.month_on) as next_year_month_no,
         min(m.from_on) as from_on,
         max(m.to_on) as to_on,
         cast(sum(coalesce(m.billed_kwh, m.billed_m3)) as decimal(14,2)) as billed_quantity
  from mart.metering_point_bill as m
  group by m.metering_point_id, m.customer_id, m.month_on
),
zero as (
  select b.metering_point_id as metering_point_id,
         b.customer_id as customer_id,
         b.month_no as month_no,
         b.next_year_month_no as next_year_month_no,
         b.from_on as from_on,
         b.to_on as to_on
  from billed as b
  where b.billed_quantity = 0
),
used as (
  select b.metering_point_id as metering_point_id,
         b.customer_id as customer_id,
         b.month_no as month_no
  from billed as b
  where b.billed_quantity > 0
),
repeated as (
  select z.metering_point_id as metering_point_id,
         z.customer_id as customer_id,
         z.month_no as month_no,
         z.from_on as from_on,
         z.to_on as to_on,
         y.from_on as year_before_from_on,
         count(u.month_no) as used_month_count
  from zero as z
  join zero as y
    on y.customer_id = z.customer_id and y.metering_point_id = z.metering_point_id and y.next_year_month_no = z.month_no
  join used as u
    on u.customer_id = z.customer_id and u.metering_point_id = z.metering_point_id
  where u.month_no > y.month_no and u.month_no < z.month_no
  group by z.metering_point_id, z.customer_id, z.month_no, z.from_on, z.to_on, y.from_on
),
following as (
  select r.metering_point_id as metering_point_id,
         r.customer_id as customer_id,
         r.from_on as from_on,
         r.to_on as to_on,
         r.year_before_from_on as year_before_from_on,
         r.used_month_count as used_month_count,
         lag(r.to_on) over (
           partition by r.customer_id, r.metering_point_id order by r.from_on) as before_to_on
  from repeated as r
),
numbered as (
  select f.metering_point_id as metering_point_id,
         f.customer_id as customer_id,
         f.from_on as from_on,
         f.to_on as to_on,
         f.year_before_from_on as year_before_from_on,
         f.used_month_count as used_month_count,
         cast(sum(case when f.before_to_on is null or f.from_on > f.before_to_on then 1 else 0 end) over (
           partition by f.customer_id, f.metering_point_id order by f.from_on
           rows between unbounded preceding and current row) as bigint) as island_no
  from following as f
)
select n.metering_point_id as metering_point_id,
       n.customer_id as customer_id,
       min(n.from_on) as valid_from,
       max(n.to_on) as valid_to,
       min(n.year_before_from_on) as year_before_from_on,
       min(n.used_month_count) as used_month_count
from numbered as n
group by n.metering_point_id, n.customer_id, n.island_no
