/* ---
table: core.generation_settlement
status: active
description: {en: The settlement of a photovoltaic unit for a month, zh: 光伏结算}
grain: one row per photovoltaic unit and month
key: [generation_settlement_id]
reach: customer
partition_on: month_on
columns: [generation_settlement_id, photovoltaic_unit_id, customer_id, month_on, generated_kwh, exported_kwh,
  feed_in_mode_code, feed_in_price_yuan_per_kwh, subsidy_price_yuan_per_kwh, feed_in_yuan, subsidy_yuan,
  tax_yuan, settled_on, paid_on, payee_party_id, payee_account_digest, has_payee_authorisation]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [photovoltaic_unit_id, generated_kwh, exported_kwh], level: warning}
  - {check: references, columns: [photovoltaic_unit_id], to: core.photovoltaic_unit, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [feed_in_mode_code], level: warning}
--- */
