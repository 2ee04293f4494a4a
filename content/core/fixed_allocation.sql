/* ---
table: core.fixed_allocation
status: planned
description: {en: "Energy of a metering point set as a fixed ratio of another or a fixed quantity, over a span", zh: 定比定量}
grain: one row per metering point and span
key: [metering_point_id, valid_from]
reach: customer
columns: [metering_point_id, customer_id, valid_from, valid_to, allocation_ratio, allocation_kwh, price_code,
  reviewed_on, application_id]
audits:
  - {check: not_null, columns: [customer_id, valid_to], level: error}
  - {check: not_null, columns: [reviewed_on], level: warning}
  - {check: spans, columns: [valid_from, valid_to], by: [metering_point_id], level: error}
  - {check: references, columns: [metering_point_id], to: core.metering_point, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [application_id], to: core.application, level: warning}
  - {check: in_list, columns: [price_code], level: warning}
  - {check: not_negative, columns: [allocation_ratio, allocation_kwh], level: warning}
--- */
