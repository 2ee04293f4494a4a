/* ---
driver: raw_cis_zh.price_agreement
--- */
select
  p.customer_id as customer_id,
  p.valid_from as valid_from,
  coalesce(p.valid_to, cast('9999-12-31' as date)) as valid_to,
  p.price_code as price_code,
  p.tariff_structure_code as tariff_structure_code,
  p.basic_charge_mode_code as basic_charge_mode_code,
  p.power_factor_standard_ratio as power_factor_standard_ratio,
  p.is_time_of_use as is_time_of_use,
  p.is_tiered as is_tiered,
  p.purchase_mode_code as purchase_mode_code,
  p.billed_capacity_kva as billed_capacity_kva
from raw_cis_zh.price_agreement as p
