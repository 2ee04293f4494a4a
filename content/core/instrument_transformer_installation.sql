/* ---
table: core.instrument_transformer_installation
status: active
description: {en: "One instrument transformer's stay at a metering point", zh: 互感器装拆区间}
grain: "one row per metering point, instrument transformer and span"
key: [metering_point_id, instrument_transformer_id, valid_from]
reach: customer
columns: [metering_point_id, instrument_transformer_id, customer_id, valid_from, valid_to, phase_code]
audits:
  - {check: not_null, columns: [customer_id, valid_to], level: error}
  - {check: spans, columns: [valid_from, valid_to], by: [metering_point_id, instrument_transformer_id], level: error}
  - {check: references, columns: [metering_point_id], to: core.metering_point, level: warning}
  - {check: references, columns: [instrument_transformer_id], to: core.instrument_transformer, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [phase_code], level: warning}
--- */
