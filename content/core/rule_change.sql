/* ---
table: core.rule_change
status: active
description: {en: "One change of an inspection topic, its parameter or its law", zh: 稽查规则变更}
grain: one row per change
key: [rule_change_id]
reach: all
columns: [rule_change_id, topic, parameter_name, org_id, changed_at, operator_id, approver_id,
  second_approver_id, old_value_text, new_value_text]
audits:
  - {check: not_null, columns: [topic, changed_at, operator_id], level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [operator_id], to: core.staff, level: warning}
  - {check: references, columns: [approver_id], to: core.staff, level: warning}
  - {check: references, columns: [second_approver_id], to: core.staff, level: warning}
--- */
