/* ---
table: core.meter
status: active
description: {en: One electricity meter asset, zh: 电能表资产}
grain: one row per meter asset
key: [meter_id]
reach: all
columns: [meter_id, org_id, meter_model_name, meter_batch_id, asset_status_code, wiring_code, rated_voltage_v,
  basic_current_a, maximum_current_a, accuracy_class_code, reactive_accuracy_class_code, rate_count,
  own_multiplier, has_reactive_register, time_of_use_program_id]
audits:
  - {check: not_null, columns: [asset_status_code, wiring_code, accuracy_class_code, rate_count], level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: in_list, columns: [asset_status_code, wiring_code, accuracy_class_code, reactive_accuracy_class_code], level: warning}
  - {check: not_negative, columns: [rated_voltage_v, basic_current_a, maximum_current_a, own_multiplier], level: warning}
--- */
