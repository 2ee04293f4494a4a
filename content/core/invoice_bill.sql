/* ---
table: core.invoice_bill
status: active
description: {en: The share of an invoice that covers one bill, zh: 发票与账单对应}
grain: one row per invoice and bill
key: [invoice_id, bill_id]
reach: customer
columns: [invoice_id, bill_id, customer_id, invoiced_yuan]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [invoiced_yuan], level: warning}
  - {check: references, columns: [invoice_id], to: core.invoice, level: warning}
  - {check: references, columns: [bill_id], to: core.bill, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
--- */
