/* ---
title: {en: The neighbouring bill has the opposite error, zh: 相邻账单误差相抵}
reason:
  en: >-
    The bill before or after counts as many months too many as this one counts too few, or the other way round: both
    together count the time that passed.
  zh: >-
    前一期或后一期账单多计的月数与本期少计的月数相抵 (或相反), 两期合计与实际时间一致。
subject: metering_point
lookback_months: 12
parameters:
  max_rest_months: {value: 0.75, unit: months, why: {en: "a reading day may move within the month; what is left over two bills must be less than another count of months",
    zh: "抄表日可在月内移动, 两期合计的余差应不足再计一个月"}}
--- */
with wrong as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.bill_id as bill_id,
         m.from_on as from_on,
         m.to_on as to_on,
         m.before_to_on as before_to_on,
         cast(m.billed_months as double) - cast(m.days * 12 as double) / cast(365 as double) as difference_months,
         p.max_rest_months as max_rest_months
  from mart.billed_period as m
  join core.customer as c on c.customer_id = m.customer_id
  join parameter as p on p.org_id = c.org_id
  where abs(cast(m.billed_months as double) - cast(m.days * 12 as double) / cast(365 as double)) > cast(p.max_rest_months as double)
),
-- a bill without first day whose registers do not continue lacks a bill before it: its months are not known to be wrong
continued as (
  select w.customer_id as customer_id,
         w.metering_point_id as metering_point_id,
         w.to_on as to_on,
         cast(sum(case when l.previous_register = l.before_register then 0 else 1 end) as bigint) as loose_count
  from wrong as w
  join mart.billed_line as l
    on l.customer_id = w.customer_id and l.metering_point_id = w.metering_point_id and l.to_on = w.to_on
  group by w.customer_id, w.metering_point_id, w.to_on
),
ordered as (
  select w.customer_id as customer_id,
         w.metering_point_id as metering_point_id,
         w.bill_id as bill_id,
         w.from_on as from_on,
         w.to_on as to_on,
         w.before_to_on as before_to_on,
         w.difference_months as difference_months,
         w.max_rest_months as max_rest_months,
         lag(w.to_on) over (partition by w.customer_id, w.metering_point_id order by w.to_on) as neighbour_to_on,
         lag(w.bill_id) over (partition by w.customer_id, w.metering_point_id order by w.to_on) as neighbour_bill_id,
         lag(w.difference_months) over (partition by w.customer_id, w.metering_point_id order by w.to_on) as neighbour_months
  from wrong as w
  join continued as n
    on n.customer_id = w.customer_id and n.metering_point_id = w.metering_point_id and n.to_on = w.to_on
  join core.bill as b on b.customer_id = w.customer_id and b.bill_id = w.bill_id
  where b.from_on is not null or n.loose_count = 0
),
-- an error, and right after it the opposite one
linked as (
  select o.customer_id as customer_id,
         o.metering_point_id as metering_point_id,
         o.bill_id as bill_id,
         o.from_on as from_on,
         o.to_on as to_on,
         o.difference_months as difference_months,
         o.neighbour_bill_id as neighbour_bill_id,
         case when o.neighbour_to_on = o.before_to_on and o.from_on = o.before_to_on
               and abs(o.difference_months + o.neighbour_months) <= cast(o.max_rest_months as double)
              then 0 else 1 end as begins_count
  from ordered as o
),
run as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         l.from_on as from_on,
         l.to_on as to_on,
         l.difference_months as difference_months,
         l.neighbour_bill_id as neighbour_bill_id,
         cast(sum(l.begins_count) over (
           partition by l.customer_id, l.metering_point_id order by l.to_on
           rows between unbounded preceding and current row) as bigint) as run_no
  from linked as l
),
-- signs alternate along a run: their sum is nought after each bill that settles the one before it
placed as (
  select r.customer_id as customer_id,
         r.metering_point_id as metering_point_id,
         r.from_on as from_on,
         r.to_on as to_on,
         r.difference_months as difference_months,
         r.neighbour_bill_id as neighbour_bill_id,
         lead(r.bill_id) over (
           partition by r.customer_id, r.metering_point_id, r.run_no order by r.to_on) as next_bill_id,
         cast(sum(case when r.difference_months > 0 then 1 else -1 end) over (
           partition by r.customer_id, r.metering_point_id, r.run_no order by r.to_on
           rows between unbounded preceding and current row) as bigint) as sign_sum
  from run as r
)
-- of three in a row two settle each other and the last one stays
select p.metering_point_id as metering_point_id,
       p.customer_id as customer_id,
       p.from_on as valid_from,
       p.to_on as valid_to,
       case when p.sign_sum = 0 then p.neighbour_bill_id else p.next_bill_id end as settling_bill_id,
       p.difference_months as difference_months
from placed as p
where p.sign_sum = 0 or p.next_bill_id is not null
