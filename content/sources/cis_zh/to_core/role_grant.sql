/* ---
driver: raw_cis_zh.role_grant
--- */
select
  r.staff_id as staff_id,
  r.role_code as role_code,
  r.permission_code as permission_code,
  r.valid_from as valid_from,
  coalesce(r.valid_to, cast('9999-12-31' as date)) as valid_to,
  r.approver_id as approver_id
from raw_cis_zh.role_grant as r
