/* ---
driver: raw_finance_zh.cash_deposit
--- */
select
  cd.cash_deposit_id as cash_deposit_id,
  cd.org_id as org_id,
  cd.collector_id as collector_id,
  cd.deposit_yuan as deposit_yuan,
  cd.deposited_at as deposited_at,
  cd.arrival_status_code as arrival_status_code,
  cd.arrived_at as arrived_at,
  cd.slip_id as slip_id,
  cd.has_safe_record as has_safe_record
from raw_finance_zh.cash_deposit as cd
