/* ---
table: core.account_entry
status: active
description: {en: "One entry of a customer's prepayment account", zh: 预收账户明细}
grain: one row per entry
key: [account_entry_id]
reach: customer
columns: [account_entry_id, customer_id, account_entry_type_code, entry_yuan, balance_yuan, posted_at,
  payment_id, receivable_id, prepayment_transfer_id]
audits:
  - {check: not_null, columns: [customer_id, entry_yuan], level: error}
  - {check: not_null, columns: [account_entry_type_code, balance_yuan, posted_at], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [payment_id], to: core.payment, level: warning}
  - {check: references, columns: [receivable_id], to: core.receivable, level: warning}
  - {check: references, columns: [prepayment_transfer_id], to: core.prepayment_transfer, level: warning}
  - {check: in_list, columns: [account_entry_type_code], level: warning}
--- */
