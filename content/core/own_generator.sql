/* ---
table: core.own_generator
status: active
description: {en: "One source of a customer's own: generator, storage or other", zh: 自备电源}
grain: one row per source
key: [own_generator_id]
reach: customer
columns: [own_generator_id, customer_id, generator_type_code, rated_power_kw, filed_on, has_interlock,
  tested_on, asset_ownership_code]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [generator_type_code, rated_power_kw], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [generator_type_code, asset_ownership_code], level: warning}
  - {check: not_negative, columns: [rated_power_kw], level: warning}
--- */
