/* ---
table: core.meter_event
status: active
description: {en: One event a meter reported, zh: 电能表事件}
grain: one row per reported event
key: [meter_event_id]
reach: customer
partition_on: occurred_on
columns: [meter_event_id, customer_id, metering_point_id, meter_id, meter_event_type_code, phase_code,
  occurred_on, started_at, ended_at, received_at]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [meter_id, meter_event_type_code, occurred_on, started_at], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [metering_point_id], to: core.metering_point, level: warning}
  - {check: references, columns: [meter_id], to: core.meter, level: warning}
  - {check: in_list, columns: [meter_event_type_code, phase_code], level: warning}
--- */
