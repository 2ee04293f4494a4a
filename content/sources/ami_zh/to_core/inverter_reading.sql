/* ---
driver: raw_ami_zh.inverter_reading
--- */
select
  i.photovoltaic_unit_id as photovoltaic_unit_id,
  i.read_at as read_at,
  i.customer_id as customer_id,
  cast(i.read_at as date) as interval_on,
  i.inverter_power_kw as inverter_power_kw
from raw_ami_zh.inverter_reading as i
