/* ---
driver: raw_cis_zh.bill_line
--- */
select
  l.bill_id as bill_id,
  l.line_no as line_no,
  l.customer_id as customer_id,
  l.metering_point_id as metering_point_id,
  l.month_on as month_on,
  l.charge_code as charge_code,
  l.previous_register_kwh as previous_register_kwh,
  l.current_register_kwh as current_register_kwh,
  l.billed_multiplier as billed_multiplier,
  l.line_kwh as line_kwh,
  l.price_yuan_per_kwh as price_yuan_per_kwh,
  l.line_amount_yuan as line_amount_yuan
from raw_cis_zh.bill_line as l
