/* ---
table: core.grid_change
status: active
description: {en: One change of the grid that moves areas or customers to another feeder or area, zh: 配网异动(切改)}
grain: one row per change and moved area or customer
key: [grid_change_id]
reach: all
columns: [grid_change_id, grid_change_type_code, org_id, area_id, customer_id, from_feeder_id, to_feeder_id,
  from_area_id, to_area_id, executed_at, ended_at, synchronised_at]
audits:
  - {check: not_null, columns: [grid_change_type_code, executed_at], level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [area_id], to: core.area, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [from_feeder_id], to: core.feeder, level: warning}
  - {check: references, columns: [to_feeder_id], to: core.feeder, level: warning}
  - {check: references, columns: [from_area_id], to: core.area, level: warning}
  - {check: references, columns: [to_area_id], to: core.area, level: warning}
  - {check: in_list, columns: [grid_change_type_code], level: warning}
--- */
