/* ---
table: core.late_fee
status: active
description: {en: One late fee accrued on a receivable, zh: 违约金(滞纳金)}
grain: one row per accrued late fee
key: [late_fee_id]
reach: customer
columns: [late_fee_id, receivable_id, customer_id, accrued_on, late_fee_yuan, waived_yuan, approver_id]
audits:
  - {check: not_null, columns: [customer_id, late_fee_yuan], level: error}
  - {check: not_null, columns: [receivable_id, accrued_on], level: warning}
  - {check: references, columns: [receivable_id], to: core.receivable, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [approver_id], to: core.staff, level: warning}
--- */
