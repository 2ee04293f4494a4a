/* ---
driver: raw_cis_zh.feeder
--- */
select
  f.feeder_id as feeder_id,
  f.org_id as org_id,
  f.feeder_name as feeder_name,
  f.feeder_type_code as feeder_type_code,
  f.supply_voltage_code as supply_voltage_code
from raw_cis_zh.feeder as f
