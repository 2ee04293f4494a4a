/* ---
table: core.clock_reading
status: active
description: {en: "One comparison of a device's clock with standard time", zh: 时钟召测}
grain: one row per device and comparison
key: [device_id, checked_at]
reach: all
columns: [device_id, checked_at, device_type_code, customer_id, org_id, clock_deviation_seconds]
audits:
  - {check: not_null, columns: [device_type_code, clock_deviation_seconds], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: in_list, columns: [device_type_code], level: warning}
--- */
