/* ---
driver: raw_call_centre_zh.callback
--- */
select
  c.callback_id as callback_id,
  c.org_id as org_id,
  c.service_case_id as service_case_id,
  c.application_id as application_id,
  c.caller_id as caller_id,
  c.called_at as called_at,
  c.duration_seconds as duration_seconds,
  c.called_digest as called_digest,
  c.satisfaction_code as satisfaction_code
from raw_call_centre_zh.callback as c
