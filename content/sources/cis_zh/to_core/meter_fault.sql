/* ---
driver: raw_cis_zh.meter_fault
--- */
select
  m.meter_fault_id as meter_fault_id,
  m.customer_id as customer_id,
  m.metering_point_id as metering_point_id,
  m.meter_id as meter_id,
  m.meter_fault_code as meter_fault_code,
  m.from_on as from_on,
  cast(m.last_on + interval 1 day as date) as to_on,
  m.reported_at as reported_at,
  m.resolved_at as resolved_at,
  m.application_id as application_id
from raw_cis_zh.meter_fault as m
