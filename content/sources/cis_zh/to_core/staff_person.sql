/* ---
driver: raw_cis_zh.staff
--- */
select
  s.staff_id as staff_id,
  s.staff_name as staff_name,
  s.identity_number as identity_number,
  s.phone_number as phone_number,
  s.home_address as home_address
from raw_cis_zh.staff as s
