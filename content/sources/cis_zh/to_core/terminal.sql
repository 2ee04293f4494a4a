/* ---
driver: raw_cis_zh.terminal
--- */
select
  t.terminal_id as terminal_id,
  t.area_id as area_id,
  t.org_id as org_id,
  t.terminal_type_code as terminal_type_code,
  t.asset_status_code as asset_status_code,
  t.installed_on as installed_on
from raw_cis_zh.terminal as t
