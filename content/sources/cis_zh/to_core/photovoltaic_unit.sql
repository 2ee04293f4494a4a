/* ---
driver: raw_cis_zh.photovoltaic_unit
--- */
select
  p.photovoltaic_unit_id as photovoltaic_unit_id,
  p.customer_id as customer_id,
  p.metering_point_id as metering_point_id,
  p.application_id as application_id,
  p.feed_in_mode_code as feed_in_mode_code,
  p.dc_capacity_kw as dc_capacity_kw,
  p.ac_capacity_kw as ac_capacity_kw,
  p.connected_on as connected_on,
  p.is_in_subsidy_directory as is_in_subsidy_directory,
  p.subsidised_to_on as subsidised_to_on,
  p.owner_party_id as owner_party_id,
  p.has_storage as has_storage
from raw_cis_zh.photovoltaic_unit as p
