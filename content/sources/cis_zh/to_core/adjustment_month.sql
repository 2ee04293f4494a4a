/* ---
driver: raw_cis_zh.adjustment_month
--- */
select
  am.adjustment_id as adjustment_id,
  am.concerned_month_on as concerned_month_on,
  am.customer_id as customer_id,
  am.adjustment_kwh as adjustment_kwh,
  am.adjustment_yuan as adjustment_yuan
from raw_cis_zh.adjustment_month as am
