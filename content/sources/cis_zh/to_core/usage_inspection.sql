/* ---
driver: raw_cis_zh.usage_inspection
--- */
select
  i.usage_inspection_id as usage_inspection_id,
  i.customer_id as customer_id,
  i.org_id as org_id,
  i.inspection_type_code as inspection_type_code,
  i.planned_on as planned_on,
  i.started_at as started_at,
  i.ended_at as ended_at,
  i.inspector_id as inspector_id,
  i.second_inspector_id as second_inspector_id,
  i.inspection_result_code as inspection_result_code,
  i.found_usage_category_code as found_usage_category_code,
  i.found_equipment_text as found_equipment_text,
  i.track_point_count as track_point_count,
  i.site_distance_m as site_distance_m
from raw_cis_zh.usage_inspection as i
