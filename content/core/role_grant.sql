/* ---
table: core.role_grant
status: active
description: {en: "One permission granted to a member of staff, over a span", zh: 权限授予}
grain: "one row per member of staff, role, permission and span"
key: [staff_id, role_code, permission_code, valid_from]
reach: all
columns: [staff_id, role_code, permission_code, valid_from, valid_to, approver_id]
audits:
  - {check: not_null, columns: [valid_to], level: error}
  - {check: spans, columns: [valid_from, valid_to], by: [staff_id, role_code, permission_code], level: error}
  - {check: references, columns: [staff_id], to: core.staff, level: warning}
  - {check: references, columns: [approver_id], to: core.staff, level: warning}
  - {check: in_list, columns: [role_code, permission_code], level: warning}
--- */
