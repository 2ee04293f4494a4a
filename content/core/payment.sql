/* ---
table: core.payment
status: active
description: {en: One payment made for a customer, zh: 收费(缴费)}
grain: one row per payment
key: [payment_id]
reach: customer
partition_on: paid_on
columns: [payment_id, customer_id, org_id, paid_on, paid_at, payment_yuan, payment_method_code,
  payment_channel_code, collector_id, payer_digest, payer_account_digest, agency_id, agency_reference_id,
  cash_deposit_id, acceptance_note_id]
audits:
  - {check: not_null, columns: [customer_id, payment_yuan], level: error}
  - {check: not_null, columns: [paid_on, payment_method_code], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [collector_id], to: core.staff, level: warning}
  - {check: references, columns: [cash_deposit_id], to: core.cash_deposit, level: warning}
  - {check: references, columns: [acceptance_note_id], to: core.acceptance_note, level: warning}
  - {check: in_list, columns: [payment_method_code, payment_channel_code], level: warning}
--- */
