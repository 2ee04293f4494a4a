/* ---
driver: raw_call_centre_zh.service_case
--- */
select
  c.service_case_id as service_case_id,
  c.customer_id as customer_id,
  c.org_id as org_id,
  c.area_id as area_id,
  c.district_code as district_code,
  c.service_case_type_code as service_case_type_code,
  c.service_case_subtype_code as service_case_subtype_code,
  c.accepted_at as accepted_at,
  c.contacted_at as contacted_at,
  c.visited_at as visited_at,
  c.replied_at as replied_at,
  c.closed_at as closed_at,
  c.appointment_at as appointment_at,
  c.case_conclusion_code as case_conclusion_code,
  c.handler_id as handler_id,
  c.caller_digest as caller_digest,
  c.is_malicious as is_malicious,
  c.text_digest as text_digest,
  c.complaint_terms_text as complaint_terms_text,
  c.complaint_likelihood_ratio as complaint_likelihood_ratio
from raw_call_centre_zh.service_case as c
