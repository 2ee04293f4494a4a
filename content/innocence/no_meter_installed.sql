/* ---
title: {en: No meter was installed, zh: 期间未装表}
reason:
  en: >-
    Between two installations there was no meter at the metering point, so that there was nothing to bill.
  zh: >-
    两次装表之间该计量点没有电能表, 无可计费电量。
subject: metering_point
--- */
with installed as (
  select i.customer_id as customer_id,
         i.metering_point_id as metering_point_id,
         i.meter_id as meter_id,
         i.valid_from as valid_from,
         lag(i.meter_id) over (partition by i.customer_id, i.metering_point_id order by i.valid_from) as previous_meter_id,
         lag(i.valid_to) over (partition by i.customer_id, i.metering_point_id order by i.valid_from) as before_to_on
  from core.meter_installation as i
)
select i.metering_point_id as metering_point_id,
       i.customer_id as customer_id,
       i.before_to_on as valid_from,
       i.valid_from as valid_to,
       i.meter_id as meter_id,
       i.previous_meter_id as previous_meter_id
from installed as i
where i.before_to_on < i.valid_from
