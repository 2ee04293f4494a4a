/* ---
driver: raw_call_centre_zh.outage_customer
--- */
select
  o.outage_id as outage_id,
  o.customer_id as customer_id,
  o.started_at as started_at,
  o.ended_at as ended_at
from raw_call_centre_zh.outage_customer as o
