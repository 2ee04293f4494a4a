/* ---
uid: 6jz32bvk
code: FA-002
title: {en: Prepayment balance does not follow its entries, zh: 用户余额与明细不符}
description:
  en: >-
    The balance of a customer's prepayment account is not the balance before plus the entry: an entry taken out or
    changed, a balance written by hand. Too high a balance is the utility's loss, too low the customer's.
  zh: >-
    用户预收账户余额不等于前次余额加本次发生额: 明细被删改或余额被直接修改。余额虚增为企业损失, 虚减应归还用户。
severity: high
status: active
identity: event
subject: customer
population: mart.recalculated_bill
verify_days: 35
parameters:
  max_rest_yuan: {value: 0, unit: yuan, why: {en: "entries and balances are kept in whole fen",
    zh: "明细与余额均精确到分, 不应有差"}}
law: [limitation/limitation_period]
resolved_when: state_gone
remedy: rebuild_balance
playbook: accounting_check
check:
  en: [print the account from its first entry and add it up, look in the operation log for balances or entries changed by hand, compare with payments and bills settled, ask on whose order it was changed]
  zh: [自首笔明细起逐笔累计核对, 查操作日志中余额或明细的人工修改, 与缴费及冲抵电费核对, 查明修改依据]
--- */
with followed as (
  select e.customer_id as customer_id,
         e.account_entry_id as account_entry_id,
         e.account_entry_type_code as account_entry_type_code,
         cast(e.posted_at as date) as posted_on,
         e.entry_yuan as entry_yuan,
         e.balance_yuan as balance_yuan,
         lag(e.balance_yuan) over (partition by e.customer_id order by e.posted_at, e.account_entry_id) as before_yuan,
         count(*) over (partition by e.customer_id, e.posted_at) as together_count
  from core.account_entry as e
  where e.balance_yuan is not null and e.posted_at is not null
)
select f.customer_id as customer_id,
       f.account_entry_id as event_id,
       f.posted_on as period_from,
       cast(f.posted_on + interval 1 day as date) as period_to,
       cast(f.balance_yuan as decimal(18,4)) as observed_value,
       cast(f.before_yuan + f.entry_yuan as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(f.balance_yuan - f.before_yuan - f.entry_yuan as decimal(14,2)) as impact_yuan,
       'computed' as impact_method,
       f.account_entry_id as account_entry_id,
       f.account_entry_type_code as account_entry_type_code,
       f.entry_yuan as entry_yuan,
       f.balance_yuan as balance_yuan
from followed as f
join core.customer as c on c.customer_id = f.customer_id
join parameter as p on p.org_id = c.org_id
-- entries of one moment may have been written in any order
where f.together_count = 1
  and abs(f.balance_yuan - f.before_yuan - f.entry_yuan) > p.max_rest_yuan
