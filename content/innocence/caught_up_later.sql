/* ---
title: {en: A later bill made up for the low ones, zh: 后期账单已补足前期少计电量}
reason:
  en: >-
    The bill after the low ones is as much too high as they are too low: together they come to what the point uses in
    that time. The registers were guessed and then read; nothing is owed.
  zh: >-
    低电量之后一期账单偏高, 前后合计与同期正常用量相当: 属估抄后据实补计, 用量并未减少, 不存在少计电量。
subject: metering_point
lookback_months: 24
parameters:
  min_high_ratio: {value: 1.5, unit: ratio, why: {en: "a bill that makes up for two low ones or more stands half above its season at least",
    zh: "补足两期以上低电量的账单至少高出同期一半"}}
  max_low_ratio: {value: 0.8, unit: ratio, why: {en: "only bills clearly below their season can have left something to make up for",
    zh: "仅明显低于同期的账单才有待补电量"}}
  max_difference_ratio: {value: 0.2, unit: ratio, why: {en: "what a point uses in some months differs from the year before by a fifth without any fault",
    zh: "数月合计用量与上年同期自然相差可达两成"}}
  season_days: {value: 365, unit: days, why: {en: "the same season of the year before",
    zh: "上年同期相隔三百六十五天"}}
  min_season_ratio: {value: 0.5, unit: ratio, why: {en: "half of the days must have been billed a year before to compare seasons",
    zh: "上年同期至少一半天数有账单方可同比"}}
--- */
with billed as (
  select p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.from_on as from_on,
         p.to_on as to_on,
         p.days as days,
         p.billed_quantity as billed_quantity,
         p.quantity_per_day as quantity_per_day
  from mart.billed_period as p
  where p.days > 0
),
usual as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         median(b.quantity_per_day) as quantity_per_day
  from billed as b
  group by b.customer_id, b.metering_point_id
),
-- a sieve before seasons are compared: only a point with a bill far above its median can have caught up
spiked as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         u.quantity_per_day as usual_per_day,
         count(*) as spike_count
  from billed as b
  join usual as u on u.customer_id = b.customer_id and u.metering_point_id = b.metering_point_id
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
  where b.quantity_per_day >= u.quantity_per_day * cast(p.min_high_ratio as double)
  group by b.customer_id, b.metering_point_id, u.quantity_per_day
),
same_season as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.to_on as to_on,
         b.days as days,
         p.min_season_ratio as min_season_ratio,
         e.quantity_per_day as quantity_per_day,
         cast(least(date_diff('day', b.from_on, e.to_on) + p.season_days, b.days) as double)
           - cast(greatest(date_diff('day', b.from_on, e.from_on) + p.season_days, 0) as double) as shared_days
  from billed as b
  join spiked as s on s.customer_id = b.customer_id and s.metering_point_id = b.metering_point_id
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
  join billed as e on e.customer_id = b.customer_id and e.metering_point_id = b.metering_point_id
  where e.to_on <= b.from_on
    and date_diff('day', b.from_on, e.to_on) + p.season_days > 0
    and date_diff('day', b.from_on, e.from_on) + p.season_days < b.days
),
season_before as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.to_on as to_on,
         round(sum(s.quantity_per_day * s.shared_days) / nullif(sum(s.shared_days), 0), 6) as quantity_per_day
  from same_season as s
  group by s.customer_id, s.metering_point_id, s.to_on, s.days, s.min_season_ratio
  having round(sum(s.shared_days), 6) >= cast(s.min_season_ratio as double) * cast(s.days as double)
),
-- what each bill should come to: its season a year before, or where that is not known the median of all bills
expected as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.billed_quantity as billed_quantity,
         cast(b.days as double) * coalesce(y.quantity_per_day, s.usual_per_day) as expected_quantity,
         p.min_high_ratio as min_high_ratio,
         p.max_low_ratio as max_low_ratio,
         p.max_difference_ratio as max_difference_ratio
  from billed as b
  join spiked as s on s.customer_id = b.customer_id and s.metering_point_id = b.metering_point_id
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
  left join season_before as y
    on y.customer_id = b.customer_id and y.metering_point_id = b.metering_point_id and y.to_on = b.to_on
),
-- low bills in a row and the bill that follows them are one stretch
numbered as (
  select e.customer_id as customer_id,
         e.metering_point_id as metering_point_id,
         e.from_on as from_on,
         e.to_on as to_on,
         e.billed_quantity as billed_quantity,
         e.expected_quantity as expected_quantity,
         e.min_high_ratio as min_high_ratio,
         e.max_low_ratio as max_low_ratio,
         e.max_difference_ratio as max_difference_ratio,
         coalesce(cast(sum(case when cast(e.billed_quantity as double) < e.expected_quantity * cast(e.max_low_ratio as double) then 0 else 1 end)
           over (partition by e.customer_id, e.metering_point_id order by e.to_on
           rows between unbounded preceding and 1 preceding) as bigint), 0) as stretch_no
  from expected as e
),
stretch as (
  select n.customer_id as customer_id,
         n.metering_point_id as metering_point_id,
         min(n.from_on) as from_on,
         max(n.to_on) as to_on,
         cast(sum(n.billed_quantity) as decimal(14,2)) as billed_quantity,
         round(sum(n.expected_quantity), 6) as expected_quantity,
         cast(sum(case when cast(n.billed_quantity as double) < n.expected_quantity * cast(n.max_low_ratio as double) then 1 else 0 end) as bigint)
           as low_period_count,
         cast(sum(case when cast(n.billed_quantity as double) >= n.expected_quantity * cast(n.min_high_ratio as double) then 1 else 0 end)
           as bigint) as high_period_count,
         n.max_difference_ratio as max_difference_ratio
  from numbered as n
  group by n.customer_id, n.metering_point_id, n.stretch_no, n.max_difference_ratio
)
select s.metering_point_id as metering_point_id,
       s.customer_id as customer_id,
       s.from_on as valid_from,
       s.to_on as valid_to,
       s.low_period_count as low_period_count,
       s.billed_quantity as billed_quantity,
       cast(round(s.expected_quantity, 2) as decimal(14,2)) as expected_quantity
from stretch as s
where s.low_period_count > 0 and s.high_period_count > 0
  and abs(cast(s.billed_quantity as double) - s.expected_quantity) <= s.expected_quantity * cast(s.max_difference_ratio as double)
