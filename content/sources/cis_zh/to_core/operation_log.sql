/* ---
driver: raw_cis_zh.operation_log
--- */
select
  o.operation_id as operation_id,
  o.staff_id as staff_id,
  o.system_account_type_code as system_account_type_code,
  o.operation_code as operation_code,
  o.permission_code as permission_code,
  cast(o.operated_at as date) as operated_on,
  o.operated_at as operated_at,
  o.record_type_code as record_type_code,
  o.record_id as record_id,
  o.customer_id as customer_id,
  o.org_id as org_id,
  o.table_name as table_name,
  o.field_name as field_name,
  o.old_value_text as old_value_text,
  o.new_value_text as new_value_text,
  o.application_id as application_id,
  o.approver_id as approver_id,
  o.exported_row_count as exported_row_count,
  o.has_personal_data as has_personal_data
from raw_cis_zh.operation_log as o
