/* ---
table: core.prepayment_transfer
status: active
description: {en: One transfer of a prepayment to another customer, zh: 预收互转}
grain: one row per transfer
key: [prepayment_transfer_id]
reach: all
columns: [prepayment_transfer_id, from_customer_id, to_customer_id, transfer_yuan, transferred_at,
  operator_id, approver_id, reason_text]
audits:
  - {check: not_null, columns: [transfer_yuan], level: error}
  - {check: not_null, columns: [from_customer_id, to_customer_id, transferred_at], level: warning}
  - {check: references, columns: [from_customer_id], to: core.customer, level: warning}
  - {check: references, columns: [to_customer_id], to: core.customer, level: warning}
  - {check: references, columns: [operator_id], to: core.staff, level: warning}
  - {check: references, columns: [approver_id], to: core.staff, level: warning}
--- */
