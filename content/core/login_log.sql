/* ---
table: core.login_log
status: active
description: {en: One login to a system, zh: 登录日志}
grain: one row per login
key: [login_id]
reach: all
partition_on: login_on
columns: [login_id, staff_id, login_on, logged_in_at, address_digest, workplace_id]
audits:
  - {check: not_null, columns: [staff_id, login_on, logged_in_at], level: warning}
  - {check: references, columns: [staff_id], to: core.staff, level: warning}
--- */
