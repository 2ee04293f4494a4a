/* ---
driver: raw_cis_zh.login_log
--- */
select
  l.login_id as login_id,
  l.staff_id as staff_id,
  cast(l.logged_in_at as date) as login_on,
  l.logged_in_at as logged_in_at,
  l.address_digest as address_digest,
  l.workplace_id as workplace_id
from raw_cis_zh.login_log as l
