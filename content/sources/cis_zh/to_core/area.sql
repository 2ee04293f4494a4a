/* ---
driver: raw_cis_zh.area
--- */
select
  a.area_id as area_id,
  a.org_id as org_id,
  a.area_name as area_name,
  a.feeder_id as feeder_id,
  a.transformer_capacity_kva as transformer_capacity_kva,
  a.area_type_code as area_type_code,
  a.manager_id as manager_id
from raw_cis_zh.area as a
