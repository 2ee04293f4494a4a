/* ---
driver: raw_finance_zh.ledger_balance
--- */
select
  lb.org_id as org_id,
  lb.ledger_code as ledger_code,
  lb.ledger_account_code as ledger_account_code,
  lb.month_on as month_on,
  lb.balance_yuan as balance_yuan
from raw_finance_zh.ledger_balance as lb
