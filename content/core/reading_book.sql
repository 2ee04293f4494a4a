/* ---
table: core.reading_book
status: active
description: {en: "One reading book: the customers one reader reads on one schedule", zh: 抄表段(抄表本)}
grain: one row per reading book
key: [reading_book_id]
reach: organisation
columns: [reading_book_id, org_id, reader_id, issue_day]
planned_columns: [reading_cycle_months]
audits:
  - {check: not_null, columns: [org_id, reader_id, issue_day], level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: not_negative, columns: [issue_day], level: warning}
--- */
