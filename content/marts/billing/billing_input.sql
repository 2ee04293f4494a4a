/* ---
owner: billing
description:
  en: What the charges of a bill are reckoned from, cut at every change of terms and of published prices inside the period; holds no price and no rule
  zh: 计费依据宽表 (按期间内档案与公布电价的变更切分为计费段); 不含电价与规则
grain: one row per scenario, bill and segment (one metering point, one meter, one set of terms, one run of days)
key: [scenario_id, bill_id, segment_no]
reach: customer
partition_on: month_on
policy: whether a price that changes within a bill cuts it is a reading an organisation chooses
audits:
  - {check: ordered, columns: [from_on, to_on], level: warning}
  - {check: in_list, columns: [input_reason_code], level: warning}
--- */
-- of two agreements for one day the earlier holds, and the bill says that they overlap
with agreed as (
  select a.customer_id as customer_id,
         greatest(a.valid_from, coalesce(lag(a.valid_to) over (partition by a.customer_id order by a.valid_from, a.price_code), a.valid_from)) as valid_from,
         a.valid_to as valid_to,
         lead(a.valid_from) over (partition by a.customer_id order by a.valid_from, a.price_code) as next_from_on,
         a.price_code as price_code,
         a.tariff_structure_code as tariff_structure_code,
         a.basic_charge_mode_code as basic_charge_mode_code,
         a.power_factor_standard_ratio as power_factor_standard_ratio,
         a.is_time_of_use as is_time_of_use,
         a.is_tiered as is_tiered,
         a.purchase_mode_code as purchase_mode_code,
         a.billed_capacity_kva as billed_capacity_kva
  from core.price_agreement as a
),
-- the days on which a price of the bill's own code begins to hold inside its period
coded as (
  select r.customer_id as customer_id,
         r.bill_id as bill_id,
         r.reading_no as reading_no,
         r.from_on as from_on,
         r.to_on as to_on,
         p.jurisdiction_code as jurisdiction_code,
         p.usage_category_code as usage_category_code,
         p.tariff_structure_code as tariff_structure_code,
         p.voltage_class_code as voltage_class_code
  from mart.billing_reading as r
  join agreed as a on a.customer_id = r.customer_id and r.from_on >= a.valid_from and r.from_on < a.valid_to
  left join law.price_code as p on p.price_code = a.price_code and r.from_on >= p.valid_from and r.from_on < p.valid_to
  where r.bill_type_code = 'regular'
),
repriced as (
  select c.customer_id as customer_id, c.bill_id as bill_id, c.reading_no as reading_no, e.valid_from as cut_on, c.to_on as to_on
  from coded as c
  left join law.energy_price as e
    on e.jurisdiction_code = c.jurisdiction_code and e.usage_category_code = c.usage_category_code
    and e.tariff_structure_code = c.tariff_structure_code and e.voltage_class_code = c.voltage_class_code and e.register_code = 'active_total'
    and e.valid_from > c.from_on and e.valid_from < c.to_on
  where e.valid_from is not null
  union all
  select c.customer_id as customer_id, c.bill_id as bill_id, c.reading_no as reading_no, t.valid_from as cut_on, c.to_on as to_on
  from coded as c
  left join law.tier_price as t
    on t.jurisdiction_code = c.jurisdiction_code and t.voltage_class_code = c.voltage_class_code and t.register_code = 'active_total' and t.tier_no = 1
    and t.valid_from > c.from_on and t.valid_from < c.to_on
  where t.valid_from is not null and c.usage_category_code = 'residential'
  union all
  select c.customer_id as customer_id, c.bill_id as bill_id, c.reading_no as reading_no, b.valid_from as cut_on, c.to_on as to_on
  from coded as c
  left join law.basic_charge_price as b
    on b.jurisdiction_code = c.jurisdiction_code and b.usage_category_code = c.usage_category_code
    and b.tariff_structure_code = c.tariff_structure_code and b.voltage_class_code = c.voltage_class_code
    and b.valid_from > c.from_on and b.valid_from < c.to_on
  where b.valid_from is not null
),
cut as (
  select r.customer_id as customer_id, r.bill_id as bill_id, r.reading_no as reading_no, p.cut_on as cut_on, p.to_on as to_on
  from repriced as p
  join mart.billing_reading as r on r.customer_id = p.customer_id and r.bill_id = p.bill_id and r.reading_no = p.reading_no
  left join core.customer as c on c.customer_id = p.customer_id
  left join policy.law_setting as s
    on s.org_id = c.org_id and s.law_setting = 'price_change_in_period' and r.from_on >= s.valid_from and r.from_on < s.valid_to
  where coalesce(s.law_choice, 'by_days') <> 'first_day'
  union all
  select r.customer_id as customer_id, r.bill_id as bill_id, r.reading_no as reading_no, coalesce(r.from_on, r.month_on) as cut_on, coalesce(r.to_on, r.month_on) as to_on
  from mart.billing_reading as r
  union all
  select r.customer_id as customer_id, r.bill_id as bill_id, r.reading_no as reading_no, a.valid_from as cut_on, r.to_on as to_on
  from mart.billing_reading as r
  join agreed as a on a.customer_id = r.customer_id and a.valid_from > r.from_on and a.valid_from < r.to_on
  union all
  select r.customer_id as customer_id, r.bill_id as bill_id, r.reading_no as reading_no, d.valid_from as cut_on, r.to_on as to_on
  from mart.billing_reading as r
  join core.contract_demand as d on d.customer_id = r.customer_id and d.valid_from > r.from_on and d.valid_from < r.to_on
),
distinct_cut as (
  select c.customer_id as customer_id, c.bill_id as bill_id, c.reading_no as reading_no, c.cut_on as cut_on, max(c.to_on) as to_on
  from cut as c
  group by c.customer_id, c.bill_id, c.reading_no, c.cut_on
),
stretch as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.reading_no as reading_no,
         c.cut_on as from_on,
         lead(c.cut_on, 1, c.to_on) over (partition by c.customer_id, c.bill_id, c.reading_no order by c.cut_on) as to_on
  from distinct_cut as c
),
segment as (
  select 'actual' as scenario_code,
         s.customer_id as customer_id,
         s.bill_id as bill_id,
         s.reading_no as reading_no,
         s.from_on as from_on,
         s.to_on as to_on,
         date_diff('day', s.from_on, s.to_on) as days,
         date_diff('day', r.from_on, s.from_on) as days_before,
         date_diff('day', r.from_on, s.to_on) as days_to,
         date_diff('day', r.from_on, r.to_on) as reading_days,
         r.month_on as month_on,
         r.bill_from_on as bill_from_on,
         r.bill_to_on as bill_to_on,
         r.billed_months as billed_months,
         r.bill_type_code as bill_type_code,
         r.metering_point_id as metering_point_id,
         r.meter_id as meter_id,
         r.meter_count as meter_count,
         r.multiplier as multiplier,
         r.critical_index as critical_index,
         r.peak_index as peak_index,
         r.flat_index as flat_index,
         r.valley_index as valley_index,
         r.deep_valley_index as deep_valley_index,
         r.total_index as total_index,
         r.reactive_index as reactive_index,
         r.import_kvarh as import_kvarh,
         r.demand_index as demand_index,
         r.fixed_kwh as fixed_kwh,
         r.adjustment_kwh as adjustment_kwh,
         r.adjustment_yuan as adjustment_yuan,
         r.adjustment_reason_code as adjustment_reason_code,
         r.is_cancelled as is_cancelled,
         r.billed_price_yuan_per_kwh as billed_price_yuan_per_kwh,
         r.unread_count as unread_count
  from stretch as s
  join mart.billing_reading as r
    on r.customer_id = s.customer_id and r.bill_id = s.bill_id and r.reading_no = s.reading_no
),
-- several transformers share the load in proportion to their capacity: their losses add up
transformed as (
  select t.customer_id as customer_id,
         s.valid_from as valid_from,
         s.valid_to as valid_to,
         t.power_transformer_id as power_transformer_id,
         t.rated_capacity_kva as rated_capacity_kva,
         t.no_load_loss_kw as no_load_loss_kw,
         t.load_loss_kw as load_loss_kw,
         t.no_load_current_pct * cast(t.rated_capacity_kva as double) as no_load_current_weight,
         t.impedance_pct * cast(t.rated_capacity_kva as double) as impedance_weight
  from core.power_transformer as t
  join core.transformer_status as s on s.customer_id = t.customer_id and s.power_transformer_id = t.power_transformer_id
  where s.transformer_status_code = 'running'
),
low_side as (
  select s.customer_id as customer_id, s.bill_id as bill_id, s.reading_no as reading_no, s.from_on as from_on
  from segment as s
  join core.metering_point as p on p.customer_id = s.customer_id and p.metering_point_id = s.metering_point_id
  where p.metering_mode_code = 'high_supply_low_metering'
),
lossy as (
  select s.customer_id as customer_id,
         s.bill_id as bill_id,
         s.reading_no as reading_no,
         s.from_on as from_on,
         cast(sum(t.rated_capacity_kva) as decimal(12,2)) as rated_capacity_kva,
         cast(sum(t.no_load_loss_kw) as decimal(12,4)) as no_load_loss_kw,
         cast(sum(t.load_loss_kw) as decimal(12,4)) as load_loss_kw,
         round(sum(t.no_load_current_weight) / nullif(cast(sum(t.rated_capacity_kva) as double), 0), 6) as no_load_current_pct,
         round(sum(t.impedance_weight) / nullif(cast(sum(t.rated_capacity_kva) as double), 0), 6) as impedance_pct
  from low_side as s
  join transformed as t on t.customer_id = s.customer_id and s.from_on >= t.valid_from and s.from_on < t.valid_to
  group by s.customer_id, s.bill_id, s.reading_no, s.from_on
),
-- the line loss of the latest contract in force; few customers have one that states any
on_line as (
  select distinct c.customer_id as customer_id
  from core.supply_contract as c
  where c.agreed_line_loss_ratio > 0
),
contracted as (
  select s.customer_id as customer_id,
         s.bill_id as bill_id,
         s.reading_no as reading_no,
         s.from_on as from_on,
         c.agreed_line_loss_ratio as agreed_line_loss_ratio,
         row_number() over (partition by s.customer_id, s.bill_id, s.reading_no, s.from_on order by c.valid_from desc, c.supply_contract_id) as place_no
  from segment as s
  join on_line as o on o.customer_id = s.customer_id
  join core.supply_contract as c on c.customer_id = s.customer_id
  where c.valid_from <= s.from_on and (c.is_evergreen or c.valid_to > s.from_on) and s.meter_id is not null
),
-- which of the customer's sources feeds a point whose demand is read: one that is the main supply of anything is the main
sourced as (
  select s.customer_id as customer_id,
         s.bill_id as bill_id,
         s.reading_no as reading_no,
         s.from_on as from_on,
         case when max(case when u.supply_source_type_code = 'main' then 1 else 0 end) = 1 then 'main' else max(u.supply_source_type_code) end
           as supply_source_type_code
  from segment as s
  join core.metering_point as p on p.customer_id = s.customer_id and p.metering_point_id = s.metering_point_id
  join core.supply_source as u
    on u.customer_id = p.customer_id and u.feeder_id = p.feeder_id and s.from_on >= u.valid_from and s.from_on < u.valid_to
  where s.demand_index is not null and u.connectivity_source_code = 'marketing'
  group by s.customer_id, s.bill_id, s.reading_no, s.from_on
),
ordered as (
  select s.customer_id as customer_id,
         s.bill_id as bill_id,
         s.reading_no as reading_no,
         s.from_on as from_on,
         row_number() over (partition by s.customer_id, s.bill_id order by s.reading_no, s.from_on) as segment_no
  from segment as s
),
charged as (
  select distinct s.customer_id as customer_id,
         s.bill_id as bill_id,
         s.bill_from_on as bill_from_on,
         s.bill_to_on as bill_to_on,
         case when extract(day from s.bill_from_on) = 1 then s.bill_from_on else cast(last_day(s.bill_from_on) + interval 1 day as date) end as whole_from_on
  from segment as s
),
calendar as (
  select o.customer_id as customer_id,
         o.bill_id as bill_id,
         (extract(year from o.bill_to_on) - extract(year from o.bill_from_on)) * 12 + extract(month from o.bill_to_on) - extract(month from o.bill_from_on)
           as cycle_months,
         (extract(year from o.bill_to_on) - extract(year from o.whole_from_on)) * 12 + extract(month from o.bill_to_on) - extract(month from o.whole_from_on)
           as whole_months,
         date_diff('day', o.bill_from_on, o.whole_from_on) + date_diff('day', cast(date_trunc('month', o.bill_to_on) as date), o.bill_to_on) as outside_days
  from charged as o
)
select s.scenario_code as scenario_id,
       s.bill_id as bill_id,
       o.segment_no as segment_no,
       s.customer_id as customer_id,
       c.org_id as org_id,
       s.month_on as month_on,
       s.bill_from_on as bill_from_on,
       s.bill_to_on as bill_to_on,
       s.from_on as from_on,
       s.to_on as to_on,
       s.billed_months as billed_months,
       -- a cycle is a month whatever its days; an account that begins or ends within it has whole months of the calendar, and days
       case when extract(day from s.bill_from_on) = extract(day from s.bill_to_on) then m.cycle_months
            when c.opened_on >= s.bill_from_on or (c.closed_on > s.bill_from_on and c.closed_on <= s.bill_to_on) then greatest(m.whole_months, 0)
            else coalesce(s.billed_months, m.cycle_months) end as charged_months,
       case when extract(day from s.bill_from_on) = extract(day from s.bill_to_on) then 0
            when (c.opened_on >= s.bill_from_on or (c.closed_on > s.bill_from_on and c.closed_on <= s.bill_to_on)) and m.whole_months > 0
              then m.outside_days
            when c.opened_on >= s.bill_from_on or (c.closed_on > s.bill_from_on and c.closed_on <= s.bill_to_on)
              then date_diff('day', s.bill_from_on, s.bill_to_on)
            else 0 end as charged_days,
       c.opened_on as opened_on,
       c.closed_on as closed_on,
       s.metering_point_id as metering_point_id,
       s.meter_id as meter_id,
       case when s.days = s.reading_days then s.critical_index else cast(
         round(round(cast(round(cast(s.critical_index as decimal(20,4)) * cast(s.days_to as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         - round(round(cast(round(cast(s.critical_index as decimal(20,4)) * cast(s.days_before as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         as decimal(14,4)) end as critical_index,
       case when s.days = s.reading_days then s.peak_index else cast(
         round(round(cast(round(cast(s.peak_index as decimal(20,4)) * cast(s.days_to as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         - round(round(cast(round(cast(s.peak_index as decimal(20,4)) * cast(s.days_before as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         as decimal(14,4)) end as peak_index,
       case when s.days = s.reading_days then s.flat_index else cast(
         round(round(cast(round(cast(s.flat_index as decimal(20,4)) * cast(s.days_to as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         - round(round(cast(round(cast(s.flat_index as decimal(20,4)) * cast(s.days_before as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         as decimal(14,4)) end as flat_index,
       case when s.days = s.reading_days then s.valley_index else cast(
         round(round(cast(round(cast(s.valley_index as decimal(20,4)) * cast(s.days_to as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         - round(round(cast(round(cast(s.valley_index as decimal(20,4)) * cast(s.days_before as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         as decimal(14,4)) end as valley_index,
       case when s.days = s.reading_days then s.deep_valley_index else cast(
         round(round(cast(round(cast(s.deep_valley_index as decimal(20,4)) * cast(s.days_to as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         - round(round(cast(round(cast(s.deep_valley_index as decimal(20,4)) * cast(s.days_before as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         as decimal(14,4)) end as deep_valley_index,
       case when s.days = s.reading_days then s.total_index else cast(
         round(round(cast(round(cast(s.total_index as decimal(20,4)) * cast(s.days_to as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         - round(round(cast(round(cast(s.total_index as decimal(20,4)) * cast(s.days_before as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         as decimal(14,4)) end as total_index,
       case when s.days = s.reading_days then s.reactive_index else cast(
         round(round(cast(round(cast(s.reactive_index as decimal(20,4)) * cast(s.days_to as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         - round(round(cast(round(cast(s.reactive_index as decimal(20,4)) * cast(s.days_before as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 4)
         as decimal(14,4)) end as reactive_index,
       case when s.days_before = 0 and s.reactive_index is null then s.import_kvarh end as import_kvarh,
       s.demand_index as demand_index,
       s.multiplier as multiplier,
       case when s.days = s.reading_days then s.fixed_kwh else cast(
         round(round(cast(round(cast(s.fixed_kwh as decimal(20,2)) * cast(s.days_to as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 2)
         - round(round(cast(round(cast(s.fixed_kwh as decimal(20,2)) * cast(s.days_before as decimal(5,0)), 4) as decimal(19,4)) * v.reciprocal_ratio, 8), 2)
         as decimal(14,2)) end as fixed_kwh,
       case when s.days_before = 0 then s.adjustment_kwh end as adjustment_kwh,
       case when s.days_before = 0 then s.adjustment_yuan end as adjustment_yuan,
       s.adjustment_reason_code as adjustment_reason_code,
       a.price_code as price_code,
       c.supply_voltage_code as supply_voltage_code,
       a.tariff_structure_code as tariff_structure_code,
       a.purchase_mode_code as purchase_mode_code,
       case when g.registration_status_code = 'exited_default' then 'left_market' else 'ordinary' end as purchase_group_code,
       cast(null as decimal(12,8)) as retail_price_yuan_per_kwh,
       case when a.purchase_mode_code in ('market_retail', 'market_direct') then s.billed_price_yuan_per_kwh end as billed_price_yuan_per_kwh,
       -- the contract's price is what the issued price holds beside the parts of the code it was issued under, whatever code a scenario says
       case when a.purchase_mode_code in ('market_retail', 'market_direct') then a.price_code end as billed_price_code,
       a.is_time_of_use as is_time_of_use,
       a.is_tiered as is_tiered,
       a.basic_charge_mode_code as basic_charge_mode_code,
       a.billed_capacity_kva as billed_capacity_kva,
       d.contract_demand_kw as contract_demand_kw,
       a.power_factor_standard_ratio as power_factor_standard_ratio,
       case when l.bill_id is not null then true else false end as has_transformer_loss,
       l.rated_capacity_kva as rated_capacity_kva,
       l.no_load_loss_kw as no_load_loss_kw,
       l.load_loss_kw as load_loss_kw,
       l.no_load_current_pct as no_load_current_pct,
       l.impedance_pct as impedance_pct,
       k.agreed_line_loss_ratio as line_loss_ratio,
       w.supply_source_type_code as supply_source_type_code,
       cast(null as text) as parent_metering_point_id,
       cast(null as double) as allocation_ratio,
       case when s.bill_type_code <> 'regular' then 'adjustment_bill'
            when s.is_cancelled then 'bill_cancelled'
            when s.bill_from_on is null then 'period_unknown'
            when s.bill_from_on >= s.bill_to_on then 'period_of_zero_days'
            when s.unread_count > 0 and s.meter_count > 1 then 'closing_reading_missing'
            when s.unread_count > 0 then 'reading_missing'
            when least(coalesce(s.total_index, 0), coalesce(s.critical_index, 0), coalesce(s.peak_index, 0), coalesce(s.flat_index, 0),
              coalesce(s.valley_index, 0), coalesce(s.deep_valley_index, 0), coalesce(s.reactive_index, 0), coalesce(s.fixed_kwh, 0)) < 0
              then 'negative_quantity'
            when a.price_code is null then 'agreement_missing'
            when a.next_from_on < a.valid_to and a.next_from_on < s.to_on then 'agreements_overlap' end as input_reason_code
from segment as s
join ordered as o on o.customer_id = s.customer_id and o.bill_id = s.bill_id and o.reading_no = s.reading_no and o.from_on = s.from_on
join calendar as m on m.customer_id = s.customer_id and m.bill_id = s.bill_id
left join core.customer as c on c.customer_id = s.customer_id
left join agreed as a on a.customer_id = s.customer_id and s.from_on >= a.valid_from and s.from_on < a.valid_to
left join core.contract_demand as d on d.customer_id = s.customer_id and s.from_on >= d.valid_from and s.from_on < d.valid_to
left join core.market_registration as g on g.customer_id = s.customer_id and s.from_on >= g.valid_from and s.from_on < g.valid_to
left join lossy as l on l.customer_id = s.customer_id and l.bill_id = s.bill_id and l.reading_no = s.reading_no and l.from_on = s.from_on
left join contracted as k
  on k.customer_id = s.customer_id and k.bill_id = s.bill_id and k.reading_no = s.reading_no and k.from_on = s.from_on and k.place_no = 1
left join sourced as w on w.customer_id = s.customer_id and w.bill_id = s.bill_id and w.reading_no = s.reading_no and w.from_on = s.from_on
left join reference.reciprocal as v on v.divisor = s.reading_days
