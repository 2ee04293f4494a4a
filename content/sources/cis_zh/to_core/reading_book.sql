/* ---
driver: raw_cis_zh.reading_book
--- */
select
  b.reading_book_id as reading_book_id,
  b.org_id as org_id,
  b.reader_id as reader_id,
  b.issue_day as issue_day
from raw_cis_zh.reading_book as b
