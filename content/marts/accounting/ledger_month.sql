/* ---
owner: accounting
description:
  en: The balance of an account at the end of a month as each of three ledgers states it, side by side
  zh: 同一科目月末余额在营销明细账、营销总账与财务账中的并列对照
grain: one row per organisation, account and month
key: [org_id, ledger_account_code, month_on]
reach: organisation
audits:
  - {check: ordered, columns: [from_on, to_on], level: error}
--- */
with stated as (
  select b.org_id as org_id,
         b.ledger_account_code as ledger_account_code,
         b.month_on as month_on,
         max(case when b.ledger_code = 'marketing_detail' then b.balance_yuan end) as detail_ledger_yuan,
         max(case when b.ledger_code = 'marketing_general' then b.balance_yuan end) as general_ledger_yuan,
         max(case when b.ledger_code = 'finance' then b.balance_yuan end) as finance_ledger_yuan
  from core.ledger_balance as b
  group by b.org_id, b.ledger_account_code, b.month_on
)
select s.org_id as org_id,
       s.ledger_account_code as ledger_account_code,
       s.month_on as month_on,
       s.month_on as from_on,
       cast(last_day(s.month_on) + interval 1 day as date) as to_on,
       s.detail_ledger_yuan as detail_ledger_yuan,
       s.general_ledger_yuan as general_ledger_yuan,
       s.finance_ledger_yuan as finance_ledger_yuan
from stated as s
