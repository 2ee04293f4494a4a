/* ---
driver: raw_cis_zh.supply_source
--- */
select
  s.customer_id as customer_id,
  'marketing' as connectivity_source_code,
  s.supply_source_no as supply_source_no,
  s.valid_from as valid_from,
  coalesce(s.valid_to, cast('9999-12-31' as date)) as valid_to,
  s.supply_source_type_code as supply_source_type_code,
  s.area_id as area_id,
  s.feeder_id as feeder_id
from raw_cis_zh.supply_source as s
