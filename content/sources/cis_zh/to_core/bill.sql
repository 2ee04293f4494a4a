/* ---
driver: raw_cis_zh.bill
--- */
select
  b.bill_id as bill_id,
  b.customer_id as customer_id,
  'electricity' as commodity_code,
  b.month_on as month_on,
  b.from_on as from_on,
  cast(b.last_on + interval 1 day as date) as to_on,
  b.billed_months as billed_months,
  b.bill_type_code as bill_type_code,
  b.billed_kwh as billed_kwh,
  cast(null as decimal(14,2)) as billed_m3,
  b.amount_yuan as amount_yuan,
  b.issued_on as issued_on,
  b.import_kvarh as import_kvarh,
  b.power_factor_ratio as power_factor_ratio
from raw_cis_zh.bill as b
