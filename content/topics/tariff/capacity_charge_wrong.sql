/* ---
uid: enbcf7mg
code: PR-003
title: {en: Basic charge by a wrong capacity, zh: 容量基本电费计收错误}
description:
  en: >-
    The capacity on which the basic charge is billed is not that of the transformers in use, of those on hot standby and of
    the high-voltage motors, less what an approved reduction or suspension takes out while it lasts. A suspension that is
    over and not lifted goes on being charged for; an approved one is not.
  zh: >-
    按容量计收基本电费的计费容量, 与运行及热备用变压器、直接接入的高压电动机容量之和减去批准的减容、暂停容量不一致。
    暂停到期未办理恢复的, 到期后应恢复计费; 依规减容、暂停期间不计。
severity: high
status: active
identity: state
subject: customer
population: mart.billing_input
verify_days: 35
parameters:
  min_difference_kva: {value: 1, unit: kva, why: {en: "nameplates are whole kVA; less than one is rounding",
    zh: "铭牌容量为整数, 一千伏安以内属取整"}}
  max_record_days: {value: 730, unit: days, why: {en: "applications of two years are on file: a transformer out of use for longer may have been sealed by one that is not",
    zh: "工单记录一般保留两年, 更早停用的变压器可能另有工单而未在库"}}
law: [basic_charge/chargeable_capacity, basic_charge/basic_charge_rule, capacity_change/capacity_change_charge]
innocence:
  - {check: capacity_increase_on_file, clears: covers}
replay: {billed_capacity_kva: lawful_capacity_kva}
resolved_when: state_gone
remedy: capacity_correction
playbook: tariff_check
check:
  en: [read the nameplates and states of all transformers, look for direct high-voltage motors, check seals and dates of suspension or reduction against the applications]
  zh: [核对全部受电变压器铭牌与运行状态, 核查直接接入的高压电动机, 对照减容、暂停工单核对加封与起止日期]
--- */
with segment as (
  select i.customer_id as customer_id,
         i.org_id as org_id,
         i.bill_id as bill_id,
         i.segment_no as segment_no,
         i.from_on as from_on,
         i.to_on as to_on,
         i.price_code as price_code,
         coalesce(i.billed_capacity_kva, 0) as billed_capacity_kva,
         i.tariff_structure_code as tariff_structure_code,
         'CN' as nation_code
  from mart.billing_input as i
  where i.scenario_id = 'actual' and i.from_on < i.to_on and i.basic_charge_mode_code = 'capacity'
    and (i.input_reason_code is null or i.input_reason_code <> 'adjustment_bill')
),
-- a bill is cut where a transformer changes its state and where an approved relief begins or ends
cut as (
  select s.customer_id as customer_id, s.bill_id as bill_id, s.segment_no as segment_no, s.from_on as cut_on, s.to_on as to_on
  from segment as s
  union all
  select s.customer_id as customer_id, s.bill_id as bill_id, s.segment_no as segment_no, t.valid_from as cut_on, s.to_on as to_on
  from segment as s
  join core.transformer_status as t on t.customer_id = s.customer_id and t.valid_from > s.from_on and t.valid_from < s.to_on
  union all
  select s.customer_id as customer_id, s.bill_id as bill_id, s.segment_no as segment_no, a.to_on as cut_on, s.to_on as to_on
  from segment as s
  join core.application as a on a.customer_id = s.customer_id
  where a.application_type_code in ('suspension', 'capacity_reduction') and a.application_status_code = 'archived'
    and a.to_on > s.from_on and a.to_on < s.to_on
),
distinct_cut as (
  select c.customer_id as customer_id, c.bill_id as bill_id, c.segment_no as segment_no, c.cut_on as cut_on, max(c.to_on) as to_on
  from cut as c
  group by c.customer_id, c.bill_id, c.segment_no, c.cut_on
),
stretch as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         c.cut_on as from_on,
         lead(c.cut_on, 1, c.to_on) over (partition by c.customer_id, c.bill_id, c.segment_no order by c.cut_on) as to_on
  from distinct_cut as c
),
charged as (
  select x.customer_id as customer_id,
         x.bill_id as bill_id,
         x.from_on as from_on,
         x.to_on as to_on,
         s.billed_capacity_kva as billed_capacity_kva,
         coalesce(k.is_included, m.is_included, true) as is_hot_standby_included,
         coalesce(h.is_included, n.is_included, false) as is_motor_included
  from stretch as x
  join segment as s on s.customer_id = x.customer_id and s.bill_id = x.bill_id and s.segment_no = x.segment_no
  left join law.price_code as p on p.price_code = s.price_code and s.from_on >= p.valid_from and s.from_on < p.valid_to
  left join law.chargeable_capacity as k
    on k.jurisdiction_code = p.jurisdiction_code and k.capacity_part_code = 'hot_standby' and s.from_on >= k.valid_from and s.from_on < k.valid_to
  left join law.chargeable_capacity as m
    on m.jurisdiction_code = s.nation_code and m.capacity_part_code = 'hot_standby' and s.from_on >= m.valid_from and s.from_on < m.valid_to
  left join law.chargeable_capacity as h
    on h.jurisdiction_code = p.jurisdiction_code and h.capacity_part_code = 'high_voltage_motor' and s.from_on >= h.valid_from and s.from_on < h.valid_to
  left join law.chargeable_capacity as n
    on n.jurisdiction_code = s.nation_code and n.capacity_part_code = 'high_voltage_motor' and s.from_on >= n.valid_from and s.from_on < n.valid_to
  where coalesce(p.tariff_structure_code, s.tariff_structure_code) = 'two_part'
),
distinct_charged as (
  select distinct c.customer_id as customer_id, c.from_on as from_on
  from charged as c
),
-- an application says from when to when; without an end it lasts
relief as (
  select d.customer_id as customer_id,
         d.from_on as from_on,
         max(case when a.application_type_code in ('suspension', 'capacity_reduction') and coalesce(a.from_on, cast(a.archived_at as date)) <= d.from_on
           then coalesce(a.from_on, cast(a.archived_at as date)) end) as applied_from,
         cast(sum(case when a.application_type_code in ('suspension', 'capacity_reduction')
             and coalesce(a.from_on, cast(a.archived_at as date)) <= d.from_on and (a.to_on is null or a.to_on > d.from_on)
           then a.applied_capacity_kva end) as decimal(12,2)) as reduced_capacity_kva
  from distinct_charged as d
  join core.application as a on a.customer_id = d.customer_id
  where a.application_status_code = 'archived'
  group by d.customer_id, d.from_on
),
stood as (
  select d.customer_id as customer_id,
         d.from_on as from_on,
         cast(sum(case when s.transformer_status_code in ('running', 'hot_standby') and coalesce(t.standby_mode_code, 'none') <> 'interlocked'
           then t.rated_capacity_kva end) as decimal(12,2)) as running_capacity_kva,
         max(case when s.transformer_status_code in ('running', 'hot_standby') and t.standby_mode_code = 'interlocked' then t.rated_capacity_kva end)
           as interlocked_capacity_kva,
         cast(sum(case when s.transformer_status_code = 'hot_standby' and coalesce(t.standby_mode_code, 'none') <> 'interlocked'
           then t.rated_capacity_kva end) as decimal(12,2)) as standby_capacity_kva,
         cast(sum(case when s.transformer_status_code in ('suspended', 'reduced') then t.rated_capacity_kva end) as decimal(12,2)) as sealed_capacity_kva,
         max(case when s.transformer_status_code in ('suspended', 'reduced') then s.valid_from end) as sealed_on,
         count(*) as transformer_count
  from distinct_charged as d
  join core.power_transformer as t on t.customer_id = d.customer_id
  join core.transformer_status as s
    on s.customer_id = d.customer_id and s.power_transformer_id = t.power_transformer_id and d.from_on >= s.valid_from and d.from_on < s.valid_to
  where t.removed_on is null or t.removed_on > d.from_on
  group by d.customer_id, d.from_on
),
driven as (
  select d.customer_id as customer_id,
         d.from_on as from_on,
         cast(sum(m.motor_capacity_kva) as decimal(12,2)) as motor_capacity_kva
  from distinct_charged as d
  join core.high_voltage_motor as m on m.customer_id = d.customer_id
  where m.valid_from <= d.from_on and (m.valid_to is null or m.valid_to > d.from_on)
  group by d.customer_id, d.from_on
),
counted as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.from_on as from_on,
         c.to_on as to_on,
         c.billed_capacity_kva as billed_capacity_kva,
         cast(coalesce(s.running_capacity_kva, 0) + coalesce(s.interlocked_capacity_kva, 0)
           - case when c.is_hot_standby_included then 0 else coalesce(s.standby_capacity_kva, 0) end
           + case when c.is_motor_included then coalesce(m.motor_capacity_kva, 0) else 0 end as decimal(12,2)) as running_capacity_kva,
         coalesce(m.motor_capacity_kva, 0) as motor_capacity_kva,
         coalesce(s.sealed_capacity_kva, 0) as sealed_capacity_kva,
         s.sealed_on as sealed_on,
         coalesce(r.reduced_capacity_kva, 0) as reduced_capacity_kva,
         r.applied_from as applied_from
  from charged as c
  join stood as s on s.customer_id = c.customer_id and s.from_on = c.from_on
  left join relief as r on r.customer_id = c.customer_id and r.from_on = c.from_on
  left join driven as m on m.customer_id = c.customer_id and m.from_on = c.from_on
),
judged as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.from_on as from_on,
         c.to_on as to_on,
         c.billed_capacity_kva as billed_capacity_kva,
         c.running_capacity_kva as running_capacity_kva,
         c.motor_capacity_kva as motor_capacity_kva,
         c.reduced_capacity_kva as reduced_capacity_kva,
         p.min_difference_kva as min_difference_kva,
         -- the approved relief in force is what counts; without one a transformer out of use is charged for, unless it was
         -- sealed so long ago that its application need not be on file
         cast(case when c.reduced_capacity_kva > 0 then greatest(c.running_capacity_kva + c.sealed_capacity_kva - c.reduced_capacity_kva, 0)
              when c.sealed_capacity_kva > 0 and c.applied_from is null and date_diff('day', c.sealed_on, c.from_on) > p.max_record_days
                then c.running_capacity_kva
              else c.running_capacity_kva + c.sealed_capacity_kva end as decimal(12,2)) as lawful_capacity_kva
  from counted as c
  join core.customer as o on o.customer_id = c.customer_id
  join parameter as p on p.org_id = o.org_id
)
select j.customer_id as customer_id,
       j.from_on as period_from,
       j.to_on as period_to,
       cast(j.billed_capacity_kva as decimal(18,4)) as observed_value,
       cast(j.lawful_capacity_kva as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       j.bill_id as bill_id,
       j.billed_capacity_kva as billed_capacity_kva,
       j.lawful_capacity_kva as lawful_capacity_kva,
       j.running_capacity_kva as running_capacity_kva,
       j.motor_capacity_kva as motor_capacity_kva,
       j.reduced_capacity_kva as reduced_capacity_kva
from judged as j
where abs(j.billed_capacity_kva - j.lawful_capacity_kva) >= j.min_difference_kva
  -- the application and the states of the transformers may tell a relief each in its own way
  and (j.reduced_capacity_kva = 0 or abs(j.billed_capacity_kva - j.running_capacity_kva) >= j.min_difference_kva)
