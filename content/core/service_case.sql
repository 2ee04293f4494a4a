/* ---
table: core.service_case
status: active
description: {en: One case of the customer service line, zh: 95598工单}
grain: one row per case
key: [service_case_id]
reach: customer
columns: [service_case_id, customer_id, org_id, area_id, district_code, service_case_type_code,
  service_case_subtype_code, accepted_at, contacted_at, visited_at, replied_at, closed_at, appointment_at,
  case_conclusion_code, handler_id, caller_digest, is_malicious, text_digest, complaint_terms_text,
  complaint_likelihood_ratio]
audits:
  - {check: not_null, columns: [org_id, service_case_type_code, accepted_at], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [area_id], to: core.area, level: warning}
  - {check: references, columns: [handler_id], to: core.staff, level: warning}
  - {check: in_list, columns: [district_code, service_case_type_code, service_case_subtype_code, case_conclusion_code],
      level: warning}
--- */
