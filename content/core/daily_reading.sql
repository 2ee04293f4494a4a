/* ---
table: core.daily_reading
status: active
description: {en: The registers of a meter frozen at the end of a day, zh: 日冻结示数}
grain: one row per metering point, meter and day
key: [metering_point_id, meter_id, reading_on]
reach: customer
partition_on: reading_on
columns: [customer_id, metering_point_id, meter_id, reading_on, forward_register_kwh, reverse_register_kwh,
  forward_critical_register_kwh, forward_peak_register_kwh, forward_flat_register_kwh, forward_valley_register_kwh,
  forward_reactive_register_kvarh]
planned_columns: [reverse_reactive_register_kvarh, demand_register_kw, demand_at, reading_quality_code]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [forward_register_kwh], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [metering_point_id], to: core.metering_point, level: warning}
  - {check: not_negative, columns: [forward_register_kwh, reverse_register_kwh], level: warning}
--- */
