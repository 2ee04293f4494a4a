/* ---
table: core.usage_inspection
status: active
description: {en: "One inspection of a customer, planned or done", zh: 用电检查}
grain: one row per planned or unplanned inspection
key: [usage_inspection_id]
reach: customer
columns: [usage_inspection_id, customer_id, org_id, inspection_type_code, planned_on, started_at, ended_at,
  inspector_id, second_inspector_id, inspection_result_code, found_usage_category_code, found_equipment_text,
  track_point_count, site_distance_m]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [inspection_type_code], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [inspector_id], to: core.staff, level: warning}
  - {check: references, columns: [second_inspector_id], to: core.staff, level: warning}
  - {check: in_list, columns: [inspection_type_code, inspection_result_code, found_usage_category_code], level: warning}
--- */
