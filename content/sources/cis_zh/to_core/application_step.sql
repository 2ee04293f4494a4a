/* ---
driver: raw_cis_zh.application_step
--- */
select
  s.application_id as application_id,
  s.step_no as step_no,
  s.customer_id as customer_id,
  s.org_id as org_id,
  s.application_step_code as application_step_code,
  s.handler_id as handler_id,
  s.started_at as started_at,
  s.finished_at as finished_at,
  s.responsible_side_code as responsible_side_code,
  s.decision_code as decision_code,
  s.opinion_text as opinion_text,
  s.is_customer_signed as is_customer_signed
from raw_cis_zh.application_step as s
