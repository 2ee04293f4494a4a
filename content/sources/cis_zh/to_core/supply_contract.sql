/* ---
driver: raw_cis_zh.supply_contract
--- */
select
  c.supply_contract_id as supply_contract_id,
  c.customer_id as customer_id,
  c.contract_type_code as contract_type_code,
  c.signed_on as signed_on,
  c.entered_on as entered_on,
  c.valid_from as valid_from,
  coalesce(cast(c.last_on + interval 1 day as date), cast('9999-12-31' as date)) as valid_to,
  c.is_evergreen as is_evergreen,
  c.has_authorised_signer as has_authorised_signer,
  c.agreed_capacity_kva as agreed_capacity_kva,
  c.agreed_price_code as agreed_price_code,
  c.agreed_line_loss_ratio as agreed_line_loss_ratio,
  c.settlements_per_month as settlements_per_month,
  c.has_resupply_consent as has_resupply_consent
from raw_cis_zh.supply_contract as c
