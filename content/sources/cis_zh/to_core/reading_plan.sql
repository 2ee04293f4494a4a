/* ---
driver: raw_cis_zh.reading_plan
--- */
select
  r.reading_book_id as reading_book_id,
  r.month_on as month_on,
  r.org_id as org_id,
  r.reader_id as reader_id,
  r.planned_reading_on as planned_reading_on,
  r.reading_cycle_months as reading_cycle_months
from raw_cis_zh.reading_plan as r
