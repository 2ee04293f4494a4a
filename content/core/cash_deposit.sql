/* ---
table: core.cash_deposit
status: active
description: {en: One deposit of collected money with a bank, zh: 解款}
grain: one row per deposit
key: [cash_deposit_id]
reach: organisation
columns: [cash_deposit_id, org_id, collector_id, deposit_yuan, deposited_at, arrival_status_code, arrived_at,
  slip_id, has_safe_record]
audits:
  - {check: not_null, columns: [deposit_yuan], level: error}
  - {check: not_null, columns: [collector_id, deposited_at, arrival_status_code], level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [collector_id], to: core.staff, level: warning}
  - {check: in_list, columns: [arrival_status_code], level: warning}
--- */
