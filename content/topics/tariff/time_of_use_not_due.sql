/* ---
uid: yw9f3wrw
code: PR-011
title: {en: Time of use wrongly applied, zh: 不应执行分时而执行}
description:
  en: >-
    An account out of the scope of the time-of-use prices is billed by the hours though neither its contract states it nor the
    customer chose it. Replayed at the one price for all hours; who uses much at night gains by the fault.
  zh: >-
    不属于分时电价执行范围的用户按分时计费, 合同未约定、用户也未选择。按单一电价重放计算, 谷段用电多的用户因此少缴。
severity: medium
status: active
identity: state
subject: customer
population: mart.billing_input
verify_days: 35
parameters:
  min_capacity_kva: {value: 100, unit: kva, why: {en: "where the province's scope is not in law content: the limit most provinces draw for low-voltage commerce",
    zh: "未录入所在省执行范围时的默认界限, 多数省份对低压工商业以100千伏安为界"}}
law: [time_of_use/time_of_use_scope]
innocence:
  - {check: time_of_use_applied_for, clears: covers}
replay: {price_code: lawful_price_code}
resolved_when: state_gone
remedy: price_correction
playbook: tariff_check
check:
  en: [compare with the province's list of who follows time of use, look for the customer's choice, compare with the contract]
  zh: [对照本省分时电价执行范围, 查验用户选择记录, 核对供用电合同]
--- */
with segment as (
  select i.customer_id as customer_id,
         i.org_id as org_id,
         i.bill_id as bill_id,
         i.segment_no as segment_no,
         i.from_on as from_on,
         i.to_on as to_on,
         i.price_code as price_code,
         i.is_time_of_use as is_time_of_use,
         c.usage_category_code as usage_category_code,
         c.supply_voltage_code as supply_voltage_code,
         case when c.supply_voltage_code in ('ac_220v', 'ac_380v') then true else false end as is_low_voltage,
         greatest(coalesce(i.billed_capacity_kva, c.contract_capacity_kva), coalesce(c.contract_capacity_kva, i.billed_capacity_kva)) as capacity_kva
  from mart.billing_input as i
  join core.customer as c on c.customer_id = i.customer_id
  where i.scenario_id = 'actual' and i.from_on < i.to_on and i.price_code is not null
    and (i.input_reason_code is null or i.input_reason_code <> 'adjustment_bill')
    and c.usage_category_code <> 'assessment'
),
coded as (
  select s.customer_id as customer_id,
         s.org_id as org_id,
         s.bill_id as bill_id,
         s.segment_no as segment_no,
         s.from_on as from_on,
         s.to_on as to_on,
         s.price_code as price_code,
         s.usage_category_code as usage_category_code,
         s.supply_voltage_code as supply_voltage_code,
         s.is_low_voltage as is_low_voltage,
         s.capacity_kva as capacity_kva,
         p.jurisdiction_code as jurisdiction_code,
         p.usage_category_code as price_category_code,
         p.tariff_structure_code as tariff_structure_code,
         p.voltage_class_code as voltage_class_code
  from segment as s
  left join law.price_code as p on p.price_code = s.price_code and s.from_on >= p.valid_from and s.from_on < p.valid_to
  where coalesce(p.is_time_of_use, s.is_time_of_use, false) and p.tariff_structure_code = 'single_part'
),
scope as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         min(coalesce(t.minimum_capacity_kva, 0)) as minimum_capacity_kva
  from coded as c
  left join law.time_of_use_scope as t
    on t.jurisdiction_code = c.jurisdiction_code and t.tariff_structure_code = c.tariff_structure_code and t.voltage_class_code = c.voltage_class_code
    and c.from_on >= t.valid_from and c.from_on < t.valid_to
  where t.time_of_use_set_code is not null and not coalesce(t.is_chosen_by_customer, false)
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
wrong as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         c.from_on as from_on,
         c.to_on as to_on,
         c.price_code as price_code,
         c.usage_category_code as usage_category_code,
         c.supply_voltage_code as supply_voltage_code,
         c.capacity_kva as capacity_kva,
         c.jurisdiction_code as jurisdiction_code,
         c.price_category_code as price_category_code,
         c.tariff_structure_code as tariff_structure_code,
         c.voltage_class_code as voltage_class_code,
         g.agreed_price_code as agreed_price_code,
         h.tariff_choice_code as tariff_choice_code,
         coalesce(o.minimum_capacity_kva, k.min_capacity_kva) as minimum_capacity_kva
  from coded as c
  join parameter as k on k.org_id = c.org_id
  left join scope as o on o.customer_id = c.customer_id and o.bill_id = c.bill_id and o.segment_no = c.segment_no
  left join agreed as g on g.customer_id = c.customer_id and g.bill_id = c.bill_id and g.segment_no = c.segment_no and g.place_no = 1
  left join choice as h on h.customer_id = c.customer_id and h.bill_id = c.bill_id and h.segment_no = c.segment_no and h.place_no = 1
  where (h.tariff_choice_code is null or h.tariff_choice_code <> 'time_of_use')
    and not coalesce(g.is_time_of_use, false)
    and (h.tariff_choice_code = 'no_time_of_use'
      or c.usage_category_code in ('residential', 'residential_untiered', 'residential_rural', 'agriculture', 'irrigation')
      or (c.is_low_voltage and c.capacity_kva < coalesce(o.minimum_capacity_kva, k.min_capacity_kva)))
),
offered as (
  select w.customer_id as customer_id,
         w.bill_id as bill_id,
         w.segment_no as segment_no,
         max(n.price_code) as lawful_price_code
  from wrong as w
  left join law.price_code as n
    on n.jurisdiction_code = w.jurisdiction_code and n.usage_category_code = w.price_category_code and n.voltage_class_code = w.voltage_class_code
    and n.tariff_structure_code = w.tariff_structure_code and w.from_on >= n.valid_from and w.from_on < n.valid_to
  where not n.is_time_of_use
  group by w.customer_id, w.bill_id, w.segment_no
)
select w.customer_id as customer_id,
       w.from_on as period_from,
       w.to_on as period_to,
       cast(w.capacity_kva as decimal(18,4)) as observed_value,
       cast(round(w.minimum_capacity_kva, 4) as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       w.bill_id as bill_id,
       'time_of_use_not_due' as tariff_fault_code,
       w.price_code as price_code,
       o.lawful_price_code as lawful_price_code,
       w.agreed_price_code as agreed_price_code,
       w.tariff_choice_code as tariff_choice_code,
       w.usage_category_code as usage_category_code,
       w.supply_voltage_code as supply_voltage_code
from wrong as w
left join offered as o on o.customer_id = w.customer_id and o.bill_id = w.bill_id and o.segment_no = w.segment_no
