/* ---
owner: losses
description:
  en: >-
    The balance of one feeder for one day: its head meter against the master meters of its areas and the meters of its
    high-voltage customers, both ways
  zh: 线路日线损 (线路关口表与所带台区总表、高压用户表双向电量平衡)
grain: one row per feeder and day on which one of its areas or high-voltage customers was read
key: [feeder_id, reading_on]
reach: feeder
partition_on: reading_on
lookahead_months: 1
settings:
  min_read_ratio: {value: 0.95, unit: ratio, why: "below 95 % of the meters the sum of sales says little; topics hold the organisation's own limit (policy.line_loss) beside it"}
audits:
  - {check: references, columns: [feeder_id], to: core.feeder, level: warning}
--- */
with point as (
  select c.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         case when p.metering_point_use_code = 'gateway' then 1 else 0 end as head_count,
         case when p.feeder_id is not null then p.feeder_id else a.feeder_id end as feeder_id
  from core.customer as c
  join core.metering_point as p on p.customer_id = c.customer_id
  left join core.area as a on a.area_id = c.area_id
  where p.commodity_code = 'electricity'
    and ((p.metering_point_use_code = 'gateway' and c.usage_category_code = 'assessment')
      or (p.metering_point_use_code = 'settlement'
        and c.supply_voltage_code in ('ac_10kv', 'ac_20kv', 'ac_35kv')))
),
used as (
  select p.feeder_id as feeder_id,
         u.reading_on as reading_on,
         cast(sum(case when p.head_count = 1 then u.daily_kwh end) as decimal(14,2)) as head_kwh,
         cast(sum(case when p.head_count = 1 then u.exported_kwh end) as decimal(14,2)) as head_reverse_kwh,
         cast(sum(case when p.head_count = 1 and u.daily_kwh is not null then 1 else 0 end) as bigint) as head_observed,
         cast(sum(case when p.head_count = 0 then u.daily_kwh end) as decimal(14,2)) as sold_kwh,
         cast(sum(case when p.head_count = 0 then u.exported_kwh end) as decimal(14,2)) as exported_kwh,
         cast(sum(case when p.head_count = 0 and u.daily_kwh is not null then 1 else 0 end) as bigint) as readings_observed
  from mart.daily_usage as u
  join point as p on p.customer_id = u.customer_id and p.metering_point_id = u.metering_point_id
  where p.feeder_id is not null
  group by p.feeder_id, u.reading_on
),
-- an area counts as read where its master meter is; one without a master stands in the sum with its customers
area as (
  select d.feeder_id as feeder_id,
         d.reading_on as reading_on,
         cast(sum(case when d.master_count > 0 then d.master_kwh else d.sold_kwh end) as decimal(14,2)) as area_kwh,
         cast(sum(case when d.master_count > 0 then d.master_reverse_kwh else d.exported_kwh end) as decimal(14,2)) as area_reverse_kwh,
         cast(sum(case when d.supplied_kwh is not null then 1 else 0 end) as bigint) as areas_observed,
         count(*) as areas_expected
  from mart.area_day as d
  where d.feeder_id is not null
  group by d.feeder_id, d.reading_on
),
listed as (
  select u.feeder_id as feeder_id, u.reading_on as reading_on
  from used as u
  union all
  select a.feeder_id, a.reading_on
  from area as a
),
day as (
  select l.feeder_id as feeder_id,
         l.reading_on as reading_on
  from listed as l
  group by l.feeder_id, l.reading_on
),
gap as (
  select p.feeder_id as feeder_id,
         g.valid_from as valid_from,
         g.valid_to as valid_to,
         sum(case when p.head_count = 1 then g.gap_day_kwh end) as head_kwh,
         sum(case when p.head_count = 1 then g.gap_day_exported_kwh end) as head_reverse_kwh,
         cast(sum(case when p.head_count = 1 and g.gap_day_kwh is not null then 1 else 0 end) as bigint) as head_known,
         sum(case when p.head_count = 0 then g.gap_day_kwh end) as sold_kwh,
         sum(case when p.head_count = 0 then g.gap_day_exported_kwh end) as exported_kwh,
         cast(sum(case when p.head_count = 0 and g.gap_day_kwh is not null then 1 else 0 end) as bigint) as readings_known
  from mart.usage_gap as g
  join point as p on p.customer_id = g.customer_id and p.metering_point_id = g.metering_point_id
  where p.feeder_id is not null
  group by p.feeder_id, g.valid_from, g.valid_to
),
spread as (
  select d.feeder_id as feeder_id,
         d.reading_on as reading_on,
         cast(round(sum(g.head_kwh), 2) as decimal(14,2)) as head_kwh,
         cast(round(sum(g.head_reverse_kwh), 2) as decimal(14,2)) as head_reverse_kwh,
         cast(sum(g.head_known) as bigint) as head_known,
         cast(round(sum(g.sold_kwh), 2) as decimal(14,2)) as sold_kwh,
         cast(round(sum(g.exported_kwh), 2) as decimal(14,2)) as exported_kwh,
         cast(sum(g.readings_known) as bigint) as readings_known
  from day as d
  join gap as g on g.feeder_id = d.feeder_id and d.reading_on >= g.valid_from and d.reading_on < g.valid_to
  group by d.feeder_id, d.reading_on
),
stay as (
  select p.feeder_id as feeder_id,
         i.valid_from as valid_from,
         i.valid_to as valid_to,
         cast(sum(p.head_count) as bigint) as head_count,
         count(*) as meter_count
  from core.meter_installation as i
  join point as p on p.customer_id = i.customer_id and p.metering_point_id = i.metering_point_id
  where p.feeder_id is not null
  group by p.feeder_id, i.valid_from, i.valid_to
),
installed as (
  select d.feeder_id as feeder_id,
         d.reading_on as reading_on,
         cast(sum(s.head_count) as bigint) as head_count,
         cast(sum(s.meter_count) - sum(s.head_count) as bigint) as meter_count
  from day as d
  join stay as s on s.feeder_id = d.feeder_id and d.reading_on >= s.valid_from and d.reading_on < s.valid_to
  group by d.feeder_id, d.reading_on
),
removed as (
  select s.feeder_id as feeder_id,
         s.valid_to as removed_on,
         cast(sum(s.head_count) as bigint) as head_count
  from stay as s
  group by s.feeder_id, s.valid_to
),
known as (
  select d.feeder_id as feeder_id,
         d.reading_on as reading_on,
         coalesce(i.head_count, 0) as head_count,
         coalesce(r.head_count, 0) as removed_count,
         coalesce(u.head_observed, 0) as head_observed,
         coalesce(u.head_observed, 0) + coalesce(g.head_known, 0) as head_known,
         case when u.head_kwh is not null or g.head_kwh is not null
              then cast(coalesce(u.head_kwh, 0) + coalesce(g.head_kwh, 0) as decimal(14,2)) end as head_kwh,
         case when u.head_reverse_kwh is not null or g.head_reverse_kwh is not null
              then cast(coalesce(u.head_reverse_kwh, 0) + coalesce(g.head_reverse_kwh, 0) as decimal(14,2)) end as head_reverse_kwh,
         coalesce(a.area_kwh, 0) as area_kwh,
         cast(coalesce(a.area_kwh, 0) + coalesce(u.sold_kwh, 0) + coalesce(g.sold_kwh, 0) as decimal(14,2)) as sold_kwh,
         cast(coalesce(a.area_reverse_kwh, 0) + coalesce(u.exported_kwh, 0) + coalesce(g.exported_kwh, 0) as decimal(14,2)) as exported_kwh,
         coalesce(a.areas_observed, 0) + coalesce(u.readings_observed, 0) as readings_observed,
         coalesce(a.areas_observed, 0) + coalesce(u.readings_observed, 0) + coalesce(g.readings_known, 0) as readings_known,
         coalesce(a.areas_expected, 0) + coalesce(i.meter_count, 0) as readings_expected
  from day as d
  left join installed as i on i.feeder_id = d.feeder_id and i.reading_on = d.reading_on
  left join removed as r on r.feeder_id = d.feeder_id and r.removed_on = d.reading_on
  left join used as u on u.feeder_id = d.feeder_id and u.reading_on = d.reading_on
  left join area as a on a.feeder_id = d.feeder_id and a.reading_on = d.reading_on
  left join spread as g on g.feeder_id = d.feeder_id and g.reading_on = d.reading_on
),
balanced as (
  select k.feeder_id as feeder_id,
         k.reading_on as reading_on,
         k.head_count as head_count,
         k.head_kwh as head_kwh,
         k.head_reverse_kwh as head_reverse_kwh,
         k.area_kwh as area_kwh,
         k.exported_kwh as exported_kwh,
         k.sold_kwh as sold_kwh,
         k.readings_observed as readings_observed,
         k.readings_known as readings_known,
         k.readings_expected as readings_expected,
         case when k.head_count > 0 and k.head_known >= k.head_count
              then cast(k.head_kwh + k.exported_kwh as decimal(14,2)) end as supplied_kwh,
         case when k.head_count > 0 and k.head_known >= k.head_count
              then cast(k.head_kwh + k.exported_kwh - k.sold_kwh - coalesce(k.head_reverse_kwh, 0) as decimal(14,2)) end as loss_kwh,
         case when k.head_count = 0 and k.removed_count = 0 then 'no_master'
              when k.head_observed < k.head_count and k.removed_count > 0 then 'meter_exchanged'
              when k.head_observed < k.head_count or k.head_count = 0 then 'master_not_read'
              when k.readings_expected = 0 then 'no_customers'
              when k.head_kwh + k.exported_kwh <= 0 then 'no_supply'
              when k.readings_observed < s.min_read_ratio * k.readings_expected then 'too_few_readings' end as not_computable_code
  from known as k
  cross join setting as s
)
select b.feeder_id as feeder_id,
       b.reading_on as reading_on,
       b.head_count as master_count,
       b.head_kwh as master_kwh,
       b.head_reverse_kwh as master_reverse_kwh,
       b.area_kwh as area_kwh,
       b.exported_kwh as exported_kwh,
       b.supplied_kwh as supplied_kwh,
       b.sold_kwh as sold_kwh,
       b.loss_kwh as loss_kwh,
       case when b.supplied_kwh > 0
            then cast(b.loss_kwh as double) / nullif(cast(b.supplied_kwh as double), 0) end as loss_ratio,
       b.readings_observed as readings_observed,
       b.readings_known as readings_known,
       b.readings_expected as readings_expected,
       b.not_computable_code as not_computable_code
from balanced as b
