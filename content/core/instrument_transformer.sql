/* ---
table: core.instrument_transformer
status: active
description: {en: One current or voltage transformer asset, zh: 互感器资产}
grain: one row per instrument transformer asset
key: [instrument_transformer_id]
reach: all
columns: [instrument_transformer_id, org_id, instrument_transformer_type_code, asset_status_code,
  accuracy_class_code, primary_current_a, secondary_current_a, primary_voltage_v, secondary_voltage_v]
audits:
  - {check: not_null, columns: [instrument_transformer_type_code, accuracy_class_code], level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: in_list, columns: [instrument_transformer_type_code, asset_status_code, accuracy_class_code], level: warning}
  - {check: not_negative, columns: [primary_current_a, secondary_current_a, primary_voltage_v, secondary_voltage_v],
      level: warning}
--- */
