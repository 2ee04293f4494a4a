/* ---
table: core.price_agreement
status: active
description: {en: The price code in force for a customer over a span, zh: 客户电价执行区间}
grain: one row per customer and span in which one price code is in force
key: [customer_id, valid_from]
reach: customer
columns: [customer_id, valid_from, valid_to, price_code, tariff_structure_code, basic_charge_mode_code,
  power_factor_standard_ratio, is_time_of_use, is_tiered, purchase_mode_code, billed_capacity_kva]
planned_columns: [power_factor_mode_code, tier_allowance_kwh, application_id]
audits:
  - {check: not_null, columns: [valid_to, price_code], level: error}
  - {check: spans, columns: [valid_from, valid_to], by: [customer_id], level: error}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [price_code], level: warning}
--- */
