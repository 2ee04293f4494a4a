/* ---
table: core.reading_exception
status: active
description: {en: One exception the billing check raised on a reading, zh: 抄表复核异常}
grain: one row per raised exception
key: [reading_exception_id]
reach: customer
columns: [reading_exception_id, customer_id, reading_id, reading_exception_code, month_on, raised_at,
  handled_at, handler_id, opinion_text]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [reading_exception_code, raised_at], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [reading_id], to: core.register_reading, level: warning}
  - {check: references, columns: [handler_id], to: core.staff, level: warning}
  - {check: in_list, columns: [reading_exception_code], level: warning}
--- */
