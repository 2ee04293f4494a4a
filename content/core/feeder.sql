/* ---
table: core.feeder
status: active
description: {en: One medium-voltage feeder, zh: 配电线路}
grain: one row per feeder
key: [feeder_id]
reach: feeder
columns: [feeder_id, org_id, feeder_name, feeder_type_code, supply_voltage_code]
audits:
  - {check: not_null, columns: [org_id, feeder_type_code], level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: in_list, columns: [feeder_type_code, supply_voltage_code], level: warning}
--- */
