/* ---
table: core.disconnection
status: active
description: {en: "One cut of a customer's supply and its restoration", zh: 停复电}
grain: one row per cut
key: [disconnection_id]
reach: customer
columns: [disconnection_id, customer_id, meter_id, disconnection_reason_code, disconnection_method_code,
  approver_id, executed_at, restore_due_at, restored_at]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [disconnection_reason_code, executed_at], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [meter_id], to: core.meter, level: warning}
  - {check: references, columns: [approver_id], to: core.staff, level: warning}
  - {check: in_list, columns: [disconnection_reason_code, disconnection_method_code], level: warning}
--- */
