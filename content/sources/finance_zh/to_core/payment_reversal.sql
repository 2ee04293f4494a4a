/* ---
driver: raw_finance_zh.payment_reversal
--- */
select
  pr.payment_reversal_id as payment_reversal_id,
  pr.payment_id as payment_id,
  pr.customer_id as customer_id,
  pr.org_id as org_id,
  pr.reversal_type_code as reversal_type_code,
  pr.reversed_at as reversed_at,
  pr.reversed_yuan as reversed_yuan,
  pr.operator_id as operator_id,
  pr.approver_id as approver_id,
  pr.refund_account_digest as refund_account_digest,
  pr.reason_text as reason_text
from raw_finance_zh.payment_reversal as pr
