/* ---
driver: raw_cis_zh.customer
--- */
select
  c.customer_id as customer_id,
  c.customer_name as customer_name,
  c.supply_address as supply_address,
  c.phone_number as phone_number
from raw_cis_zh.customer as c
