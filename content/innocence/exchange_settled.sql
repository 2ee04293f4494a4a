/* ---
title: {en: The meter was exchanged and both meters are billed to the exchange, zh: 换表且新旧表均已结清}
reason:
  en: >-
    The last bill of the old meter ends at its removal register and the first bill of the new meter starts at its
    installation register: the exchange lost nothing.
  zh: >-
    旧表末次账单止码等于拆表止码, 新表首次账单起码等于装表起码, 换表期间电量无遗漏。
subject: metering_point
--- */
with installed as (
  select i.customer_id as customer_id,
         i.metering_point_id as metering_point_id,
         i.meter_id as meter_id,
         i.valid_from as valid_from,
         i.start_register_kwh as start_register_kwh,
         lag(i.meter_id) over (partition by i.customer_id, i.metering_point_id order by i.valid_from) as previous_meter_id,
         lag(i.end_register_kwh) over (partition by i.customer_id, i.metering_point_id order by i.valid_from) as end_register_kwh
  from core.meter_installation as i
),
exchanged as (
  select i.customer_id as customer_id,
         i.metering_point_id as metering_point_id,
         i.meter_id as meter_id,
         i.previous_meter_id as previous_meter_id,
         i.valid_from as valid_from,
         i.start_register_kwh as start_register_kwh,
         i.end_register_kwh as end_register_kwh
  from installed as i
  where i.previous_meter_id <> i.meter_id
)
select e.metering_point_id as metering_point_id,
       e.customer_id as customer_id,
       least(o.to_on, n.from_on) as valid_from,
       greatest(o.to_on, n.from_on) as valid_to,
       e.meter_id as meter_id,
       e.previous_meter_id as previous_meter_id,
       e.start_register_kwh as start_register_kwh,
       e.end_register_kwh as end_register_kwh
from exchanged as e
join mart.billed_line as o
  on o.customer_id = e.customer_id and o.metering_point_id = e.metering_point_id and o.meter_id = e.previous_meter_id
 and o.current_register = e.end_register_kwh and o.register_code = 'active_total'
join mart.billed_line as n
  on n.customer_id = e.customer_id and n.metering_point_id = e.metering_point_id and n.meter_id = e.meter_id
 and n.previous_register = e.start_register_kwh and n.register_code = 'active_total'
-- the bills on either side of the exchange, not others at the same registers
where o.from_on < e.valid_from and n.to_on > e.valid_from
