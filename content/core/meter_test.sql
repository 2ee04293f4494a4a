/* ---
table: core.meter_test
status: active
description: {en: "One test of a meter, an instrument transformer or the whole installation", zh: 计量装置检定与检测}
grain: one row per test
key: [meter_test_id]
reach: all
columns: [meter_test_id, meter_id, instrument_transformer_id, metering_point_id, customer_id, test_type_code,
  requested_at, tested_on, reported_at, test_result_code, error_pct, measured_kwh, metered_kwh,
  application_id]
audits:
  - {check: not_null, columns: [test_type_code], level: warning}
  - {check: references, columns: [meter_id], to: core.meter, level: warning}
  - {check: references, columns: [instrument_transformer_id], to: core.instrument_transformer, level: warning}
  - {check: references, columns: [metering_point_id], to: core.metering_point, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [test_type_code, test_result_code], level: warning}
--- */
