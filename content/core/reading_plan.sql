/* ---
table: core.reading_plan
status: active
description: {en: The plan of one reading book for one month, zh: 抄表计划}
grain: one row per reading book and month
key: [reading_book_id, month_on]
reach: organisation
columns: [reading_book_id, month_on, org_id, reader_id, planned_reading_on, reading_cycle_months]
audits:
  - {check: not_null, columns: [reader_id, planned_reading_on], level: warning}
  - {check: references, columns: [reading_book_id], to: core.reading_book, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [reader_id], to: core.staff, level: warning}
--- */
