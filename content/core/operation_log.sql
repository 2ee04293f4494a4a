/* ---
table: core.operation_log
status: active
description: {en: "One operation in a system: a value changed, or data exported", zh: 操作日志(改数、导出)}
grain: one row per operation and field
key: [operation_id]
reach: all
partition_on: operated_on
columns: [operation_id, staff_id, system_account_type_code, operation_code, permission_code, operated_on,
  operated_at, record_type_code, record_id, customer_id, org_id, table_name, field_name, old_value_text,
  new_value_text, application_id, approver_id, exported_row_count, has_personal_data]
audits:
  - {check: not_null, columns: [operation_code, operated_on, operated_at], level: warning}
  - {check: references, columns: [staff_id], to: core.staff, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [approver_id], to: core.staff, level: warning}
  - {check: in_list, columns: [system_account_type_code, operation_code, permission_code, record_type_code], level: warning}
--- */
