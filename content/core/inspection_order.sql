/* ---
table: core.inspection_order
status: planned
description: {en: "One inspection order, from the casework", zh: 稽查工单}
grain: one row per order
key: [inspection_order_id]
reach: all
columns: [inspection_order_id, topic, customer_id, org_id, created_at, due_at, extended_to_at, answered_at,
  archived_at, inspection_order_status_code, conclusion_code, handler_id, reviewer_id, answer_text,
  answer_digest]
audits:
  - {check: not_null, columns: [topic, org_id, created_at, due_at, inspection_order_status_code], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [org_id], to: core.organisation, level: warning}
  - {check: references, columns: [handler_id], to: core.staff, level: warning}
  - {check: references, columns: [reviewer_id], to: core.staff, level: warning}
  - {check: in_list, columns: [inspection_order_status_code, conclusion_code], level: warning}
--- */
