/* ---
table: core.market_registration
status: active
description: {en: "A customer's registration with the power exchange, over a span", zh: 市场注册(交易中心名单)}
grain: one row per customer and span
key: [customer_id, valid_from]
reach: customer
columns: [customer_id, valid_from, valid_to, registration_status_code, document_id, received_on]
audits:
  - {check: not_null, columns: [valid_to], level: error}
  - {check: not_null, columns: [registration_status_code], level: warning}
  - {check: spans, columns: [valid_from, valid_to], by: [customer_id], level: error}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [registration_status_code], level: warning}
--- */
