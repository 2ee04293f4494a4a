/* ---
driver: raw_cis_zh.instrument_transformer_installation
--- */
select
  i.metering_point_id as metering_point_id,
  i.instrument_transformer_id as instrument_transformer_id,
  i.customer_id as customer_id,
  i.valid_from as valid_from,
  coalesce(i.valid_to, cast('9999-12-31' as date)) as valid_to,
  i.phase_code as phase_code
from raw_cis_zh.instrument_transformer_installation as i
