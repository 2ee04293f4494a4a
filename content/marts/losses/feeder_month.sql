/* ---
owner: losses
description:
  en: The balance of one feeder for one month, over the days whose supply and sales are known
  zh: 线路月线损 (按供、售电量均已知的各日合计)
grain: one row per feeder and month
key: [feeder_id, month_on]
reach: feeder
partition_on: month_on
settings:
  min_known_ratio: {value: 0.95, unit: ratio, why: "a day counts whose energy is known, read or spread over a gap, for 95 % of areas and customers"}
  min_day_ratio: {value: 0.8, unit: ratio, why: "a month with a fifth of its days missing is not the month's loss"}
  class_1_pct: {value: -1, unit: pct, why: "classes the utilities' front ends show: -1 %"}
  class_2_pct: {value: 0, unit: pct, why: "classes the utilities' front ends show: 0 %"}
  class_3_pct: {value: 4, unit: pct, why: "classes the utilities' front ends show: 4 %"}
  class_4_pct: {value: 7, unit: pct, why: "classes the utilities' front ends show: 7 %"}
  class_5_pct: {value: 10, unit: pct, why: "classes the utilities' front ends show: 10 %"}
  class_6_pct: {value: 15, unit: pct, why: "classes the utilities' front ends show: 15 %"}
audits:
  - {check: ordered, columns: [from_on, to_on], level: error}
--- */
with day as (
  select d.feeder_id as feeder_id,
         d.reading_on as reading_on,
         d.area_kwh as area_kwh,
         d.supplied_kwh as supplied_kwh,
         d.sold_kwh as sold_kwh,
         d.exported_kwh as exported_kwh,
         d.loss_kwh as loss_kwh,
         d.readings_observed as readings_observed,
         d.readings_known as readings_known,
         d.readings_expected as readings_expected,
         d.not_computable_code as not_computable_code,
         case when d.loss_kwh is not null and d.readings_expected > 0
               and d.readings_known >= s.min_known_ratio * d.readings_expected then 1 else 0 end as known_count
  from mart.feeder_day as d
  cross join setting as s
),
summed as (
  select d.feeder_id as feeder_id,
         cast(date_trunc('month', d.reading_on) as date) as month_on,
         min(d.reading_on) as from_on,
         cast(max(d.reading_on) + interval 1 day as date) as to_on,
         coalesce(cast(sum(case when d.known_count = 1 then d.area_kwh end) as decimal(14,2)), 0) as area_kwh,
         coalesce(cast(sum(case when d.known_count = 1 then d.supplied_kwh end) as decimal(14,2)), 0) as supplied_kwh,
         coalesce(cast(sum(case when d.known_count = 1 then d.sold_kwh end) as decimal(14,2)), 0) as sold_kwh,
         coalesce(cast(sum(case when d.known_count = 1 then d.exported_kwh end) as decimal(14,2)), 0) as exported_kwh,
         coalesce(cast(sum(case when d.known_count = 1 then d.loss_kwh end) as decimal(14,2)), 0) as loss_kwh,
         cast(sum(d.readings_observed) as bigint) as readings_observed,
         cast(sum(d.readings_known) as bigint) as readings_known,
         cast(sum(d.readings_expected) as bigint) as readings_expected,
         cast(sum(d.known_count) as bigint) as days_observed,
         count(*) as days_expected,
         cast(sum(case when d.known_count = 0 and d.not_computable_code = 'no_master' then 1 else 0 end) as bigint) as no_master_days,
         cast(sum(case when d.known_count = 0 and d.not_computable_code in ('master_not_read', 'meter_exchanged') then 1 else 0 end)
           as bigint) as not_read_days,
         cast(sum(case when d.known_count = 0 and d.not_computable_code = 'no_customers' then 1 else 0 end) as bigint) as no_customer_days,
         cast(sum(case when d.known_count = 0 and d.not_computable_code = 'too_few_readings' then 1 else 0 end) as bigint) as few_reading_days
  from day as d
  group by d.feeder_id, cast(date_trunc('month', d.reading_on) as date)
),
judged as (
  select m.feeder_id as feeder_id,
         m.month_on as month_on,
         m.from_on as from_on,
         m.to_on as to_on,
         m.area_kwh as area_kwh,
         m.supplied_kwh as supplied_kwh,
         m.sold_kwh as sold_kwh,
         m.exported_kwh as exported_kwh,
         m.loss_kwh as loss_kwh,
         m.readings_observed as readings_observed,
         m.readings_known as readings_known,
         m.readings_expected as readings_expected,
         m.days_observed as days_observed,
         m.days_expected as days_expected,
         case when m.days_observed >= s.min_day_ratio * m.days_expected and m.supplied_kwh > 0 then cast(null as text)
              when m.days_observed >= s.min_day_ratio * m.days_expected then 'no_supply'
              when m.no_master_days > 0 and m.no_master_days >= greatest(m.not_read_days, m.no_customer_days, m.few_reading_days) then 'no_master'
              when m.not_read_days > 0 and m.not_read_days >= greatest(m.no_customer_days, m.few_reading_days) then 'master_not_read'
              when m.no_customer_days > 0 and m.no_customer_days >= m.few_reading_days then 'no_customers'
              else 'too_few_readings' end as not_computable_code
  from summed as m
  cross join setting as s
)
select j.feeder_id as feeder_id,
       j.month_on as month_on,
       j.from_on as from_on,
       j.to_on as to_on,
       j.area_kwh as area_kwh,
       j.supplied_kwh as supplied_kwh,
       j.sold_kwh as sold_kwh,
       j.exported_kwh as exported_kwh,
       j.loss_kwh as loss_kwh,
       case when j.supplied_kwh > 0
            then cast(j.loss_kwh as double) / nullif(cast(j.supplied_kwh as double), 0) end as loss_ratio,
       j.readings_observed as readings_observed,
       j.readings_known as readings_known,
       j.readings_expected as readings_expected,
       j.days_observed as days_observed,
       j.days_expected as days_expected,
       j.not_computable_code as not_computable_code,
       case when j.not_computable_code is not null then 'not_computable'
            when j.loss_kwh * 100 <= cast(j.supplied_kwh as decimal(20,2)) * s.class_1_pct then 'up_to_minus_1'
            when j.loss_kwh * 100 <= cast(j.supplied_kwh as decimal(20,2)) * s.class_2_pct then 'minus_1_to_0'
            when j.loss_kwh * 100 <= cast(j.supplied_kwh as decimal(20,2)) * s.class_3_pct then '0_to_4'
            when j.loss_kwh * 100 <= cast(j.supplied_kwh as decimal(20,2)) * s.class_4_pct then '4_to_7'
            when j.loss_kwh * 100 <= cast(j.supplied_kwh as decimal(20,2)) * s.class_5_pct then '7_to_10'
            when j.loss_kwh * 100 <= cast(j.supplied_kwh as decimal(20,2)) * s.class_6_pct then '10_to_15'
            else 'above_15' end as loss_class_code
from judged as j
cross join setting as s
