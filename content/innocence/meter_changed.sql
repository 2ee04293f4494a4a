/* ---
title: {en: The meter was changed, zh: 换表}
reason:
  en: >-
    Another meter was installed at the metering point; its register starts anew.
  zh: >-
    计量点在该时段更换了电能表, 新表示数重新起算。
subject: metering_point
--- */
select i.metering_point_id as metering_point_id,
       i.customer_id as customer_id,
       i.valid_from as valid_from,
       i.valid_from as valid_to,
       i.meter_id as meter_id,
       b.meter_id as previous_meter_id,
       i.start_register_kwh as start_register_kwh,
       b.end_register_kwh as end_register_kwh
from core.meter_installation as i
join core.meter_installation as b
  on b.customer_id = i.customer_id and b.metering_point_id = i.metering_point_id and b.valid_to = i.valid_from
where b.meter_id <> i.meter_id
