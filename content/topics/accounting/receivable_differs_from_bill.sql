/* ---
uid: hqpyt85p
code: FA-017
title: {en: Receivables of a bill do not come to the bill, zh: 应收与账单金额不符}
description:
  en: >-
    What is booked as owed for a bill, its instalments together, is not the amount of the bill that was issued: a
    receivable changed, left out or booked twice. Booked too low is the utility's loss, too high the customer's.
  zh: >-
    同一账单各笔应收(含分次)合计与已发行账单金额不等: 应收被修改、漏记或重复入账。少记为企业损失, 多记应还用户。
severity: high
status: active
identity: event
subject: customer
population: mart.recalculated_bill
verify_days: 35
parameters:
  max_rest_yuan: {value: 0, unit: yuan, why: {en: "a receivable is the amount of the bill, instalments are its parts to the fen",
    zh: "应收即账单金额, 分次结算各次之和应与账单精确相等"}}
law: [limitation/limitation_period]
resolved_when: state_gone
remedy: correct_receivable
playbook: accounting_check
check:
  en: [compare bill and receivable in billing and in collection, look in the operation log for who changed or deleted it, compare with what the customer was told and has paid]
  zh: [核对核算系统账单与收费系统应收, 查操作日志中修改或删除人, 与用户账单通知及实缴金额核对]
--- */
with owed as (
  select v.customer_id as customer_id,
         v.bill_id as bill_id,
         count(*) as receivable_count,
         min(v.receivable_id) as receivable_id,
         cast(sum(v.receivable_yuan) as decimal(14,2)) as receivable_yuan
  from core.receivable as v
  where v.bill_id is not null
  group by v.customer_id, v.bill_id
),
-- a bill nobody has booked yet is judged only where bills of its month are
booked_month as (
  select v.customer_id as customer_id, max(v.month_on) as last_month_on
  from core.receivable as v
  where v.bill_id is not null
  group by v.customer_id
)
select b.customer_id as customer_id,
       b.bill_id as event_id,
       coalesce(b.from_on, b.month_on) as period_from,
       b.to_on as period_to,
       cast(coalesce(o.receivable_yuan, 0) as decimal(18,4)) as observed_value,
       cast(b.amount_yuan as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(b.amount_yuan - coalesce(o.receivable_yuan, 0) as decimal(14,2)) as impact_yuan,
       'computed' as impact_method,
       b.bill_id as bill_id,
       b.month_on as month_on,
       b.amount_yuan as amount_yuan,
       o.receivable_id as receivable_id,
       o.receivable_yuan as receivable_yuan
from core.bill as b
join booked_month as m on m.customer_id = b.customer_id
join core.customer as c on c.customer_id = b.customer_id
join parameter as p on p.org_id = c.org_id
left join owed as o on o.customer_id = b.customer_id and o.bill_id = b.bill_id
where (o.bill_id is not null or b.month_on < m.last_month_on)
  and abs(b.amount_yuan - coalesce(o.receivable_yuan, 0)) > p.max_rest_yuan
