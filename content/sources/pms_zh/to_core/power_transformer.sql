/* ---
driver: raw_pms_zh.power_transformer
--- */
select
  p.power_transformer_id as power_transformer_id,
  p.customer_id as customer_id,
  p.area_id as area_id,
  p.transformer_model_name as transformer_model_name,
  p.rated_capacity_kva as rated_capacity_kva,
  p.no_load_loss_kw as no_load_loss_kw,
  p.load_loss_kw as load_loss_kw,
  cast(null as double) as no_load_current_pct,
  p.impedance_pct as impedance_pct,
  p.has_on_load_tap_changer as has_on_load_tap_changer,
  cast(null as text) as standby_mode_code,
  p.installed_on as installed_on,
  p.removed_on as removed_on
from raw_pms_zh.power_transformer as p
