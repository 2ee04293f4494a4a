/* ---
table: core.metering_point
status: active
description: {en: One metering point of a customer, zh: 计量点}
grain: one row per metering point
key: [metering_point_id]
reach: customer
columns: [metering_point_id, customer_id, commodity_code, metering_point_use_code, metering_mode_code, feeder_id, wiring_code]
planned_columns: [calculation_method_code, parent_metering_point_id, main_metering_point_id,
  metering_category_code, is_at_ownership_boundary, has_transformer_loss, has_line_loss,
  line_loss_ratio, metering_box_id, bus_id, gateway_direction_code, secondary_wire_length_m,
  secondary_wire_section_mm2]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [commodity_code, metering_point_use_code, metering_mode_code], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [feeder_id], to: core.feeder, level: warning}
  - {check: in_list, columns: [commodity_code, metering_point_use_code, metering_mode_code], level: warning}
--- */
