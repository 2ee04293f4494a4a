/* ---
title: {en: A meter appears on the bill for the first time, zh: 账单期内换表或增装电能表}
reason:
  en: >-
    Beside the meter billed before, the bill carries one that was never billed at this metering point: the meter was
    exchanged or added within the period, and each part counts its own months.
  zh: >-
    该期除原有电能表外首次出现另一只电能表, 期间内换表或增装, 新旧表分别计月。
subject: metering_point
--- */
with met as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.to_on as to_on,
         min(l.from_on) as from_on,
         count(distinct l.meter_id) as meter_count,
         max(case when l.before_register is null then l.meter_id end) as meter_id,
         max(case when l.before_to_on < l.to_on then l.meter_id end) as previous_meter_id
  from mart.billed_line as l
  group by l.customer_id, l.metering_point_id, l.to_on
  having count(distinct l.meter_id) > 1
)
select m.metering_point_id as metering_point_id,
       m.customer_id as customer_id,
       m.from_on as valid_from,
       m.to_on as valid_to,
       m.meter_id as meter_id,
       m.previous_meter_id as previous_meter_id
from met as m
where m.meter_id <> m.previous_meter_id
