/* ---
table: core.register_reading
status: active
description: {en: One register reading taken for billing, zh: 抄表示数}
grain: one row per reading of one register
key: [reading_id]
reach: customer
partition_on: reading_on
columns: [reading_id, customer_id, metering_point_id, meter_id, reading_book_id, reading_on, register_code,
  register_kwh, reading_type_code]
planned_columns: [operator_id, recorded_at]
audits:
  - {check: unique, columns: [metering_point_id, meter_id, reading_on, register_code], level: warning}
  - {check: not_null, columns: [customer_id, metering_point_id, meter_id, reading_on, register_code, register_kwh], level: error}
  - {check: not_null, columns: [reading_book_id, reading_type_code], level: warning}
  - {check: unique, columns: [metering_point_id, meter_id, register_code, reading_on], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [metering_point_id], to: core.metering_point, level: warning}
  - {check: references, columns: [reading_book_id], to: core.reading_book, level: warning}
  - {check: in_list, columns: [register_code, reading_type_code], level: warning}
  - {check: not_negative, columns: [register_kwh], level: warning}
--- */
