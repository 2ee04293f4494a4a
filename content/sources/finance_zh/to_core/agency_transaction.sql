/* ---
driver: raw_finance_zh.agency_transaction
--- */
select
  at.agency_id as agency_id,
  at.agency_reference_id as agency_reference_id,
  at.customer_id as customer_id,
  at.org_id as org_id,
  at.statement_on as statement_on,
  at.paid_at as paid_at,
  at.agency_yuan as agency_yuan
from raw_finance_zh.agency_transaction as at
