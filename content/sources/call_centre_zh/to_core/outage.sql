/* ---
driver: raw_call_centre_zh.outage
--- */
select
  o.outage_id as outage_id,
  o.outage_type_code as outage_type_code,
  o.org_id as org_id,
  o.feeder_id as feeder_id,
  o.area_id as area_id,
  o.published_at as published_at,
  o.planned_start_at as planned_start_at,
  o.planned_end_at as planned_end_at,
  o.started_at as started_at,
  o.ended_at as ended_at
from raw_call_centre_zh.outage as o
