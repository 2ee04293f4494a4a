/* ---
table: core.payment_reversal
status: active
description: {en: One reversal or refund of a payment, zh: 冲正与退费}
grain: one row per reversal or refund
key: [payment_reversal_id]
reach: customer
columns: [payment_reversal_id, payment_id, customer_id, org_id, reversal_type_code, reversed_at,
  reversed_yuan, operator_id, approver_id, refund_account_digest, reason_text]
audits:
  - {check: not_null, columns: [customer_id, reversed_yuan], level: error}
  - {check: not_null, columns: [payment_id, reversal_type_code, reversed_at], level: warning}
  - {check: references, columns: [payment_id], to: core.payment, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [operator_id], to: core.staff, level: warning}
  - {check: references, columns: [approver_id], to: core.staff, level: warning}
  - {check: in_list, columns: [reversal_type_code], level: warning}
--- */
