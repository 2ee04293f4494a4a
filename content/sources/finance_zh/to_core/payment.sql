/* ---
driver: raw_finance_zh.payment
--- */
select
  p.payment_id as payment_id,
  p.customer_id as customer_id,
  p.org_id as org_id,
  cast(p.paid_at as date) as paid_on,
  p.paid_at as paid_at,
  p.payment_yuan as payment_yuan,
  p.payment_method_code as payment_method_code,
  p.payment_channel_code as payment_channel_code,
  p.collector_id as collector_id,
  p.payer_digest as payer_digest,
  p.payer_account_digest as payer_account_digest,
  p.agency_id as agency_id,
  p.agency_reference_id as agency_reference_id,
  p.cash_deposit_id as cash_deposit_id,
  p.acceptance_note_id as acceptance_note_id
from raw_finance_zh.payment as p
