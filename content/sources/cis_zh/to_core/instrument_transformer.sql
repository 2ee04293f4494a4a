/* ---
driver: raw_cis_zh.instrument_transformer
--- */
select
  i.instrument_transformer_id as instrument_transformer_id,
  i.org_id as org_id,
  i.instrument_transformer_type_code as instrument_transformer_type_code,
  i.asset_status_code as asset_status_code,
  i.accuracy_class_code as accuracy_class_code,
  i.primary_current_a as primary_current_a,
  i.secondary_current_a as secondary_current_a,
  i.primary_voltage_v as primary_voltage_v,
  i.secondary_voltage_v as secondary_voltage_v
from raw_cis_zh.instrument_transformer as i
