/* ---
driver: raw_cis_zh.bill_line
--- */
select
  l.bill_id as bill_id,
  l.line_no as line_no,
  l.customer_id as customer_id,
  l.metering_point_id as metering_point_id,
  l.meter_id as meter_id,
  l.register_code as register_code,
  l.month_on as month_on,
  l.charge_code as charge_code,
  l.previous_register_kwh as previous_register_kwh,
  l.current_register_kwh as current_register_kwh,
  cast(null as decimal(14,4)) as previous_register_m3,
  cast(null as decimal(14,4)) as current_register_m3,
  l.billed_multiplier as billed_multiplier,
  l.line_kwh as line_kwh,
  cast(null as decimal(14,2)) as line_m3,
  l.price_yuan_per_kwh as price_yuan_per_kwh,
  l.line_amount_yuan as line_amount_yuan,
  l.tier_no as tier_no,
  l.billed_capacity_kva as billed_capacity_kva,
  l.billed_demand_kw as billed_demand_kw,
  l.price_yuan_per_kva_month as price_yuan_per_kva_month,
  l.price_yuan_per_kw_month as price_yuan_per_kw_month,
  l.adjustment_rate_ratio as adjustment_rate_ratio
from raw_cis_zh.bill_line as l
