/* ---
table: core.bill_line
status: active
description: {en: One line of a bill, zh: 电费账单明细行}
grain: one row per bill and line
key: [bill_id, line_no]
reach: customer
partition_on: month_on
columns: [bill_id, line_no, customer_id, metering_point_id, meter_id, register_code, month_on, charge_code,
  previous_register_kwh, current_register_kwh, previous_register_m3, current_register_m3, billed_multiplier, line_kwh,
  line_m3, price_yuan_per_kwh, line_amount_yuan, tier_no, billed_capacity_kva, billed_demand_kw,
  price_yuan_per_kva_month, price_yuan_per_kw_month, adjustment_rate_ratio]
planned_columns: [price_code, price_multiple_ratio]
audits:
  - {check: not_null, columns: [customer_id, month_on, charge_code], level: error}
  - {check: not_null, columns: [line_amount_yuan], level: warning}
  - {check: references, columns: [bill_id], to: core.bill, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [metering_point_id], to: core.metering_point, level: warning}
  - {check: in_list, columns: [charge_code, register_code], level: warning}
  - {check: not_negative, columns: [price_yuan_per_kwh, billed_multiplier], level: warning}
--- */
