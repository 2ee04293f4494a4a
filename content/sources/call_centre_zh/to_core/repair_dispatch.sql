/* ---
driver: raw_call_centre_zh.repair_dispatch
--- */
select
  d.repair_dispatch_id as repair_dispatch_id,
  d.service_case_id as service_case_id,
  d.org_id as org_id,
  d.crew_leader_id as crew_leader_id,
  d.dispatched_at as dispatched_at,
  d.arrived_at as arrived_at,
  d.arrival_distance_m as arrival_distance_m,
  d.restored_at as restored_at,
  d.repair_cause_code as repair_cause_code,
  d.interrupted_load_kw as interrupted_load_kw
from raw_call_centre_zh.repair_dispatch as d
