/* ---
driver: raw_cis_zh.meter_installation
--- */
select
  i.metering_point_id as metering_point_id,
  i.customer_id as customer_id,
  i.meter_id as meter_id,
  i.valid_from as valid_from,
  coalesce(i.valid_to, cast('9999-12-31' as date)) as valid_to,
  i.multiplier as multiplier,
  i.register_digits as register_digits,
  i.start_register_kwh as start_register_kwh,
  i.end_register_kwh as end_register_kwh
from raw_cis_zh.meter_installation as i
