/* ---
driver: raw_call_centre_zh.customer_notice
--- */
select
  n.customer_notice_id as customer_notice_id,
  n.customer_id as customer_id,
  n.notice_type_code as notice_type_code,
  n.notice_channel_code as notice_channel_code,
  n.sent_at as sent_at,
  n.is_delivered as is_delivered,
  n.outage_id as outage_id,
  n.disconnection_id as disconnection_id,
  n.receivable_id as receivable_id
from raw_call_centre_zh.customer_notice as n
