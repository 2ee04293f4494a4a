/* ---
driver: raw_cis_zh.metering_point
--- */
select
  m.metering_point_id as metering_point_id,
  m.customer_id as customer_id,
  'electricity' as commodity_code,
  m.metering_point_use_code as metering_point_use_code,
  m.metering_mode_code as metering_mode_code,
  m.feeder_id as feeder_id,
  m.wiring_code as wiring_code
from raw_cis_zh.metering_point as m
