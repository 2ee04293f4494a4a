/* ---
driver: raw_cis_zh.generation_settlement
--- */
select
  g.generation_settlement_id as generation_settlement_id,
  g.photovoltaic_unit_id as photovoltaic_unit_id,
  g.customer_id as customer_id,
  g.month_on as month_on,
  g.generated_kwh as generated_kwh,
  g.exported_kwh as exported_kwh,
  g.feed_in_mode_code as feed_in_mode_code,
  g.feed_in_price_yuan_per_kwh as feed_in_price_yuan_per_kwh,
  g.subsidy_price_yuan_per_kwh as subsidy_price_yuan_per_kwh,
  g.feed_in_yuan as feed_in_yuan,
  g.subsidy_yuan as subsidy_yuan,
  g.tax_yuan as tax_yuan,
  g.settled_on as settled_on,
  g.paid_on as paid_on,
  g.payee_party_id as payee_party_id,
  g.payee_account_digest as payee_account_digest,
  g.has_payee_authorisation as has_payee_authorisation
from raw_cis_zh.generation_settlement as g
