/* ---
uid: dx2wey6r
code: BM-013
title: {en: Adjustment differs from what the recalculated bills bear out, zh: 退补金额与账单重算不符}
description:
  en: >-
    An adjustment for a reading, a price or a basic charge was approved, and the bills of the months it concerns,
    recalculated by registers, file and law, differ from those issued by another amount or not at all: a refund without
    a ground, a back-billing reckoned wrongly, one correction taken twice. Adjustments that rest on a fault of the meter
    or on a breach are not judged, for no bill shows them.
  zh: >-
    因抄表差错、电价或基本电费差错审批的退补, 其归属月份账单按示数、档案和法规重算后的差额与退补金额不符或并无差额: 常见于无依据退费、
    退补计算错误、同一差错重复退补。计量故障、违约类退补的依据不在账单内, 不作判断。
severity: high
status: active
identity: event
pack: sum
subject: customer
population: mart.recalculated_bill
verify_days: 65
lookback_months: 12
parameters:
  max_rest_yuan: {value: 1, unit: yuan, why: {en: "an adjustment is reckoned in one line where bills have many, each rounded",
    zh: "退补按一笔计算, 账单逐行取整, 允许零头"}}
law: [limitation/limitation_period]
innocence:
  - {check: adjustment_settles_amount, clears: covers}
  - {check: adjustment_fits_readings, clears: covers}
resolved_when: covered_by_adjustment
remedy: reverse_adjustment
playbook: adjustment_check
check:
  en: [take the calculation sheet and redo it from the bills of the months concerned, compare with the recalculated bills (jicha explain bill), ask for the reading or order the adjustment rests on, look for a second adjustment of the same months, ask to which account the money went]
  zh: [调取退补计算单并按归属月份账单复算, 与重算账单(jicha explain bill)核对, 查退补所依据的抄表记录或工单, 查同月份有无重复退补, 核实退费去向]
--- */
with adjusted as (
  select a.customer_id as customer_id,
         a.adjustment_id as adjustment_id,
         a.month_on as month_on,
         a.adjustment_reason_code as adjustment_reason_code,
         a.applicant_id as applicant_id,
         a.approver_id as approver_id,
         coalesce(cast(a.approved_at as date), a.month_on) as approved_on,
         m.concerned_month_on as concerned_month_on,
         m.adjustment_kwh as adjustment_kwh,
         m.adjustment_yuan as adjustment_yuan
  from core.adjustment as a
  join core.adjustment_month as m on m.customer_id = a.customer_id and m.adjustment_id = a.adjustment_id
  where a.adjustment_reason_code in ('wrong_reading', 'wrong_price', 'wrong_basic_charge')
),
billed as (
  select r.customer_id as customer_id,
         r.month_on as month_on,
         count(*) as bill_count,
         cast(sum(case when r.not_recalculated_code is not null then 1 else 0 end) as bigint) as broken_count,
         cast(sum(r.difference_yuan) as decimal(14,2)) as difference_yuan
  from mart.recalculated_bill as r
  where r.scenario_id = 'actual'
    and coalesce(r.not_recalculated_code, 'none') not in ('adjustment_bill', 'bill_cancelled')
  group by r.customer_id, r.month_on
),
judged as (
  select a.customer_id as customer_id,
         a.adjustment_id as adjustment_id,
         min(a.month_on) as month_on,
         min(a.adjustment_reason_code) as adjustment_reason_code,
         min(a.applicant_id) as applicant_id,
         min(a.approver_id) as approver_id,
         min(a.approved_on) as approved_on,
         min(a.concerned_month_on) as concerned_month_on,
         cast(sum(a.adjustment_kwh) as decimal(14,2)) as adjustment_kwh,
         cast(sum(a.adjustment_yuan) as decimal(14,2)) as adjustment_yuan,
         cast(0 - sum(b.difference_yuan) as decimal(14,2)) as lawful_yuan,
         count(*) as month_count,
         count(b.difference_yuan) as judged_count,
         cast(sum(coalesce(b.broken_count, 0)) as bigint) as broken_count
  from adjusted as a
  left join billed as b on b.customer_id = a.customer_id and b.month_on = a.concerned_month_on
  group by a.customer_id, a.adjustment_id
)
select j.customer_id as customer_id,
       j.adjustment_id as event_id,
       j.approved_on as period_from,
       cast(j.approved_on + interval 1 day as date) as period_to,
       cast(j.adjustment_yuan as decimal(18,4)) as observed_value,
       cast(j.lawful_yuan as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(j.lawful_yuan - j.adjustment_yuan as decimal(14,2)) as impact_yuan,
       'computed' as impact_method,
       j.adjustment_id as adjustment_id,
       j.month_on as month_on,
       j.concerned_month_on as concerned_month_on,
       j.adjustment_reason_code as adjustment_reason_code,
       j.adjustment_kwh as adjustment_kwh,
       j.adjustment_yuan as adjustment_yuan,
       j.lawful_yuan as lawful_yuan,
       j.applicant_id as applicant_id,
       j.approver_id as approver_id
from judged as j
join core.customer as c on c.customer_id = j.customer_id
join parameter as p on p.org_id = c.org_id
-- a month without a bill, or with one that cannot be recalculated, leaves the adjustment unjudged
where j.judged_count = j.month_count and j.broken_count = 0
  and abs(j.lawful_yuan - j.adjustment_yuan) > p.max_rest_yuan
