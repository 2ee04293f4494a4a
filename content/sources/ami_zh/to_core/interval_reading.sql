/* ---
driver: raw_ami_zh.interval_reading
--- */
select
  i.metering_point_id as metering_point_id,
  i.meter_id as meter_id,
  i.customer_id as customer_id,
  i.read_at as read_at,
  i.interval_on as interval_on,
  i.phase_a_voltage_v as phase_a_voltage_v,
  i.phase_b_voltage_v as phase_b_voltage_v,
  i.phase_c_voltage_v as phase_c_voltage_v,
  i.phase_a_current_a as phase_a_current_a,
  i.phase_b_current_a as phase_b_current_a,
  i.phase_c_current_a as phase_c_current_a,
  i.neutral_current_a as neutral_current_a,
  i.active_power_kw as active_power_kw,
  i.phase_a_power_kw as phase_a_power_kw,
  i.phase_b_power_kw as phase_b_power_kw,
  i.phase_c_power_kw as phase_c_power_kw,
  i.reactive_power_kvar as reactive_power_kvar,
  i.power_factor_ratio as power_factor_ratio,
  i.phase_a_power_factor_ratio as phase_a_power_factor_ratio,
  i.phase_b_power_factor_ratio as phase_b_power_factor_ratio,
  i.phase_c_power_factor_ratio as phase_c_power_factor_ratio,
  i.phase_a_angle_degree as phase_a_angle_degree,
  i.phase_b_angle_degree as phase_b_angle_degree,
  i.phase_c_angle_degree as phase_c_angle_degree,
  i.reading_quality_code as reading_quality_code
from raw_ami_zh.interval_reading as i
