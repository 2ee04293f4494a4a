/* ---
driver: raw_finance_zh.late_fee
--- */
select
  lf.late_fee_id as late_fee_id,
  lf.receivable_id as receivable_id,
  lf.customer_id as customer_id,
  lf.accrued_on as accrued_on,
  lf.late_fee_yuan as late_fee_yuan,
  lf.waived_yuan as waived_yuan,
  lf.approver_id as approver_id
from raw_finance_zh.late_fee as lf
