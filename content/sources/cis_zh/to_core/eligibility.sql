/* ---
driver: raw_cis_zh.eligibility
--- */
select
  e.eligibility_id as eligibility_id,
  e.customer_id as customer_id,
  e.eligibility_type_code as eligibility_type_code,
  e.valid_from as valid_from,
  coalesce(e.valid_to, cast('9999-12-31' as date)) as valid_to,
  e.document_id as document_id,
  e.household_member_count as household_member_count
from raw_cis_zh.eligibility as e
