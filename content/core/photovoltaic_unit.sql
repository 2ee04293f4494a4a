/* ---
table: core.photovoltaic_unit
status: active
description: {en: One photovoltaic unit connected to the grid, zh: 分布式光伏}
grain: one row per photovoltaic unit
key: [photovoltaic_unit_id]
reach: customer
columns: [photovoltaic_unit_id, customer_id, metering_point_id, application_id, feed_in_mode_code,
  dc_capacity_kw, ac_capacity_kw, connected_on, is_in_subsidy_directory, subsidised_to_on, owner_party_id,
  has_storage]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [feed_in_mode_code, dc_capacity_kw, connected_on], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [metering_point_id], to: core.metering_point, level: warning}
  - {check: in_list, columns: [feed_in_mode_code], level: warning}
  - {check: not_negative, columns: [dc_capacity_kw, ac_capacity_kw], level: warning}
--- */
