/* ---
owner: billing
description:
  en: The energy charge of residents on tiers and time of use at once - each band by its first-tier price and the premium of the tiers on the total, or each tier's bands by their own prices
  zh: 同时执行阶梯与分时的居民电费 - 各时段电量按第一档分时电价, 第二、三档加价按总电量; 或各档内分时电量按该档分时电价
grain: one row per scenario, bill and segment on tiers and time of use
key: [scenario_id, bill_id, segment_no]
reach: customer
partition_on: month_on
policy: how tiers and bands of one bill go together, and how two meters are rounded, are readings an organisation chooses
--- */
with segment as (
  select t.scenario_id as scenario_id,
         t.customer_id as customer_id,
         t.bill_id as bill_id,
         t.segment_no as segment_no,
         t.month_on as month_on,
         i.org_id as org_id,
         i.from_on as from_on,
         coalesce(i.price_code, i.bill_id) as price_code,
         t.tier_1_kwh as tier_1_kwh,
         t.tier_2_kwh as tier_2_kwh,
         t.tier_3_kwh as tier_3_kwh,
         t.not_recalculated_code as tier_reason_code,
         i.fixed_kwh as fixed_kwh,
         case when q.critical_moved_kwh is null then cast(round(cast(i.critical_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))
              else cast(coalesce(cast(round(cast(i.critical_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) + q.critical_moved_kwh as decimal(14,2)) end as critical_kwh,
         case when q.peak_moved_kwh is null then cast(round(cast(i.peak_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))
              else cast(coalesce(cast(round(cast(i.peak_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) + q.peak_moved_kwh as decimal(14,2)) end as peak_kwh,
         case when q.flat_moved_kwh is null then cast(round(cast(i.flat_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))
              else cast(coalesce(cast(round(cast(i.flat_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) + q.flat_moved_kwh as decimal(14,2)) end as flat_kwh,
         case when q.valley_moved_kwh is null then cast(round(cast(i.valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))
              else cast(coalesce(cast(round(cast(i.valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) + q.valley_moved_kwh as decimal(14,2)) end as valley_kwh,
         case when q.deep_valley_moved_kwh is null then cast(round(cast(i.deep_valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))
              else cast(coalesce(cast(round(cast(i.deep_valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) + q.deep_valley_moved_kwh as decimal(14,2)) end as deep_valley_kwh
  from mart.tier_charge as t
  join mart.billing_input as i
    on i.scenario_id = t.scenario_id and i.customer_id = t.customer_id and i.bill_id = t.bill_id and i.segment_no = t.segment_no
  left join mart.shared_quantity as q
    on q.scenario_id = t.scenario_id and q.customer_id = t.customer_id and q.bill_id = t.bill_id and q.segment_no = t.segment_no
  where t.is_time_of_use
),
terms as (
  select distinct s.price_code as price_code, s.from_on as from_on
  from segment as s
),
-- the prices of each register over the tiers, two or three
published as (
  select t.price_code as price_code,
         t.from_on as from_on,
         e.register_code as register_code,
         min(case when e.tier_no = 1 then e.price_yuan_per_kwh end) as tier_1_price,
         min(case when e.tier_no > 1 then e.price_yuan_per_kwh end) as tier_2_price,
         max(case when e.tier_no > 1 then e.price_yuan_per_kwh end) as tier_3_price,
         max(e.law_citation) as law_citation,
         max(e.law_confidence_code) as law_confidence_code
  from terms as t
  left join law.price_code as c on c.price_code = t.price_code and t.from_on >= c.valid_from and t.from_on < c.valid_to
  left join law.tier_price as e
    on e.jurisdiction_code = c.jurisdiction_code and e.voltage_class_code = c.voltage_class_code
    and t.from_on >= e.valid_from and t.from_on < e.valid_to
  group by t.price_code, t.from_on, e.register_code
),
-- a sheet whose bands all have the premium of the whole puts it on the total; one with other premiums prices each tier's bands
sheet as (
  select p.price_code as price_code,
         p.from_on as from_on,
         case when min(p.tier_2_price - p.tier_1_price) = max(p.tier_2_price - p.tier_1_price)
           and min(p.tier_3_price - p.tier_1_price) = max(p.tier_3_price - p.tier_1_price) then true else false end as is_one_premium,
         max(case when p.register_code = 'active_total' then p.tier_2_price - p.tier_1_price end) as tier_2_premium,
         max(case when p.register_code = 'active_total' then p.tier_3_price - p.tier_1_price end) as tier_3_premium,
         max(p.law_citation) as law_citation,
         max(p.law_confidence_code) as law_confidence_code
  from published as p
  group by p.price_code, p.from_on
),
read as (
  select s.scenario_id as scenario_id,
         s.customer_id as customer_id,
         s.bill_id as bill_id,
         s.segment_no as segment_no,
         s.month_on as month_on,
         s.price_code as price_code,
         s.from_on as from_on,
         s.tier_1_kwh as tier_1_kwh,
         s.tier_2_kwh as tier_2_kwh,
         s.tier_3_kwh as tier_3_kwh,
         s.tier_reason_code as tier_reason_code,
         s.fixed_kwh as fixed_kwh,
         s.critical_kwh as critical_kwh,
         s.peak_kwh as peak_kwh,
         s.flat_kwh as flat_kwh,
         s.valley_kwh as valley_kwh,
         s.deep_valley_kwh as deep_valley_kwh,
         case when coalesce(s.critical_kwh, s.peak_kwh, s.flat_kwh, s.valley_kwh, s.deep_valley_kwh) is null then 0 else 1 end as has_bands,
         case when w.law_choice = 'bands_in_tiers' then true
              when w.law_choice = 'premium_on_total' then false
              else not p.is_one_premium end as is_shared,
         coalesce(o.is_total_rounded_by_meter, true) as is_total_by_meter,
         coalesce(o.is_band_rounded_by_meter, false) as is_band_by_meter,
         p.tier_2_premium as tier_2_premium,
         p.tier_3_premium as tier_3_premium,
         p.law_citation as law_citation,
         p.law_confidence_code as law_confidence_code
  from segment as s
  join sheet as p on p.price_code = s.price_code and p.from_on = s.from_on
  left join policy.law_setting as w
    on w.org_id = s.org_id and w.law_setting = 'tier_time_of_use' and s.from_on >= w.valid_from and s.from_on < w.valid_to
  left join policy.billing as o on o.org_id = s.org_id and s.from_on >= o.valid_from and s.from_on < o.valid_to
),
part as (
  select r.scenario_id as scenario_id, r.customer_id as customer_id, r.bill_id as bill_id, r.segment_no as segment_no, r.price_code as price_code,
         r.from_on as from_on, r.is_shared as is_shared, r.is_band_by_meter as is_by_meter, 'active_critical' as register_code, r.critical_kwh as part_kwh,
         r.tier_1_kwh as tier_1_kwh, r.tier_2_kwh as tier_2_kwh, r.tier_3_kwh as tier_3_kwh
  from read as r
  where r.critical_kwh is not null
  union all
  select r.scenario_id as scenario_id, r.customer_id as customer_id, r.bill_id as bill_id, r.segment_no as segment_no, r.price_code as price_code,
         r.from_on as from_on, r.is_shared as is_shared, r.is_band_by_meter as is_by_meter, 'active_peak' as register_code, r.peak_kwh as part_kwh,
         r.tier_1_kwh as tier_1_kwh, r.tier_2_kwh as tier_2_kwh, r.tier_3_kwh as tier_3_kwh
  from read as r
  where r.peak_kwh is not null
  union all
  select r.scenario_id as scenario_id, r.customer_id as customer_id, r.bill_id as bill_id, r.segment_no as segment_no, r.price_code as price_code,
         r.from_on as from_on, r.is_shared as is_shared, r.is_band_by_meter as is_by_meter, 'active_flat' as register_code, r.flat_kwh as part_kwh,
         r.tier_1_kwh as tier_1_kwh, r.tier_2_kwh as tier_2_kwh, r.tier_3_kwh as tier_3_kwh
  from read as r
  where r.flat_kwh is not null
  union all
  select r.scenario_id as scenario_id, r.customer_id as customer_id, r.bill_id as bill_id, r.segment_no as segment_no, r.price_code as price_code,
         r.from_on as from_on, r.is_shared as is_shared, r.is_band_by_meter as is_by_meter, 'active_valley' as register_code, r.valley_kwh as part_kwh,
         r.tier_1_kwh as tier_1_kwh, r.tier_2_kwh as tier_2_kwh, r.tier_3_kwh as tier_3_kwh
  from read as r
  where r.valley_kwh is not null
  union all
  select r.scenario_id as scenario_id, r.customer_id as customer_id, r.bill_id as bill_id, r.segment_no as segment_no, r.price_code as price_code,
         r.from_on as from_on, r.is_shared as is_shared, r.is_band_by_meter as is_by_meter, 'active_deep_valley' as register_code, r.deep_valley_kwh as part_kwh,
         r.tier_1_kwh as tier_1_kwh, r.tier_2_kwh as tier_2_kwh, r.tier_3_kwh as tier_3_kwh
  from read as r
  where r.deep_valley_kwh is not null
  union all
  select r.scenario_id as scenario_id, r.customer_id as customer_id, r.bill_id as bill_id, r.segment_no as segment_no, r.price_code as price_code,
         r.from_on as from_on, r.is_shared as is_shared, r.is_total_by_meter as is_by_meter, 'active_total' as register_code, r.fixed_kwh as part_kwh,
         r.tier_1_kwh as tier_1_kwh, r.tier_2_kwh as tier_2_kwh, r.tier_3_kwh as tier_3_kwh
  from read as r
  where r.fixed_kwh is not null
),
-- by the largest remainder: of what lies above the first tier, and of what lies above the second, each part has its share
cutting as (
  select p.scenario_id as scenario_id,
         p.customer_id as customer_id,
         p.bill_id as bill_id,
         p.segment_no as segment_no,
         p.register_code as register_code,
         cast(round(cast(p.tier_2_kwh + p.tier_3_kwh as double) * cast(p.part_kwh as double)
           / nullif(cast(p.tier_1_kwh + p.tier_2_kwh + p.tier_3_kwh as double), 0) * 100, 6) as decimal(18,6)) as above_first,
         cast(round(cast(p.tier_3_kwh as double) * cast(p.part_kwh as double)
           / nullif(cast(p.tier_1_kwh + p.tier_2_kwh + p.tier_3_kwh as double), 0) * 100, 6) as decimal(18,6)) as above_second,
         cast((p.tier_2_kwh + p.tier_3_kwh) * 100 as decimal(18,2)) as above_first_whole,
         cast(p.tier_3_kwh * 100 as decimal(18,2)) as above_second_whole
  from part as p
  where p.is_shared
),
ranked as (
  select c.scenario_id as scenario_id,
         c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         c.register_code as register_code,
         floor(c.above_first) as first_floor,
         floor(c.above_second) as second_floor,
         c.above_first_whole - sum(floor(c.above_first)) over (partition by c.scenario_id, c.customer_id, c.bill_id, c.segment_no) as first_left,
         c.above_second_whole - sum(floor(c.above_second)) over (partition by c.scenario_id, c.customer_id, c.bill_id, c.segment_no) as second_left,
         row_number() over (partition by c.scenario_id, c.customer_id, c.bill_id, c.segment_no
           order by c.above_first - floor(c.above_first) desc, c.register_code) as first_rank,
         row_number() over (partition by c.scenario_id, c.customer_id, c.bill_id, c.segment_no
           order by c.above_second - floor(c.above_second) desc, c.register_code) as second_rank
  from cutting as c
),
shared as (
  select k.scenario_id as scenario_id,
         k.customer_id as customer_id,
         k.bill_id as bill_id,
         k.segment_no as segment_no,
         k.register_code as register_code,
         cast(round(cast(k.first_floor + case when k.first_rank <= k.first_left then 1 else 0 end as double) / cast(100 as double), 2) as decimal(14,2))
           as above_first_kwh,
         cast(round(cast(k.second_floor + case when k.second_rank <= k.second_left then 1 else 0 end as double) / cast(100 as double), 2) as decimal(14,2))
           as above_second_kwh
  from ranked as k
),
placed as (
  select p.scenario_id as scenario_id,
         p.customer_id as customer_id,
         p.bill_id as bill_id,
         p.segment_no as segment_no,
         p.is_by_meter as is_by_meter,
         p.register_code as register_code,
         e.tier_1_price as tier_1_price,
         e.tier_2_price as tier_2_price,
         e.tier_3_price as tier_3_price,
         cast(p.part_kwh - coalesce(h.above_first_kwh, 0) as decimal(14,2)) as tier_1_kwh,
         cast(h.above_first_kwh - h.above_second_kwh as decimal(14,2)) as tier_2_kwh,
         h.above_second_kwh as tier_3_kwh
  from part as p
  left join published as e on e.price_code = p.price_code and e.from_on = p.from_on and e.register_code = p.register_code
  left join shared as h
    on h.scenario_id = p.scenario_id and h.customer_id = p.customer_id and h.bill_id = p.bill_id and h.segment_no = p.segment_no
    and h.register_code = p.register_code
),
line as (
  select p.scenario_id as scenario_id, p.customer_id as customer_id, p.bill_id as bill_id, p.segment_no as segment_no, p.is_by_meter as is_by_meter,
         p.register_code as register_code, 'tier_1' as place_code, p.tier_1_kwh as line_kwh, p.tier_1_price as price
  from placed as p
  union all
  select p.scenario_id as scenario_id, p.customer_id as customer_id, p.bill_id as bill_id, p.segment_no as segment_no, p.is_by_meter as is_by_meter,
         p.register_code as register_code, 'tier_2' as place_code, p.tier_2_kwh as line_kwh, p.tier_2_price as price
  from placed as p
  where p.tier_2_kwh <> 0
  union all
  select p.scenario_id as scenario_id, p.customer_id as customer_id, p.bill_id as bill_id, p.segment_no as segment_no, p.is_by_meter as is_by_meter,
         p.register_code as register_code, 'tier_3' as place_code, p.tier_3_kwh as line_kwh, p.tier_3_price as price
  from placed as p
  where p.tier_3_kwh <> 0
  union all
  select r.scenario_id as scenario_id, r.customer_id as customer_id, r.bill_id as bill_id, r.segment_no as segment_no, r.is_total_by_meter as is_by_meter,
         'premium' as register_code, 'tier_2' as place_code, r.tier_2_kwh as line_kwh, r.tier_2_premium as price
  from read as r
  where not r.is_shared and r.tier_2_kwh <> 0
  union all
  select r.scenario_id as scenario_id, r.customer_id as customer_id, r.bill_id as bill_id, r.segment_no as segment_no, r.is_total_by_meter as is_by_meter,
         'premium' as register_code, 'tier_3' as place_code, r.tier_3_kwh as line_kwh, r.tier_3_premium as price
  from read as r
  where not r.is_shared and r.tier_3_kwh <> 0
),
-- where a line is rounded once for several meters, each has what its energy adds
added as (
  select l.scenario_id as scenario_id,
         l.customer_id as customer_id,
         l.bill_id as bill_id,
         l.segment_no as segment_no,
         l.is_by_meter as is_by_meter,
         l.register_code as register_code,
         l.place_code as place_code,
         l.line_kwh as line_kwh,
         l.price as price,
         cast(sum(l.line_kwh) over (partition by l.scenario_id, l.customer_id, l.bill_id, l.register_code, l.place_code, l.price order by l.segment_no
           rows between unbounded preceding and current row) as decimal(14,2)) as up_to_kwh
  from line as l
),
priced as (
  select a.scenario_id as scenario_id,
         a.customer_id as customer_id,
         a.bill_id as bill_id,
         a.segment_no as segment_no,
         a.register_code as register_code,
         a.place_code as place_code,
         a.line_kwh as line_kwh,
         a.price as price,
         case when a.is_by_meter then cast(round(cast(a.line_kwh as decimal(20,2)) * a.price, 2) as decimal(14,2))
              else cast(round(cast(a.up_to_kwh as decimal(20,2)) * a.price, 2)
                - round(cast(cast(a.up_to_kwh - a.line_kwh as decimal(14,2)) as decimal(20,2)) * a.price, 2) as decimal(14,2)) end as line_yuan
  from added as a
),
gathered as (
  select p.scenario_id as scenario_id,
         p.customer_id as customer_id,
         p.bill_id as bill_id,
         p.segment_no as segment_no,
         cast(sum(case when p.register_code = 'active_critical' then p.line_kwh end) as decimal(14,2)) as critical_kwh,
         cast(sum(case when p.register_code = 'active_critical' then p.line_yuan end) as decimal(14,2)) as critical_yuan,
         max(case when p.register_code = 'active_critical' and p.place_code = 'tier_1' then p.price end) as critical_first,
         min(case when p.register_code = 'active_critical' and p.line_kwh <> 0 then p.price end) as critical_least,
         max(case when p.register_code = 'active_critical' and p.line_kwh <> 0 then p.price end) as critical_most,
         cast(sum(case when p.register_code = 'active_peak' then p.line_kwh end) as decimal(14,2)) as peak_kwh,
         cast(sum(case when p.register_code = 'active_peak' then p.line_yuan end) as decimal(14,2)) as peak_yuan,
         max(case when p.register_code = 'active_peak' and p.place_code = 'tier_1' then p.price end) as peak_first,
         min(case when p.register_code = 'active_peak' and p.line_kwh <> 0 then p.price end) as peak_least,
         max(case when p.register_code = 'active_peak' and p.line_kwh <> 0 then p.price end) as peak_most,
         cast(sum(case when p.register_code = 'active_flat' then p.line_kwh end) as decimal(14,2)) as flat_kwh,
         cast(sum(case when p.register_code = 'active_flat' then p.line_yuan end) as decimal(14,2)) as flat_yuan,
         max(case when p.register_code = 'active_flat' and p.place_code = 'tier_1' then p.price end) as flat_first,
         min(case when p.register_code = 'active_flat' and p.line_kwh <> 0 then p.price end) as flat_least,
         max(case when p.register_code = 'active_flat' and p.line_kwh <> 0 then p.price end) as flat_most,
         cast(sum(case when p.register_code = 'active_valley' then p.line_kwh end) as decimal(14,2)) as valley_kwh,
         cast(sum(case when p.register_code = 'active_valley' then p.line_yuan end) as decimal(14,2)) as valley_yuan,
         max(case when p.register_code = 'active_valley' and p.place_code = 'tier_1' then p.price end) as valley_first,
         min(case when p.register_code = 'active_valley' and p.line_kwh <> 0 then p.price end) as valley_least,
         max(case when p.register_code = 'active_valley' and p.line_kwh <> 0 then p.price end) as valley_most,
         cast(sum(case when p.register_code = 'active_deep_valley' then p.line_kwh end) as decimal(14,2)) as deep_valley_kwh,
         cast(sum(case when p.register_code = 'active_deep_valley' then p.line_yuan end) as decimal(14,2)) as deep_valley_yuan,
         max(case when p.register_code = 'active_deep_valley' and p.place_code = 'tier_1' then p.price end) as deep_valley_first,
         min(case when p.register_code = 'active_deep_valley' and p.line_kwh <> 0 then p.price end) as deep_valley_least,
         max(case when p.register_code = 'active_deep_valley' and p.line_kwh <> 0 then p.price end) as deep_valley_most,
         cast(sum(case when p.register_code = 'active_total' then p.line_kwh end) as decimal(14,2)) as total_kwh,
         cast(sum(case when p.register_code = 'active_total' then p.line_yuan end) as decimal(14,2)) as total_yuan,
         max(case when p.register_code = 'active_total' and p.place_code = 'tier_1' then p.price end) as total_first,
         min(case when p.register_code = 'active_total' and p.line_kwh <> 0 then p.price end) as total_least,
         max(case when p.register_code = 'active_total' and p.line_kwh <> 0 then p.price end) as total_most,
         cast(sum(case when p.register_code = 'premium' and p.place_code = 'tier_2' then p.line_yuan end) as decimal(14,2)) as tier_2_yuan,
         max(case when p.register_code = 'premium' and p.place_code = 'tier_2' then p.price end) as tier_2_price,
         cast(sum(case when p.register_code = 'premium' and p.place_code = 'tier_3' then p.line_yuan end) as decimal(14,2)) as tier_3_yuan,
         max(case when p.register_code = 'premium' and p.place_code = 'tier_3' then p.price end) as tier_3_price,
         max(case when p.line_kwh < 0 then 1 else 0 end) as negative_count,
         max(case when p.line_kwh <> 0 and p.price is null then 1 else 0 end) as unpriced_count
  from priced as p
  group by p.scenario_id, p.customer_id, p.bill_id, p.segment_no
)
select r.scenario_id as scenario_id,
       r.bill_id as bill_id,
       r.segment_no as segment_no,
       r.customer_id as customer_id,
       r.month_on as month_on,
       r.is_shared as is_tier_shared_by_band,
       g.critical_kwh as billed_critical_kwh,
       case when g.critical_most is null then g.critical_first when g.critical_least = g.critical_most then g.critical_most end as critical_price_yuan_per_kwh,
       g.critical_yuan as critical_yuan,
       g.peak_kwh as billed_peak_kwh,
       case when g.peak_most is null then g.peak_first when g.peak_least = g.peak_most then g.peak_most end as peak_price_yuan_per_kwh,
       g.peak_yuan as peak_yuan,
       g.flat_kwh as billed_flat_kwh,
       case when g.flat_most is null then g.flat_first when g.flat_least = g.flat_most then g.flat_most end as flat_price_yuan_per_kwh,
       g.flat_yuan as flat_yuan,
       g.valley_kwh as billed_valley_kwh,
       case when g.valley_most is null then g.valley_first when g.valley_least = g.valley_most then g.valley_most end as valley_price_yuan_per_kwh,
       g.valley_yuan as valley_yuan,
       g.deep_valley_kwh as billed_deep_valley_kwh,
       case when g.deep_valley_most is null then g.deep_valley_first when g.deep_valley_least = g.deep_valley_most then g.deep_valley_most end as deep_valley_price_yuan_per_kwh,
       g.deep_valley_yuan as deep_valley_yuan,
       g.total_kwh as billed_total_kwh,
       case when g.total_most is null then g.total_first when g.total_least = g.total_most then g.total_most end as total_price_yuan_per_kwh,
       g.total_yuan as total_yuan,
       g.tier_2_price as tier_2_price_yuan_per_kwh,
       g.tier_2_yuan as tier_2_yuan,
       g.tier_3_price as tier_3_price_yuan_per_kwh,
       g.tier_3_yuan as tier_3_yuan,
       r.law_citation as law_citation,
       r.law_confidence_code as law_confidence_code,
       case when r.tier_reason_code is not null then r.tier_reason_code
            when r.has_bands = 0 then 'registers_missing'
            when g.negative_count > 0 then 'negative_quantity'
            when g.unpriced_count > 0 then 'price_missing' end as not_recalculated_code
from read as r
left join gathered as g
  on g.scenario_id = r.scenario_id and g.customer_id = r.customer_id and g.bill_id = r.bill_id and g.segment_no = r.segment_no
