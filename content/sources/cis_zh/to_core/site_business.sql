/* ---
driver: raw_cis_zh.site_business
--- */
select
  s.site_id as site_id,
  s.business_id as business_id,
  s.party_id as party_id,
  s.industry_code as industry_code,
  s.registered_on as registered_on,
  s.deregistered_on as deregistered_on
from raw_cis_zh.site_business as s
