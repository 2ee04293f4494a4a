/* ---
driver: raw_cis_zh.receivable
--- */
select
  r.receivable_id as receivable_id,
  r.customer_id as customer_id,
  r.org_id as org_id,
  r.bill_id as bill_id,
  r.month_on as month_on,
  r.receivable_type_code as receivable_type_code,
  r.receivable_yuan as receivable_yuan,
  r.due_on as due_on
from raw_cis_zh.receivable as r
