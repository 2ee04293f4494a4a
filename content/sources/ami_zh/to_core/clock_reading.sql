/* ---
driver: raw_ami_zh.clock_reading
--- */
select
  c.device_id as device_id,
  c.checked_at as checked_at,
  c.device_type_code as device_type_code,
  c.customer_id as customer_id,
  c.org_id as org_id,
  c.clock_deviation_seconds as clock_deviation_seconds
from raw_ami_zh.clock_reading as c
