/* ---
driver: raw_finance_zh.invoice_bill
--- */
select
  ib.invoice_id as invoice_id,
  ib.bill_id as bill_id,
  ib.customer_id as customer_id,
  ib.invoiced_yuan as invoiced_yuan
from raw_finance_zh.invoice_bill as ib
