/* ---
uid: gc4rb8ak
code: PR-010
title: {en: Time of use due but not applied, zh: 应执行分时电价未执行}
description:
  en: >-
    A commercial or industrial account in the scope of the time-of-use prices, or one whose contract states them, is billed one
    price for all hours. Replayed with what its meter counted by the hours; where the meter is not read by them the money
    stays open.
  zh: >-
    属于分时电价执行范围或合同约定分时的工商业用户按单一电价计费。按电能表分时示数重放计算; 未抄录分时示数的不能计算差额。
severity: high
status: active
identity: state
subject: customer
population: mart.billing_input
verify_days: 35
lookback_months: 1
parameters:
  min_capacity_kva: {value: 100, unit: kva, why: {en: "where the province's scope is not in law content: the limit most provinces draw for low-voltage commerce",
    zh: "未录入所在省执行范围时的默认界限, 多数省份对低压工商业以100千伏安为界"}}
law: [time_of_use/time_of_use_scope]
innocence:
  - {check: category_change_approved, clears: covers}
replay: {price_code: lawful_price_code, critical_index: critical_index, peak_index: peak_index, flat_index: flat_index, valley_index: valley_index, deep_valley_index: deep_valley_index}
resolved_when: state_gone
remedy: price_correction
playbook: tariff_check
check:
  en: [compare with the province's list of who follows time of use, look for a choice or exemption on record, look whether the meter counts by the hours and is set to the bands in force]
  zh: [对照本省分时电价执行范围, 查验用户选择或豁免记录, 核对电能表费率数与时段设置]
--- */
with segment as (
  select i.customer_id as customer_id,
         i.org_id as org_id,
         i.bill_id as bill_id,
         i.segment_no as segment_no,
         i.from_on as from_on,
         i.to_on as to_on,
         i.metering_point_id as metering_point_id,
         i.meter_id as meter_id,
         i.price_code as price_code,
         i.is_time_of_use as is_time_of_use,
         cast(i.from_on - interval 1 day as date) as opened_reading_on,
         cast(i.to_on - interval 1 day as date) as closed_reading_on,
         case when i.from_on = i.bill_from_on and i.to_on = i.bill_to_on then true else false end as is_whole_bill,
         c.usage_category_code as usage_category_code,
         c.supply_voltage_code as supply_voltage_code,
         least(coalesce(i.billed_capacity_kva, c.contract_capacity_kva), coalesce(c.contract_capacity_kva, i.billed_capacity_kva)) as capacity_kva
  from mart.billing_input as i
  join core.customer as c on c.customer_id = i.customer_id
  where i.scenario_id = 'actual' and i.from_on < i.to_on and i.price_code is not null
    and (i.input_reason_code is null or i.input_reason_code <> 'adjustment_bill')
    and c.usage_category_code in ('commercial_industrial', 'general_commercial', 'large_industry', 'non_residential_lighting', 'government_office')
),
coded as (
  select s.customer_id as customer_id,
         s.org_id as org_id,
         s.bill_id as bill_id,
         s.segment_no as segment_no,
         s.from_on as from_on,
         s.to_on as to_on,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         s.price_code as price_code,
         s.opened_reading_on as opened_reading_on,
         s.closed_reading_on as closed_reading_on,
         s.is_whole_bill as is_whole_bill,
         s.usage_category_code as usage_category_code,
         s.supply_voltage_code as supply_voltage_code,
         s.capacity_kva as capacity_kva,
         p.jurisdiction_code as jurisdiction_code,
         p.usage_category_code as price_category_code,
         p.tariff_structure_code as tariff_structure_code,
         p.voltage_class_code as voltage_class_code
  from segment as s
  left join law.price_code as p on p.price_code = s.price_code and s.from_on >= p.valid_from and s.from_on < p.valid_to
  where not coalesce(p.is_time_of_use, s.is_time_of_use, false)
    and p.usage_category_code in ('commercial_industrial', 'general_commercial', 'large_industry', 'non_residential_lighting', 'government_office')
),
-- from what capacity on the province has its users follow time of use, those aside that may choose
scope as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         min(coalesce(t.minimum_capacity_kva, 0)) as minimum_capacity_kva
  from coded as c
  left join law.time_of_use_scope as t
    on t.jurisdiction_code = c.jurisdiction_code and t.tariff_structure_code = c.tariff_structure_code and t.voltage_class_code = c.voltage_class_code
    and c.from_on >= t.valid_from and c.from_on < t.valid_to
  where t.time_of_use_set_code is not null and not coalesce(t.is_chosen_by_customer, false) and not coalesce(t.is_industrial_only, false)
  group by c.customer_id, c.bill_id, c.segment_no
),
agreed as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         t.agreed_price_code as agreed_price_code,
         coalesce(q.is_time_of_use, false) as is_time_of_use,
         row_number() over (partition by c.customer_id, c.bill_id, c.segment_no order by t.valid_from desc, t.supply_contract_id) as place_no
  from coded as c
  join core.supply_contract as t on t.customer_id = c.customer_id
  left join law.price_code as q on q.price_code = t.agreed_price_code and c.from_on >= q.valid_from and c.from_on < q.valid_to
  where t.valid_from <= c.from_on and (t.is_evergreen or t.valid_to > c.from_on)
),
choice as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         t.tariff_choice_code as tariff_choice_code,
         row_number() over (partition by c.customer_id, c.bill_id, c.segment_no order by t.effective_on desc, t.tariff_choice_id) as place_no
  from coded as c
  join core.tariff_choice as t on t.customer_id = c.customer_id
  where t.effective_on <= c.from_on and t.tariff_choice_code in ('time_of_use', 'no_time_of_use')
),
exempt as (
  select c.customer_id as customer_id, c.bill_id as bill_id, c.segment_no as segment_no
  from coded as c
  join core.eligibility as e on e.customer_id = c.customer_id and c.from_on >= e.valid_from and c.from_on < e.valid_to
  where e.eligibility_type_code = 'time_of_use_exempt'
  group by c.customer_id, c.bill_id, c.segment_no
),
due as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         c.from_on as from_on,
         c.to_on as to_on,
         c.metering_point_id as metering_point_id,
         c.meter_id as meter_id,
         c.price_code as price_code,
         c.opened_reading_on as opened_reading_on,
         c.closed_reading_on as closed_reading_on,
         c.is_whole_bill as is_whole_bill,
         c.usage_category_code as usage_category_code,
         c.supply_voltage_code as supply_voltage_code,
         c.capacity_kva as capacity_kva,
         c.jurisdiction_code as jurisdiction_code,
         c.price_category_code as price_category_code,
         c.tariff_structure_code as tariff_structure_code,
         c.voltage_class_code as voltage_class_code,
         g.agreed_price_code as agreed_price_code,
         h.tariff_choice_code as tariff_choice_code,
         coalesce(o.minimum_capacity_kva, k.min_capacity_kva) as minimum_capacity_kva,
         case when c.capacity_kva >= coalesce(o.minimum_capacity_kva, k.min_capacity_kva) then 'time_of_use_due' else 'time_of_use_agreed' end
           as tariff_fault_code
  from coded as c
  join parameter as k on k.org_id = c.org_id
  left join scope as o on o.customer_id = c.customer_id and o.bill_id = c.bill_id and o.segment_no = c.segment_no
  left join agreed as g on g.customer_id = c.customer_id and g.bill_id = c.bill_id and g.segment_no = c.segment_no and g.place_no = 1
  left join choice as h on h.customer_id = c.customer_id and h.bill_id = c.bill_id and h.segment_no = c.segment_no and h.place_no = 1
  left join exempt as x on x.customer_id = c.customer_id and x.bill_id = c.bill_id and x.segment_no = c.segment_no
  where x.bill_id is null and (h.tariff_choice_code is null or h.tariff_choice_code <> 'no_time_of_use')
    and (c.capacity_kva >= coalesce(o.minimum_capacity_kva, k.min_capacity_kva) or g.is_time_of_use or h.tariff_choice_code = 'time_of_use')
),
-- what the meter counted by the hours from the first day of the bill to its last
read as (
  select d.customer_id as customer_id,
         d.bill_id as bill_id,
         d.segment_no as segment_no,
         max(case when r.register_code = 'active_critical' and r.reading_on = d.opened_reading_on then r.register_kwh end) as critical_from,
         max(case when r.register_code = 'active_critical' and r.reading_on = d.closed_reading_on then r.register_kwh end) as critical_to,
         max(case when r.register_code = 'active_peak' and r.reading_on = d.opened_reading_on then r.register_kwh end) as peak_from,
         max(case when r.register_code = 'active_peak' and r.reading_on = d.closed_reading_on then r.register_kwh end) as peak_to,
         max(case when r.register_code = 'active_flat' and r.reading_on = d.opened_reading_on then r.register_kwh end) as flat_from,
         max(case when r.register_code = 'active_flat' and r.reading_on = d.closed_reading_on then r.register_kwh end) as flat_to,
         max(case when r.register_code = 'active_valley' and r.reading_on = d.opened_reading_on then r.register_kwh end) as valley_from,
         max(case when r.register_code = 'active_valley' and r.reading_on = d.closed_reading_on then r.register_kwh end) as valley_to,
         max(case when r.register_code = 'active_deep_valley' and r.reading_on = d.opened_reading_on then r.register_kwh end) as deep_valley_from,
         max(case when r.register_code = 'active_deep_valley' and r.reading_on = d.closed_reading_on then r.register_kwh end) as deep_valley_to
  from due as d
  join core.register_reading as r
    on r.customer_id = d.customer_id and r.metering_point_id = d.metering_point_id and r.meter_id = d.meter_id
  where d.is_whole_bill
  group by d.customer_id, d.bill_id, d.segment_no
),
offered as (
  select d.customer_id as customer_id,
         d.bill_id as bill_id,
         d.segment_no as segment_no,
         max(n.price_code) as lawful_price_code
  from due as d
  left join law.price_code as n
    on n.jurisdiction_code = d.jurisdiction_code and n.usage_category_code = d.price_category_code and n.voltage_class_code = d.voltage_class_code
    and n.tariff_structure_code = d.tariff_structure_code and d.from_on >= n.valid_from and d.from_on < n.valid_to
  where n.is_time_of_use
  group by d.customer_id, d.bill_id, d.segment_no
)
select d.customer_id as customer_id,
       d.from_on as period_from,
       d.to_on as period_to,
       cast(d.capacity_kva as decimal(18,4)) as observed_value,
       cast(round(d.minimum_capacity_kva, 4) as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       d.bill_id as bill_id,
       d.metering_point_id as metering_point_id,
       d.meter_id as meter_id,
       d.tariff_fault_code as tariff_fault_code,
       d.price_code as price_code,
       -- without registers of the hours there is nothing to price
       case when r.flat_to >= r.flat_from and r.peak_to >= r.peak_from and r.valley_to >= r.valley_from then o.lawful_price_code end as lawful_price_code,
       case when r.critical_to >= r.critical_from then cast(r.critical_to - r.critical_from as decimal(14,4)) end as critical_index,
       case when r.peak_to >= r.peak_from then cast(r.peak_to - r.peak_from as decimal(14,4)) end as peak_index,
       case when r.flat_to >= r.flat_from then cast(r.flat_to - r.flat_from as decimal(14,4)) end as flat_index,
       case when r.valley_to >= r.valley_from then cast(r.valley_to - r.valley_from as decimal(14,4)) end as valley_index,
       case when r.deep_valley_to >= r.deep_valley_from then cast(r.deep_valley_to - r.deep_valley_from as decimal(14,4)) end as deep_valley_index,
       d.agreed_price_code as agreed_price_code,
       d.tariff_choice_code as tariff_choice_code,
       d.usage_category_code as usage_category_code,
       d.supply_voltage_code as supply_voltage_code
from due as d
left join read as r on r.customer_id = d.customer_id and r.bill_id = d.bill_id and r.segment_no = d.segment_no
left join offered as o on o.customer_id = d.customer_id and o.bill_id = d.bill_id and o.segment_no = d.segment_no
