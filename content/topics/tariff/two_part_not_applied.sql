/* ---
uid: tkh8pjnj
code: PR-001
title: {en: Two-part tariff due but not applied, zh: 应执行两部制未执行}
description:
  en: >-
    An account of a category that pays two-part from a capacity on has that capacity and is billed single-part: it was not on
    the single-part tariff on the day from which that may be kept, or it chose the two-part tariff itself. What the two-part
    tariff would have cost more or less is replayed with the way of the basic charge it chose.
  zh: >-
    用电类别与容量已达两部制执行界限, 却按单一制计费: 既非可保留单一制的存量用户, 或用户本人已选择两部制。
    差额按其选定的基本电费计费方式重放计算, 可正可负。
severity: high
status: active
identity: state
subject: customer
population: mart.billing_input
verify_days: 35
parameters:
  contract_excuses: {value: 1, unit: count, why: {en: "1: a contract in force that states the single part counts as the record of what was agreed, since provinces differ on new users; 0: only the law's own limits count",
    zh: "取1时, 合同约定单一制视为已有约定记录, 因各省对新装用户执行口径不一; 取0时只看法定界限"}}
law: [two_part/two_part_threshold, basic_charge/basic_charge_rule]
innocence:
  - {check: charges_vehicles, clears: covers}
replay: {price_code: lawful_price_code, basic_charge_mode_code: lawful_basic_charge_mode_code, billed_capacity_kva: lawful_capacity_kva}
resolved_when: state_gone
remedy: price_correction
playbook: tariff_check
check:
  en: [read the nameplates of the transformers, look for the record of the customer's choice and the contract, find the order that filed the single-part price]
  zh: [核对受电变压器铭牌容量, 查验用户选择单一制的书面记录与供用电合同, 查找建档为单一制的工单]
--- */
with segment as (
  select i.customer_id as customer_id,
         i.org_id as org_id,
         i.bill_id as bill_id,
         i.segment_no as segment_no,
         i.from_on as from_on,
         i.to_on as to_on,
         i.price_code as price_code,
         i.contract_demand_kw as contract_demand_kw,
         c.usage_category_code as usage_category_code,
         c.opened_on as opened_on,
         -- filed and contracted capacity may differ while a change is on its way: the smaller one has it for certain
         least(coalesce(i.billed_capacity_kva, c.contract_capacity_kva), coalesce(c.contract_capacity_kva, i.billed_capacity_kva)) as capacity_kva,
         'CN' as nation_code,
         'two_part' as two_part_code
  from mart.billing_input as i
  join core.customer as c on c.customer_id = i.customer_id
  where i.scenario_id = 'actual' and i.from_on < i.to_on and i.price_code is not null
    and (i.input_reason_code is null or i.input_reason_code <> 'adjustment_bill')
    and c.usage_category_code <> 'assessment'
),
ruled as (
  select s.customer_id as customer_id,
         s.org_id as org_id,
         s.bill_id as bill_id,
         s.segment_no as segment_no,
         s.from_on as from_on,
         s.to_on as to_on,
         s.price_code as price_code,
         s.contract_demand_kw as contract_demand_kw,
         s.usage_category_code as usage_category_code,
         s.opened_on as opened_on,
         s.capacity_kva as capacity_kva,
         s.two_part_code as two_part_code,
         p.jurisdiction_code as jurisdiction_code,
         p.usage_category_code as price_category_code,
         p.tariff_structure_code as tariff_structure_code,
         p.voltage_class_code as voltage_class_code,
         coalesce(p.is_time_of_use, false) as is_time_of_use,
         case when j.usage_category_code is not null then j.single_part_to_kva else n.single_part_to_kva end as single_part_to_kva,
         case when j.usage_category_code is not null then j.two_part_from_kva else n.two_part_from_kva end as two_part_from_kva,
         case when j.usage_category_code is not null then j.is_tariff_choice_allowed else n.is_tariff_choice_allowed end as is_tariff_choice_allowed,
         case when x.law_choice = 'choice_ended' and coalesce(j.law_confidence_code, n.law_confidence_code) = 'unverified' then null
              when j.usage_category_code is not null then j.single_part_kept_since_on
              else n.single_part_kept_since_on end as single_part_kept_since_on
  from segment as s
  left join law.price_code as p on p.price_code = s.price_code and s.from_on >= p.valid_from and s.from_on < p.valid_to
  left join law.two_part_threshold as j
    on j.jurisdiction_code = p.jurisdiction_code and j.usage_category_code = s.usage_category_code and s.from_on >= j.valid_from and s.from_on < j.valid_to
  left join law.two_part_threshold as n
    on n.jurisdiction_code = s.nation_code and n.usage_category_code = s.usage_category_code and s.from_on >= n.valid_from and s.from_on < n.valid_to
  left join policy.law_setting as x
    on x.org_id = s.org_id and x.law_setting = 'two_part_after_2026' and s.from_on >= x.valid_from and s.from_on < x.valid_to
  where p.tariff_structure_code = 'single_part'
),
large as (
  select r.customer_id as customer_id,
         r.bill_id as bill_id,
         r.segment_no as segment_no,
         r.from_on as from_on,
         r.to_on as to_on,
         r.price_code as price_code,
         r.contract_demand_kw as contract_demand_kw,
         r.usage_category_code as usage_category_code,
         r.opened_on as opened_on,
         r.capacity_kva as capacity_kva,
         r.two_part_code as two_part_code,
         r.jurisdiction_code as jurisdiction_code,
         r.price_category_code as price_category_code,
         r.voltage_class_code as voltage_class_code,
         r.is_time_of_use as is_time_of_use,
         r.two_part_from_kva as two_part_from_kva,
         r.single_part_kept_since_on as single_part_kept_since_on
  from ruled as r
  where r.capacity_kva >= r.two_part_from_kva or (r.is_tariff_choice_allowed and r.capacity_kva > r.single_part_to_kva)
),
-- an agreement of two parts after the day from which single-part may be kept ends the keeping
once as (
  select l.customer_id as customer_id,
         l.bill_id as bill_id,
         l.segment_no as segment_no,
         max(case when coalesce(q.tariff_structure_code, a.tariff_structure_code) = 'two_part' and a.valid_to > l.single_part_kept_since_on
           and a.valid_from < l.from_on then 1 else 0 end) as two_part_count
  from large as l
  join core.price_agreement as a on a.customer_id = l.customer_id
  left join law.price_code as q on q.price_code = a.price_code and a.valid_from >= q.valid_from and a.valid_from < q.valid_to
  group by l.customer_id, l.bill_id, l.segment_no
),
choice as (
  select l.customer_id as customer_id,
         l.bill_id as bill_id,
         l.segment_no as segment_no,
         t.tariff_choice_code as tariff_choice_code,
         t.effective_on as effective_on,
         row_number() over (partition by l.customer_id, l.bill_id, l.segment_no order by t.effective_on desc, t.tariff_choice_id) as place_no
  from large as l
  join core.tariff_choice as t on t.customer_id = l.customer_id
  where t.effective_on <= l.from_on
    and t.tariff_choice_code in ('single_part', 'two_part', 'capacity_mode', 'actual_demand_mode', 'contract_demand_mode')
),
agreed as (
  select l.customer_id as customer_id,
         l.bill_id as bill_id,
         l.segment_no as segment_no,
         t.agreed_price_code as agreed_price_code,
         q.tariff_structure_code as tariff_structure_code,
         row_number() over (partition by l.customer_id, l.bill_id, l.segment_no order by t.valid_from desc, t.supply_contract_id) as place_no
  from large as l
  join core.supply_contract as t on t.customer_id = l.customer_id
  left join law.price_code as q on q.price_code = t.agreed_price_code and l.from_on >= q.valid_from and l.from_on < q.valid_to
  where t.valid_from <= l.from_on and (t.is_evergreen or t.valid_to > l.from_on)
),
exempt as (
  select l.customer_id as customer_id, l.bill_id as bill_id, l.segment_no as segment_no
  from large as l
  join core.eligibility as e on e.customer_id = l.customer_id and l.from_on >= e.valid_from and l.from_on < e.valid_to
  where e.eligibility_type_code = 'two_part_exempt'
  group by l.customer_id, l.bill_id, l.segment_no
),
due as (
  select l.customer_id as customer_id,
         l.bill_id as bill_id,
         l.segment_no as segment_no,
         l.from_on as from_on,
         l.to_on as to_on,
         l.price_code as price_code,
         l.contract_demand_kw as contract_demand_kw,
         l.usage_category_code as usage_category_code,
         l.opened_on as opened_on,
         l.capacity_kva as capacity_kva,
         l.two_part_from_kva as two_part_from_kva,
         l.two_part_code as two_part_code,
         l.jurisdiction_code as jurisdiction_code,
         l.price_category_code as price_category_code,
         l.voltage_class_code as voltage_class_code,
         l.is_time_of_use as is_time_of_use,
         h.tariff_choice_code as tariff_choice_code,
         h.effective_on as effective_on,
         g.agreed_price_code as agreed_price_code,
         case when l.capacity_kva >= l.two_part_from_kva then 'two_part_due' else 'two_part_chosen' end as tariff_fault_code
  from large as l
  left join once as o on o.customer_id = l.customer_id and o.bill_id = l.bill_id and o.segment_no = l.segment_no
  left join choice as h on h.customer_id = l.customer_id and h.bill_id = l.bill_id and h.segment_no = l.segment_no and h.place_no = 1
  left join agreed as g on g.customer_id = l.customer_id and g.bill_id = l.bill_id and g.segment_no = l.segment_no and g.place_no = 1
  left join exempt as x on x.customer_id = l.customer_id and x.bill_id = l.bill_id and x.segment_no = l.segment_no
  join core.customer as c on c.customer_id = l.customer_id
  join parameter as k on k.org_id = c.org_id
  where x.bill_id is null
    and (k.contract_excuses = 0 or h.tariff_choice_code is not null or g.tariff_structure_code is null or g.tariff_structure_code <> 'single_part')
    -- a choice of the single part on record is the customer's word, however old
    and (h.tariff_choice_code is null or h.tariff_choice_code <> 'single_part')
    and ((l.capacity_kva >= l.two_part_from_kva
        and (l.single_part_kept_since_on is null or l.opened_on >= l.single_part_kept_since_on or coalesce(o.two_part_count, 0) = 1))
      or h.tariff_choice_code in ('two_part', 'capacity_mode', 'actual_demand_mode', 'contract_demand_mode'))
),
offered as (
  select d.customer_id as customer_id,
         d.bill_id as bill_id,
         d.segment_no as segment_no,
         max(n.price_code) as lawful_price_code
  from due as d
  left join law.price_code as n
    on n.jurisdiction_code = d.jurisdiction_code and n.usage_category_code = d.price_category_code and n.voltage_class_code = d.voltage_class_code
    and n.tariff_structure_code = d.two_part_code and d.from_on >= n.valid_from and d.from_on < n.valid_to
  where coalesce(n.is_time_of_use, false) = d.is_time_of_use
  group by d.customer_id, d.bill_id, d.segment_no
)
select d.customer_id as customer_id,
       d.from_on as period_from,
       d.to_on as period_to,
       cast(d.capacity_kva as decimal(18,4)) as observed_value,
       cast(d.two_part_from_kva as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       d.bill_id as bill_id,
       d.tariff_fault_code as tariff_fault_code,
       d.price_code as price_code,
       o.lawful_price_code as lawful_price_code,
       case when o.lawful_price_code is null then null
            when d.tariff_choice_code = 'contract_demand_mode' and d.contract_demand_kw > 0 then 'contract_demand'
            when d.tariff_choice_code = 'actual_demand_mode' then 'actual_demand'
            else 'capacity' end as lawful_basic_charge_mode_code,
       case when o.lawful_price_code is not null then d.capacity_kva end as lawful_capacity_kva,
       d.usage_category_code as usage_category_code,
       d.opened_on as opened_on,
       d.agreed_price_code as agreed_price_code,
       d.tariff_choice_code as tariff_choice_code,
       d.effective_on as effective_on
from due as d
left join offered as o on o.customer_id = d.customer_id and o.bill_id = d.bill_id and o.segment_no = d.segment_no
