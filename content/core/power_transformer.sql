/* ---
table: core.power_transformer
status: active
description: {en: "One power transformer, the utility's or a customer's", zh: 变压器}
grain: one row per power transformer
key: [power_transformer_id]
reach: customer
columns: [power_transformer_id, customer_id, area_id, transformer_model_name, rated_capacity_kva,
  no_load_loss_kw, load_loss_kw, no_load_current_pct, impedance_pct, has_on_load_tap_changer,
  standby_mode_code, installed_on, removed_on]
audits:
  - {check: not_null, columns: [rated_capacity_kva], level: error}
  - {check: not_null, columns: [transformer_model_name, installed_on], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [area_id], to: core.area, level: warning}
  - {check: in_list, columns: [standby_mode_code], level: warning}
  - {check: not_negative, columns: [rated_capacity_kva, no_load_loss_kw, load_loss_kw], level: warning}
--- */
