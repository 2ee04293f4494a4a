/* ---
driver: raw_cis_zh.contract_demand
--- */
select
  c.customer_id as customer_id,
  c.valid_from as valid_from,
  coalesce(c.valid_to, cast('9999-12-31' as date)) as valid_to,
  c.contract_demand_kw as contract_demand_kw,
  c.declared_on as declared_on,
  c.application_id as application_id
from raw_cis_zh.contract_demand as c
