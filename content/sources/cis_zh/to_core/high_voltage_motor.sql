/* ---
driver: raw_cis_zh.high_voltage_motor
--- */
select
  h.high_voltage_motor_id as high_voltage_motor_id,
  h.customer_id as customer_id,
  h.motor_capacity_kva as motor_capacity_kva,
  h.valid_from as valid_from,
  h.valid_to as valid_to
from raw_cis_zh.high_voltage_motor as h
