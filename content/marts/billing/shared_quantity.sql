/* ---
owner: billing
description:
  en: Energy that moves between the metering points of a bill - a sub-meter's or a fixed quantity leaves its main meter, a fixed share of it goes to its own price
  zh: 同一账单内计量点之间的电量划转 - 分表与定量电量自总表扣减, 定比电量划入其自身电价
grain: one row per scenario, bill and segment whose energy is not what its own meter shows
key: [scenario_id, bill_id, segment_no]
reach: customer
partition_on: month_on
--- */
with child as (
  select i.scenario_id as scenario_id,
         i.customer_id as customer_id,
         i.bill_id as bill_id,
         i.segment_no as segment_no,
         i.month_on as month_on,
         i.parent_metering_point_id as parent_metering_point_id,
         cast(round(i.allocation_ratio, 6) as decimal(9,6)) as share_ratio,
         case when coalesce(i.critical_index, i.peak_index, i.flat_index, i.valley_index, i.deep_valley_index) is null then 0 else 1 end as has_bands,
         cast(round(cast(i.critical_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)) as critical_kwh,
         cast(round(cast(i.peak_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)) as peak_kwh,
         cast(round(cast(i.flat_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)) as flat_kwh,
         cast(round(cast(i.valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)) as valley_kwh,
         cast(round(cast(i.deep_valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)) as deep_valley_kwh,
         case when i.total_index is null and i.fixed_kwh is null then null
              else cast(coalesce(cast(round(cast(i.total_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) + coalesce(i.fixed_kwh, 0) as decimal(14,2)) end as total_kwh
  from mart.billing_input as i
  where i.parent_metering_point_id is not null
),
named as (
  select distinct c.scenario_id as scenario_id, c.customer_id as customer_id, c.bill_id as bill_id, c.parent_metering_point_id as metering_point_id
  from child as c
),
main as (
  select i.scenario_id as scenario_id,
         i.customer_id as customer_id,
         i.bill_id as bill_id,
         i.metering_point_id as metering_point_id,
         min(i.segment_no) as segment_no,
         min(i.month_on) as month_on,
         cast(sum(cast(round(cast(i.critical_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))) as decimal(14,2)) as critical_kwh,
         cast(sum(cast(round(cast(i.peak_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))) as decimal(14,2)) as peak_kwh,
         cast(sum(cast(round(cast(i.flat_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))) as decimal(14,2)) as flat_kwh,
         cast(sum(cast(round(cast(i.valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))) as decimal(14,2)) as valley_kwh,
         cast(sum(cast(round(cast(i.deep_valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))) as decimal(14,2)) as deep_valley_kwh,
         cast(sum(cast(round(cast(i.total_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))) as decimal(14,2)) as total_kwh
  from mart.billing_input as i
  join named as n
    on n.scenario_id = i.scenario_id and n.customer_id = i.customer_id and n.bill_id = i.bill_id and n.metering_point_id = i.metering_point_id
  group by i.scenario_id, i.customer_id, i.bill_id, i.metering_point_id
),
whole as (
  select m.scenario_id as scenario_id,
         m.customer_id as customer_id,
         m.bill_id as bill_id,
         m.metering_point_id as metering_point_id,
         m.segment_no as segment_no,
         m.month_on as month_on,
         m.critical_kwh as critical_kwh,
         m.peak_kwh as peak_kwh,
         m.flat_kwh as flat_kwh,
         m.valley_kwh as valley_kwh,
         m.deep_valley_kwh as deep_valley_kwh,
         m.total_kwh as total_kwh,
         case when coalesce(m.critical_kwh, m.peak_kwh, m.flat_kwh, m.valley_kwh, m.deep_valley_kwh) is null then 0 else 1 end as has_bands,
         case when coalesce(m.critical_kwh, m.peak_kwh, m.flat_kwh, m.valley_kwh, m.deep_valley_kwh) is null then m.total_kwh
              else cast(coalesce(m.critical_kwh, 0) + coalesce(m.peak_kwh, 0) + coalesce(m.flat_kwh, 0) + coalesce(m.valley_kwh, 0) + coalesce(m.deep_valley_kwh, 0) as decimal(14,2)) end as read_kwh
  from main as m
),
-- what a child is billed: its share of the main meter, or what it shows itself
taken as (
  select c.scenario_id as scenario_id,
         c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         c.month_on as month_on,
         c.share_ratio as share_ratio,
         w.segment_no as main_segment_no,
         w.has_bands as main_has_bands,
         w.read_kwh as main_kwh,
         w.critical_kwh as main_critical_kwh,
         w.peak_kwh as main_peak_kwh,
         w.flat_kwh as main_flat_kwh,
         w.valley_kwh as main_valley_kwh,
         w.deep_valley_kwh as main_deep_valley_kwh,
         case when c.share_ratio is null then c.has_bands else w.has_bands end as has_bands,
         case when c.share_ratio is null then c.critical_kwh else cast(round(cast(w.critical_kwh as decimal(20,2)) * c.share_ratio, 2) as decimal(14,2)) end as critical_kwh,
         case when c.share_ratio is null then c.peak_kwh else cast(round(cast(w.peak_kwh as decimal(20,2)) * c.share_ratio, 2) as decimal(14,2)) end as peak_kwh,
         case when c.share_ratio is null then c.flat_kwh else cast(round(cast(w.flat_kwh as decimal(20,2)) * c.share_ratio, 2) as decimal(14,2)) end as flat_kwh,
         case when c.share_ratio is null then c.valley_kwh else cast(round(cast(w.valley_kwh as decimal(20,2)) * c.share_ratio, 2) as decimal(14,2)) end as valley_kwh,
         case when c.share_ratio is null then c.deep_valley_kwh else cast(round(cast(w.deep_valley_kwh as decimal(20,2)) * c.share_ratio, 2) as decimal(14,2)) end as deep_valley_kwh,
         case when c.share_ratio is not null then cast(round(cast(w.read_kwh as decimal(20,2)) * c.share_ratio, 2) as decimal(14,2))
              when c.has_bands = 1 then cast(coalesce(c.critical_kwh, 0) + coalesce(c.peak_kwh, 0) + coalesce(c.flat_kwh, 0) + coalesce(c.valley_kwh, 0) + coalesce(c.deep_valley_kwh, 0) as decimal(14,2))
              else c.total_kwh end as total_kwh
  from child as c
  left join whole as w
    on w.scenario_id = c.scenario_id and w.customer_id = c.customer_id and w.bill_id = c.bill_id and w.metering_point_id = c.parent_metering_point_id
),
-- a child read as a whole leaves the bands of its main meter as they stand to each other, the rest leaves flat
leaving as (
  select t.scenario_id as scenario_id,
         t.customer_id as customer_id,
         t.bill_id as bill_id,
         t.main_segment_no as segment_no,
         t.month_on as month_on,
         t.main_has_bands as main_has_bands,
         t.total_kwh as total_kwh,
         case when t.main_has_bands = 0 then null when t.has_bands = 1 then coalesce(t.critical_kwh, 0) else cast(round(cast(t.total_kwh as double) * cast(coalesce(t.main_critical_kwh, 0) as double) / nullif(cast(t.main_kwh as double), 0), 2) as decimal(14,2)) end as critical_kwh,
         case when t.main_has_bands = 0 then null when t.has_bands = 1 then coalesce(t.peak_kwh, 0) else cast(round(cast(t.total_kwh as double) * cast(coalesce(t.main_peak_kwh, 0) as double) / nullif(cast(t.main_kwh as double), 0), 2) as decimal(14,2)) end as peak_kwh,
         case when t.main_has_bands = 0 then null when t.has_bands = 1 then coalesce(t.valley_kwh, 0) else cast(round(cast(t.total_kwh as double) * cast(coalesce(t.main_valley_kwh, 0) as double) / nullif(cast(t.main_kwh as double), 0), 2) as decimal(14,2)) end as valley_kwh,
         case when t.main_has_bands = 0 then null when t.has_bands = 1 then coalesce(t.deep_valley_kwh, 0) else cast(round(cast(t.total_kwh as double) * cast(coalesce(t.main_deep_valley_kwh, 0) as double) / nullif(cast(t.main_kwh as double), 0), 2) as decimal(14,2)) end as deep_valley_kwh,
         case when t.main_has_bands = 1 and t.has_bands = 1 then coalesce(t.flat_kwh, 0) end as flat_kwh
  from taken as t
  where t.main_segment_no is not null
),
moved as (
  select t.scenario_id as scenario_id, t.customer_id as customer_id, t.bill_id as bill_id, t.segment_no as segment_no, t.month_on as month_on,
         case when t.share_ratio is not null then t.critical_kwh end as critical_kwh,
         case when t.share_ratio is not null then t.peak_kwh end as peak_kwh,
         case when t.share_ratio is not null then t.flat_kwh end as flat_kwh,
         case when t.share_ratio is not null then t.valley_kwh end as valley_kwh,
         case when t.share_ratio is not null then t.deep_valley_kwh end as deep_valley_kwh,
         case when t.share_ratio is not null and t.has_bands = 0 then t.total_kwh end as total_kwh,
         case when t.main_segment_no is null then 1 else 0 end as missing_count
  from taken as t
  union all
  select v.scenario_id as scenario_id, v.customer_id as customer_id, v.bill_id as bill_id, v.segment_no as segment_no, v.month_on as month_on,
         -v.critical_kwh as critical_kwh,
         -v.peak_kwh as peak_kwh,
         case when v.main_has_bands = 1 then -coalesce(v.flat_kwh, v.total_kwh - coalesce(v.critical_kwh, 0) - coalesce(v.peak_kwh, 0) - coalesce(v.valley_kwh, 0) - coalesce(v.deep_valley_kwh, 0)) end as flat_kwh,
         -v.valley_kwh as valley_kwh,
         -v.deep_valley_kwh as deep_valley_kwh,
         case when v.main_has_bands = 0 then -v.total_kwh end as total_kwh,
         0 as missing_count
  from leaving as v
)
select m.scenario_id as scenario_id,
       m.bill_id as bill_id,
       m.segment_no as segment_no,
       m.customer_id as customer_id,
       min(m.month_on) as month_on,
       cast(sum(m.critical_kwh) as decimal(14,2)) as critical_moved_kwh,
       cast(sum(m.peak_kwh) as decimal(14,2)) as peak_moved_kwh,
       cast(sum(m.flat_kwh) as decimal(14,2)) as flat_moved_kwh,
       cast(sum(m.valley_kwh) as decimal(14,2)) as valley_moved_kwh,
       cast(sum(m.deep_valley_kwh) as decimal(14,2)) as deep_valley_moved_kwh,
       cast(sum(m.total_kwh) as decimal(14,2)) as total_moved_kwh,
       case when max(m.missing_count) > 0 then 'main_point_missing' end as not_recalculated_code
from moved as m
group by m.scenario_id, m.bill_id, m.segment_no, m.customer_id
