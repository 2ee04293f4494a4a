/* ---
table: core.meter_fault
status: active
description: {en: One fault of metering equipment, zh: 计量故障}
grain: one row per fault
key: [meter_fault_id]
reach: customer
columns: [meter_fault_id, customer_id, metering_point_id, meter_id, meter_fault_code, from_on, to_on,
  reported_at, resolved_at, application_id]
audits:
  - {check: not_null, columns: [meter_fault_code, reported_at], level: warning}
  - {check: ordered, columns: [from_on, to_on], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [metering_point_id], to: core.metering_point, level: warning}
  - {check: references, columns: [meter_id], to: core.meter, level: warning}
  - {check: in_list, columns: [meter_fault_code], level: warning}
--- */
