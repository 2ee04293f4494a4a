/* ---
table: core.adjustment_month
status: active
description: {en: The share of an adjustment that belongs to one month, zh: 退补归属月份}
grain: one row per adjustment and month concerned
key: [adjustment_id, concerned_month_on]
reach: customer
columns: [adjustment_id, concerned_month_on, customer_id, adjustment_kwh, adjustment_yuan]
audits:
  - {check: not_null, columns: [customer_id, adjustment_kwh, adjustment_yuan], level: error}
  - {check: references, columns: [adjustment_id], to: core.adjustment, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
--- */
