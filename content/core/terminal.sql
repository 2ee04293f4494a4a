/* ---
table: core.terminal
status: active
description: {en: One acquisition terminal (concentrator or load-management terminal), zh: 采集终端}
grain: one row per terminal
key: [terminal_id]
reach: area
columns: [terminal_id, area_id, org_id, terminal_type_code, asset_status_code, installed_on]
audits:
  - {check: not_null, columns: [terminal_type_code, asset_status_code], level: warning}
  - {check: references, columns: [area_id], to: core.area, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: in_list, columns: [terminal_type_code, asset_status_code], level: warning}
--- */
