/* ---
uid: gdasgg52
code: FA-001
title: {en: Marketing and finance ledgers do not agree, zh: 应收-实收-账务不平}
description:
  en: >-
    At the end of a month the marketing sub-ledger, the marketing general ledger and the finance ledger of a station state
    different balances of one account, and the difference is new: money collected and never banked, a payment that no
    bank or agency knows, a booking in one ledger alone.
  zh: >-
    月末营销明细账、营销总账与财务账同一科目余额不一致, 且差额为当月新增: 常见于收款未解款、银行或代收机构无此款项、单边记账。
severity: high
status: active
identity: event
subject: organisation
reach: organisation
population: mart.ledger_month
verify_days: 35
parameters:
  max_rest_yuan: {value: 0.01, unit: yuan, why: {en: "ledgers are kept in whole fen",
    zh: "账簿均精确到分"}}
resolved_when: {event_not_repeated: {months: 3}}
remedy: reconcile
playbook: accounting_check
check:
  en: [list the bookings of the month that one ledger has and the other has not, compare cash collected with deposit slips day by day and clerk by clerk, compare agency statements with payments booked, ask the bank for what is in transit]
  zh: [列出仅单边入账的当月业务, 逐日逐人核对现金收款与解款单, 核对代收对账文件与入账缴费, 向银行核实在途资金]
--- */
with apart as (
  select m.org_id as org_id,
         m.ledger_account_code as ledger_account_code,
         m.month_on as month_on,
         m.from_on as from_on,
         m.to_on as to_on,
         m.detail_ledger_yuan as detail_ledger_yuan,
         m.general_ledger_yuan as general_ledger_yuan,
         m.finance_ledger_yuan as finance_ledger_yuan,
         cast(m.detail_ledger_yuan - m.general_ledger_yuan as decimal(14,2)) as own_yuan,
         cast(m.general_ledger_yuan - m.finance_ledger_yuan as decimal(14,2)) as other_yuan
  from mart.ledger_month as m
  where m.ledger_account_code in ('receivable', 'collected', 'prepayment', 'late_fee', 'bad_debt')
),
followed as (
  select a.org_id as org_id,
         a.ledger_account_code as ledger_account_code,
         a.month_on as month_on,
         a.from_on as from_on,
         a.to_on as to_on,
         a.detail_ledger_yuan as detail_ledger_yuan,
         a.general_ledger_yuan as general_ledger_yuan,
         a.finance_ledger_yuan as finance_ledger_yuan,
         a.own_yuan as own_yuan,
         a.other_yuan as other_yuan,
         coalesce(lag(a.own_yuan) over (partition by a.org_id, a.ledger_account_code order by a.month_on), 0) as before_own_yuan,
         coalesce(lag(a.other_yuan) over (partition by a.org_id, a.ledger_account_code order by a.month_on), 0) as before_other_yuan
  from apart as a
)
-- money in transit is the other side of what was collected; what one ledger had the month before is no new difference
select a.org_id as org_id,
       a.ledger_account_code || '/' || cast(a.month_on as text) as event_id,
       a.from_on as period_from,
       a.to_on as period_to,
       cast(a.finance_ledger_yuan as decimal(18,4)) as observed_value,
       cast(a.detail_ledger_yuan as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       a.ledger_account_code as ledger_account_code,
       a.month_on as month_on,
       a.detail_ledger_yuan as detail_ledger_yuan,
       a.general_ledger_yuan as general_ledger_yuan,
       a.finance_ledger_yuan as finance_ledger_yuan,
       cast(a.own_yuan - a.before_own_yuan + a.other_yuan - a.before_other_yuan as decimal(14,2)) as difference_yuan
from followed as a
join parameter as p on p.org_id = a.org_id
where abs(a.own_yuan - a.before_own_yuan) > p.max_rest_yuan
   or abs(a.other_yuan - a.before_other_yuan) > p.max_rest_yuan
