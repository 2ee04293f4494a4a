/* ---
driver: raw_cis_zh.meter_change
--- */
select
  m.meter_change_id as meter_change_id,
  m.customer_id as customer_id,
  m.metering_point_id as metering_point_id,
  m.from_meter_id as from_meter_id,
  m.to_meter_id as to_meter_id,
  m.meter_change_reason_code as meter_change_reason_code,
  m.changed_at as changed_at,
  m.installer_id as installer_id,
  m.application_id as application_id,
  m.marketing_confirmed_at as marketing_confirmed_at,
  m.metering_confirmed_at as metering_confirmed_at
from raw_cis_zh.meter_change as m
