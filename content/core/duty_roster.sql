/* ---
table: core.duty_roster
status: active
description: {en: What a member of staff was rostered for on a day, zh: 值班与请假}
grain: one row per member of staff and day
key: [staff_id, duty_on]
reach: all
columns: [staff_id, duty_on, duty_code]
audits:
  - {check: not_null, columns: [duty_code], level: warning}
  - {check: references, columns: [staff_id], to: core.staff, level: warning}
  - {check: in_list, columns: [duty_code], level: warning}
--- */
