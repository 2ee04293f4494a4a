/* ---
table: core.write_off
status: active
description: {en: One bad debt written off, zh: 呆坏账核销}
grain: one row per write-off
key: [write_off_id]
reach: customer
columns: [write_off_id, receivable_id, customer_id, write_off_reason_code, written_off_on, written_off_yuan,
  applicant_id, approver_id]
audits:
  - {check: not_null, columns: [customer_id, written_off_yuan], level: error}
  - {check: not_null, columns: [receivable_id, written_off_on], level: warning}
  - {check: references, columns: [receivable_id], to: core.receivable, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [applicant_id], to: core.staff, level: warning}
  - {check: references, columns: [approver_id], to: core.staff, level: warning}
  - {check: in_list, columns: [write_off_reason_code], level: warning}
--- */
