/* ---
title: {en: The bill before was charged up to where this one starts, zh: 上期已计费至本期起码}
reason:
  en: >-
    The energy of the bill before reaches from its start exactly to the start of this one: what was charged goes on
    without a break, only the end register printed on the bill before is wrong.
  zh: >-
    上期计费电量自其起码起正好计至本期起码: 计费电量前后衔接, 仅上期止码有误。
subject: metering_point
lookback_months: 24
parameters:
  max_rest_kwh: {value: 1, unit: kwh, why: {en: "a bill rounds energy (or m³ of gas) to whole units",
    zh: "账单电量(或气量)按整数取整"}}
--- */
with explained as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         l.line_no as line_no,
         o.bill_id as before_bill_id,
         o.billed_quantity as before_billed_quantity
  from mart.billed_line as l
  join core.customer as c on c.customer_id = l.customer_id
  join parameter as p on p.org_id = c.org_id
  join mart.billed_line as o
    on o.customer_id = l.customer_id and o.bill_id = l.before_bill_id and o.metering_point_id = l.metering_point_id
   and o.meter_id = l.meter_id and o.register_code = l.register_code
  where l.previous_register <> l.before_register
    and l.billed_multiplier = o.billed_multiplier
    and abs(cast(l.previous_register - o.previous_register as decimal(20,4)) * o.billed_multiplier - o.billed_quantity) <= p.max_rest_kwh
)
-- an alibi names days, not registers: it is given where it holds for every register that breaks on that day
select l.metering_point_id as metering_point_id,
       l.customer_id as customer_id,
       min(l.from_on) as valid_from,
       l.to_on as valid_to,
       min(e.before_bill_id) as before_bill_id,
       cast(sum(e.before_billed_quantity) as decimal(14,2)) as before_billed_quantity
from mart.billed_line as l
left join explained as e
  on e.customer_id = l.customer_id and e.metering_point_id = l.metering_point_id and e.bill_id = l.bill_id and e.line_no = l.line_no
where l.meter_id is not null and l.previous_register <> l.before_register
group by l.metering_point_id, l.customer_id, l.to_on
having count(*) = count(e.bill_id)
