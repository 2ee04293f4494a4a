/* ---
table: core.meter_change
status: active
description: {en: "One replacement, first installation or removal of a meter", zh: 装换拆表记录}
grain: one row per change of meter
key: [meter_change_id]
reach: customer
columns: [meter_change_id, customer_id, metering_point_id, from_meter_id, to_meter_id,
  meter_change_reason_code, changed_at, installer_id, application_id, marketing_confirmed_at,
  metering_confirmed_at]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [metering_point_id, meter_change_reason_code, changed_at], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [metering_point_id], to: core.metering_point, level: warning}
  - {check: references, columns: [from_meter_id], to: core.meter, level: warning}
  - {check: references, columns: [to_meter_id], to: core.meter, level: warning}
  - {check: references, columns: [installer_id], to: core.staff, level: warning}
  - {check: in_list, columns: [meter_change_reason_code], level: warning}
--- */
