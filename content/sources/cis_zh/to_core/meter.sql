/* ---
driver: raw_cis_zh.meter
--- */
select
  m.meter_id as meter_id,
  m.org_id as org_id,
  m.meter_model_name as meter_model_name,
  m.meter_batch_id as meter_batch_id,
  m.asset_status_code as asset_status_code,
  m.wiring_code as wiring_code,
  m.rated_voltage_v as rated_voltage_v,
  m.basic_current_a as basic_current_a,
  m.maximum_current_a as maximum_current_a,
  m.accuracy_class_code as accuracy_class_code,
  m.reactive_accuracy_class_code as reactive_accuracy_class_code,
  m.rate_count as rate_count,
  m.own_multiplier as own_multiplier,
  m.has_reactive_register as has_reactive_register,
  m.time_of_use_program_id as time_of_use_program_id
from raw_cis_zh.meter as m
