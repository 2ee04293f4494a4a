/* ---
table: core.seal
status: active
description: {en: One seal and the place it was set on, zh: 封印}
grain: one row per seal
key: [seal_id]
reach: customer
columns: [seal_id, customer_id, metering_point_id, metering_box_id, seal_position_code, applied_at,
  applied_by_id, removed_at, removed_by_id, application_id, found_seal_id, checked_on]
audits:
  - {check: not_null, columns: [seal_position_code, applied_at], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [metering_point_id], to: core.metering_point, level: warning}
  - {check: references, columns: [applied_by_id], to: core.staff, level: warning}
  - {check: references, columns: [removed_by_id], to: core.staff, level: warning}
  - {check: references, columns: [found_seal_id], to: core.seal, level: warning}
  - {check: in_list, columns: [seal_position_code], level: warning}
--- */
