/* ---
driver: raw_cis_zh.own_generator
--- */
select
  o.own_generator_id as own_generator_id,
  o.customer_id as customer_id,
  o.generator_type_code as generator_type_code,
  o.rated_power_kw as rated_power_kw,
  o.filed_on as filed_on,
  o.has_interlock as has_interlock,
  o.tested_on as tested_on,
  o.asset_ownership_code as asset_ownership_code
from raw_cis_zh.own_generator as o
