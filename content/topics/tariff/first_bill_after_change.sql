/* ---
uid: mtey23rj
code: PR-027
title: {en: First bill after a change is wrong, zh: 新装/变更首期电费异常}
description:
  en: >-
    The first bill after a connection, a change of capacity, category, mode or meter does not agree with its recalculation from
    the terms now on file: price, days of the basic charge, registers or ratios of before were carried on.
  zh: >-
    新装、增减容、改类、计费方式变更或换表归档后的首期账单与按新档案重算的结果不符: 电价、基本电费天数、示数或倍率仍沿用变更前。
severity: medium
status: active
identity: event
subject: customer
population: mart.recalculated_bill
verify_days: 35
lookback_months: 3
parameters:
  min_difference_yuan: {value: 1, unit: yuan, why: {en: "catalogue PR-027; less comes of rounding the parts of a month",
    zh: "主题库 PR-027; 不足月分段取整可差数角"}}
  max_wait_days: {value: 70, unit: days, why: {en: "the first bill of a book read every two months",
    zh: "双月抄表段首期账单的最长间隔"}}
law: [basic_charge/basic_charge_proration]
innocence:
  - {check: bill_made_good, clears: covers}
resolved_when: {event_not_repeated: {months: 6}}
remedy: rebilling
playbook: billing_check
check:
  en: [compare the bill line by line with the terms filed by the application, see from which day each holds, look at the closing and opening registers]
  zh: [逐项核对账单与工单归档后的电价、容量、倍率, 核对各项变更的生效日期, 核对拆装表起止示数]
--- */
with change as (
  select a.customer_id as customer_id,
         a.application_id as application_id,
         a.application_type_code as application_type_code,
         coalesce(a.from_on, cast(a.archived_at as date)) as changed_on,
         a.archived_at as archived_at
  from core.application as a
  where a.application_status_code = 'archived' and a.archived_at is not null
    and a.application_type_code in ('new_connection_hv', 'new_connection_lv', 'new_connection_residential', 'capacity_increase', 'capacity_reduction',
      'capacity_restoration', 'suspension', 'resumption', 'voltage_change', 'category_change', 'basic_charge_mode_change', 'demand_declaration',
      'time_of_use_choice', 'transfer', 'splitting', 'merging', 'reinstallation', 'meter_exchange', 'temporary_exchange')
),
-- a fault that was there before the change is not the change's
recalculated as (
  select b.scenario_id as scenario_id,
         b.customer_id as customer_id,
         b.org_id as org_id,
         b.bill_id as bill_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.energy_kwh as energy_kwh,
         b.issued_yuan as issued_yuan,
         b.recalculated_yuan as recalculated_yuan,
         b.difference_yuan as difference_yuan,
         lag(b.difference_yuan) over (partition by b.scenario_id, b.customer_id order by b.to_on, b.bill_id) as before_yuan
  from mart.recalculated_bill as b
  where b.scenario_id = 'actual' and b.from_on < b.to_on
),
followed as (
  select h.customer_id as customer_id,
         h.application_id as application_id,
         h.application_type_code as application_type_code,
         h.changed_on as changed_on,
         h.archived_at as archived_at,
         b.scenario_id as scenario_id,
         b.bill_id as bill_id,
         b.org_id as org_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.energy_kwh as energy_kwh,
         b.issued_yuan as issued_yuan,
         b.recalculated_yuan as recalculated_yuan,
         b.difference_yuan as difference_yuan,
         b.before_yuan as before_yuan,
         row_number() over (partition by b.scenario_id, h.customer_id, h.application_id order by b.to_on, b.bill_id) as place_no
  from change as h
  join recalculated as b on b.customer_id = h.customer_id
  where b.to_on > h.changed_on
),
billed as (
  select l.customer_id as customer_id,
         l.bill_id as bill_id,
         cast(sum(l.line_kwh) as decimal(14,2)) as billed_kwh
  from core.bill_line as l
  where l.charge_code in ('energy', 'transformer_loss')
  group by l.customer_id, l.bill_id
),
-- one bill may be the first after several changes: it is wrong once
told as (
  select f.customer_id as customer_id,
         f.application_id as application_id,
         f.application_type_code as application_type_code,
         f.changed_on as changed_on,
         f.archived_at as archived_at,
         f.bill_id as bill_id,
         f.org_id as org_id,
         f.from_on as from_on,
         f.to_on as to_on,
         f.energy_kwh as energy_kwh,
         f.issued_yuan as issued_yuan,
         f.recalculated_yuan as recalculated_yuan,
         f.difference_yuan as difference_yuan,
         f.before_yuan as before_yuan,
         row_number() over (partition by f.scenario_id, f.customer_id, f.bill_id order by f.changed_on desc, f.application_id) as change_no
  from followed as f
  where f.place_no = 1
)
select f.customer_id as customer_id,
       f.from_on as period_from,
       f.to_on as period_to,
       f.application_id as event_id,
       cast(f.issued_yuan as decimal(18,4)) as observed_value,
       cast(f.recalculated_yuan as decimal(18,4)) as expected_value,
       cast(f.energy_kwh - l.billed_kwh as decimal(14,2)) as impact_kwh,
       cast(0 - f.difference_yuan as decimal(14,2)) as impact_yuan,
       'computed' as impact_method,
       f.bill_id as bill_id,
       f.application_type_code as application_type_code,
       f.archived_at as archived_at,
       f.issued_yuan as issued_yuan,
       f.recalculated_yuan as recalculated_yuan
from told as f
join parameter as p on p.org_id = f.org_id
left join billed as l on l.customer_id = f.customer_id and l.bill_id = f.bill_id
where f.change_no = 1
  and date_diff('day', f.changed_on, f.from_on) <= p.max_wait_days
  and abs(f.difference_yuan) > p.min_difference_yuan
  and (f.before_yuan is null or abs(f.before_yuan) <= p.min_difference_yuan)
