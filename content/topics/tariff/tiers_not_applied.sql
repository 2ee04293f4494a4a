/* ---
uid: ct6fhbxp
code: PR-018
title: {en: Residential tiers not applied or wrongly applied, zh: 居民阶梯执行异常}
description:
  en: >-
    A household with a meter of its own is billed the residential price without tiers, with no document that makes it a shared
    meter or an institution; or a shared meter or institution is billed in tiers meant for one household. Either changes the
    price of every kilowatt-hour, and small users pay too much without tiers.
  zh: >-
    一户一表居民未执行阶梯而按合表电价计费, 且无合表、学校等资格证明; 或合表、学校等执行居民电价的非居民户误按一户阶梯计费。
    未执行阶梯时小电量用户多缴、大电量用户少缴。
severity: medium
status: active
identity: state
subject: customer
population: mart.billing_input
verify_days: 35
law: [tiers/tier_cycle, tiers/large_household, price_category/price_category_scope]
innocence:
  - {check: category_change_approved, clears: covers}
replay: {price_code: lawful_price_code}
resolved_when: state_gone
remedy: price_correction
playbook: tariff_check
check:
  en: [look whether the meter serves one household, look for the document that makes it a shared meter or institution, compare with the price in the contract]
  zh: [核实是否一户一表, 查验合表、学校、福利等资格证明, 核对供用电合同约定电价]
--- */
with segment as (
  select i.customer_id as customer_id,
         i.bill_id as bill_id,
         i.segment_no as segment_no,
         i.from_on as from_on,
         i.to_on as to_on,
         i.price_code as price_code,
         i.is_tiered as is_tiered,
         c.usage_category_code as usage_category_code,
         c.customer_type_code as customer_type_code,
         'CN' as nation_code,
         'residential' as tiered_category_code,
         'residential_untiered' as untiered_category_code
  from mart.billing_input as i
  join core.customer as c on c.customer_id = i.customer_id
  where i.scenario_id = 'actual' and i.from_on < i.to_on and i.price_code is not null
    and (i.input_reason_code is null or i.input_reason_code <> 'adjustment_bill')
    and c.usage_category_code in ('residential', 'residential_untiered')
),
coded as (
  select s.customer_id as customer_id,
         s.bill_id as bill_id,
         s.segment_no as segment_no,
         s.from_on as from_on,
         s.to_on as to_on,
         s.price_code as price_code,
         s.usage_category_code as usage_category_code,
         s.customer_type_code as customer_type_code,
         s.nation_code as nation_code,
         s.tiered_category_code as tiered_category_code,
         s.untiered_category_code as untiered_category_code,
         p.jurisdiction_code as jurisdiction_code,
         p.voltage_class_code as voltage_class_code,
         coalesce(p.is_time_of_use, false) as is_time_of_use,
         coalesce(p.is_tiered, s.is_tiered, false) as is_tiered
  from segment as s
  left join law.price_code as p on p.price_code = s.price_code and s.from_on >= p.valid_from and s.from_on < p.valid_to
  where p.usage_category_code in ('residential', 'residential_untiered')
),
-- where law lets a household of so many persons choose the price without tiers
large as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         min(case when h.is_untiered_choice_allowed then h.minimum_person_count end) as place_person_count,
         min(case when n.is_untiered_choice_allowed then n.minimum_person_count end) as nation_person_count
  from coded as c
  left join law.large_household as h on h.jurisdiction_code = c.jurisdiction_code and c.from_on >= h.valid_from and c.from_on < h.valid_to
  left join law.large_household as n on n.jurisdiction_code = c.nation_code and c.from_on >= n.valid_from and c.from_on < n.valid_to
  where not c.is_tiered
  group by c.customer_id, c.bill_id, c.segment_no
),
entitled as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         max(case when e.eligibility_type_code in ('school', 'welfare', 'residents_committee', 'religious_site', 'bulk_residential') then 1 else 0 end)
           as untiered_count,
         max(case when e.eligibility_type_code = 'multi_person_household' then e.household_member_count end) as household_member_count
  from coded as c
  join core.eligibility as e on e.customer_id = c.customer_id and c.from_on >= e.valid_from and c.from_on < e.valid_to
  group by c.customer_id, c.bill_id, c.segment_no
),
agreed as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         max(t.agreed_price_code) as agreed_price_code
  from coded as c
  join core.supply_contract as t on t.customer_id = c.customer_id
  where t.valid_from <= c.from_on and (t.is_evergreen or t.valid_to > c.from_on)
  group by c.customer_id, c.bill_id, c.segment_no
),
wrong as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         c.from_on as from_on,
         c.to_on as to_on,
         c.price_code as price_code,
         c.usage_category_code as usage_category_code,
         c.customer_type_code as customer_type_code,
         c.jurisdiction_code as jurisdiction_code,
         c.voltage_class_code as voltage_class_code,
         c.is_time_of_use as is_time_of_use,
         e.household_member_count as household_member_count,
         g.agreed_price_code as agreed_price_code,
         case when c.is_tiered then 'tiers_not_due' else 'tiers_due' end as tariff_fault_code,
         case when c.is_tiered then c.untiered_category_code else c.tiered_category_code end as wanted_category_code
  from coded as c
  left join entitled as e on e.customer_id = c.customer_id and e.bill_id = c.bill_id and e.segment_no = c.segment_no
  left join large as l on l.customer_id = c.customer_id and l.bill_id = c.bill_id and l.segment_no = c.segment_no
  left join agreed as g on g.customer_id = c.customer_id and g.bill_id = c.bill_id and g.segment_no = c.segment_no
  where (not c.is_tiered and c.usage_category_code = 'residential' and c.customer_type_code = 'low_voltage_residential'
      and coalesce(e.untiered_count, 0) = 0
      and (g.agreed_price_code is null or g.agreed_price_code <> c.price_code)
      and (e.household_member_count is null or coalesce(l.place_person_count, l.nation_person_count) is null
        or e.household_member_count < coalesce(l.place_person_count, l.nation_person_count)))
    or (c.is_tiered and c.usage_category_code = 'residential_untiered' and c.customer_type_code <> 'low_voltage_residential')
),
offered as (
  select w.customer_id as customer_id,
         w.bill_id as bill_id,
         w.segment_no as segment_no,
         max(n.price_code) as lawful_price_code
  from wrong as w
  left join law.price_code as n
    on n.jurisdiction_code = w.jurisdiction_code and n.usage_category_code = w.wanted_category_code and n.voltage_class_code = w.voltage_class_code
    and w.from_on >= n.valid_from and w.from_on < n.valid_to
  where coalesce(n.is_time_of_use, false) = w.is_time_of_use
  group by w.customer_id, w.bill_id, w.segment_no
)
select w.customer_id as customer_id,
       w.from_on as period_from,
       w.to_on as period_to,
       cast(null as decimal(18,4)) as observed_value,
       cast(null as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       w.bill_id as bill_id,
       w.tariff_fault_code as tariff_fault_code,
       w.price_code as price_code,
       o.lawful_price_code as lawful_price_code,
       w.agreed_price_code as agreed_price_code,
       w.usage_category_code as usage_category_code,
       w.customer_type_code as customer_type_code,
       w.household_member_count as household_member_count
from wrong as w
left join offered as o on o.customer_id = w.customer_id and o.bill_id = w.bill_id and o.segment_no = w.segment_no
