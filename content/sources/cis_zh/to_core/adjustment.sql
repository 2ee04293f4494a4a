/* ---
driver: raw_cis_zh.adjustment
--- */
select
  a.adjustment_id as adjustment_id,
  a.customer_id as customer_id,
  a.bill_id as bill_id,
  cast(null as varchar) as application_id,
  a.month_on as month_on,
  a.adjustment_reason_code as adjustment_reason_code,
  a.reason_text as reason_text,
  a.approved_kwh as approved_kwh,
  a.approved_yuan as approved_yuan,
  a.applicant_id as applicant_id,
  a.approver_id as approver_id,
  a.approver_level_code as approver_level_code,
  a.approved_at as approved_at,
  cast(null as varchar) as meter_fault_id,
  cast(null as varchar) as breach_case_id,
  cast(null as varchar) as reverses_adjustment_id
from raw_cis_zh.adjustment as a
