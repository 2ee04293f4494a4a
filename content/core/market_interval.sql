/* ---
table: core.market_interval
status: planned
description: {en: Energy settled on the market for one interval, zh: 市场化分时结算电量}
grain: one row per customer and interval
key: [customer_id, interval_at]
reach: customer
partition_on: interval_on
columns: [customer_id, interval_at, interval_on, settled_kwh, is_interpolated]
audits:
  - {check: not_null, columns: [settled_kwh], level: error}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
--- */
