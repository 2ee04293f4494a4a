/* ---
driver: raw_cis_zh.seal
--- */
select
  s.seal_id as seal_id,
  s.customer_id as customer_id,
  s.metering_point_id as metering_point_id,
  s.metering_box_id as metering_box_id,
  s.seal_position_code as seal_position_code,
  s.applied_at as applied_at,
  s.applied_by_id as applied_by_id,
  s.removed_at as removed_at,
  s.removed_by_id as removed_by_id,
  s.application_id as application_id,
  s.found_seal_id as found_seal_id,
  s.checked_on as checked_on
from raw_cis_zh.seal as s
