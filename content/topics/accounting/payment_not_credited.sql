/* ---
uid: fvhvnfmh
code: FA-014
title: {en: Payment neither settled a bill nor was credited or returned, zh: 重复缴费/错交未处理}
description:
  en: >-
    A payment was booked, and it settled no bill, went into no prepayment account and was not given back: paid twice, paid
    into the wrong account, a booking that stopped half way. The money is the customer's.
  zh: >-
    缴费已入账, 但既未销账、未转预收, 也未退还: 常见于重复缴费、错交未处理、销账中断。该款属用户所有。
severity: medium
status: active
identity: event
subject: customer
population: mart.recalculated_bill
verify_days: 35
parameters:
  min_age_days: {value: 7, unit: days, why: {en: "booking to a bill or to the prepayment account follows the payment within days; five working days are promised for a return",
    zh: "销账或转预收在数日内完成, 退款承诺五个工作日"}}
law: [limitation/limitation_period]
resolved_when: state_gone
remedy: refund_payment
playbook: accounting_check
check:
  en: [look for a second payment of the same amount by another channel, compare with bank slip and channel statement, ask the customer which payment was meant for what, return the money or book it to the prepayment account]
  zh: [查同额不同渠道的另一笔缴费, 与银行回单及渠道对账文件核对, 向用户核实缴费意图, 退款或转入预收]
--- */
with booked as (
  select r.customer_id as customer_id, r.payment_id as payment_id, r.receipt_yuan as booked_yuan
  from core.receipt as r
  union all
  select e.customer_id, e.payment_id, e.entry_yuan from core.account_entry as e
  union all
  select v.customer_id, v.payment_id, v.reversed_yuan from core.payment_reversal as v
),
summed as (
  select b.customer_id as customer_id,
         b.payment_id as payment_id,
         count(*) as booking_count
  from booked as b
  where b.payment_id is not null and b.booked_yuan <> 0
  group by b.customer_id, b.payment_id
)
select p.customer_id as customer_id,
       p.payment_id as event_id,
       p.paid_on as period_from,
       w.to_on as period_to,
       cast(0 as decimal(18,4)) as observed_value,
       cast(p.payment_yuan as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(0 - p.payment_yuan as decimal(14,2)) as impact_yuan,
       'computed' as impact_method,
       p.payment_id as payment_id,
       p.paid_on as paid_on,
       p.payment_yuan as payment_yuan,
       p.payment_channel_code as payment_channel_code,
       p.payment_method_code as payment_method_code
from core.payment as p
cross join sweep_window as w
join core.customer as c on c.customer_id = p.customer_id
join parameter as t on t.org_id = c.org_id
left join summed as s on s.customer_id = p.customer_id and s.payment_id = p.payment_id
where s.payment_id is null and p.payment_yuan <> 0
  and date_diff('day', p.paid_on, w.to_on) > t.min_age_days
