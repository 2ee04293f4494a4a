/* ---
driver: raw_cis_zh.staff_relation
--- */
select
  s.staff_id as staff_id,
  s.customer_id as customer_id,
  s.staff_relation_code as staff_relation_code
from raw_cis_zh.staff_relation as s
