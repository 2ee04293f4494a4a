/* ---
driver: raw_cis_zh.organisation
--- */
select
  o.org_id as org_id,
  o.parent_org_id as parent_org_id,
  o.org_level_code as org_level_code,
  o.org_name as org_name
from raw_cis_zh.organisation as o
