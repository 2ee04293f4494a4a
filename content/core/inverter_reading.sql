/* ---
table: core.inverter_reading
status: active
description: {en: "One point of an inverter's output", zh: 逆变器出力}
grain: one row per photovoltaic unit and instant
key: [photovoltaic_unit_id, read_at]
reach: customer
partition_on: interval_on
columns: [photovoltaic_unit_id, read_at, customer_id, interval_on, inverter_power_kw]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [interval_on, inverter_power_kw], level: warning}
  - {check: references, columns: [photovoltaic_unit_id], to: core.photovoltaic_unit, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
--- */
