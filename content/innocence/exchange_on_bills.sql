/* ---
title: {en: One meter took over from the other, zh: 账单显示正常换表}
reason:
  en: >-
    The bills show an exchange: one meter is billed for the last time on the day the other is billed for the first
    time, each with one multiplier.
  zh: >-
    账单显示旧表末次计费与新表首次计费为同一期, 且各按一个倍率计费, 属正常换表。
subject: metering_point
lookback_months: 12
--- */
with doubled as (
  select p.customer_id as customer_id,
         p.metering_point_id as metering_point_id
  from mart.billed_period as p
  where p.meter_count > 1
  group by p.customer_id, p.metering_point_id
),
by_meter as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.meter_id as meter_id,
         l.to_on as to_on,
         min(l.billed_multiplier) as least_multiplier,
         max(l.billed_multiplier) as most_multiplier
  from doubled as d
  join mart.billed_line as l on l.customer_id = d.customer_id and l.metering_point_id = d.metering_point_id
  group by l.customer_id, l.metering_point_id, l.meter_id, l.to_on
),
spanned as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.meter_id as meter_id,
         m.to_on as to_on,
         case when m.meter_id is null or m.least_multiplier <> m.most_multiplier then 1 else 0 end as doubtful_count,
         min(m.to_on) over (partition by m.customer_id, m.metering_point_id, m.meter_id) as first_to_on,
         max(m.to_on) over (partition by m.customer_id, m.metering_point_id, m.meter_id) as last_to_on,
         min(m.to_on) over (partition by m.customer_id, m.metering_point_id) as first_known_on,
         max(m.to_on) over (partition by m.customer_id, m.metering_point_id) as last_known_on
  from by_meter as m
),
-- A meter seen once is the old one where the records begin with that day, the new one where they end with it, and
-- nobody's in between.
placed as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         s.to_on as to_on,
         s.doubtful_count as doubtful_count,
         case when s.last_to_on = s.to_on and (s.first_to_on < s.to_on or s.first_known_on = s.to_on) then 1 else 0 end as old_count,
         case when s.first_to_on = s.to_on and (s.last_to_on > s.to_on or s.last_known_on = s.to_on) then 1 else 0 end as new_count
  from spanned as s
),
counted as (
  select p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.to_on as to_on,
         count(*) as meter_count,
         cast(sum(p.doubtful_count) as bigint) as doubtful_count,
         cast(sum(p.old_count) as bigint) as old_count,
         cast(sum(p.new_count) as bigint) as new_count,
         min(case when p.old_count = 1 and p.new_count = 0 then p.meter_id end) as previous_meter_id,
         min(case when p.new_count = 1 and p.old_count = 0 then p.meter_id end) as meter_id
  from placed as p
  group by p.customer_id, p.metering_point_id, p.to_on
)
select c.metering_point_id as metering_point_id,
       c.customer_id as customer_id,
       b.from_on as valid_from,
       b.to_on as valid_to,
       c.previous_meter_id as previous_meter_id,
       c.meter_id as meter_id
from counted as c
join mart.billed_period as b
  on b.customer_id = c.customer_id and b.metering_point_id = c.metering_point_id and b.to_on = c.to_on
-- one old and one new, and no third
where c.meter_count = c.old_count + c.new_count and c.doubtful_count = 0 and c.old_count = 1 and c.new_count = 1
  and c.previous_meter_id is not null and c.meter_id is not null
