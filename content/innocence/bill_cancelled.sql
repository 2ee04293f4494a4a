/* ---
title: {en: The bill was cancelled and issued again, zh: 账单已全额冲减并重新发行}
reason:
  en: >-
    A negative bill for the same days takes back the whole bill, and a bill that stands for these days has the energy its
    registers show and goes on from the bill before.
  zh: >-
    同一期间已有负电量账单将原账单全额冲减, 现存账单电量与示数一致, 且与前期账单衔接。
subject: metering_point
lookback_months: 12
parameters:
  max_rest_kwh: {value: 1, unit: kwh, why: {en: "a bill rounds energy (or m³ of gas) to whole units",
    zh: "账单电量(或气量)按整数取整"}}
  max_rest_ratio: {value: 0.001, unit: ratio, why: {en: "multipliers on nameplates are rounded to three digits",
    zh: "铭牌倍率只取三位有效数字"}}
--- */
with reversed_point as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id
  from core.bill_line as l
  where coalesce(l.line_kwh, l.line_m3) < 0 and l.metering_point_id is not null
  group by l.customer_id, l.metering_point_id
),
charged as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.bill_type_code as bill_type_code,
         cast(sum(coalesce(l.line_kwh, l.line_m3)) as decimal(14,2)) as billed_quantity
  from reversed_point as r
  join core.bill_line as l on l.customer_id = r.customer_id and l.metering_point_id = r.metering_point_id
  join core.bill as b on b.customer_id = l.customer_id and b.bill_id = l.bill_id
  -- what a later bill adds for other days is no part of its own charge
  where l.charge_code = 'energy' or (l.charge_code = 'adjustment' and b.bill_type_code = 'adjustment')
  group by l.customer_id, l.metering_point_id, l.bill_id, b.from_on, b.to_on, b.bill_type_code
),
numbered as (
  select c.customer_id as customer_id,
         c.metering_point_id as metering_point_id,
         c.bill_id as bill_id,
         c.from_on as from_on,
         c.to_on as to_on,
         c.billed_quantity as billed_quantity,
         row_number() over (
           partition by c.customer_id, c.metering_point_id, c.from_on, c.to_on, c.billed_quantity order by c.bill_id) as place_no,
         cast(sum(case when c.billed_quantity > 0 then 1 else 0 end) over (
           partition by c.customer_id, c.metering_point_id, c.from_on, c.to_on, abs(c.billed_quantity)) as bigint) as charge_count,
         cast(sum(case when c.billed_quantity < 0 then 1 else 0 end) over (
           partition by c.customer_id, c.metering_point_id, c.from_on, c.to_on, abs(c.billed_quantity)) as bigint) as reversal_count
  from charged as c
  where c.billed_quantity < 0 or (c.billed_quantity > 0 and c.bill_type_code = 'regular')
),
-- one reversal takes back one bill, and what was taken back twice is another matter; reversals go with what they reverse
cancelled as (
  select n.customer_id as customer_id,
         n.metering_point_id as metering_point_id,
         n.bill_id as bill_id,
         n.to_on as to_on,
         n.billed_quantity as billed_quantity
  from numbered as n
  where n.reversal_count > 0 and n.reversal_count <= n.charge_count and n.place_no <= n.reversal_count
),
cancelled_point as (
  select k.customer_id as customer_id,
         k.metering_point_id as metering_point_id
  from cancelled as k
  group by k.customer_id, k.metering_point_id
),
-- the bills that stand follow each other as if the others had never been issued
standing as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         l.before_bill_id as before_bill_id,
         l.from_on as from_on,
         l.to_on as to_on,
         l.previous_register as previous_register,
         lag(l.current_register) over (
           partition by l.customer_id, l.metering_point_id, l.meter_id, l.register_code,
             case when l.previous_register is null or l.current_register is null then 0 else 1 end
           order by l.to_on, l.current_register, l.bill_id) as standing_register
  from cancelled_point as a
  join mart.billed_line as l on l.customer_id = a.customer_id and l.metering_point_id = a.metering_point_id
  left join cancelled as k
    on k.customer_id = l.customer_id and k.metering_point_id = l.metering_point_id and k.bill_id = l.bill_id
  where k.bill_id is null
),
judged as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.bill_id as bill_id,
         s.before_bill_id as before_bill_id,
         s.from_on as from_on,
         s.to_on as to_on,
         case when s.previous_register <> s.standing_register then 1
              when least(abs(coalesce(m.index_kwh, m.index_m3) - coalesce(m.billed_kwh, m.billed_m3)),
                         abs(coalesce(m.wrapped_kwh, m.wrapped_m3) - coalesce(m.billed_kwh, m.billed_m3)))
                 > greatest(p.max_rest_kwh, p.max_rest_ratio * cast(abs(coalesce(m.billed_kwh, m.billed_m3)) as decimal(20,2))) then 1
              else 0 end as wrong_count
  from standing as s
  join core.customer as c on c.customer_id = s.customer_id
  join parameter as p on p.org_id = c.org_id
  join mart.metering_point_bill as m
    on m.customer_id = s.customer_id and m.metering_point_id = s.metering_point_id and m.bill_id = s.bill_id
),
taken_back as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         k.billed_quantity as billed_quantity,
         min(l.from_on) as from_on,
         l.to_on as to_on
  from cancelled as k
  join mart.billed_line as l
    on l.customer_id = k.customer_id and l.metering_point_id = k.metering_point_id and l.bill_id = k.bill_id
  group by l.customer_id, l.metering_point_id, l.bill_id, k.billed_quantity, l.to_on
)
-- the days of the bill taken back, where a bill stands for all of them and every one that does is right
select t.metering_point_id as metering_point_id,
       t.customer_id as customer_id,
       t.from_on as valid_from,
       t.to_on as valid_to,
       t.bill_id as bill_id,
       t.billed_quantity as billed_quantity,
       min(case when j.from_on <= t.from_on and j.to_on >= t.to_on then j.bill_id end) as standing_bill_id
from taken_back as t
join judged as j
  on j.customer_id = t.customer_id and j.metering_point_id = t.metering_point_id
where j.from_on < t.to_on and j.to_on > t.from_on
group by t.metering_point_id, t.customer_id, t.from_on, t.to_on, t.bill_id, t.billed_quantity
having max(j.wrong_count) = 0
   and min(case when j.from_on <= t.from_on and j.to_on >= t.to_on then j.bill_id end) is not null
union all
-- the days of a right bill that seems to follow one taken back
select j.metering_point_id,
       j.customer_id,
       min(j.from_on),
       j.to_on,
       min(t.bill_id),
       min(t.billed_quantity),
       j.bill_id
from judged as j
join taken_back as t
  on t.customer_id = j.customer_id and t.metering_point_id = j.metering_point_id and t.bill_id = j.before_bill_id
where j.to_on > t.to_on or j.from_on < t.from_on
group by j.metering_point_id, j.customer_id, j.to_on, j.bill_id
having max(j.wrong_count) = 0
