/* ---
table: core.whitelist_entry
status: active
description: {en: "One exemption of a customer from a topic, over a span", zh: 稽查白名单}
grain: one row per exemption
key: [whitelist_entry_id]
reach: customer
columns: [whitelist_entry_id, topic, customer_id, valid_from, valid_to, reason_text, operator_id, approver_id]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [topic, valid_from], level: warning}
  - {check: ordered, columns: [valid_from, valid_to], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [operator_id], to: core.staff, level: warning}
  - {check: references, columns: [approver_id], to: core.staff, level: warning}
--- */
