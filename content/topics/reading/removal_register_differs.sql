/* ---
uid: dcs4zchk
code: MR-008
title: {en: Register at an exchange of meters differs from the one billed, zh: 拆表底度小于末次计费示数/换表底度错误}
description:
  en: >-
    A meter was exchanged, and the old one was billed up to another register than the one at its removal, or the new one
    from another register than the one at its installation: energy between the two is charged to nobody, or twice.
  zh: >-
    换表后旧表末次计费止码不等于拆表底度, 或新表首次计费起码不等于装表底度: 两者之间的电量漏计或重复计费。
severity: high
status: active
identity: event
pack: sum
subject: metering_point
population: mart.metering_point_bill
verify_days: 65
lookback_months: 6
parameters:
  min_difference_kwh: {value: 1, unit: kwh, why: {en: "registers are rounded to two decimals at both ends",
    zh: "起止示数各保留两位小数, 差一度以内属取整"}}
law: [metering_error/metering_error_method/CN/other_without_fault]
innocence:
  - {check: adjustment_covers_bill, clears: covers}
resolved_when: covered_by_adjustment
replay: {total_index: total_index}
remedy: rebill_by_reading
playbook: billing_check
check:
  en: [take the exchange order with photos of both registers, read the removed meter in the store, compare with the last daily reading before and the first after the exchange, ask the installer]
  zh: [调取换表工单及新旧表示数照片, 抄录库存旧表示数, 与换表前后日冻结核对, 向装拆人员核实]
--- */
with installed as (
  select i.customer_id as customer_id,
         i.metering_point_id as metering_point_id,
         i.meter_id as meter_id,
         i.multiplier as multiplier,
         i.valid_from as valid_from,
         i.start_register_kwh as start_register_kwh,
         lag(i.meter_id) over (partition by i.customer_id, i.metering_point_id order by i.valid_from) as from_meter_id,
         lag(i.valid_to) over (partition by i.customer_id, i.metering_point_id order by i.valid_from) as removed_on,
         lag(i.end_register_kwh) over (partition by i.customer_id, i.metering_point_id order by i.valid_from) as end_register_kwh,
         lag(i.multiplier) over (partition by i.customer_id, i.metering_point_id order by i.valid_from) as from_multiplier,
         lag(i.register_digits) over (partition by i.customer_id, i.metering_point_id order by i.valid_from) as register_digits
  from core.meter_installation as i
),
exchanged as (
  select i.customer_id as customer_id,
         i.metering_point_id as metering_point_id,
         i.meter_id as to_meter_id,
         i.from_meter_id as from_meter_id,
         i.multiplier as to_multiplier,
         i.from_multiplier as from_multiplier,
         i.valid_from as exchanged_on,
         i.start_register_kwh as start_register_kwh,
         i.end_register_kwh as end_register_kwh,
         z.register_limit_kwh as register_limit_kwh
  from installed as i
  left join reference.register_size as z on z.register_digits = i.register_digits
  where i.removed_on = i.valid_from and i.from_meter_id <> i.meter_id
),
-- a meter read by time of use is billed by the sum of its rates
billed as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.meter_id as meter_id,
         l.bill_id as bill_id,
         b.from_on as from_on,
         b.to_on as to_on,
         cast(coalesce(max(case when l.register_code = 'active_total' then l.previous_register_kwh end),
           sum(case when l.register_code <> 'active_total' then l.previous_register_kwh end)) as decimal(14,4)) as previous_register_kwh,
         cast(coalesce(max(case when l.register_code = 'active_total' then l.current_register_kwh end),
           sum(case when l.register_code <> 'active_total' then l.current_register_kwh end)) as decimal(14,4)) as current_register_kwh,
         max(case when l.register_code = 'active_total' then 1 else 0 end) as total_count,
         max(l.price_yuan_per_kwh) as price_yuan_per_kwh
  from core.bill_line as l
  join core.bill as b on b.customer_id = l.customer_id and b.bill_id = l.bill_id
  where l.charge_code = 'energy' and l.meter_id is not null and b.bill_type_code = 'regular' and b.from_on is not null
  group by l.customer_id, l.metering_point_id, l.meter_id, l.bill_id, b.from_on, b.to_on
),
last_bill as (
  select e.customer_id as customer_id,
         e.metering_point_id as metering_point_id,
         e.exchanged_on as exchanged_on,
         b.bill_id as bill_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.previous_register_kwh as previous_register_kwh,
         b.current_register_kwh as current_register_kwh,
         b.total_count as total_count,
         b.price_yuan_per_kwh as price_yuan_per_kwh
  from exchanged as e
  join billed as b on b.customer_id = e.customer_id and b.metering_point_id = e.metering_point_id and b.meter_id = e.from_meter_id
  where b.current_register_kwh is not null
  qualify row_number() over (partition by e.customer_id, e.metering_point_id, e.exchanged_on order by b.to_on desc, b.bill_id desc) = 1
),
first_bill as (
  select e.customer_id as customer_id,
         e.metering_point_id as metering_point_id,
         e.exchanged_on as exchanged_on,
         b.bill_id as bill_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.previous_register_kwh as previous_register_kwh,
         b.current_register_kwh as current_register_kwh,
         b.total_count as total_count,
         b.price_yuan_per_kwh as price_yuan_per_kwh
  from exchanged as e
  join billed as b on b.customer_id = e.customer_id and b.metering_point_id = e.metering_point_id and b.meter_id = e.to_meter_id
  where b.previous_register_kwh is not null and b.to_on > e.exchanged_on
  qualify row_number() over (partition by e.customer_id, e.metering_point_id, e.exchanged_on order by b.to_on, b.bill_id) = 1
),
-- what the old meter ran until its removal beyond its last bill, once a bill of the new one shows that the exchange is billed
side as (
  select e.customer_id as customer_id,
         e.metering_point_id as metering_point_id,
         e.from_meter_id as meter_id,
         e.from_meter_id as from_meter_id,
         e.to_meter_id as to_meter_id,
         e.exchanged_on as exchanged_on,
         o.bill_id as bill_id,
         o.from_on as from_on,
         o.to_on as to_on,
         o.current_register_kwh as observed_kwh,
         e.end_register_kwh as expected_kwh,
         cast(e.end_register_kwh - o.current_register_kwh + case when o.current_register_kwh - e.end_register_kwh
           > e.register_limit_kwh - o.current_register_kwh + e.end_register_kwh then e.register_limit_kwh else 0 end as decimal(14,4)) as missing_index,
         case when o.total_count = 1 and o.from_on <= e.exchanged_on and o.to_on > e.exchanged_on and e.end_register_kwh >= o.previous_register_kwh
              then cast(e.end_register_kwh - o.previous_register_kwh as decimal(14,4)) end as total_index,
         e.from_multiplier as multiplier,
         o.price_yuan_per_kwh as price_yuan_per_kwh
  from exchanged as e
  join last_bill as o on o.customer_id = e.customer_id and o.metering_point_id = e.metering_point_id and o.exchanged_on = e.exchanged_on
  join first_bill as n on n.customer_id = e.customer_id and n.metering_point_id = e.metering_point_id and n.exchanged_on = e.exchanged_on
  union all
  select e.customer_id, e.metering_point_id, e.to_meter_id, e.from_meter_id, e.to_meter_id, e.exchanged_on, n.bill_id, n.from_on, n.to_on,
         n.previous_register_kwh, e.start_register_kwh,
         cast(n.previous_register_kwh - e.start_register_kwh as decimal(14,4)),
         case when n.total_count = 1 and n.current_register_kwh >= e.start_register_kwh
              then cast(n.current_register_kwh - e.start_register_kwh as decimal(14,4)) end,
         e.to_multiplier, n.price_yuan_per_kwh
  from exchanged as e
  join first_bill as n on n.customer_id = e.customer_id and n.metering_point_id = e.metering_point_id and n.exchanged_on = e.exchanged_on
)
select s.metering_point_id as metering_point_id,
       s.customer_id as customer_id,
       s.from_meter_id || '/' || s.to_meter_id as event_id,
       s.from_on as period_from,
       s.to_on as period_to,
       cast(s.observed_kwh as decimal(18,4)) as observed_value,
       cast(s.expected_kwh as decimal(18,4)) as expected_value,
       cast(round(cast(s.missing_index as decimal(20,4)) * s.multiplier, 2) as decimal(14,2)) as impact_kwh,
       cast(round(cast(round(cast(s.missing_index as decimal(20,4)) * s.multiplier, 2) as decimal(14,2)) * cast(s.price_yuan_per_kwh as decimal(20,8)), 2)
         as decimal(14,2)) as impact_yuan,
       case when s.price_yuan_per_kwh is null then 'none' else 'estimated' end as impact_method,
       s.meter_id as meter_id,
       s.from_meter_id as from_meter_id,
       s.to_meter_id as to_meter_id,
       s.bill_id as bill_id,
       s.total_index as total_index,
       s.multiplier as multiplier,
       s.price_yuan_per_kwh as price_yuan_per_kwh
from side as s
join core.customer as c on c.customer_id = s.customer_id
join parameter as p on p.org_id = c.org_id
where abs(cast(s.missing_index as decimal(20,4)) * s.multiplier) >= p.min_difference_kwh
