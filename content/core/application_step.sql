/* ---
table: core.application_step
status: active
description: {en: "One step of an application's flow", zh: 业务流程环节}
grain: one row per application and step
key: [application_id, step_no]
reach: customer
columns: [application_id, step_no, customer_id, org_id, application_step_code, handler_id, started_at,
  finished_at, responsible_side_code, decision_code, opinion_text, is_customer_signed]
audits:
  - {check: not_null, columns: [application_step_code, started_at, responsible_side_code], level: warning}
  - {check: references, columns: [application_id], to: core.application, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [handler_id], to: core.staff, level: warning}
  - {check: in_list, columns: [application_step_code, responsible_side_code, decision_code], level: warning}
--- */
