/* ---
driver: raw_cis_zh.government_listing
--- */
select
  g.listing_id as listing_id,
  g.customer_id as customer_id,
  g.listing_type_code as listing_type_code,
  g.valid_from as valid_from,
  g.valid_to as valid_to,
  g.document_id as document_id,
  g.listing_price_yuan_per_kwh as listing_price_yuan_per_kwh
from raw_cis_zh.government_listing as g
