/* ---
driver: raw_cis_zh.customer
--- */
select
  c.customer_id as customer_id,
  c.org_id as org_id,
  c.area_id as area_id,
  c.reading_book_id as reading_book_id,
  c.customer_type_code as customer_type_code,
  c.usage_category_code as usage_category_code,
  c.industry_code as industry_code,
  c.supply_voltage_code as supply_voltage_code,
  c.contract_capacity_kva as contract_capacity_kva,
  c.customer_status_code as customer_status_code,
  c.opened_on as opened_on,
  c.closed_on as closed_on
from raw_cis_zh.customer as c
