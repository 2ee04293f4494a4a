/* ---
table: core.transformer_status
status: active
description: {en: The state of a transformer over a span, zh: 变压器运行状态区间}
grain: one row per transformer and span of one state
key: [power_transformer_id, valid_from]
reach: customer
columns: [power_transformer_id, customer_id, valid_from, valid_to, transformer_status_code, application_id,
  seal_id]
audits:
  - {check: not_null, columns: [valid_to], level: error}
  - {check: not_null, columns: [transformer_status_code], level: warning}
  - {check: spans, columns: [valid_from, valid_to], by: [power_transformer_id], level: error}
  - {check: references, columns: [power_transformer_id], to: core.power_transformer, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [seal_id], to: core.seal, level: warning}
  - {check: in_list, columns: [transformer_status_code], level: warning}
--- */
