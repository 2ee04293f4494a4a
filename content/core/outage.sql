/* ---
table: core.outage
status: active
description: {en: "One outage, planned or not", zh: 停电事件}
grain: one row per outage
key: [outage_id]
reach: all
columns: [outage_id, outage_type_code, org_id, feeder_id, area_id, published_at, planned_start_at,
  planned_end_at, started_at, ended_at]
audits:
  - {check: not_null, columns: [outage_type_code, org_id], level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [feeder_id], to: core.feeder, level: warning}
  - {check: references, columns: [area_id], to: core.area, level: warning}
  - {check: in_list, columns: [outage_type_code], level: warning}
--- */
