/* ---
driver: raw_cis_zh.duty_roster
--- */
select
  d.staff_id as staff_id,
  d.duty_on as duty_on,
  d.duty_code as duty_code
from raw_cis_zh.duty_roster as d
