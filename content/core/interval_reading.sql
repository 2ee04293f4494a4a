/* ---
table: core.interval_reading
status: active
description: {en: "One point of a meter's load curve, secondary side", zh: 负荷曲线(96点)}
grain: "one row per metering point, meter and instant"
key: [metering_point_id, meter_id, read_at]
reach: customer
partition_on: interval_on
columns: [metering_point_id, meter_id, customer_id, read_at, interval_on, phase_a_voltage_v,
  phase_b_voltage_v, phase_c_voltage_v, phase_a_current_a, phase_b_current_a, phase_c_current_a,
  neutral_current_a, active_power_kw, phase_a_power_kw, phase_b_power_kw, phase_c_power_kw,
  reactive_power_kvar, power_factor_ratio, phase_a_power_factor_ratio, phase_b_power_factor_ratio,
  phase_c_power_factor_ratio, phase_a_angle_degree, phase_b_angle_degree, phase_c_angle_degree,
  reading_quality_code]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [interval_on], level: warning}
  - {check: references, columns: [metering_point_id], to: core.metering_point, level: warning}
  - {check: references, columns: [meter_id], to: core.meter, level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [reading_quality_code], level: warning}
--- */
