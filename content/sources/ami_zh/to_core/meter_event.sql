/* ---
driver: raw_ami_zh.meter_event
--- */
select
  e.meter_event_id as meter_event_id,
  e.customer_id as customer_id,
  e.metering_point_id as metering_point_id,
  e.meter_id as meter_id,
  e.meter_event_type_code as meter_event_type_code,
  e.phase_code as phase_code,
  cast(e.started_at as date) as occurred_on,
  e.started_at as started_at,
  e.ended_at as ended_at,
  e.received_at as received_at
from raw_ami_zh.meter_event as e
