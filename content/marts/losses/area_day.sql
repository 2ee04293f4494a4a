/* ---
owner: losses
description:
  en: The balance of one transformer area for one day, by its master meter and the meters of its customers, both ways
  zh: 台区日线损 (总表与用户表双向电量平衡)
grain: one row per transformer area with low-voltage meters or a master meter, and day on which its organisation was read
key: [area_id, reading_on]
reach: area
partition_on: reading_on
lookahead_months: 1
settings:
  min_read_ratio: {value: 0.95, unit: ratio, why: "below 95 % of the meters the sum of sales says little; topics hold the organisation's own limit (policy.line_loss) beside it"}
  class_1_pct: {value: -1, unit: pct, why: "classes the utilities' front ends show: -1 %"}
  class_2_pct: {value: 0, unit: pct, why: "classes the utilities' front ends show: 0 %"}
  class_3_pct: {value: 4, unit: pct, why: "classes the utilities' front ends show: 4 %"}
  class_4_pct: {value: 7, unit: pct, why: "classes the utilities' front ends show: 7 %"}
  class_5_pct: {value: 10, unit: pct, why: "classes the utilities' front ends show: 10 %"}
  class_6_pct: {value: 15, unit: pct, why: "classes the utilities' front ends show: 15 %"}
audits:
  - {check: not_null, columns: [org_id], level: warning}
--- */
-- customers metered at high voltage are downstream of no area's master meter; they are balanced at the feeder
with point as (
  select c.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         c.area_id as area_id,
         case when p.metering_point_use_code = 'check' and c.usage_category_code = 'assessment' then 1 else 0 end as master_count
  from core.customer as c
  join core.metering_point as p on p.customer_id = c.customer_id
  where c.area_id is not null
    and p.commodity_code = 'electricity'
    and ((p.metering_point_use_code = 'check' and c.usage_category_code = 'assessment')
      or ((p.metering_point_use_code is null or p.metering_point_use_code = 'settlement')
        and (c.supply_voltage_code is null or c.supply_voltage_code in ('ac_220v', 'ac_380v'))))
),
placed as (
  select p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.master_count as master_count,
         a.area_id as area_id,
         a.org_id as org_id,
         a.feeder_id as feeder_id
  from point as p
  join core.area as a on a.area_id = p.area_id
),
place as (
  select p.area_id as area_id,
         p.org_id as org_id,
         p.feeder_id as feeder_id
  from placed as p
  group by p.area_id, p.org_id, p.feeder_id
),
used as (
  select p.area_id as area_id,
         p.org_id as org_id,
         u.reading_on as reading_on,
         cast(sum(case when p.master_count = 1 then u.daily_kwh end) as decimal(14,2)) as master_kwh,
         cast(sum(case when p.master_count = 1 then u.exported_kwh end) as decimal(14,2)) as master_reverse_kwh,
         cast(sum(case when p.master_count = 1 and u.daily_kwh is not null then 1 else 0 end) as bigint) as master_observed,
         cast(sum(case when p.master_count = 0 then u.daily_kwh end) as decimal(14,2)) as sold_kwh,
         cast(sum(case when p.master_count = 0 then u.exported_kwh end) as decimal(14,2)) as exported_kwh,
         cast(sum(case when p.master_count = 0 and u.daily_kwh is not null then 1 else 0 end) as bigint) as readings_observed
  from mart.daily_usage as u
  join placed as p on p.customer_id = u.customer_id and p.metering_point_id = u.metering_point_id
  group by p.area_id, p.org_id, u.reading_on
),
-- a day without any reading of its own still is one where others of the organisation were read
org_day as (
  select u.org_id as org_id,
         u.reading_on as reading_on
  from used as u
  group by u.org_id, u.reading_on
),
day as (
  select p.area_id as area_id,
         p.org_id as org_id,
         p.feeder_id as feeder_id,
         d.reading_on as reading_on
  from place as p
  join org_day as d on d.org_id = p.org_id
),
gap as (
  select p.area_id as area_id,
         g.valid_from as valid_from,
         g.valid_to as valid_to,
         sum(case when p.master_count = 1 then g.gap_day_kwh end) as master_kwh,
         sum(case when p.master_count = 1 then g.gap_day_exported_kwh end) as master_reverse_kwh,
         cast(sum(case when p.master_count = 1 and g.gap_day_kwh is not null then 1 else 0 end) as bigint) as master_known,
         sum(case when p.master_count = 0 then g.gap_day_kwh end) as sold_kwh,
         sum(case when p.master_count = 0 then g.gap_day_exported_kwh end) as exported_kwh,
         cast(sum(case when p.master_count = 0 and g.gap_day_kwh is not null then 1 else 0 end) as bigint) as readings_known
  from mart.usage_gap as g
  join placed as p on p.customer_id = g.customer_id and p.metering_point_id = g.metering_point_id
  group by p.area_id, g.valid_from, g.valid_to
),
spread as (
  select d.area_id as area_id,
         d.reading_on as reading_on,
         cast(round(sum(g.master_kwh), 2) as decimal(14,2)) as master_kwh,
         cast(round(sum(g.master_reverse_kwh), 2) as decimal(14,2)) as master_reverse_kwh,
         cast(sum(g.master_known) as bigint) as master_known,
         cast(round(sum(g.sold_kwh), 2) as decimal(14,2)) as sold_kwh,
         cast(round(sum(g.exported_kwh), 2) as decimal(14,2)) as exported_kwh,
         cast(sum(g.readings_known) as bigint) as readings_known
  from day as d
  join gap as g on g.area_id = d.area_id and d.reading_on >= g.valid_from and d.reading_on < g.valid_to
  group by d.area_id, d.reading_on
),
stay as (
  select p.area_id as area_id,
         i.valid_from as valid_from,
         i.valid_to as valid_to,
         cast(sum(p.master_count) as bigint) as master_count,
         count(*) as meter_count
  from core.meter_installation as i
  join placed as p on p.customer_id = i.customer_id and p.metering_point_id = i.metering_point_id
  group by p.area_id, i.valid_from, i.valid_to
),
installed as (
  select d.area_id as area_id,
         d.reading_on as reading_on,
         cast(sum(s.master_count) as bigint) as master_count,
         cast(sum(s.meter_count) - sum(s.master_count) as bigint) as readings_expected
  from day as d
  join stay as s on s.area_id = d.area_id and d.reading_on >= s.valid_from and d.reading_on < s.valid_to
  group by d.area_id, d.reading_on
),
removed as (
  select s.area_id as area_id,
         s.valid_to as removed_on,
         cast(sum(s.master_count) as bigint) as master_count
  from stay as s
  group by s.area_id, s.valid_to
),
known as (
  select d.area_id as area_id,
         d.org_id as org_id,
         d.feeder_id as feeder_id,
         d.reading_on as reading_on,
         coalesce(i.master_count, 0) as master_count,
         coalesce(r.master_count, 0) as removed_count,
         coalesce(u.master_observed, 0) as master_observed,
         coalesce(u.master_observed, 0) + coalesce(g.master_known, 0) as master_known,
         case when u.master_kwh is not null or g.master_kwh is not null
              then cast(coalesce(u.master_kwh, 0) + coalesce(g.master_kwh, 0) as decimal(14,2)) end as master_kwh,
         case when u.master_reverse_kwh is not null or g.master_reverse_kwh is not null
              then cast(coalesce(u.master_reverse_kwh, 0) + coalesce(g.master_reverse_kwh, 0) as decimal(14,2)) end as master_reverse_kwh,
         cast(coalesce(u.sold_kwh, 0) + coalesce(g.sold_kwh, 0) as decimal(14,2)) as sold_kwh,
         cast(coalesce(u.exported_kwh, 0) + coalesce(g.exported_kwh, 0) as decimal(14,2)) as exported_kwh,
         coalesce(g.sold_kwh, 0) as spread_kwh,
         coalesce(u.readings_observed, 0) as readings_observed,
         coalesce(u.readings_observed, 0) + coalesce(g.readings_known, 0) as readings_known,
         coalesce(i.readings_expected, 0) as readings_expected
  from day as d
  left join installed as i on i.area_id = d.area_id and i.reading_on = d.reading_on
  left join removed as r on r.area_id = d.area_id and r.removed_on = d.reading_on
  left join used as u on u.area_id = d.area_id and u.reading_on = d.reading_on
  left join spread as g on g.area_id = d.area_id and g.reading_on = d.reading_on
  where i.area_id is not null or u.area_id is not null
),
balanced as (
  select k.area_id as area_id,
         k.org_id as org_id,
         k.feeder_id as feeder_id,
         k.reading_on as reading_on,
         k.master_count as master_count,
         k.master_kwh as master_kwh,
         k.master_reverse_kwh as master_reverse_kwh,
         k.exported_kwh as exported_kwh,
         k.sold_kwh as sold_kwh,
         k.spread_kwh as spread_kwh,
         k.readings_observed as readings_observed,
         k.readings_known as readings_known,
         k.readings_expected as readings_expected,
         case when k.master_count > 0 and k.master_known >= k.master_count
              then cast(k.master_kwh + k.exported_kwh as decimal(14,2)) end as supplied_kwh,
         case when k.master_count > 0 and k.master_known >= k.master_count
              then cast(k.master_kwh + k.exported_kwh - k.sold_kwh - coalesce(k.master_reverse_kwh, 0) as decimal(14,2)) end as loss_kwh,
         case when k.master_count = 0 and k.removed_count = 0 then 'no_master'
              when k.master_observed < k.master_count and k.removed_count > 0 then 'meter_exchanged'
              when k.master_observed < k.master_count or k.master_count = 0 then 'master_not_read'
              when k.readings_expected = 0 then 'no_customers'
              when k.master_kwh + k.exported_kwh <= 0 then 'no_supply'
              when k.readings_observed < s.min_read_ratio * k.readings_expected then 'too_few_readings' end as not_computable_code
  from known as k
  cross join setting as s
)
select b.area_id as area_id,
       b.org_id as org_id,
       b.feeder_id as feeder_id,
       b.reading_on as reading_on,
       b.master_count as master_count,
       b.master_kwh as master_kwh,
       b.master_reverse_kwh as master_reverse_kwh,
       b.exported_kwh as exported_kwh,
       b.supplied_kwh as supplied_kwh,
       b.sold_kwh as sold_kwh,
       b.spread_kwh as spread_kwh,
       b.loss_kwh as loss_kwh,
       case when b.supplied_kwh > 0
            then cast(b.loss_kwh as double) / nullif(cast(b.supplied_kwh as double), 0) end as loss_ratio,
       b.readings_observed as readings_observed,
       b.readings_known as readings_known,
       b.readings_expected as readings_expected,
       b.not_computable_code as not_computable_code,
       case when b.not_computable_code is not null then 'not_computable'
            when b.loss_kwh * 100 <= cast(b.supplied_kwh as decimal(20,2)) * s.class_1_pct then 'up_to_minus_1'
            when b.loss_kwh * 100 <= cast(b.supplied_kwh as decimal(20,2)) * s.class_2_pct then 'minus_1_to_0'
            when b.loss_kwh * 100 <= cast(b.supplied_kwh as decimal(20,2)) * s.class_3_pct then '0_to_4'
            when b.loss_kwh * 100 <= cast(b.supplied_kwh as decimal(20,2)) * s.class_4_pct then '4_to_7'
            when b.loss_kwh * 100 <= cast(b.supplied_kwh as decimal(20,2)) * s.class_5_pct then '7_to_10'
            when b.loss_kwh * 100 <= cast(b.supplied_kwh as decimal(20,2)) * s.class_6_pct then '10_to_15'
            else 'above_15' end as loss_class_code
from balanced as b
cross join setting as s
