/* ---
driver: raw_ami_zh.daily_reading
--- */
select
  d.customer_id as customer_id,
  d.metering_point_id as metering_point_id,
  d.meter_id as meter_id,
  d.reading_on as reading_on,
  d.forward_register_kwh as forward_register_kwh,
  d.reverse_register_kwh as reverse_register_kwh,
  d.forward_critical_register_kwh as forward_critical_register_kwh,
  d.forward_peak_register_kwh as forward_peak_register_kwh,
  d.forward_flat_register_kwh as forward_flat_register_kwh,
  d.forward_valley_register_kwh as forward_valley_register_kwh,
  d.forward_reactive_register_kvarh as forward_reactive_register_kvarh
from raw_ami_zh.daily_reading as d
