/* ---
title: {en: The next bill begins where this one billed to, zh: 下期起码与本期计费电量相符}
reason:
  en: >-
    The next bill of the same register begins at the index up to which this bill was charged: the energy was right and
    only the printed end index wrong.
  zh: >-
    同一示数下一张账单的起码, 正是本期计费电量所至: 电量无误, 仅止码印错。
subject: metering_point
parameters:
  max_rest_kwh: {value: 1, unit: kwh, why: {en: "registers are rounded on both ends of the period",
    zh: "起止示数均经取整"}}
--- */
-- a bill is cleared only where every line of it that contradicts its registers is explained
with judged as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.bill_id as bill_id,
         b.line_no as line_no,
         b.from_on as from_on,
         b.to_on as to_on,
         b.previous_register as previous_register,
         b.billed_quantity as billed_quantity,
         b.billed_multiplier as billed_multiplier,
         n.bill_id as next_bill_id,
         n.previous_register as next_register,
         p.max_rest_kwh as max_rest_kwh
  from mart.billed_line as b
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
  left join mart.billed_line as n
    on n.customer_id = b.customer_id and n.before_bill_id = b.bill_id and n.metering_point_id = b.metering_point_id
   and n.register_code = b.register_code
  where b.index_quantity <> b.billed_quantity
    and (n.meter_id = b.meter_id or (n.meter_id is null and b.meter_id is null) or n.bill_id is null)
),
explained as (
  select j.customer_id as customer_id,
         j.metering_point_id as metering_point_id,
         j.bill_id as bill_id,
         j.from_on as from_on,
         j.to_on as to_on,
         j.next_bill_id as next_bill_id,
         j.next_register as next_register,
         case when abs(cast(j.next_register - j.previous_register as decimal(20,4)) * j.billed_multiplier - j.billed_quantity)
                <= j.max_rest_kwh then 1 else 0 end as explained_count
  from judged as j
)
select e.metering_point_id as metering_point_id,
       e.customer_id as customer_id,
       min(e.from_on) as valid_from,
       max(e.to_on) as valid_to,
       e.bill_id as bill_id,
       min(e.next_bill_id) as next_bill_id,
       min(e.next_register) as next_register
from explained as e
group by e.metering_point_id, e.customer_id, e.bill_id
having min(e.explained_count) = 1
