/* ---
uid: f8znkk2g
code: PR-002
title: {en: Two-part tariff wrongly applied, zh: 不应执行两部制而执行}
description:
  en: >-
    A basic charge is billed to an account that owes none: a category that knows no two-part tariff, a capacity up to which
    only the single-part one holds, or an account that may keep or choose the single part, whose contract states it and
    which never chose otherwise. What the single-part tariff would have cost is replayed.
  zh: >-
    不应计收基本电费而计收: 该用电类别不执行两部制、容量未达可选两部制界限, 或可保留、可选择单一制的用户合同约定单一制且
    从未选择两部制。差额按单一制重放计算。
severity: high
status: active
identity: state
subject: customer
population: mart.billing_input
verify_days: 35
law: [two_part/two_part_threshold]
innocence:
  - {check: two_part_applied_for, clears: covers}
replay: {price_code: lawful_price_code, basic_charge_mode_code: lawful_basic_charge_mode_code}
resolved_when: state_gone
remedy: price_correction
playbook: tariff_check
check:
  en: [read the contract and the record of the customer's choice, read the nameplates of the transformers, find the order that filed the two-part price]
  zh: [查验供用电合同与用户选择记录, 核对受电变压器铭牌容量, 查找建档为两部制的工单]
--- */
with segment as (
  select i.customer_id as customer_id,
         i.bill_id as bill_id,
         i.segment_no as segment_no,
         i.from_on as from_on,
         i.to_on as to_on,
         i.price_code as price_code,
         i.basic_charge_mode_code as basic_charge_mode_code,
         c.usage_category_code as usage_category_code,
         c.opened_on as opened_on,
         -- a capacity filed too small makes nobody exempt
         greatest(coalesce(i.billed_capacity_kva, c.contract_capacity_kva), coalesce(c.contract_capacity_kva, i.billed_capacity_kva)) as capacity_kva,
         'CN' as nation_code,
         'single_part' as single_part_code
  from mart.billing_input as i
  join core.customer as c on c.customer_id = i.customer_id
  where i.scenario_id = 'actual' and i.from_on < i.to_on and i.price_code is not null
    and (i.input_reason_code is null or i.input_reason_code <> 'adjustment_bill')
    and c.usage_category_code <> 'assessment'
),
ruled as (
  select s.customer_id as customer_id,
         s.bill_id as bill_id,
         s.segment_no as segment_no,
         s.from_on as from_on,
         s.to_on as to_on,
         s.price_code as price_code,
         s.basic_charge_mode_code as basic_charge_mode_code,
         s.usage_category_code as usage_category_code,
         s.opened_on as opened_on,
         s.capacity_kva as capacity_kva,
         s.single_part_code as single_part_code,
         p.jurisdiction_code as jurisdiction_code,
         p.usage_category_code as price_category_code,
         p.tariff_structure_code as tariff_structure_code,
         p.voltage_class_code as voltage_class_code,
         coalesce(p.is_time_of_use, false) as is_time_of_use,
         case when j.usage_category_code is not null then j.single_part_to_kva else n.single_part_to_kva end as single_part_to_kva,
         case when j.usage_category_code is not null then j.two_part_from_kva else n.two_part_from_kva end as two_part_from_kva,
         case when j.usage_category_code is not null then j.is_tariff_choice_allowed else n.is_tariff_choice_allowed end as is_tariff_choice_allowed,
         case when j.usage_category_code is not null then j.single_part_kept_since_on else n.single_part_kept_since_on end as single_part_kept_since_on
  from segment as s
  left join law.price_code as p on p.price_code = s.price_code and s.from_on >= p.valid_from and s.from_on < p.valid_to
  left join law.two_part_threshold as j
    on j.jurisdiction_code = p.jurisdiction_code and j.usage_category_code = s.usage_category_code and s.from_on >= j.valid_from and s.from_on < j.valid_to
  left join law.two_part_threshold as n
    on n.jurisdiction_code = s.nation_code and n.usage_category_code = s.usage_category_code and s.from_on >= n.valid_from and s.from_on < n.valid_to
  where p.tariff_structure_code = 'two_part'
),
-- single-part on the day from which it may be kept
kept as (
  select r.customer_id as customer_id,
         r.bill_id as bill_id,
         r.segment_no as segment_no,
         max(case when a.valid_from < r.single_part_kept_since_on and a.valid_to >= r.single_part_kept_since_on
           and coalesce(q.tariff_structure_code, a.tariff_structure_code) = 'single_part' then 1 else 0 end) as single_part_count
  from ruled as r
  join core.price_agreement as a on a.customer_id = r.customer_id
  left join law.price_code as q on q.price_code = a.price_code and a.valid_from >= q.valid_from and a.valid_from < q.valid_to
  group by r.customer_id, r.bill_id, r.segment_no
),
choice as (
  select r.customer_id as customer_id,
         r.bill_id as bill_id,
         r.segment_no as segment_no,
         t.tariff_choice_code as tariff_choice_code,
         t.effective_on as effective_on,
         row_number() over (partition by r.customer_id, r.bill_id, r.segment_no order by t.effective_on desc, t.tariff_choice_id) as place_no
  from ruled as r
  join core.tariff_choice as t on t.customer_id = r.customer_id
  where t.effective_on <= r.from_on
    and t.tariff_choice_code in ('single_part', 'two_part', 'capacity_mode', 'actual_demand_mode', 'contract_demand_mode')
),
agreed as (
  select r.customer_id as customer_id,
         r.bill_id as bill_id,
         r.segment_no as segment_no,
         t.agreed_price_code as agreed_price_code,
         q.tariff_structure_code as tariff_structure_code,
         row_number() over (partition by r.customer_id, r.bill_id, r.segment_no order by t.valid_from desc, t.supply_contract_id) as place_no
  from ruled as r
  join core.supply_contract as t on t.customer_id = r.customer_id
  left join law.price_code as q on q.price_code = t.agreed_price_code and r.from_on >= q.valid_from and r.from_on < q.valid_to
  where t.valid_from <= r.from_on and (t.is_evergreen or t.valid_to > r.from_on)
),
wrong as (
  select r.customer_id as customer_id,
         r.bill_id as bill_id,
         r.segment_no as segment_no,
         r.from_on as from_on,
         r.to_on as to_on,
         r.price_code as price_code,
         r.basic_charge_mode_code as basic_charge_mode_code,
         r.usage_category_code as usage_category_code,
         r.opened_on as opened_on,
         r.capacity_kva as capacity_kva,
         r.single_part_to_kva as single_part_to_kva,
         r.single_part_code as single_part_code,
         r.jurisdiction_code as jurisdiction_code,
         r.price_category_code as price_category_code,
         r.voltage_class_code as voltage_class_code,
         r.is_time_of_use as is_time_of_use,
         g.agreed_price_code as agreed_price_code,
         h.tariff_choice_code as tariff_choice_code,
         h.effective_on as effective_on,
         case when r.two_part_from_kva is null then 'category_without_two_part'
              when r.capacity_kva <= r.single_part_to_kva then 'below_two_part'
              else 'two_part_not_chosen' end as tariff_fault_code
  from ruled as r
  left join kept as k on k.customer_id = r.customer_id and k.bill_id = r.bill_id and k.segment_no = r.segment_no
  left join choice as h on h.customer_id = r.customer_id and h.bill_id = r.bill_id and h.segment_no = r.segment_no and h.place_no = 1
  left join agreed as g on g.customer_id = r.customer_id and g.bill_id = r.bill_id and g.segment_no = r.segment_no and g.place_no = 1
  where r.two_part_from_kva is null
    or r.capacity_kva <= r.single_part_to_kva
    -- whom the law leaves the choice: those between the limits, and those who had the single part and keep it
    or (((r.is_tariff_choice_allowed and r.capacity_kva < r.two_part_from_kva)
        or (r.opened_on < r.single_part_kept_since_on and k.single_part_count = 1))
      and (h.tariff_choice_code = 'single_part' or (h.tariff_choice_code is null and g.tariff_structure_code = 'single_part')))
    or (not r.is_tariff_choice_allowed and r.capacity_kva < r.two_part_from_kva)
),
offered as (
  select w.customer_id as customer_id,
         w.bill_id as bill_id,
         w.segment_no as segment_no,
         max(n.price_code) as lawful_price_code
  from wrong as w
  left join law.price_code as n
    on n.jurisdiction_code = w.jurisdiction_code and n.usage_category_code = w.price_category_code and n.voltage_class_code = w.voltage_class_code
    and n.tariff_structure_code = w.single_part_code and w.from_on >= n.valid_from and w.from_on < n.valid_to
  where coalesce(n.is_time_of_use, false) = w.is_time_of_use
  group by w.customer_id, w.bill_id, w.segment_no
)
select w.customer_id as customer_id,
       w.from_on as period_from,
       w.to_on as period_to,
       cast(w.capacity_kva as decimal(18,4)) as observed_value,
       cast(w.single_part_to_kva as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       w.bill_id as bill_id,
       w.tariff_fault_code as tariff_fault_code,
       w.price_code as price_code,
       o.lawful_price_code as lawful_price_code,
       w.basic_charge_mode_code as basic_charge_mode_code,
       case when o.lawful_price_code is not null then 'none' end as lawful_basic_charge_mode_code,
       w.usage_category_code as usage_category_code,
       w.opened_on as opened_on,
       w.agreed_price_code as agreed_price_code,
       w.tariff_choice_code as tariff_choice_code,
       w.effective_on as effective_on
from wrong as w
left join offered as o on o.customer_id = w.customer_id and o.bill_id = w.bill_id and o.segment_no = w.segment_no
