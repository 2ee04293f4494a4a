/* ---
table: core.supply_source
status: active
description: {en: "One supply source of a customer over a span, as one system states it", zh: 用户供电电源(营销、生产各自记载)}
grain: "one row per customer, stating system, source number and span"
key: [customer_id, connectivity_source_code, supply_source_no, valid_from]
reach: customer
columns: [customer_id, connectivity_source_code, supply_source_no, valid_from, valid_to,
  supply_source_type_code, area_id, feeder_id]
audits:
  - {check: not_null, columns: [valid_to], level: error}
  - {check: not_null, columns: [supply_source_type_code], level: warning}
  - {check: spans, columns: [valid_from, valid_to], by: [customer_id, connectivity_source_code, supply_source_no], level: error}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [area_id], to: core.area, level: warning}
  - {check: references, columns: [feeder_id], to: core.feeder, level: warning}
  - {check: in_list, columns: [connectivity_source_code, supply_source_type_code], level: warning}
--- */
