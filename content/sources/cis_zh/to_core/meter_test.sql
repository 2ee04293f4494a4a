/* ---
driver: raw_cis_zh.meter_test
--- */
select
  m.meter_test_id as meter_test_id,
  m.meter_id as meter_id,
  m.instrument_transformer_id as instrument_transformer_id,
  m.metering_point_id as metering_point_id,
  m.customer_id as customer_id,
  m.test_type_code as test_type_code,
  m.requested_at as requested_at,
  m.tested_on as tested_on,
  m.reported_at as reported_at,
  m.test_result_code as test_result_code,
  m.error_pct as error_pct,
  m.measured_kwh as measured_kwh,
  m.metered_kwh as metered_kwh,
  m.application_id as application_id
from raw_cis_zh.meter_test as m
