/* ---
driver: raw_cis_zh.application
--- */
select
  a.application_id as application_id,
  a.application_type_code as application_type_code,
  a.application_status_code as application_status_code,
  a.customer_id as customer_id,
  a.org_id as org_id,
  a.supply_voltage_code as supply_voltage_code,
  a.supply_source_count as supply_source_count,
  a.applied_capacity_kva as applied_capacity_kva,
  a.from_on as from_on,
  cast(a.last_on + interval 1 day as date) as to_on,
  a.accepted_at as accepted_at,
  a.archived_at as archived_at,
  a.material_issued_at as material_issued_at,
  a.market_notified_at as market_notified_at,
  a.investment_boundary_code as investment_boundary_code,
  a.customer_works_yuan as customer_works_yuan,
  a.has_customer_request as has_customer_request
from raw_cis_zh.application as a
