/* ---
driver: raw_cis_zh.disconnection
--- */
select
  d.disconnection_id as disconnection_id,
  d.customer_id as customer_id,
  d.meter_id as meter_id,
  d.disconnection_reason_code as disconnection_reason_code,
  d.disconnection_method_code as disconnection_method_code,
  d.approver_id as approver_id,
  d.executed_at as executed_at,
  d.restore_due_at as restore_due_at,
  d.restored_at as restored_at
from raw_cis_zh.disconnection as d
