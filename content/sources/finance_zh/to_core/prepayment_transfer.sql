/* ---
driver: raw_finance_zh.prepayment_transfer
--- */
select
  pt.prepayment_transfer_id as prepayment_transfer_id,
  pt.from_customer_id as from_customer_id,
  pt.to_customer_id as to_customer_id,
  pt.transfer_yuan as transfer_yuan,
  pt.transferred_at as transferred_at,
  pt.operator_id as operator_id,
  pt.approver_id as approver_id,
  pt.reason_text as reason_text
from raw_finance_zh.prepayment_transfer as pt
