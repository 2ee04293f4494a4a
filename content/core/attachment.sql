/* ---
table: core.attachment
status: active
description: {en: One document or photo kept with a record, zh: 附件与影像}
grain: one row per attachment
key: [attachment_id]
reach: all
columns: [attachment_id, record_type_code, record_id, customer_id, document_type_code, file_digest,
  captured_at, uploaded_at, uploaded_by_id]
audits:
  - {check: not_null, columns: [record_type_code, record_id, document_type_code, file_digest], level: warning}
  - {check: references, columns: [customer_id], to: core.customer, level: warning}
  - {check: references, columns: [uploaded_by_id], to: core.staff, level: warning}
  - {check: in_list, columns: [record_type_code, document_type_code], level: warning}
--- */
