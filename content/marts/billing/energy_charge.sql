/* ---
owner: billing
description:
  en: The energy charge of segments without tiers, by the published price of the day for each register; market users by their contract's price
  zh: 非阶梯计费段的电度电费 - 各示数按当日公布电价, 市场化用户按零售合同电价
grain: one row per scenario, bill and segment without tiers
key: [scenario_id, bill_id, segment_no]
reach: customer
partition_on: month_on
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
         coalesce(i.input_reason_code, q.not_recalculated_code) as input_reason_code,
         coalesce(i.price_code, i.bill_id) as price_code,
         coalesce(i.billed_price_code, i.price_code, i.bill_id) as billed_price_code,
         coalesce(i.purchase_mode_code, i.bill_id) as purchase_mode_code,
         coalesce(i.purchase_group_code, i.bill_id) as purchase_group_code,
         i.is_time_of_use as is_time_of_use,
         i.is_tiered as is_tiered,
         i.retail_price_yuan_per_kwh as retail_price_yuan_per_kwh,
         i.billed_price_yuan_per_kwh as billed_price_yuan_per_kwh,
         i.fixed_kwh as fixed_kwh,
         case when q.critical_moved_kwh is null then cast(round(cast(i.critical_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))
              else cast(coalesce(cast(round(cast(i.critical_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) + q.critical_moved_kwh as decimal(14,2))
              end as critical_kwh,
         case when q.peak_moved_kwh is null then cast(round(cast(i.peak_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))
              else cast(coalesce(cast(round(cast(i.peak_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) + q.peak_moved_kwh as decimal(14,2))
              end as peak_kwh,
         case when q.flat_moved_kwh is null then cast(round(cast(i.flat_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))
              else cast(coalesce(cast(round(cast(i.flat_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) + q.flat_moved_kwh as decimal(14,2))
              end as flat_kwh,
         case when q.valley_moved_kwh is null then cast(round(cast(i.valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))
              else cast(coalesce(cast(round(cast(i.valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) + q.valley_moved_kwh as decimal(14,2))
              end as valley_kwh,
         case when q.deep_valley_moved_kwh is null then cast(round(cast(i.deep_valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))
              else cast(coalesce(cast(round(cast(i.deep_valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) + q.deep_valley_moved_kwh as decimal(14,2))
              end as deep_valley_kwh,
         case when q.total_moved_kwh is null then cast(round(cast(i.total_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))
              else cast(coalesce(cast(round(cast(i.total_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) + q.total_moved_kwh as decimal(14,2))
              end as total_kwh
  from mart.billing_input as i
  left join mart.shared_quantity as q
    on q.scenario_id = i.scenario_id and q.customer_id = i.customer_id and q.bill_id = i.bill_id and q.segment_no = i.segment_no
),
-- the code a segment is priced by, and the one whose parts stand in the price a market user was billed
named as (
  select s.price_code as price_code, s.purchase_mode_code as purchase_mode_code, s.purchase_group_code as purchase_group_code, s.from_on as from_on
  from segment as s
  union all
  select s.billed_price_code as price_code, s.purchase_mode_code as purchase_mode_code, s.purchase_group_code as purchase_group_code, s.from_on as from_on
  from segment as s
  where s.billed_price_yuan_per_kwh is not null and s.billed_price_code <> s.price_code
),
-- few sets of terms hold for many segments: each is priced once
terms as (
  select distinct s.price_code as price_code,
         s.purchase_mode_code as purchase_mode_code,
         s.purchase_group_code as purchase_group_code,
         s.from_on as from_on,
         'CN' as nation_code,
         'active_critical' as critical_code,
         'active_peak' as peak_code,
         'active_flat' as flat_code,
         'active_valley' as valley_code,
         'active_deep_valley' as deep_valley_code,
         'active_total' as total_code,
         'all_users' as set_code,
         'whole' as item_code,
         case when s.purchase_mode_code in ('market_retail', 'market_direct') then 'agency' else s.purchase_mode_code end as sheet_code
  from named as s
),
placed as (
  select t.price_code as price_code,
         t.purchase_mode_code as purchase_mode_code,
         t.purchase_group_code as purchase_group_code,
         t.from_on as from_on,
         t.nation_code as nation_code,
         t.critical_code as critical_code,
         t.peak_code as peak_code,
         t.flat_code as flat_code,
         t.valley_code as valley_code,
         t.deep_valley_code as deep_valley_code,
         t.total_code as total_code,
         t.set_code as set_code,
         t.item_code as item_code,
         t.sheet_code as sheet_code,
         c.jurisdiction_code as jurisdiction_code,
         c.usage_category_code as usage_category_code,
         c.tariff_structure_code as tariff_structure_code,
         c.voltage_class_code as voltage_class_code,
         c.is_time_of_use as is_time_of_use,
         c.is_tiered as is_tiered
  from terms as t
  left join law.price_code as c on c.price_code = t.price_code and t.from_on >= c.valid_from and t.from_on < c.valid_to
),
-- the parts of a price: bought, floating with it, not floating
composed as (
  select p.price_code as price_code,
         p.purchase_mode_code as purchase_mode_code,
         p.purchase_group_code as purchase_group_code,
         p.from_on as from_on,
         cast(sum(case when e.charge_code = 'agency_purchase' then e.price_yuan_per_kwh end) as decimal(12,8)) as purchase_price,
         coalesce(cast(sum(case when e.charge_code <> 'agency_purchase' and f.is_floating then e.price_yuan_per_kwh end) as decimal(12,8)), 0)
           as floating_price,
         coalesce(cast(sum(case when e.charge_code <> 'agency_purchase' and not f.is_floating then e.price_yuan_per_kwh end) as decimal(12,8)), 0)
           as steady_price,
         count(e.charge_code) as part_count
  from placed as p
  left join law.energy_price_part as e
    on e.jurisdiction_code = p.jurisdiction_code and e.purchase_mode_code = p.sheet_code and e.usage_category_code = p.usage_category_code
    and e.tariff_structure_code = p.tariff_structure_code and e.voltage_class_code = p.voltage_class_code
    and p.from_on >= e.valid_from and p.from_on < e.valid_to
  left join law.floating_part as f
    on f.jurisdiction_code = p.jurisdiction_code and f.charge_code = e.charge_code and f.price_item_code = p.item_code
    and p.from_on >= f.valid_from and p.from_on < f.valid_to
  where p.purchase_mode_code in ('market_retail', 'market_direct') or p.purchase_group_code <> 'ordinary'
  group by p.price_code, p.purchase_mode_code, p.purchase_group_code, p.from_on
),
floated as (
  select p.price_code as price_code,
         p.purchase_mode_code as purchase_mode_code,
         p.purchase_group_code as purchase_group_code,
         p.from_on as from_on,
         max(case when r.register_code = p.critical_code then r.time_of_use_ratio end) as critical_ratio,
         max(case when r.register_code = p.peak_code then r.time_of_use_ratio end) as peak_ratio,
         max(case when r.register_code = p.flat_code then r.time_of_use_ratio end) as flat_ratio,
         max(case when r.register_code = p.valley_code then r.time_of_use_ratio end) as valley_ratio,
         max(case when r.register_code = p.deep_valley_code then r.time_of_use_ratio end) as deep_valley_ratio,
         max(case when r.register_code = p.total_code then r.time_of_use_ratio end) as total_ratio
  from placed as p
  left join law.time_of_use_ratio as r
    on r.jurisdiction_code = p.jurisdiction_code and r.time_of_use_ratio_set_code = p.set_code
    and r.month_no = extract(month from p.from_on) and p.from_on >= r.valid_from and p.from_on < r.valid_to
  where p.purchase_mode_code in ('market_retail', 'market_direct') or p.purchase_group_code <> 'ordinary'
  group by p.price_code, p.purchase_mode_code, p.purchase_group_code, p.from_on
),
published as (
  select p.price_code as price_code,
         p.purchase_mode_code as purchase_mode_code,
         p.purchase_group_code as purchase_group_code,
         p.from_on as from_on,
         max(case when e.register_code = p.critical_code then e.price_yuan_per_kwh end) as critical_price,
         max(case when e.register_code = p.peak_code then e.price_yuan_per_kwh end) as peak_price,
         max(case when e.register_code = p.flat_code then e.price_yuan_per_kwh end) as flat_price,
         max(case when e.register_code = p.valley_code then e.price_yuan_per_kwh end) as valley_price,
         max(case when e.register_code = p.deep_valley_code then e.price_yuan_per_kwh end) as deep_valley_price,
         max(case when e.register_code = p.total_code then e.price_yuan_per_kwh end) as total_price,
         max(e.law_citation) as law_citation,
         max(e.law_confidence_code) as law_confidence_code,
         count(distinct e.register_code) as register_count,
         count(e.register_code) as price_count
  from placed as p
  left join law.energy_price as e
    on e.jurisdiction_code = p.jurisdiction_code and e.purchase_mode_code = p.sheet_code and e.usage_category_code = p.usage_category_code
    and e.tariff_structure_code = p.tariff_structure_code and e.voltage_class_code = p.voltage_class_code
    and p.from_on >= e.valid_from and p.from_on < e.valid_to
  group by p.price_code, p.purchase_mode_code, p.purchase_group_code, p.from_on
),
termed as (
  select p.price_code as price_code,
         p.purchase_mode_code as purchase_mode_code,
         p.purchase_group_code as purchase_group_code,
         p.from_on as from_on,
         p.jurisdiction_code as jurisdiction_code,
         p.is_time_of_use as is_time_of_use,
         p.is_tiered as is_tiered,
         u.law_citation as law_citation,
         u.law_confidence_code as law_confidence_code,
         case when u.price_count > u.register_count then true else false end as is_overlapping,
         u.critical_price as critical_price,
         u.peak_price as peak_price,
         u.flat_price as flat_price,
         u.valley_price as valley_price,
         u.deep_valley_price as deep_valley_price,
         u.total_price as total_price,
         case when m.purchase_price is not null then f.critical_ratio end as critical_ratio,
         case when m.purchase_price is not null then f.peak_ratio end as peak_ratio,
         case when m.purchase_price is not null then f.flat_ratio end as flat_ratio,
         case when m.purchase_price is not null then f.valley_ratio end as valley_ratio,
         case when m.purchase_price is not null then f.deep_valley_ratio end as deep_valley_ratio,
         case when m.purchase_price is not null then f.total_ratio end as total_ratio,
         case when p.purchase_mode_code in ('market_retail', 'market_direct') then true else false end as is_on_market,
         m.floating_price as floating_price,
         m.steady_price as steady_price,
         coalesce(m.part_count, 0) as part_count,
         cast(round(cast(m.purchase_price as decimal(20,8)) * coalesce(k.purchase_multiple_ratio, n.purchase_multiple_ratio), 8) as decimal(12,8))
           as multiplied_price
  from placed as p
  join published as u on u.price_code = p.price_code and u.purchase_mode_code = p.purchase_mode_code
    and u.purchase_group_code = p.purchase_group_code and u.from_on = p.from_on
  left join composed as m on m.price_code = p.price_code and m.purchase_mode_code = p.purchase_mode_code
    and m.purchase_group_code = p.purchase_group_code and m.from_on = p.from_on
  left join floated as f on f.price_code = p.price_code and f.purchase_mode_code = p.purchase_mode_code
    and f.purchase_group_code = p.purchase_group_code and f.from_on = p.from_on
  left join law.agent_purchase_multiple as k
    on k.jurisdiction_code = p.jurisdiction_code and k.purchase_group_code = p.purchase_group_code and p.from_on >= k.valid_from and p.from_on < k.valid_to
  left join law.agent_purchase_multiple as n
    on n.jurisdiction_code = p.nation_code and n.purchase_group_code = p.purchase_group_code and p.from_on >= n.valid_from and p.from_on < n.valid_to
),
-- what a user's own energy costs before the sheet's other parts; without a contract price the flat line of the bill tells it, less the
-- parts of the code it was billed under
bought as (
  select s.scenario_id as scenario_id,
         s.customer_id as customer_id,
         s.org_id as org_id,
         s.from_on as from_on,
         s.bill_id as bill_id,
         s.segment_no as segment_no,
         s.month_on as month_on,
         s.input_reason_code as input_reason_code,
         s.fixed_kwh as fixed_kwh,
         s.critical_kwh as critical_kwh,
         s.peak_kwh as peak_kwh,
         s.flat_kwh as flat_kwh,
         s.valley_kwh as valley_kwh,
         s.deep_valley_kwh as deep_valley_kwh,
         s.total_kwh as total_kwh,
         case when coalesce(s.critical_kwh, s.peak_kwh, s.flat_kwh, s.valley_kwh, s.deep_valley_kwh) is null then false else true end as has_bands,
         coalesce(t.is_time_of_use, s.is_time_of_use, false) as is_time_of_use,
         t.jurisdiction_code as jurisdiction_code,
         t.law_citation as law_citation,
         t.law_confidence_code as law_confidence_code,
         t.is_overlapping as is_overlapping,
         t.is_on_market as is_on_market,
         t.critical_price as critical_price,
         t.peak_price as peak_price,
         t.flat_price as flat_price,
         t.valley_price as valley_price,
         t.deep_valley_price as deep_valley_price,
         t.total_price as total_price,
         t.critical_ratio as critical_ratio,
         t.peak_ratio as peak_ratio,
         t.flat_ratio as flat_ratio,
         t.valley_ratio as valley_ratio,
         t.deep_valley_ratio as deep_valley_ratio,
         t.total_ratio as total_ratio,
         cast(t.floating_price + case when t.is_on_market then coalesce(s.retail_price_yuan_per_kwh,
             case when k.part_count > 0 then s.billed_price_yuan_per_kwh - k.floating_price - k.steady_price end) else t.multiplied_price end as decimal(12,8)) as bought_price,
         t.steady_price as steady_price,
         case when t.floating_price is null then false else true end as is_composed
  from segment as s
  join termed as t on t.price_code = s.price_code and t.purchase_mode_code = s.purchase_mode_code
    and t.purchase_group_code = s.purchase_group_code and t.from_on = s.from_on
  left join termed as k on k.price_code = s.billed_price_code and k.purchase_mode_code = s.purchase_mode_code
    and k.purchase_group_code = s.purchase_group_code and k.from_on = s.from_on
  where not coalesce(t.is_tiered, s.is_tiered, false)
),
priced as (
  select b.scenario_id as scenario_id,
         b.customer_id as customer_id,
         b.org_id as org_id,
         b.from_on as from_on,
         b.bill_id as bill_id,
         b.segment_no as segment_no,
         b.month_on as month_on,
         b.input_reason_code as input_reason_code,
         b.is_time_of_use as is_time_of_use,
         b.has_bands as has_bands,
         b.jurisdiction_code as jurisdiction_code,
         b.law_citation as law_citation,
         b.law_confidence_code as law_confidence_code,
         b.is_overlapping as is_overlapping,
         b.is_on_market as is_on_market,
         b.bought_price as bought_price,
         case when b.is_composed then cast(round(round(cast(b.bought_price as decimal(20,8)) * b.critical_ratio, 8) + b.steady_price, 6) as decimal(12,8))
              else b.critical_price end as critical_price,
         case when b.is_composed then cast(round(round(cast(b.bought_price as decimal(20,8)) * b.peak_ratio, 8) + b.steady_price, 6) as decimal(12,8))
              else b.peak_price end as peak_price,
         case when b.is_composed then cast(round(round(cast(b.bought_price as decimal(20,8)) * b.flat_ratio, 8) + b.steady_price, 6) as decimal(12,8))
              else b.flat_price end as flat_price,
         case when b.is_composed then cast(round(round(cast(b.bought_price as decimal(20,8)) * b.valley_ratio, 8) + b.steady_price, 6) as decimal(12,8))
              else b.valley_price end as valley_price,
         case when b.is_composed then cast(round(round(cast(b.bought_price as decimal(20,8)) * b.deep_valley_ratio, 8) + b.steady_price, 6) as decimal(12,8))
              else b.deep_valley_price end as deep_valley_price,
         case when b.is_composed then cast(round(round(cast(b.bought_price as decimal(20,8)) * b.total_ratio, 8) + b.steady_price, 6) as decimal(12,8))
              else b.total_price end as total_price,
         case when b.is_time_of_use then cast(b.critical_kwh + coalesce(l.critical_loss_kwh, 0) as decimal(14,2)) end as critical_kwh,
         case when b.is_time_of_use then cast(b.peak_kwh + coalesce(l.peak_loss_kwh, 0) as decimal(14,2)) end as peak_kwh,
         case when b.is_time_of_use then cast(b.flat_kwh + coalesce(l.flat_loss_kwh, 0) as decimal(14,2)) end as flat_kwh,
         case when b.is_time_of_use then cast(b.valley_kwh + coalesce(l.valley_loss_kwh, 0) as decimal(14,2)) end as valley_kwh,
         case when b.is_time_of_use then cast(b.deep_valley_kwh + coalesce(l.deep_valley_loss_kwh, 0) as decimal(14,2)) end as deep_valley_kwh,
         case when b.is_time_of_use then l.critical_loss_kwh end as critical_loss_kwh,
         case when b.is_time_of_use then l.peak_loss_kwh end as peak_loss_kwh,
         case when b.is_time_of_use then l.flat_loss_kwh end as flat_loss_kwh,
         case when b.is_time_of_use then l.valley_loss_kwh end as valley_loss_kwh,
         case when b.is_time_of_use then l.deep_valley_loss_kwh end as deep_valley_loss_kwh,
         case when not b.is_time_of_use and b.total_kwh is null and b.has_bands
              then cast(coalesce(b.critical_kwh, 0) + coalesce(b.peak_kwh, 0) + coalesce(b.flat_kwh, 0) + coalesce(b.valley_kwh, 0)
                + coalesce(b.deep_valley_kwh, 0) + coalesce(l.critical_loss_kwh, 0) + coalesce(l.peak_loss_kwh, 0) + coalesce(l.flat_loss_kwh, 0)
                + coalesce(l.valley_loss_kwh, 0) + coalesce(l.deep_valley_loss_kwh, 0) as decimal(14,2))
              when not b.is_time_of_use then cast(coalesce(b.total_kwh, 0) + coalesce(b.fixed_kwh, 0) + coalesce(l.total_loss_kwh, 0) as decimal(14,2))
              when b.fixed_kwh is not null then b.fixed_kwh end as total_kwh,
         case when not b.is_time_of_use and b.total_kwh is null and b.has_bands and l.bill_id is not null
              then cast(coalesce(l.critical_loss_kwh, 0) + coalesce(l.peak_loss_kwh, 0) + coalesce(l.flat_loss_kwh, 0)
                + coalesce(l.valley_loss_kwh, 0) + coalesce(l.deep_valley_loss_kwh, 0) as decimal(14,2))
              when not b.is_time_of_use then l.total_loss_kwh end as total_loss_kwh,
         l.not_recalculated_code as loss_reason_code
  from bought as b
  left join mart.billed_loss as l
    on l.scenario_id = b.scenario_id and l.customer_id = b.customer_id and l.bill_id = b.bill_id and l.segment_no = b.segment_no
),
-- where a register is rounded once for several meters, each has what its energy adds
several as (
  select p.scenario_id as scenario_id, p.customer_id as customer_id, p.bill_id as bill_id
  from priced as p
  group by p.scenario_id, p.customer_id, p.bill_id
  having count(*) > 1
),
added as (
  select p.scenario_id as scenario_id,
         p.customer_id as customer_id,
         p.bill_id as bill_id,
         p.segment_no as segment_no,
         coalesce(o.is_total_rounded_by_meter, true) as is_total_by_meter,
         coalesce(o.is_band_rounded_by_meter, false) as is_band_by_meter,
         cast(sum(coalesce(p.critical_kwh, 0)) over (partition by p.scenario_id, p.customer_id, p.bill_id, p.critical_price order by p.segment_no
           rows between unbounded preceding and current row) as decimal(14,2)) as critical_up_to_kwh,
         cast(sum(coalesce(p.peak_kwh, 0)) over (partition by p.scenario_id, p.customer_id, p.bill_id, p.peak_price order by p.segment_no
           rows between unbounded preceding and current row) as decimal(14,2)) as peak_up_to_kwh,
         cast(sum(coalesce(p.flat_kwh, 0)) over (partition by p.scenario_id, p.customer_id, p.bill_id, p.flat_price order by p.segment_no
           rows between unbounded preceding and current row) as decimal(14,2)) as flat_up_to_kwh,
         cast(sum(coalesce(p.valley_kwh, 0)) over (partition by p.scenario_id, p.customer_id, p.bill_id, p.valley_price order by p.segment_no
           rows between unbounded preceding and current row) as decimal(14,2)) as valley_up_to_kwh,
         cast(sum(coalesce(p.deep_valley_kwh, 0)) over (partition by p.scenario_id, p.customer_id, p.bill_id, p.deep_valley_price order by p.segment_no
           rows between unbounded preceding and current row) as decimal(14,2)) as deep_valley_up_to_kwh,
         cast(sum(coalesce(p.total_kwh, 0)) over (partition by p.scenario_id, p.customer_id, p.bill_id, p.total_price order by p.segment_no
           rows between unbounded preceding and current row) as decimal(14,2)) as total_up_to_kwh
  from priced as p
  join several as v on v.scenario_id = p.scenario_id and v.customer_id = p.customer_id and v.bill_id = p.bill_id
  left join policy.billing as o on o.org_id = p.org_id and p.from_on >= o.valid_from and p.from_on < o.valid_to
)
select p.scenario_id as scenario_id,
       p.bill_id as bill_id,
       p.segment_no as segment_no,
       p.customer_id as customer_id,
       p.month_on as month_on,
       p.critical_kwh as billed_critical_kwh,
       p.critical_loss_kwh as critical_loss_kwh,
       case when p.critical_kwh is not null then p.critical_price end as critical_price_yuan_per_kwh,
       case when a.bill_id is null or a.is_band_by_meter or p.critical_kwh is null then cast(round(cast(p.critical_kwh as decimal(20,2)) * p.critical_price, 2) as decimal(14,2))
            else cast(round(cast(a.critical_up_to_kwh as decimal(20,2)) * p.critical_price, 2)
              - round(cast(cast(a.critical_up_to_kwh - p.critical_kwh as decimal(14,2)) as decimal(20,2)) * p.critical_price, 2) as decimal(14,2)) end as critical_yuan,
       cast(round(cast(p.critical_loss_kwh as decimal(20,2)) * p.critical_price, 2) as decimal(14,2)) as critical_loss_yuan,
       p.peak_kwh as billed_peak_kwh,
       p.peak_loss_kwh as peak_loss_kwh,
       case when p.peak_kwh is not null then p.peak_price end as peak_price_yuan_per_kwh,
       case when a.bill_id is null or a.is_band_by_meter or p.peak_kwh is null then cast(round(cast(p.peak_kwh as decimal(20,2)) * p.peak_price, 2) as decimal(14,2))
            else cast(round(cast(a.peak_up_to_kwh as decimal(20,2)) * p.peak_price, 2)
              - round(cast(cast(a.peak_up_to_kwh - p.peak_kwh as decimal(14,2)) as decimal(20,2)) * p.peak_price, 2) as decimal(14,2)) end as peak_yuan,
       cast(round(cast(p.peak_loss_kwh as decimal(20,2)) * p.peak_price, 2) as decimal(14,2)) as peak_loss_yuan,
       p.flat_kwh as billed_flat_kwh,
       p.flat_loss_kwh as flat_loss_kwh,
       case when p.flat_kwh is not null then p.flat_price end as flat_price_yuan_per_kwh,
       case when a.bill_id is null or a.is_band_by_meter or p.flat_kwh is null then cast(round(cast(p.flat_kwh as decimal(20,2)) * p.flat_price, 2) as decimal(14,2))
            else cast(round(cast(a.flat_up_to_kwh as decimal(20,2)) * p.flat_price, 2)
              - round(cast(cast(a.flat_up_to_kwh - p.flat_kwh as decimal(14,2)) as decimal(20,2)) * p.flat_price, 2) as decimal(14,2)) end as flat_yuan,
       cast(round(cast(p.flat_loss_kwh as decimal(20,2)) * p.flat_price, 2) as decimal(14,2)) as flat_loss_yuan,
       p.valley_kwh as billed_valley_kwh,
       p.valley_loss_kwh as valley_loss_kwh,
       case when p.valley_kwh is not null then p.valley_price end as valley_price_yuan_per_kwh,
       case when a.bill_id is null or a.is_band_by_meter or p.valley_kwh is null then cast(round(cast(p.valley_kwh as decimal(20,2)) * p.valley_price, 2) as decimal(14,2))
            else cast(round(cast(a.valley_up_to_kwh as decimal(20,2)) * p.valley_price, 2)
              - round(cast(cast(a.valley_up_to_kwh - p.valley_kwh as decimal(14,2)) as decimal(20,2)) * p.valley_price, 2) as decimal(14,2)) end as valley_yuan,
       cast(round(cast(p.valley_loss_kwh as decimal(20,2)) * p.valley_price, 2) as decimal(14,2)) as valley_loss_yuan,
       p.deep_valley_kwh as billed_deep_valley_kwh,
       p.deep_valley_loss_kwh as deep_valley_loss_kwh,
       case when p.deep_valley_kwh is not null then p.deep_valley_price end as deep_valley_price_yuan_per_kwh,
       case when a.bill_id is null or a.is_band_by_meter or p.deep_valley_kwh is null then cast(round(cast(p.deep_valley_kwh as decimal(20,2)) * p.deep_valley_price, 2) as decimal(14,2))
            else cast(round(cast(a.deep_valley_up_to_kwh as decimal(20,2)) * p.deep_valley_price, 2)
              - round(cast(cast(a.deep_valley_up_to_kwh - p.deep_valley_kwh as decimal(14,2)) as decimal(20,2)) * p.deep_valley_price, 2) as decimal(14,2)) end as deep_valley_yuan,
       cast(round(cast(p.deep_valley_loss_kwh as decimal(20,2)) * p.deep_valley_price, 2) as decimal(14,2)) as deep_valley_loss_yuan,
       p.total_kwh as billed_total_kwh,
       p.total_loss_kwh as total_loss_kwh,
       case when p.total_kwh is not null then p.total_price end as total_price_yuan_per_kwh,
       case when a.bill_id is null or a.is_total_by_meter or p.total_kwh is null then cast(round(cast(p.total_kwh as decimal(20,2)) * p.total_price, 2) as decimal(14,2))
            else cast(round(cast(a.total_up_to_kwh as decimal(20,2)) * p.total_price, 2)
              - round(cast(cast(a.total_up_to_kwh - p.total_kwh as decimal(14,2)) as decimal(20,2)) * p.total_price, 2) as decimal(14,2)) end as total_yuan,
       cast(round(cast(p.total_loss_kwh as decimal(20,2)) * p.total_price, 2) as decimal(14,2)) as total_loss_yuan,
       case when not p.is_on_market then p.law_citation end as law_citation,
       case when p.is_on_market then 'unverified' else p.law_confidence_code end as law_confidence_code,
       case when p.input_reason_code is not null then p.input_reason_code
            when p.jurisdiction_code is null then 'price_code_unknown'
            when p.is_overlapping then 'prices_overlap'
            when least(coalesce(p.total_kwh, 0), coalesce(p.critical_kwh, 0), coalesce(p.peak_kwh, 0), coalesce(p.flat_kwh, 0),
              coalesce(p.valley_kwh, 0), coalesce(p.deep_valley_kwh, 0)) < 0 then 'negative_quantity'
            when p.loss_reason_code is not null then p.loss_reason_code
            when p.is_time_of_use and not p.has_bands then 'registers_missing'
            when p.is_on_market and p.bought_price is null then 'retail_price_missing'
            when (p.total_kwh is not null and p.total_price is null) or (p.critical_kwh <> 0 and p.critical_price is null)
              or (p.peak_kwh <> 0 and p.peak_price is null) or (p.flat_kwh <> 0 and p.flat_price is null)
              or (p.valley_kwh <> 0 and p.valley_price is null) or (p.deep_valley_kwh <> 0 and p.deep_valley_price is null) then 'price_missing'
            end as not_recalculated_code
from priced as p
left join added as a on a.scenario_id = p.scenario_id and a.customer_id = p.customer_id and a.bill_id = p.bill_id and a.segment_no = p.segment_no
