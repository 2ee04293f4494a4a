/* ---
driver: raw_cis_zh.transformer_status
--- */
select
  t.power_transformer_id as power_transformer_id,
  t.customer_id as customer_id,
  t.valid_from as valid_from,
  coalesce(t.valid_to, cast('9999-12-31' as date)) as valid_to,
  t.transformer_status_code as transformer_status_code,
  t.application_id as application_id,
  t.seal_id as seal_id
from raw_cis_zh.transformer_status as t
