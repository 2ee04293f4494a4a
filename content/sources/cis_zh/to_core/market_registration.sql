/* ---
driver: raw_cis_zh.market_registration
--- */
select
  m.customer_id as customer_id,
  m.valid_from as valid_from,
  coalesce(m.valid_to, cast('9999-12-31' as date)) as valid_to,
  m.registration_status_code as registration_status_code,
  m.document_id as document_id,
  m.received_on as received_on
from raw_cis_zh.market_registration as m
