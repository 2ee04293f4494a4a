/* ---
title: {en: The meter was installed again, zh: 电能表重新装用}
reason:
  en: >-
    The meter had been taken down and was installed again within the billed period; its register starts at the
    register of the installation.
  zh: >-
    该电能表曾拆下并在计费期间内重新装用, 示数自装表起码起算。
subject: metering_point
--- */
with installed as (
  select i.customer_id as customer_id,
         i.metering_point_id as metering_point_id,
         i.meter_id as meter_id,
         i.valid_from as valid_from,
         i.start_register_kwh as start_register_kwh,
         lag(i.meter_id) over (partition by i.customer_id, i.metering_point_id order by i.valid_from) as previous_meter_id,
         lag(i.valid_to) over (partition by i.customer_id, i.metering_point_id order by i.valid_from) as before_to_on
  from core.meter_installation as i
),
-- the first installation at the point counts: the meter hung elsewhere before
again as (
  select i.customer_id as customer_id,
         i.metering_point_id as metering_point_id,
         i.meter_id as meter_id,
         i.valid_from as valid_from,
         i.start_register_kwh as start_register_kwh
  from installed as i
  -- new transformers before the same meter are another span and no removal
  where i.previous_meter_id is null or i.previous_meter_id <> i.meter_id or i.before_to_on < i.valid_from
),
explained as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         l.line_no as line_no,
         min(a.meter_id) as meter_id,
         min(a.start_register_kwh) as start_register_kwh
  from again as a
  join mart.billed_line as l
    on l.customer_id = a.customer_id and l.metering_point_id = a.metering_point_id and l.meter_id = a.meter_id
  where l.previous_register <> l.before_register
    and a.valid_from >= l.before_to_on and a.valid_from < l.to_on
    -- the record of an installation has the total register; the others it can only date
    and (l.register_code <> 'active_total' or a.start_register_kwh = l.previous_register)
  group by l.customer_id, l.metering_point_id, l.bill_id, l.line_no
)
-- an alibi names days, not meters: it is given where it holds for every register that breaks on that day
select l.metering_point_id as metering_point_id,
       l.customer_id as customer_id,
       min(l.from_on) as valid_from,
       l.to_on as valid_to,
       min(e.meter_id) as meter_id,
       min(e.start_register_kwh) as start_register_kwh
from mart.billed_line as l
left join explained as e
  on e.customer_id = l.customer_id and e.metering_point_id = l.metering_point_id and e.bill_id = l.bill_id and e.line_no = l.line_no
where l.meter_id is not null and l.previous_register <> l.before_register
group by l.metering_point_id, l.customer_id, l.to_on
having count(*) = count(e.bill_id)
