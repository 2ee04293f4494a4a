/* ---
table: core.business_fee
status: active
description: {en: One fee charged with an application, zh: 业务费}
grain: one row per fee
key: [business_fee_id]
reach: customer
columns: [business_fee_id, application_id, customer_id, fee_item_code, fee_exemption_code, fee_capacity_kva,
  fee_rate_yuan_per_kva, charged_yuan, charged_on, refunded_yuan, refunded_on, refund_due_on]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [fee_item_code, charged_yuan], level: warning}
  - {check: references, columns: [application_id], to: core.application, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [fee_item_code, fee_exemption_code], level: warning}
--- */
