/* ---
title: {en: The change is on record, zh: 有装拆记录}
reason:
  en: >-
    Every meter and multiplier on the bill is on record as installed at this point, one after the other, within the
    billed days: meter or transformers were changed in mid-period and entered properly.
  zh: >-
    账单上的各电能表及倍率在装拆档案中均有记录且前后衔接, 属期中换表或换互感器。
subject: metering_point
--- */
with charged as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.to_on as to_on,
         l.meter_id as meter_id,
         l.billed_multiplier as billed_multiplier
  from mart.billed_line as l
  group by l.customer_id, l.metering_point_id, l.to_on, l.meter_id, l.billed_multiplier
),
several as (
  select p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.from_on as from_on,
         p.to_on as to_on
  from mart.billed_period as p
  where p.meter_count > 1 or p.multiplier_count > 1
),
-- a stay that reaches into the next one was never closed
stay as (
  select i.customer_id as customer_id,
         i.metering_point_id as metering_point_id,
         i.meter_id as meter_id,
         i.multiplier as multiplier,
         i.valid_from as valid_from,
         i.valid_to as valid_to,
         lead(i.valid_from) over (partition by i.customer_id, i.metering_point_id order by i.valid_from, i.meter_id) as next_valid_from
  from core.meter_installation as i
),
matched as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.from_on as from_on,
         s.to_on as to_on,
         c.meter_id as meter_id,
         c.billed_multiplier as billed_multiplier,
         max(t.valid_from) as installed_on
  from several as s
  join charged as c on c.customer_id = s.customer_id and c.metering_point_id = s.metering_point_id and c.to_on = s.to_on
  left join stay as t
    on t.customer_id = c.customer_id and t.metering_point_id = c.metering_point_id and t.meter_id = c.meter_id
   and t.multiplier = c.billed_multiplier and t.valid_from < s.to_on and t.valid_to > s.from_on
   and (t.next_valid_from is null or t.next_valid_from >= t.valid_to)
  group by s.customer_id, s.metering_point_id, s.from_on, s.to_on, c.meter_id, c.billed_multiplier
)
select m.metering_point_id as metering_point_id,
       m.customer_id as customer_id,
       m.from_on as valid_from,
       m.to_on as valid_to,
       max(m.installed_on) as installed_on
from matched as m
group by m.metering_point_id, m.customer_id, m.from_on, m.to_on
having count(*) = count(m.installed_on)
