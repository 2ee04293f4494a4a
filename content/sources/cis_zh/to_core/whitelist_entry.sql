/* ---
driver: raw_cis_zh.whitelist_entry
--- */
select
  w.whitelist_entry_id as whitelist_entry_id,
  w.topic as topic,
  w.customer_id as customer_id,
  w.valid_from as valid_from,
  w.valid_to as valid_to,
  w.reason_text as reason_text,
  w.operator_id as operator_id,
  w.approver_id as approver_id
from raw_cis_zh.whitelist_entry as w
