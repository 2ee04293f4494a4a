/* ---
driver: raw_steg.invoice
--- */
select
  cast(i.origin_row as text) as bill_id,
  cast(1 as bigint) as line_no,
  i.customer_id as customer_id,
  i.customer_id || '-' || i.commodity_code as metering_point_id,
  nullif(i.meter_number, '0') as meter_id,
  -- which hours 12, 13 and 14 stand for is not published: by their shares peak, day and night
  case when i.commodity_code = 'gas' then 'gas_total'
       when i.tariff = '12' then 'active_peak'
       when i.tariff = '13' then 'active_flat'
       when i.tariff = '14' then 'active_valley'
       else 'active_total' end as register_code,
  cast(date_trunc('month', i.invoiced_on) as date) as month_on,
  'energy' as charge_code,
  case when i.commodity_code = 'electricity' then i.previous_register end as previous_register_kwh,
  case when i.commodity_code = 'electricity' then i.current_register end as current_register_kwh,
  case when i.commodity_code = 'gas' then i.previous_register end as previous_register_m3,
  case when i.commodity_code = 'gas' then i.current_register end as current_register_m3,
  i.billed_multiplier as billed_multiplier,
  case when i.commodity_code = 'electricity'
       then cast(i.tier1_quantity + i.tier2_quantity + i.tier3_quantity + i.tier4_quantity as decimal(14,2)) end as line_kwh,
  case when i.commodity_code = 'gas'
       then cast(i.tier1_quantity + i.tier2_quantity + i.tier3_quantity + i.tier4_quantity as decimal(14,2)) end as line_m3,
  cast(null as decimal(12,8)) as price_yuan_per_kwh,
  cast(null as decimal(14,2)) as line_amount_yuan,
  cast(null as bigint) as tier_no,
  cast(null as decimal(12,2)) as billed_capacity_kva,
  cast(null as decimal(12,2)) as billed_demand_kw,
  cast(null as decimal(12,8)) as price_yuan_per_kva_month,
  cast(null as decimal(12,8)) as price_yuan_per_kw_month,
  cast(null as double) as adjustment_rate_ratio
from raw_steg.invoice as i
