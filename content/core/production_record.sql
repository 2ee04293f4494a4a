/* ---
table: core.production_record
status: active
description: {en: "What shows a customer's production in a month", zh: 生产佐证(税、水、工)}
grain: one row per customer and month
key: [customer_id, month_on]
reach: customer
columns: [customer_id, month_on, output_quantity, output_unit_name, tax_yuan, water_m3, employee_count]
audits:
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
--- */
