/* ---
driver: raw_cis_zh.business_fee
--- */
select
  f.business_fee_id as business_fee_id,
  f.application_id as application_id,
  f.customer_id as customer_id,
  f.fee_item_code as fee_item_code,
  f.fee_exemption_code as fee_exemption_code,
  f.fee_capacity_kva as fee_capacity_kva,
  f.fee_rate_yuan_per_kva as fee_rate_yuan_per_kva,
  f.charged_yuan as charged_yuan,
  f.charged_on as charged_on,
  f.refunded_yuan as refunded_yuan,
  f.refunded_on as refunded_on,
  f.refund_due_on as refund_due_on
from raw_cis_zh.business_fee as f
