/* ---
owner: billing
description:
  en: >-
    The energy charge of residents on tiers, each segment priced by the tiers its energy reaches in the tier year. By time of use too it
    has the energy of the tiers and no money - that is mart.tier_band_charge
  zh: 居民阶梯电费 - 按计费段电量在阶梯年度内所达档次计价; 同时执行分时的只给出各档电量, 电费见 mart.tier_band_charge
grain: one row per scenario, bill and segment on tiers
key: [scenario_id, bill_id, segment_no]
reach: customer
partition_on: month_on
lookback_months: 24
policy: whether the money of two meters is rounded apart or together is a habit of the organisation
--- */
with segment as (
  select i.scenario_id as scenario_id,
         i.customer_id as customer_id,
         i.org_id as org_id,
         i.bill_id as bill_id,
         i.segment_no as segment_no,
         i.month_on as month_on,
         i.from_on as from_on,
         i.bill_to_on as bill_to_on,
         i.charged_months as charged_months,
         i.opened_on as opened_on,
         coalesce(i.input_reason_code, q.not_recalculated_code) as input_reason_code,
         i.is_time_of_use as is_time_of_use,
         i.is_tiered as is_tiered,
         coalesce(i.price_code, i.bill_id) as price_code,
         extract(year from cast(i.bill_to_on - interval 1 day as date)) as tier_year,
         case when coalesce(i.critical_index, i.peak_index, i.flat_index, i.valley_index, i.deep_valley_index) is null then 0 else 1 end as has_bands,
         cast(coalesce(cast(round(cast(i.critical_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0)
           + coalesce(cast(round(cast(i.peak_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0)
           + coalesce(cast(round(cast(i.flat_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0)
           + coalesce(cast(round(cast(i.valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0)
           + coalesce(cast(round(cast(i.deep_valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) as decimal(14,2)) as bands_kwh,
         cast(round(cast(i.total_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)) as read_kwh,
         cast(coalesce(i.fixed_kwh, 0) + coalesce(q.total_moved_kwh, 0) + coalesce(q.critical_moved_kwh, 0) + coalesce(q.peak_moved_kwh, 0)
           + coalesce(q.flat_moved_kwh, 0) + coalesce(q.valley_moved_kwh, 0) + coalesce(q.deep_valley_moved_kwh, 0) as decimal(14,2)) as further_kwh,
         -- what an adjustment puts right in a bill is in its registers already; what no register showed is not
         case when i.adjustment_reason_code in ('meter_fault', 'wiring_fault', 'breach') then coalesce(i.adjustment_kwh, 0) else 0 end as adjustment_kwh
  from mart.billing_input as i
  left join mart.shared_quantity as q
    on q.scenario_id = i.scenario_id and q.customer_id = i.customer_id and q.bill_id = i.bill_id and q.segment_no = i.segment_no
),
terms as (
  select distinct s.price_code as price_code, s.from_on as from_on, 'CN' as nation_code, 'active_total' as register_code
  from segment as s
),
placed as (
  select t.price_code as price_code,
         t.from_on as from_on,
         t.register_code as register_code,
         c.jurisdiction_code as jurisdiction_code,
         c.voltage_class_code as voltage_class_code,
         c.is_tiered as is_tiered,
         c.is_time_of_use as is_time_of_use,
         coalesce(y.tier_cycle_code, n.tier_cycle_code) as tier_cycle_code,
         coalesce(y.is_prorated_by_month, n.is_prorated_by_month, false) as is_prorated_by_month
  from terms as t
  left join law.price_code as c on c.price_code = t.price_code and t.from_on >= c.valid_from and t.from_on < c.valid_to
  left join law.tier_cycle as y on y.jurisdiction_code = c.jurisdiction_code and t.from_on >= y.valid_from and t.from_on < y.valid_to
  left join law.tier_cycle as n on n.jurisdiction_code = t.nation_code and t.from_on >= n.valid_from and t.from_on < n.valid_to
),
limited as (
  select p.price_code as price_code,
         p.from_on as from_on,
         min(l.tier_up_to_kwh) as lower_kwh,
         max(l.tier_up_to_kwh) as upper_kwh,
         count(l.tier_no) as limit_count
  from placed as p
  left join law.tier_limit as l
    on l.jurisdiction_code = p.jurisdiction_code and l.tier_cycle_code = p.tier_cycle_code and p.from_on >= l.valid_from and p.from_on < l.valid_to
  group by p.price_code, p.from_on
),
priced as (
  select p.price_code as price_code,
         p.from_on as from_on,
         max(e.tier_no) as tier_count,
         min(case when e.tier_no > 1 then e.tier_no end) as tier_2_no,
         max(case when e.tier_no > 1 then e.tier_no end) as tier_3_no,
         min(case when e.tier_no = 1 then e.price_yuan_per_kwh end) as tier_1_price,
         min(case when e.tier_no > 1 then e.price_yuan_per_kwh end) as tier_2_price,
         max(case when e.tier_no > 1 then e.price_yuan_per_kwh end) as tier_3_price,
         count(e.tier_no) as price_count,
         max(e.law_citation) as law_citation,
         max(e.law_confidence_code) as law_confidence_code
  from placed as p
  left join law.tier_price as e
    on e.jurisdiction_code = p.jurisdiction_code and e.voltage_class_code = p.voltage_class_code and e.register_code = p.register_code
    and p.from_on >= e.valid_from and p.from_on < e.valid_to
  group by p.price_code, p.from_on
),
termed as (
  select p.price_code as price_code,
         p.from_on as from_on,
         p.jurisdiction_code as jurisdiction_code,
         p.tier_cycle_code as tier_cycle_code,
         p.is_prorated_by_month as is_prorated_by_month,
         p.is_tiered as is_tiered,
         p.is_time_of_use as is_time_of_use,
         l.lower_kwh as lower_kwh,
         l.upper_kwh as upper_kwh,
         e.tier_1_price as tier_1_price,
         e.tier_2_price as tier_2_price,
         e.tier_3_price as tier_3_price,
         e.tier_2_no as tier_2_no,
         e.tier_3_no as tier_3_no,
         e.law_citation as law_citation,
         e.law_confidence_code as law_confidence_code,
         -- three tiers, each with one limit and one price: everything else has another reason
         case when l.limit_count = e.tier_count and e.price_count = e.tier_count then 1 else 0 end as complete_count,
         case when e.price_count > e.tier_count or l.limit_count > e.tier_count then 1 else 0 end as overlap_count
  from placed as p
  join limited as l on l.price_code = p.price_code and l.from_on = p.from_on
  join priced as e on e.price_code = p.price_code and e.from_on = p.from_on
),
tiered as (
  select s.scenario_id as scenario_id,
         s.customer_id as customer_id,
         s.org_id as org_id,
         s.from_on as from_on,
         s.bill_id as bill_id,
         s.segment_no as segment_no,
         s.month_on as month_on,
         s.bill_to_on as bill_to_on,
         s.input_reason_code as input_reason_code,
         coalesce(t.is_time_of_use, s.is_time_of_use, false) as is_time_of_use,
         -- by time of use the bands are what is billed; without it they count where the whole was not read
         case when s.input_reason_code in ('adjustment_bill', 'bill_cancelled') then cast(0 as decimal(14,2))
              when s.has_bands = 1 and (s.read_kwh is null or coalesce(t.is_time_of_use, s.is_time_of_use, false))
                then cast(s.bands_kwh + s.further_kwh as decimal(14,2))
              else cast(coalesce(s.read_kwh, 0) + s.further_kwh as decimal(14,2)) end as total_kwh,
         s.adjustment_kwh as adjustment_kwh,
         case when t.tier_cycle_code = 'annual' then cast(s.tier_year as text) else s.bill_id end as cycle_key,
         case when s.input_reason_code is null or s.input_reason_code in ('adjustment_bill', 'bill_cancelled') then 0 else 1 end as unknown_count,
         -- a year begun late has a twelfth of the limits for each month from the first on
         case when t.tier_cycle_code = 'annual' and t.is_prorated_by_month and extract(year from s.opened_on) = s.tier_year
              then cast(round(round(cast(cast(t.lower_kwh as decimal(20,2)) * cast(1 * 12 - extract(month from s.opened_on) + 1 as decimal(4,0)) as decimal(19,4))
                * cast('0.08333333333333333' as decimal(17,17)), 8), 2) as decimal(14,2))
              when t.tier_cycle_code = 'annual' then t.lower_kwh
              else cast(cast(t.lower_kwh as decimal(20,2)) * cast(s.charged_months as decimal(4,0)) as decimal(14,2)) end as lower_kwh,
         case when t.tier_cycle_code = 'annual' and t.is_prorated_by_month and extract(year from s.opened_on) = s.tier_year
              then cast(round(round(cast(cast(t.upper_kwh as decimal(20,2)) * cast(1 * 12 - extract(month from s.opened_on) + 1 as decimal(4,0)) as decimal(19,4))
                * cast('0.08333333333333333' as decimal(17,17)), 8), 2) as decimal(14,2))
              when t.tier_cycle_code = 'annual' then t.upper_kwh
              else cast(cast(t.upper_kwh as decimal(20,2)) * cast(s.charged_months as decimal(4,0)) as decimal(14,2)) end as upper_kwh,
         t.tier_1_price as tier_1_price,
         t.tier_2_price as tier_2_price,
         t.tier_3_price as tier_3_price,
         t.tier_2_no as tier_2_no,
         t.tier_3_no as tier_3_no,
         t.law_citation as law_citation,
         t.law_confidence_code as law_confidence_code,
         t.complete_count as complete_count,
         t.overlap_count as overlap_count
  from segment as s
  join termed as t on t.price_code = s.price_code and t.from_on = s.from_on
  where coalesce(t.is_tiered, s.is_tiered, false)
),
summed as (
  select t.scenario_id as scenario_id,
         t.customer_id as customer_id,
         t.org_id as org_id,
         t.from_on as from_on,
         t.bill_id as bill_id,
         t.segment_no as segment_no,
         t.month_on as month_on,
         t.input_reason_code as input_reason_code,
         t.is_time_of_use as is_time_of_use,
         t.total_kwh as total_kwh,
         t.lower_kwh as lower_kwh,
         t.upper_kwh as upper_kwh,
         t.tier_1_price as tier_1_price,
         t.tier_2_price as tier_2_price,
         t.tier_3_price as tier_3_price,
         t.tier_2_no as tier_2_no,
         t.tier_3_no as tier_3_no,
         t.law_citation as law_citation,
         t.law_confidence_code as law_confidence_code,
         t.complete_count as complete_count,
         t.overlap_count as overlap_count,
         cast(coalesce(sum(t.total_kwh + t.adjustment_kwh) over (partition by t.scenario_id, t.customer_id, t.cycle_key
           order by t.month_on, t.bill_to_on, t.bill_id, t.segment_no rows between unbounded preceding and 1 preceding), 0) as decimal(14,2)) as before_kwh,
         cast(coalesce(sum(t.unknown_count) over (partition by t.scenario_id, t.customer_id, t.cycle_key
           order by t.month_on, t.bill_to_on, t.bill_id, t.segment_no rows between unbounded preceding and 1 preceding), 0) as bigint) as unknown_count
  from tiered as t
),
divided as (
  select s.scenario_id as scenario_id,
         s.customer_id as customer_id,
         s.org_id as org_id,
         s.from_on as from_on,
         s.bill_id as bill_id,
         s.segment_no as segment_no,
         s.month_on as month_on,
         cast(least(s.before_kwh + s.total_kwh, s.lower_kwh) - least(s.before_kwh, s.lower_kwh) as decimal(14,2)) as tier_1_kwh,
         cast(least(greatest(s.before_kwh + s.total_kwh, s.lower_kwh), s.upper_kwh)
           - least(greatest(s.before_kwh, s.lower_kwh), s.upper_kwh) as decimal(14,2)) as tier_2_kwh,
         cast(greatest(s.before_kwh + s.total_kwh, s.upper_kwh) - greatest(s.before_kwh, s.upper_kwh) as decimal(14,2)) as tier_3_kwh,
         s.is_time_of_use as is_time_of_use,
         case when not s.is_time_of_use then s.tier_1_price end as tier_1_price,
         case when not s.is_time_of_use then s.tier_2_price end as tier_2_price,
         case when not s.is_time_of_use then s.tier_3_price end as tier_3_price,
         s.tier_2_no as tier_2_no,
         s.tier_3_no as tier_3_no,
         s.before_kwh as before_kwh,
         s.law_citation as law_citation,
         s.law_confidence_code as law_confidence_code,
         case when s.input_reason_code is not null then s.input_reason_code
              when s.total_kwh < 0 then 'negative_quantity'
              when s.overlap_count > 0 then 'prices_overlap'
              when s.complete_count = 0 or s.tier_1_price is null then 'tiers_missing'
              when s.unknown_count > 0 then 'tier_year_incomplete' end as not_recalculated_code
  from summed as s
),
-- where a tier is rounded once for several meters, each has what its energy adds
several as (
  select d.scenario_id as scenario_id, d.customer_id as customer_id, d.bill_id as bill_id
  from divided as d
  group by d.scenario_id, d.customer_id, d.bill_id
  having count(*) > 1
),
added as (
  select d.scenario_id as scenario_id,
         d.customer_id as customer_id,
         d.bill_id as bill_id,
         d.segment_no as segment_no,
         coalesce(o.is_total_rounded_by_meter, true) as is_by_meter,
         cast(sum(d.tier_1_kwh) over (partition by d.scenario_id, d.customer_id, d.bill_id, d.tier_1_price order by d.segment_no
           rows between unbounded preceding and current row) as decimal(14,2)) as tier_1_up_to_kwh,
         cast(sum(d.tier_2_kwh) over (partition by d.scenario_id, d.customer_id, d.bill_id, d.tier_2_price order by d.segment_no
           rows between unbounded preceding and current row) as decimal(14,2)) as tier_2_up_to_kwh,
         cast(sum(d.tier_3_kwh) over (partition by d.scenario_id, d.customer_id, d.bill_id, d.tier_3_price order by d.segment_no
           rows between unbounded preceding and current row) as decimal(14,2)) as tier_3_up_to_kwh
  from divided as d
  join several as v on v.scenario_id = d.scenario_id and v.customer_id = d.customer_id and v.bill_id = d.bill_id
  left join policy.billing as o on o.org_id = d.org_id and d.from_on >= o.valid_from and d.from_on < o.valid_to
)
select d.scenario_id as scenario_id,
       d.bill_id as bill_id,
       d.segment_no as segment_no,
       d.customer_id as customer_id,
       d.month_on as month_on,
       d.is_time_of_use as is_time_of_use,
       d.before_kwh as tier_before_kwh,
       d.tier_1_kwh as tier_1_kwh,
       d.tier_1_price as tier_1_price_yuan_per_kwh,
       case when a.bill_id is null or a.is_by_meter then cast(round(cast(d.tier_1_kwh as decimal(20,2)) * d.tier_1_price, 2) as decimal(14,2))
            else cast(round(cast(a.tier_1_up_to_kwh as decimal(20,2)) * d.tier_1_price, 2)
              - round(cast(cast(a.tier_1_up_to_kwh - d.tier_1_kwh as decimal(14,2)) as decimal(20,2)) * d.tier_1_price, 2) as decimal(14,2)) end as tier_1_yuan,
       d.tier_2_no as tier_2_no,
       d.tier_2_kwh as tier_2_kwh,
       d.tier_2_price as tier_2_price_yuan_per_kwh,
       case when a.bill_id is null or a.is_by_meter then cast(round(cast(d.tier_2_kwh as decimal(20,2)) * d.tier_2_price, 2) as decimal(14,2))
            else cast(round(cast(a.tier_2_up_to_kwh as decimal(20,2)) * d.tier_2_price, 2)
              - round(cast(cast(a.tier_2_up_to_kwh - d.tier_2_kwh as decimal(14,2)) as decimal(20,2)) * d.tier_2_price, 2) as decimal(14,2)) end as tier_2_yuan,
       d.tier_3_no as tier_3_no,
       d.tier_3_kwh as tier_3_kwh,
       d.tier_3_price as tier_3_price_yuan_per_kwh,
       case when a.bill_id is null or a.is_by_meter then cast(round(cast(d.tier_3_kwh as decimal(20,2)) * d.tier_3_price, 2) as decimal(14,2))
            else cast(round(cast(a.tier_3_up_to_kwh as decimal(20,2)) * d.tier_3_price, 2)
              - round(cast(cast(a.tier_3_up_to_kwh - d.tier_3_kwh as decimal(14,2)) as decimal(20,2)) * d.tier_3_price, 2) as decimal(14,2)) end as tier_3_yuan,
       d.law_citation as law_citation,
       d.law_confidence_code as law_confidence_code,
       d.not_recalculated_code as not_recalculated_code
from divided as d
left join added as a on a.scenario_id = d.scenario_id and a.customer_id = d.customer_id and a.bill_id = d.bill_id and a.segment_no = d.segment_no
