/* ---
table: core.receivable
status: active
description: {en: One amount a customer owes, zh: 应收}
grain: one row per receivable
key: [receivable_id]
reach: customer
columns: [receivable_id, customer_id, org_id, bill_id, month_on, receivable_type_code, receivable_yuan,
  due_on]
audits:
  - {check: not_null, columns: [customer_id, receivable_yuan], level: error}
  - {check: not_null, columns: [due_on], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [bill_id], to: core.bill, level: warning}
  - {check: in_list, columns: [receivable_type_code], level: warning}
--- */
