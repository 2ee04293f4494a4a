/* ---
table: core.bill
status: active
description: {en: One issued electricity bill, zh: 已发行电费账单}
grain: one row per bill
key: [bill_id]
reach: customer
partition_on: month_on
columns: [bill_id, customer_id, month_on, from_on, to_on, bill_type_code, billed_kwh, amount_yuan, issued_on]
planned_columns: [read_kwh, critical_kwh, peak_kwh, flat_kwh, valley_kwh, transformer_loss_kwh,
  copper_loss_kwh, line_loss_kwh, import_kvarh, export_kvarh, power_factor_ratio, settlement_no]
audits:
  - {check: not_null, columns: [customer_id, month_on, from_on, to_on, bill_type_code, billed_kwh, amount_yuan], level: error}
  - {check: not_null, columns: [issued_on], level: warning}
  - {check: ordered, columns: [from_on, to_on], level: error}
  - {check: in_list, columns: [bill_type_code], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
--- */
