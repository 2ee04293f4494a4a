/* ---
table: core.bill
status: active
description: {en: "One issued bill, of electricity or of gas (commodity_code)", zh: "已发行账单 (电费或燃气费, 见供应品种)"}
grain: one row per bill
key: [bill_id]
reach: customer
partition_on: month_on
columns: [bill_id, customer_id, commodity_code, month_on, from_on, to_on, billed_months, bill_type_code, billed_kwh,
  billed_m3, amount_yuan, issued_on, import_kvarh, power_factor_ratio]
planned_columns: [read_kwh, critical_kwh, peak_kwh, flat_kwh, valley_kwh, transformer_loss_kwh, copper_loss_kwh,
  line_loss_kwh, export_kvarh, settlement_no]
audits:
  - {check: not_null, columns: [customer_id, commodity_code, month_on, to_on, bill_type_code], level: error}
  - {check: not_null, columns: [from_on, billed_months, amount_yuan, issued_on], level: warning}
  - {check: ordered, columns: [from_on, to_on], level: error}
  - {check: in_list, columns: [bill_type_code, commodity_code], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
--- */
