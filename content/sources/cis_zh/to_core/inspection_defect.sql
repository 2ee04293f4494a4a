/* ---
driver: raw_cis_zh.inspection_defect
--- */
select
  d.inspection_defect_id as inspection_defect_id,
  d.usage_inspection_id as usage_inspection_id,
  d.customer_id as customer_id,
  d.defect_code as defect_code,
  d.defect_level_code as defect_level_code,
  d.found_on as found_on,
  d.fixed_on as fixed_on,
  d.reported_to_government_on as reported_to_government_on
from raw_cis_zh.inspection_defect as d
