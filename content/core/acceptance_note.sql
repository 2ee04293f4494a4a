/* ---
table: core.acceptance_note
status: active
description: {en: One acceptance note taken in payment, zh: 承兑汇票}
grain: one row per note
key: [acceptance_note_id]
reach: customer
columns: [acceptance_note_id, customer_id, acceptance_note_type_code, acceptance_note_status_code,
  holder_party_id, note_yuan, change_yuan, received_on, due_on, discounted_on]
audits:
  - {check: not_null, columns: [customer_id], level: error}
  - {check: not_null, columns: [note_yuan, received_on, due_on], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: in_list, columns: [acceptance_note_type_code, acceptance_note_status_code], level: warning}
--- */
