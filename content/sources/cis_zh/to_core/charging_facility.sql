/* ---
driver: raw_cis_zh.charging_facility
--- */
select
  c.charging_facility_id as charging_facility_id,
  c.customer_id as customer_id,
  c.charging_facility_type_code as charging_facility_type_code,
  c.facility_operator_code as facility_operator_code,
  c.pile_count as pile_count,
  c.rated_power_kw as rated_power_kw,
  c.commissioned_on as commissioned_on
from raw_cis_zh.charging_facility as c
