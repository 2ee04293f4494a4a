/* ---
table: core.customer_notice
status: active
description: {en: One notice sent to a customer, zh: 客户通知(停电、催费、停复电)}
grain: one row per notice and customer
key: [customer_notice_id]
reach: customer
columns: [customer_notice_id, customer_id, notice_type_code, notice_channel_code, sent_at, is_delivered,
  outage_id, disconnection_id, receivable_id]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [notice_type_code, sent_at], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [outage_id], to: core.outage, level: warning}
  - {check: references, columns: [disconnection_id], to: core.disconnection, level: warning}
  - {check: references, columns: [receivable_id], to: core.receivable, level: warning}
  - {check: in_list, columns: [notice_type_code, notice_channel_code], level: warning}
--- */
