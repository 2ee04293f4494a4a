/* ---
title: {en: As low in the same season of an earlier year, zh: 往年同期同样偏低}
reason:
  en: >-
    In the same season of an earlier year the point used as little a day, and more in between; it falls every year.
    Where the area is balanced day by day its loss speaks of the fall itself, and the season is no alibi.
  zh: >-
    往年同期日均用量同样偏低, 其间用量较高, 属季节性用电。台区可逐日计算线损的, 以损失是否联动为准, 不以季节排除。
subject: metering_point
lookback_months: 24
parameters:
  max_low_ratio: {value: 0.7, unit: ratio, why: {en: "only what is clearly below the mean of the year is a low season",
    zh: "明显低于年均水平方可视为淡季"}}
  max_excess_ratio: {value: 0.25, unit: ratio, why: {en: "one winter is not the other: seasons repeat to about a quarter",
    zh: "历年同季用量可相差约四分之一"}}
  season_days: {value: 365, unit: days, why: {en: "seasons come back after a year",
    zh: "季节以三百六十五天为周期"}}
  max_shift_days: {value: 45, unit: days, why: {en: "weather and reading days shift a season by a month and a half",
    zh: "气候与抄表日使季节前后相差一个半月"}}
  min_years: {value: 1, unit: years, why: {en: "a season is at least one year old",
    zh: "至少相隔一年才是往年同期"}}
--- */
with billed as (
  select p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.from_on as from_on,
         p.to_on as to_on,
         p.quantity_per_day as quantity_per_day,
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
low as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.quantity_per_day as quantity_per_day,
         p.max_excess_ratio as max_excess_ratio,
         p.season_days as season_days,
         p.max_shift_days as max_shift_days,
         p.min_years as min_years
  from billed as b
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
  where b.quantity_per_day <= cast(p.max_low_ratio as double)
        * cast(b.earlier_quantity as double) / nullif(cast(b.earlier_days as double), 0)
),
-- an earlier low period a whole number of years before
repeated as (
  select w.customer_id as customer_id,
         w.metering_point_id as metering_point_id,
         w.from_on as from_on,
         w.to_on as to_on,
         max(e.from_on) as year_before_from_on,
         min(e.quantity_per_day) as year_before_quantity_per_day
  from low as w
  join low as e on e.customer_id = w.customer_id and e.metering_point_id = w.metering_point_id
  where e.to_on < w.from_on
    and e.quantity_per_day <= w.quantity_per_day * cast(1 + w.max_excess_ratio as double)
    and round(cast(date_diff('day', e.to_on, w.to_on) as double) / nullif(cast(w.season_days as double), 0), 0)
        >= cast(w.min_years as double)
    and abs(cast(date_diff('day', e.to_on, w.to_on) as double) - cast(w.season_days as double)
          * round(cast(date_diff('day', e.to_on, w.to_on) as double) / nullif(cast(w.season_days as double), 0), 0))
        <= cast(w.max_shift_days as double)
  group by w.customer_id, w.metering_point_id, w.from_on, w.to_on
),
following as (
  select r.customer_id as customer_id,
         r.metering_point_id as metering_point_id,
         r.from_on as from_on,
         r.to_on as to_on,
         r.year_before_from_on as year_before_from_on,
         r.year_before_quantity_per_day as year_before_quantity_per_day,
         lag(r.to_on) over (partition by r.customer_id, r.metering_point_id order by r.from_on) as before_to_on
  from repeated as r
),
numbered as (
  select f.customer_id as customer_id,
         f.metering_point_id as metering_point_id,
         f.from_on as from_on,
         f.to_on as to_on,
         f.year_before_from_on as year_before_from_on,
         f.year_before_quantity_per_day as year_before_quantity_per_day,
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
       max(n.year_before_quantity_per_day) as year_before_quantity_per_day
from numbered as n
group by n.metering_point_id, n.customer_id, n.island_no
