/* ---
table: core.callback
status: active
description: {en: One follow-up call after a case or an application, zh: 回访}
grain: one row per call
key: [callback_id]
reach: organisation
columns: [callback_id, org_id, service_case_id, application_id, caller_id, called_at, duration_seconds,
  called_digest, satisfaction_code]
audits:
  - {check: not_null, columns: [called_at, satisfaction_code], level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [service_case_id], to: core.service_case, level: warning}
  - {check: references, columns: [application_id], to: core.application, level: warning}
  - {check: references, columns: [caller_id], to: core.staff, level: warning}
  - {check: in_list, columns: [satisfaction_code], level: warning}
--- */
