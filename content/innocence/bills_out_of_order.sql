/* ---
title: {en: Another bill ends where this one starts, zh: 另有账单止码与起码衔接}
reason:
  en: >-
    Another bill of the same meter and register ends at the register where this one starts, and no other bill goes on
    from there: the bills are dated out of order, the registers are complete.
  zh: >-
    同一电能表同一示数另有账单的止码等于本期起码, 且该止码未被其他账单接续: 账单日期先后颠倒, 示数完整衔接。
subject: metering_point
lookback_months: 12
--- */
-- what a repeated bill charges again is not a second link of the chain
with broken_point as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.meter_id as meter_id,
         l.register_code as register_code
  from mart.billed_line as l
  where l.meter_id is not null and l.previous_register <> l.before_register
  group by l.customer_id, l.metering_point_id, l.meter_id, l.register_code
),
link as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.meter_id as meter_id,
         l.register_code as register_code,
         l.previous_register as previous_register,
         l.current_register as current_register,
         min(l.to_on) as to_on
  from broken_point as b
  join mart.billed_line as l
    on l.customer_id = b.customer_id and l.metering_point_id = b.metering_point_id and l.meter_id = b.meter_id
   and l.register_code = b.register_code
  where l.current_register <> l.previous_register
  group by l.customer_id, l.metering_point_id, l.meter_id, l.register_code, l.previous_register, l.current_register
),
ending as (
  select k.customer_id as customer_id,
         k.metering_point_id as metering_point_id,
         k.meter_id as meter_id,
         k.register_code as register_code,
         k.current_register as current_register,
         count(*) as ending_count
  from link as k
  group by k.customer_id, k.metering_point_id, k.meter_id, k.register_code, k.current_register
),
starting as (
  select k.customer_id as customer_id,
         k.metering_point_id as metering_point_id,
         k.meter_id as meter_id,
         k.register_code as register_code,
         k.previous_register as previous_register,
         k.current_register as current_register,
         row_number() over (
           partition by k.customer_id, k.metering_point_id, k.meter_id, k.register_code, k.previous_register
           order by k.to_on, k.current_register) as place_no
  from link as k
),
judged as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.from_on as from_on,
         l.to_on as to_on,
         -- a bill without use starts and ends at one register and takes nobody's place
         case when e.ending_count >= coalesce(s.place_no, 1) then 1 else 0 end as linked_count
  from mart.billed_line as l
  left join ending as e
    on e.customer_id = l.customer_id and e.metering_point_id = l.metering_point_id and e.meter_id = l.meter_id
   and e.register_code = l.register_code and e.current_register = l.previous_register
  left join starting as s
    on s.customer_id = l.customer_id and s.metering_point_id = l.metering_point_id and s.meter_id = l.meter_id
   and s.register_code = l.register_code and s.previous_register = l.previous_register and s.current_register = l.current_register
  where l.meter_id is not null and l.previous_register <> l.before_register
)
-- an alibi names days, not registers: it is given where it holds for every register that breaks on that day
select j.metering_point_id as metering_point_id,
       j.customer_id as customer_id,
       min(j.from_on) as valid_from,
       j.to_on as valid_to,
       count(*) as register_count
from judged as j
group by j.metering_point_id, j.customer_id, j.to_on
having count(*) = cast(sum(j.linked_count) as bigint)
