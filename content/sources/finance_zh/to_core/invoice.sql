/* ---
driver: raw_finance_zh.invoice
--- */
select
  i.invoice_id as invoice_id,
  i.customer_id as customer_id,
  i.org_id as org_id,
  i.invoice_type_code as invoice_type_code,
  i.invoiced_on as invoiced_on,
  i.invoice_yuan as invoice_yuan,
  i.taxpayer_digest as taxpayer_digest,
  i.is_void as is_void,
  i.voided_at as voided_at,
  i.operator_id as operator_id
from raw_finance_zh.invoice as i
