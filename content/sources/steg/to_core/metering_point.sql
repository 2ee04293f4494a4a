/* ---
driver: raw_steg.invoice
--- */
-- one point of supply for each client and commodity, whatever meters hang there
select
  i.customer_id || '-' || i.commodity_code as metering_point_id,
  i.customer_id as customer_id,
  i.commodity_code as commodity_code,
  'settlement' as metering_point_use_code,
  cast(null as text) as metering_mode_code,
  cast(null as text) as feeder_id,
  cast(null as text) as wiring_code
from raw_steg.invoice as i
