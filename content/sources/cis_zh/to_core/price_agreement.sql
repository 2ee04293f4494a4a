/* ---
driver: raw_cis_zh.price_agreement
--- */
select
  p.customer_id as customer_id,
  p.valid_from as valid_from,
  coalesce(p.valid_to, cast('9999-12-31' as date)) as valid_to,
  p.price_code as price_code
from raw_cis_zh.price_agreement as p
