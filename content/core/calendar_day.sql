/* ---
table: core.calendar_day
status: planned
description: {en: One day of the working calendar, zh: 工作日历}
grain: one row per day
key: [calendar_on]
reach: all
columns: [calendar_on, day_type_code]
audits:
  - {check: not_null, columns: [day_type_code], level: warning}
  - {check: in_list, columns: [day_type_code], level: warning}
--- */
