/* ---
driver: raw_cis_zh.reading_exception
--- */
select
  r.reading_exception_id as reading_exception_id,
  r.customer_id as customer_id,
  r.reading_id as reading_id,
  r.reading_exception_code as reading_exception_code,
  r.month_on as month_on,
  r.raised_at as raised_at,
  r.handled_at as handled_at,
  r.handler_id as handler_id,
  r.opinion_text as opinion_text
from raw_cis_zh.reading_exception as r
