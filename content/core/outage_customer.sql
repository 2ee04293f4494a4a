/* ---
table: core.outage_customer
status: active
description: {en: A customer an outage affects, zh: 停电影响用户}
grain: one row per outage and customer
key: [outage_id, customer_id]
reach: customer
columns: [outage_id, customer_id, started_at, ended_at]
audits:
  - {check: references, columns: [outage_id], to: core.outage, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
--- */
