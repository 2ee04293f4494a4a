/* ---
driver: raw_cis_zh.register_reading
--- */
select
  r.reading_id as reading_id,
  r.customer_id as customer_id,
  r.metering_point_id as metering_point_id,
  r.meter_id as meter_id,
  r.reading_book_id as reading_book_id,
  r.reading_on as reading_on,
  r.register_code as register_code,
  r.register_kwh as register_kwh,
  r.reading_type_code as reading_type_code
from raw_cis_zh.register_reading as r
