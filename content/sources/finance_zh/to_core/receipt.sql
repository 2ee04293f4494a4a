/* ---
driver: raw_finance_zh.receipt
--- */
select
  r.receipt_id as receipt_id,
  r.payment_id as payment_id,
  r.receivable_id as receivable_id,
  r.customer_id as customer_id,
  r.receipt_yuan as receipt_yuan,
  r.posted_at as posted_at
from raw_finance_zh.receipt as r
