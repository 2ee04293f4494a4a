/* ---
table: core.staff
status: active
description: {en: One member of staff, zh: 员工}
grain: one row per member of staff
key: [staff_id]
reach: organisation
columns: [staff_id, org_id, post_code, joined_on, left_on]
audits:
  - {check: not_null, columns: [org_id, post_code], level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: in_list, columns: [post_code], level: warning}
--- */
