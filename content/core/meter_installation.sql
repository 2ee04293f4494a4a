/* ---
table: core.meter_installation
status: active
description: {en: One meter's stay at a metering point, zh: 电能表装拆区间}
grain: one row per metering point and span in which one meter is installed
key: [metering_point_id, valid_from]
reach: customer
columns: [metering_point_id, customer_id, meter_id, valid_from, valid_to, multiplier, register_digits,
  start_register_kwh, end_register_kwh]
planned_columns: [terminal_id, application_id]
audits:
  - {check: not_null, columns: [customer_id, meter_id, valid_to, multiplier, register_digits], level: error}
  - {check: not_null, columns: [start_register_kwh], level: warning}
  - {check: spans, columns: [valid_from, valid_to], by: [metering_point_id], level: error}
  - {check: spans, columns: [valid_from, valid_to], by: [meter_id], level: warning}
  - {check: references, columns: [metering_point_id], to: core.metering_point, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: not_negative, columns: [multiplier, register_digits], level: error}
  - {check: not_negative, columns: [start_register_kwh, end_register_kwh], level: warning}
--- */
