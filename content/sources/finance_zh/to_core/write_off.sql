/* ---
driver: raw_finance_zh.write_off
--- */
select
  wo.write_off_id as write_off_id,
  wo.receivable_id as receivable_id,
  wo.customer_id as customer_id,
  wo.write_off_reason_code as write_off_reason_code,
  wo.written_off_on as written_off_on,
  wo.written_off_yuan as written_off_yuan,
  wo.applicant_id as applicant_id,
  wo.approver_id as approver_id
from raw_finance_zh.write_off as wo
