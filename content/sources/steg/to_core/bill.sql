/* ---
driver: raw_steg.invoice
--- */
-- an invoice has no number of its own: its row in the file names it
select
  cast(i.origin_row as text) as bill_id,
  i.customer_id as customer_id,
  i.commodity_code as commodity_code,
  cast(date_trunc('month', i.invoiced_on) as date) as month_on,
  cast(null as date) as from_on,
  cast(i.invoiced_on + interval 1 day as date) as to_on,
  i.billed_months as billed_months,
  'regular' as bill_type_code,
  case when i.commodity_code = 'electricity'
       then cast(i.tier1_quantity + i.tier2_quantity + i.tier3_quantity + i.tier4_quantity as decimal(14,2)) end as billed_kwh,
  case when i.commodity_code = 'gas'
       then cast(i.tier1_quantity + i.tier2_quantity + i.tier3_quantity + i.tier4_quantity as decimal(14,2)) end as billed_m3,
  cast(null as decimal(14,2)) as amount_yuan,
  i.invoiced_on as issued_on,
  cast(null as decimal(14,2)) as import_kvarh,
  cast(null as double) as power_factor_ratio
from raw_steg.invoice as i
