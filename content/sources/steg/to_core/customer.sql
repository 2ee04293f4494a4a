/* ---
driver: raw_steg.client
--- */
select
  c.customer_id as customer_id,
  c.district || '-' || c.region as org_id,
  cast(null as text) as area_id,
  cast(null as text) as reading_book_id,
  cast(null as text) as customer_type_code,
  cast(null as text) as usage_category_code,
  cast(null as text) as industry_code,
  cast(null as text) as supply_voltage_code,
  cast(null as decimal(12,2)) as contract_capacity_kva,
  -- the list is of clients who are billed; it has no closing date
  'active' as customer_status_code,
  c.opened_on as opened_on,
  cast(null as date) as closed_on
from raw_steg.client as c
