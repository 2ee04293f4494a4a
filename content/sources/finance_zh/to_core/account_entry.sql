/* ---
driver: raw_finance_zh.account_entry
--- */
select
  ae.account_entry_id as account_entry_id,
  ae.customer_id as customer_id,
  ae.account_entry_type_code as account_entry_type_code,
  ae.entry_yuan as entry_yuan,
  ae.balance_yuan as balance_yuan,
  ae.posted_at as posted_at,
  ae.payment_id as payment_id,
  ae.receivable_id as receivable_id,
  ae.prepayment_transfer_id as prepayment_transfer_id
from raw_finance_zh.account_entry as ae
