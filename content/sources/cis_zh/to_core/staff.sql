/* ---
driver: raw_cis_zh.staff
--- */
select
  s.staff_id as staff_id,
  s.org_id as org_id,
  s.post_code as post_code,
  s.joined_on as joined_on,
  s.left_on as left_on
from raw_cis_zh.staff as s
