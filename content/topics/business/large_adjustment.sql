/* ---
uid: 6wne6sqn
code: BM-002
title: {en: Large adjustment that no recalculated bill bears out, zh: 大额退补/负电量}
description:
  en: >-
    An adjustment as large as a year's bill of such a customer was approved, and neither the bills of its months,
    recalculated, nor the readings show that much: to be reviewed a second time before the money leaves, or fetched back.
  zh: >-
    审批的退补金额达到大额标准, 而归属月份的重算账单和示数均不能印证: 应二次复核, 款项未付的暂缓, 已付的追回。
severity: high
status: active
identity: event
subject: customer
population: mart.recalculated_bill
verify_days: 65
lookback_months: 12
parameters:
  large_yuan: {value: 10000, unit: yuan, why: {en: "a common limit of what a county may approve alone, for customers at high voltage",
    zh: "高压用户退补常见的县级单独审批限额"}}
  large_low_voltage_yuan: {value: 1000, unit: yuan, why: {en: "a household's bills of a year or a shop's of a month",
    zh: "约为居民一年或小商户一月电费"}}
law: [limitation/limitation_period]
innocence:
  - {check: adjustment_settles_amount, clears: covers}
  - {check: adjustment_fits_readings, clears: covers}
resolved_when: {event_not_repeated: {months: 6}}
remedy: reverse_adjustment
playbook: adjustment_check
check:
  en: [take the calculation sheet and the reading or order it rests on, redo it from the recalculated bills (jicha explain bill), ask who approved it within which limit, hold the payment or follow it to its account]
  zh: [调取计算书及所依据的抄表记录或工单, 按重算账单(jicha explain bill)复算, 核实审批人及其权限, 暂缓付款或核实款项去向]
--- */
with judged as (
  select a.customer_id as customer_id,
         a.adjustment_id as adjustment_id,
         a.bill_id as bill_id,
         a.month_on as month_on,
         a.adjustment_reason_code as adjustment_reason_code,
         a.approved_kwh as approved_kwh,
         a.approved_yuan as approved_yuan,
         a.applicant_id as applicant_id,
         a.approver_id as approver_id,
         coalesce(cast(a.approved_at as date), a.month_on) as approved_on,
         c.customer_type_code as customer_type_code,
         cast(round(case when c.customer_type_code = 'high_voltage' then p.large_yuan else p.large_low_voltage_yuan end, 2) as decimal(14,2)) as large_yuan
  from core.adjustment as a
  join core.customer as c on c.customer_id = a.customer_id
  join parameter as p on p.org_id = c.org_id
)
select j.customer_id as customer_id,
       j.adjustment_id as event_id,
       j.approved_on as period_from,
       cast(j.approved_on + interval 1 day as date) as period_to,
       cast(j.approved_yuan as decimal(18,4)) as observed_value,
       cast(j.large_yuan as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       j.adjustment_id as adjustment_id,
       j.bill_id as bill_id,
       j.month_on as month_on,
       j.adjustment_reason_code as adjustment_reason_code,
       j.approved_kwh as approved_kwh,
       j.approved_yuan as approved_yuan,
       j.applicant_id as applicant_id,
       j.approver_id as approver_id,
       j.customer_type_code as customer_type_code
from judged as j
where abs(j.approved_yuan) >= j.large_yuan
