/* ---
table: core.invoice
status: active
description: {en: One invoice issued, zh: 发票}
grain: one row per invoice
key: [invoice_id]
reach: customer
columns: [invoice_id, customer_id, org_id, invoice_type_code, invoiced_on, invoice_yuan, taxpayer_digest,
  is_void, voided_at, operator_id]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [invoice_type_code, invoiced_on, invoice_yuan], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [operator_id], to: core.staff, level: warning}
  - {check: in_list, columns: [invoice_type_code], level: warning}
--- */
