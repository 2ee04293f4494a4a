/* ---
driver: raw_cis_zh.attachment
--- */
select
  a.attachment_id as attachment_id,
  a.record_type_code as record_type_code,
  a.record_id as record_id,
  a.customer_id as customer_id,
  a.document_type_code as document_type_code,
  a.file_digest as file_digest,
  a.captured_at as captured_at,
  a.uploaded_at as uploaded_at,
  a.uploaded_by_id as uploaded_by_id
from raw_cis_zh.attachment as a
