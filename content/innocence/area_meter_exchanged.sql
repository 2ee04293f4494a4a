/* ---
title: {en: The area's master meter was exchanged, zh: 台区总表更换}
reason:
  en: >-
    The area's master meter or its transformers were exchanged, so the step is one of measurement until its file is checked.
  zh: >-
    台区总表或其互感器更换, 突变可能源于计量变化, 应先核对总表档案。
subject: area
reach: area
--- */
with stay as (
  select c.area_id as area_id,
         i.meter_id as meter_id,
         i.valid_from as valid_from,
         i.multiplier as multiplier,
         lag(i.meter_id) over (
           partition by i.customer_id, i.metering_point_id order by i.valid_from) as before_meter_id,
         lag(i.multiplier) over (
           partition by i.customer_id, i.metering_point_id order by i.valid_from) as before_multiplier
  from core.customer as c
  join core.metering_point as p on p.customer_id = c.customer_id
  join core.meter_installation as i on i.customer_id = p.customer_id and i.metering_point_id = p.metering_point_id
  where c.usage_category_code = 'assessment'
    and p.metering_point_use_code = 'check'
    and c.area_id is not null
)
select s.area_id as area_id,
       s.valid_from as valid_from,
       cast(s.valid_from + interval 1 day as date) as valid_to,
       s.meter_id as meter_id,
       s.multiplier as multiplier,
       s.before_multiplier as before_multiplier
from stay as s
where s.before_meter_id is not null
