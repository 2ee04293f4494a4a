/* ---
driver: raw_pms_zh.grid_change
--- */
select
  g.grid_change_id as grid_change_id,
  g.grid_change_type_code as grid_change_type_code,
  g.org_id as org_id,
  g.area_id as area_id,
  g.customer_id as customer_id,
  g.from_feeder_id as from_feeder_id,
  g.to_feeder_id as to_feeder_id,
  g.from_area_id as from_area_id,
  g.to_area_id as to_area_id,
  g.executed_at as executed_at,
  g.ended_at as ended_at,
  g.synchronised_at as synchronised_at
from raw_pms_zh.grid_change as g
