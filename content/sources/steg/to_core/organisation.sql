/* ---
driver: raw_steg.client
--- */
select
  c.district || '-' || c.region as org_id,
  cast(null as text) as parent_org_id,
  'station' as org_level_code,
  c.district || '-' || c.region as org_name
from raw_steg.client as c
