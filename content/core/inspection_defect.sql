/* ---
table: core.inspection_defect
status: active
description: {en: One defect found at a customer, zh: 检查缺陷(隐患)}
grain: one row per defect
key: [inspection_defect_id]
reach: customer
columns: [inspection_defect_id, usage_inspection_id, customer_id, defect_code, defect_level_code, found_on,
  fixed_on, reported_to_government_on]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [defect_level_code, found_on], level: warning}
  - {check: references, columns: [usage_inspection_id], to: core.usage_inspection, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [defect_code, defect_level_code], level: warning}
--- */
