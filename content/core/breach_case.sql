/* ---
table: core.breach_case
status: active
description: {en: One case of breach of contract or theft, zh: 违约用电与窃电案件}
grain: one row per case
key: [breach_case_id]
reach: customer
columns: [breach_case_id, customer_id, org_id, breach_type_code, breach_status_code, found_on, opened_at,
  closed_at, terminated_at, approver_id, usage_inspection_id, service_case_id, breach_power_kw, breach_days,
  recovered_kwh, recovered_yuan, charge_multiple_ratio, breach_charge_yuan, collected_yuan, reward_yuan,
  reward_paid_on]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [breach_type_code, breach_status_code, found_on], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [approver_id], to: core.staff, level: warning}
  - {check: references, columns: [usage_inspection_id], to: core.usage_inspection, level: warning}
  - {check: references, columns: [service_case_id], to: core.service_case, level: warning}
  - {check: in_list, columns: [breach_type_code, breach_status_code], level: warning}
--- */
