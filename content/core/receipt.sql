/* ---
table: core.receipt
status: active
description: {en: "The share of a payment that settles one receivable, negative where a reversal or a credit takes it back", zh: "实收(销账), 冲正与贷记为负"}
grain: one row per payment and receivable settled
key: [receipt_id]
reach: customer
columns: [receipt_id, payment_id, receivable_id, customer_id, receipt_yuan, posted_at]
audits:
  - {check: not_null, columns: [customer_id, receipt_yuan], level: error}
  - {check: not_null, columns: [payment_id, receivable_id, posted_at], level: warning}
  - {check: references, columns: [payment_id], to: core.payment, level: warning}
  - {check: references, columns: [receivable_id], to: core.receivable, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
--- */
