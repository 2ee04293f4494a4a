/* ---
title: {en: The area is new, zh: 新投台区}
reason:
  en: >-
    The first meter of this area was installed in this month or the one before; its master and terminal are still being set up.
  zh: >-
    台区首块电能表于本月或上月装出, 总表与采集正在建档调试。
subject: area
reach: area
--- */
with first_meter as (
  select c.area_id as area_id,
         min(i.valid_from) as first_on
  from core.customer as c
  join core.meter_installation as i on i.customer_id = c.customer_id
  where c.area_id is not null
  group by c.area_id
)
select f.area_id as area_id,
       f.first_on as valid_from,
       cast(last_day(cast(last_day(f.first_on) + interval 1 day as date)) + interval 1 day as date) as valid_to
from first_meter as f
