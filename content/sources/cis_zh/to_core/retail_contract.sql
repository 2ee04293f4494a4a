/* ---
driver: raw_cis_zh.retail_contract
--- */
select
  r.retail_contract_id as retail_contract_id,
  r.customer_id as customer_id,
  r.retailer_id as retailer_id,
  r.valid_from as valid_from,
  coalesce(r.valid_to, cast('9999-12-31' as date)) as valid_to,
  r.retail_package_name as retail_package_name
from raw_cis_zh.retail_contract as r
