/* ---
driver: raw_finance_zh.acceptance_note
--- */
select
  an.acceptance_note_id as acceptance_note_id,
  an.customer_id as customer_id,
  an.acceptance_note_type_code as acceptance_note_type_code,
  an.acceptance_note_status_code as acceptance_note_status_code,
  an.holder_party_id as holder_party_id,
  an.note_yuan as note_yuan,
  an.change_yuan as change_yuan,
  an.received_on as received_on,
  an.due_on as due_on,
  an.discounted_on as discounted_on
from raw_finance_zh.acceptance_note as an
