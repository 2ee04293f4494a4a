/* ---
driver: raw_cis_zh.production_record
--- */
select
  p.customer_id as customer_id,
  p.month_on as month_on,
  p.output_quantity as output_quantity,
  p.output_unit_name as output_unit_name,
  p.tax_yuan as tax_yuan,
  p.water_m3 as water_m3,
  p.employee_count as employee_count
from raw_cis_zh.production_record as p
