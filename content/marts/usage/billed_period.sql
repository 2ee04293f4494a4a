/* ---
owner: billing
description:
  en: What was billed at one metering point up to one day, whatever meters and bills it took, beside the period before
  zh: 一个计量点截至某日的一个计费期间 (不论几只表、几张账单), 与前一期间对照
grain: one row per metering point and day on which a billed period ends
key: [metering_point_id, to_on]
reach: customer
partition_on: month_on
lookback_months: 24
settings:
  max_chain_days: {value: 700, unit: days, why: "a bill two years old is not the bill before; inside the look-back of 24 months"}
audits:
  - {check: ordered, columns: [from_on, to_on], level: warning}
--- */
-- a bill issued twice says what was used once
with used as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.commodity_code as commodity_code,
         l.to_on as to_on,
         l.meter_id as meter_id,
         l.register_code as register_code,
         l.previous_register as previous_register,
         l.current_register as current_register,
         l.billed_multiplier as billed_multiplier,
         max(l.billed_quantity) as billed_quantity,
         max(l.index_quantity) as index_quantity,
         max(l.price_yuan_per_kwh) as price_yuan_per_kwh
  from mart.billed_line as l
  group by l.customer_id, l.metering_point_id, l.commodity_code, l.to_on, l.meter_id, l.register_code, l.previous_register,
    l.current_register, l.billed_multiplier
),
summed as (
  select u.customer_id as customer_id,
         u.metering_point_id as metering_point_id,
         u.commodity_code as commodity_code,
         u.to_on as to_on,
         cast(sum(u.billed_quantity) as decimal(14,2)) as billed_quantity,
         cast(sum(u.index_quantity) as decimal(14,2)) as index_quantity,
         count(distinct u.meter_id) as meter_count,
         count(distinct u.billed_multiplier) as multiplier_count,
         max(u.billed_multiplier) as billed_multiplier,
         -- registers of times of use: as the day is used
         coalesce(
           cast(round(cast(sum(case when u.billed_quantity > 0 then cast(u.price_yuan_per_kwh as decimal(20,8)) * u.billed_quantity end) as double)
             / nullif(cast(sum(case when u.billed_quantity > 0 and u.price_yuan_per_kwh is not null then u.billed_quantity end) as double), 0), 8)
             as decimal(12,8)),
           max(u.price_yuan_per_kwh)) as price_yuan_per_kwh
  from used as u
  group by u.customer_id, u.metering_point_id, u.commodity_code, u.to_on
),
named as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.to_on as to_on,
         min(l.month_on) as month_on,
         min(b.from_on) as from_on,
         max(l.billed_months) as billed_months,
         min(l.bill_id) as bill_id,
         count(distinct l.bill_id) as bill_count
  from mart.billed_line as l
  join core.bill as b on b.customer_id = l.customer_id and b.bill_id = l.bill_id
  group by l.customer_id, l.metering_point_id, l.to_on
),
chained as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.commodity_code as commodity_code,
         n.month_on as month_on,
         n.from_on as stated_from_on,
         s.to_on as to_on,
         n.billed_months as billed_months,
         n.bill_id as bill_id,
         n.bill_count as bill_count,
         s.billed_quantity as billed_quantity,
         s.index_quantity as index_quantity,
         s.meter_count as meter_count,
         s.multiplier_count as multiplier_count,
         s.billed_multiplier as billed_multiplier,
         s.price_yuan_per_kwh as price_yuan_per_kwh,
         lag(s.to_on) over (partition by s.customer_id, s.metering_point_id order by s.to_on) as before_to_on,
         lag(n.bill_id) over (partition by s.customer_id, s.metering_point_id order by s.to_on) as before_bill_id
  from summed as s
  join named as n on n.customer_id = s.customer_id and n.metering_point_id = s.metering_point_id and n.to_on = s.to_on
),
spanned as (
  select c.customer_id as customer_id,
         c.metering_point_id as metering_point_id,
         c.commodity_code as commodity_code,
         c.month_on as month_on,
         coalesce(c.stated_from_on,
           case when date_diff('day', c.before_to_on, c.to_on) <= s.max_chain_days then c.before_to_on end, c.month_on) as from_on,
         c.stated_from_on as stated_from_on,
         c.to_on as to_on,
         c.billed_months as billed_months,
         c.bill_id as bill_id,
         c.bill_count as bill_count,
         c.billed_quantity as billed_quantity,
         c.index_quantity as index_quantity,
         c.meter_count as meter_count,
         c.multiplier_count as multiplier_count,
         c.billed_multiplier as billed_multiplier,
         c.price_yuan_per_kwh as price_yuan_per_kwh,
         case when date_diff('day', c.before_to_on, c.to_on) <= s.max_chain_days then c.before_to_on end as before_to_on,
         case when date_diff('day', c.before_to_on, c.to_on) <= s.max_chain_days then c.before_bill_id end as before_bill_id
  from chained as c
  cross join setting as s
)
select p.metering_point_id as metering_point_id,
       p.customer_id as customer_id,
       p.commodity_code as commodity_code,
       p.month_on as month_on,
       p.from_on as from_on,
       p.to_on as to_on,
       date_diff('day', p.from_on, p.to_on) as days,
       p.billed_months as billed_months,
       p.before_to_on as before_to_on,
       date_diff('day', p.before_to_on, p.to_on) as passed_days,
       -- a source that gives no first day says how many months a bill is for
       case when p.stated_from_on is not null then date_diff('day', p.before_to_on, p.from_on)
            else date_diff('day', p.before_to_on, p.to_on)
              - cast(round(cast(p.billed_months * 365 as double) / cast(12 as double)) as bigint) end as gap_days,
       p.bill_id as bill_id,
       p.before_bill_id as before_bill_id,
       p.bill_count as bill_count,
       p.billed_quantity as billed_quantity,
       p.index_quantity as index_quantity,
       cast(p.billed_quantity as double) / nullif(cast(date_diff('day', p.from_on, p.to_on) as double), 0) as quantity_per_day,
       p.meter_count as meter_count,
       p.multiplier_count as multiplier_count,
       p.billed_multiplier as billed_multiplier,
       p.price_yuan_per_kwh as price_yuan_per_kwh
from spanned as p
