/* ---
table: core.area
status: active
description: {en: One transformer area, zh: 台区}
grain: one row per transformer area
key: [area_id]
reach: area
columns: [area_id, org_id, area_name, feeder_id, transformer_capacity_kva, area_type_code, manager_id]
planned_columns: [production_feeder_id, area_status_code, district_code, commissioned_on, latitude_degree,
  longitude_degree]
audits:
  - {check: not_null, columns: [org_id, feeder_id, transformer_capacity_kva], level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: not_negative, columns: [transformer_capacity_kva], level: warning}
--- */
