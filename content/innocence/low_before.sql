/* ---
title: {en: It had been as low before for as long, zh: 此前曾同样长期偏低}
reason:
  en: >-
    Before it rose, the point had used as little a day for as long; the high use between was the exception. Where the
    area is balanced day by day its loss speaks of the fall itself, and the past is no alibi.
  zh: >-
    用量升高之前, 该计量点曾同样长时间处于此低水平, 其间的高用量才是例外。台区可逐日计算线损的, 以损失是否联动为准, 不以既往用量排除。
subject: metering_point
lookback_months: 24
parameters:
  max_low_ratio: {value: 0.7, unit: ratio, why: {en: "a low begins where use falls clearly below the mean of the periods before",
    zh: "明显低于前期均值方为偏低起点"}}
  max_excess_ratio: {value: 0.25, unit: ratio, why: {en: "two lows are one level where they differ by no more than a quarter",
    zh: "两段低用量相差不超过四分之一视为同一水平"}}
--- */
with billed as (
  select p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.from_on as from_on,
         p.to_on as to_on,
         p.days as days,
         p.billed_quantity as billed_quantity,
         p.quantity_per_day as quantity_per_day,
         lag(p.quantity_per_day) over (partition by p.customer_id, p.metering_point_id order by p.to_on) as before_per_day,
         lead(p.billed_quantity) over (partition by p.customer_id, p.metering_point_id order by p.to_on) as next_quantity,
         lead(p.days) over (partition by p.customer_id, p.metering_point_id order by p.to_on) as next_days,
         sum(p.billed_quantity) over (partition by p.customer_id, p.metering_point_id order by p.to_on
           rows between 12 preceding and 1 preceding) as earlier_quantity,
         cast(sum(p.days) over (partition by p.customer_id, p.metering_point_id order by p.to_on
           rows between 12 preceding and 1 preceding) as bigint) as earlier_days
  from mart.billed_period as p
  where p.days > 0
    and not exists (
      select 1 from mart.loss_along_month as a
      where a.customer_id = p.customer_id and a.metering_point_id = p.metering_point_id)
),
-- the first period of a low, and what was used a day in it and the next
fallen as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.from_on as fall_on,
         p.max_excess_ratio as max_excess_ratio,
         cast(b.billed_quantity + b.next_quantity as double)
           / nullif(cast(b.days + b.next_days as double), 0) as low_quantity_per_day
  from billed as b
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
  where b.quantity_per_day <= cast(p.max_low_ratio as double)
        * cast(b.earlier_quantity as double) / nullif(cast(b.earlier_days as double), 0)
    and b.before_per_day > cast(p.max_low_ratio as double)
        * cast(b.earlier_quantity as double) / nullif(cast(b.earlier_days as double), 0)
),
earlier as (
  select f.customer_id as customer_id,
         f.metering_point_id as metering_point_id,
         f.fall_on as fall_on,
         f.low_quantity_per_day as low_quantity_per_day,
         b.days as days,
         case when b.quantity_per_day <= f.low_quantity_per_day * cast(1 + f.max_excess_ratio as double) then 1 else 0 end as low_count,
         cast(sum(case when b.quantity_per_day <= f.low_quantity_per_day * cast(1 + f.max_excess_ratio as double) then 0 else 1 end) over (
           partition by f.customer_id, f.metering_point_id, f.fall_on order by b.to_on
           rows between unbounded preceding and current row) as bigint) as island_no
  from fallen as f
  join billed as b on b.customer_id = f.customer_id and b.metering_point_id = f.metering_point_id
  where b.to_on <= f.fall_on
),
-- low bills in a row: the mild months of two years, put together, are no level
low_row as (
  select e.customer_id as customer_id,
         e.metering_point_id as metering_point_id,
         e.fall_on as fall_on,
         e.low_quantity_per_day as low_quantity_per_day,
         cast(sum(e.days) as bigint) as low_before_days
  from earlier as e
  where e.low_count = 1
  group by e.customer_id, e.metering_point_id, e.fall_on, e.low_quantity_per_day, e.island_no
),
longest as (
  select r.customer_id as customer_id,
         r.metering_point_id as metering_point_id,
         r.fall_on as fall_on,
         r.low_quantity_per_day as low_quantity_per_day,
         max(r.low_before_days) as low_before_days
  from low_row as r
  group by r.customer_id, r.metering_point_id, r.fall_on, r.low_quantity_per_day
)
-- the alibi reaches as far after the fall as it had been low before
select e.metering_point_id as metering_point_id,
       e.customer_id as customer_id,
       e.fall_on as valid_from,
       max(b.to_on) as valid_to,
       e.low_before_days as low_before_days,
       e.low_quantity_per_day as low_quantity_per_day
from longest as e
join billed as b on b.customer_id = e.customer_id and b.metering_point_id = e.metering_point_id
where b.from_on >= e.fall_on and date_diff('day', e.fall_on, b.to_on) <= e.low_before_days
group by e.metering_point_id, e.customer_id, e.fall_on, e.low_before_days, e.low_quantity_per_day
