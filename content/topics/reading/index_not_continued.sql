/* ---
uid: v6hjjd5x
code: MR-014
title: {en: Start register is not the end register of the bill before, zh: 本期起码与上期止码不衔接}
description:
  en: >-
    A bill starts its register elsewhere than the bill before of the same meter and register ended. What the register
    ran in between was charged by no bill (start above the end before) or by both (start below it): a bill never
    issued, an index keyed by hand, an estimate that was never put right.
  zh: >-
    账单起码与同一电能表同一示数的上期止码不一致: 起码高于上期止码的电量无账单计收, 低于的则两次计收。
    常见于漏发账单、手工录入示数、估抄后未冲正。
severity: high
status: active
identity: event
pack: sum
subject: metering_point
population: mart.billed_line
verify_days: 65
lookback_months: 24
parameters:
  min_gap_kwh: {value: 1, unit: kwh, why: {en: "registers are printed in whole units and multiplied; a unit (kWh, or m³ of gas) is rounding",
    zh: "账单示数按整数打印再乘倍率, 差一个单位 (千瓦时或立方米) 以内属取整"}}
  max_gap_kwh: {value: 9999999999, unit: kwh, why: {en: "no metering point takes ten billion kWh between two bills; a register that says so was keyed into the wrong column",
    zh: "两期账单之间不可能用电一百亿千瓦时, 此类示数系错列录入"}}
  rollover_from_ratio: {value: 0.9, unit: ratio, why: {en: "a register falls over only from the top of its range",
    zh: "示数翻转只发生在量程顶端"}}
  rollover_to_ratio: {value: 0.1, unit: ratio, why: {en: "after falling over a register starts at the bottom of its range",
    zh: "翻转后示数从量程底部重新开始"}}
  min_left_ratio: {value: 0.5, unit: ratio, why: {en: "estimates run ahead by a few bills; a register at less than half of what it showed lost a digit, was set back or is another one, and nobody owes its difference",
    zh: "估抄只会超前几期电量; 示数不足原示数一半的, 多为漏录一位、清零或另一只表, 其差额不能作为退补依据"}}
law: [metering_error/metering_error_method/CN/other_without_fault]
innocence:
  - {check: bills_out_of_order, clears: covers}
  - {check: meter_installed_again, clears: covers}
  - {check: adjustment_settles_gap, clears: covers}
  - {check: charged_to_this_start, clears: covers}
  - {check: bill_cancelled, clears: covers}
resolved_when: covered_by_adjustment
remedy: rebill_by_reading
playbook: reading_check
check:
  en: [read the meter and compare number and register with both bills, look for a bill or a reading between the two, look whether the bill before was estimated, look whether the meter was taken down or set back in between]
  zh: [现场复抄并与前后两期账单核对表号和示数, 查找两期之间是否另有账单或抄表记录, 核实上期是否估抄, 核实期间有无拆装或表计清零]
--- */
with broken as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         l.meter_id as meter_id,
         l.register_code as register_code,
         l.commodity_code as commodity_code,
         l.from_on as from_on,
         l.to_on as to_on,
         l.previous_register as previous_register,
         l.current_register as current_register,
         l.billed_multiplier as billed_multiplier,
         l.billed_quantity as billed_quantity,
         l.price_yuan_per_kwh as price_yuan_per_kwh,
         l.before_bill_id as before_bill_id,
         l.before_to_on as before_to_on,
         l.before_register as before_register,
         l.before_multiplier as before_multiplier,
         p.min_gap_kwh as min_gap_kwh,
         p.max_gap_kwh as max_gap_kwh,
         p.rollover_from_ratio as rollover_from_ratio,
         p.rollover_to_ratio as rollover_to_ratio,
         p.min_left_ratio as min_left_ratio
  from mart.billed_line as l
  join core.customer as c on c.customer_id = l.customer_id
  join parameter as p on p.org_id = c.org_id
  -- two bills of unnamed meters may be of two meters
  where l.meter_id is not null and l.previous_register <> l.before_register
),
-- a bill that repeats an earlier one from start to end belongs to billing/duplicate_bill
repeated as (
  select b.customer_id as customer_id,
         b.bill_id as bill_id,
         b.metering_point_id as metering_point_id,
         b.meter_id as meter_id,
         b.register_code as register_code
  from broken as b
  join mart.billed_line as e
    on e.customer_id = b.customer_id and e.metering_point_id = b.metering_point_id and e.meter_id = b.meter_id
   and e.register_code = b.register_code and e.previous_register = b.previous_register and e.current_register = b.current_register
  where b.current_register <> b.previous_register
    and (e.to_on < b.to_on or (e.to_on = b.to_on and e.bill_id < b.bill_id))
  group by b.customer_id, b.bill_id, b.metering_point_id, b.meter_id, b.register_code
),
-- the register on record for the evening before the bill begins, which tells the wrong end of the two
read as (
  select b.customer_id as customer_id,
         b.bill_id as bill_id,
         b.metering_point_id as metering_point_id,
         b.meter_id as meter_id,
         b.register_code as register_code,
         min(v.previous_register_kwh) as read_register
  from broken as b
  join mart.register_interval as v
    on v.customer_id = b.customer_id and v.metering_point_id = b.metering_point_id and v.meter_id = b.meter_id
   and v.from_on = b.from_on
  where b.register_code = 'active_total'
  group by b.customer_id, b.bill_id, b.metering_point_id, b.meter_id, b.register_code
  having min(v.previous_register_kwh) = max(v.previous_register_kwh)
),
sized as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.bill_id as bill_id,
         b.meter_id as meter_id,
         b.register_code as register_code,
         b.commodity_code as commodity_code,
         b.from_on as from_on,
         b.to_on as to_on,
         b.previous_register as previous_register,
         b.billed_multiplier as billed_multiplier,
         b.billed_quantity as billed_quantity,
         b.price_yuan_per_kwh as price_yuan_per_kwh,
         b.before_bill_id as before_bill_id,
         b.before_to_on as before_to_on,
         b.before_register as before_register,
         b.before_multiplier as before_multiplier,
         b.min_gap_kwh as min_gap_kwh,
         b.max_gap_kwh as max_gap_kwh,
         b.min_left_ratio as min_left_ratio,
         o.register_limit as register_limit,
         i.read_register as read_register,
         case when b.previous_register < b.before_register and b.before_register < o.register_limit
               and b.before_register >= b.rollover_from_ratio * cast(o.register_limit as decimal(20,4))
               and b.previous_register <= b.rollover_to_ratio * cast(o.register_limit as decimal(20,4))
              then true else false end as has_rolled_over
  from broken as b
  join mart.billed_line as o
    on o.customer_id = b.customer_id and o.bill_id = b.before_bill_id and o.metering_point_id = b.metering_point_id
   and o.meter_id = b.meter_id and o.register_code = b.register_code
  left join repeated as r
    on r.customer_id = b.customer_id and r.bill_id = b.bill_id and r.metering_point_id = b.metering_point_id
   and r.meter_id = b.meter_id and r.register_code = b.register_code
  left join read as i
    on i.customer_id = b.customer_id and i.bill_id = b.bill_id and i.metering_point_id = b.metering_point_id
   and i.meter_id = b.meter_id and i.register_code = b.register_code
  where r.bill_id is null
),
changed as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.bill_id as bill_id,
         s.meter_id as meter_id,
         s.register_code as register_code,
         s.commodity_code as commodity_code,
         s.from_on as from_on,
         s.to_on as to_on,
         s.previous_register as previous_register,
         s.billed_multiplier as billed_multiplier,
         s.billed_quantity as billed_quantity,
         s.price_yuan_per_kwh as price_yuan_per_kwh,
         s.before_bill_id as before_bill_id,
         s.before_to_on as before_to_on,
         s.before_register as before_register,
         s.before_multiplier as before_multiplier,
         s.min_gap_kwh as min_gap_kwh,
         s.max_gap_kwh as max_gap_kwh,
         s.min_left_ratio as min_left_ratio,
         s.register_limit as register_limit,
         s.read_register as read_register,
         s.has_rolled_over as has_rolled_over,
         cast(case when s.has_rolled_over then s.previous_register - s.before_register + s.register_limit
                   else s.previous_register - s.before_register end as decimal(20,4)) as change
  from sized as s
),
-- a register that lost most of what it showed is hardly the same, unless the reading on record is the end before, and two
-- multipliers are two ways of counting: the chain is broken, but what lies in the break nobody can say
priced as (
  select h.customer_id as customer_id,
         h.metering_point_id as metering_point_id,
         h.bill_id as bill_id,
         h.meter_id as meter_id,
         h.register_code as register_code,
         h.commodity_code as commodity_code,
         h.from_on as from_on,
         h.to_on as to_on,
         h.previous_register as previous_register,
         h.billed_multiplier as billed_multiplier,
         h.billed_quantity as billed_quantity,
         h.price_yuan_per_kwh as price_yuan_per_kwh,
         h.before_bill_id as before_bill_id,
         h.before_to_on as before_to_on,
         h.before_register as before_register,
         h.before_multiplier as before_multiplier,
         h.register_limit as register_limit,
         h.has_rolled_over as has_rolled_over,
         h.read_register as read_register,
         h.min_gap_kwh as min_gap_kwh,
         case when h.billed_multiplier = h.before_multiplier and (h.has_rolled_over or h.read_register = h.before_register or h.previous_register >= h.min_left_ratio * cast(h.before_register as decimal(20,4)))
               and abs(h.change * h.billed_multiplier) <= h.max_gap_kwh
              then cast(round(h.change * h.billed_multiplier, 2) as decimal(14,2)) end as gap_quantity
  from changed as h
  where abs(h.change * coalesce(h.billed_multiplier, 1)) >= h.min_gap_kwh
    and h.from_on < h.to_on
),
-- where the readings have this start and miss just as much on the bill before, that bill is wrong and not the start:
-- reading/billed_energy_differs says so
told as (
  select q.customer_id as customer_id,
         q.bill_id as bill_id,
         q.metering_point_id as metering_point_id,
         q.meter_id as meter_id,
         q.register_code as register_code
  from priced as q
  join mart.metering_point_bill as m
    on m.customer_id = q.customer_id and m.metering_point_id = q.metering_point_id and m.bill_id = q.before_bill_id
  where q.read_register = q.previous_register
    and m.register_source_code = 'reading' and m.readings_observed = m.readings_expected
    and abs(m.index_kwh - m.billed_kwh - q.gap_quantity) < q.min_gap_kwh
)
select q.metering_point_id as metering_point_id,
       q.customer_id as customer_id,
       q.bill_id as event_id,
       q.from_on as period_from,
       q.to_on as period_to,
       cast(q.previous_register as decimal(18,4)) as observed_value,
       cast(q.before_register as decimal(18,4)) as expected_value,
       cast(case when q.commodity_code = 'electricity' then q.gap_quantity end as decimal(14,2)) as impact_kwh,
       cast(round(cast(q.gap_quantity as decimal(20,2)) * q.price_yuan_per_kwh, 2) as decimal(14,2)) as impact_yuan,
       case when q.gap_quantity is null or q.price_yuan_per_kwh is null then 'none' else 'estimated' end as impact_method,
       q.bill_id as bill_id,
       q.before_bill_id as before_bill_id,
       q.before_to_on as before_to_on,
       q.meter_id as meter_id,
       q.register_code as register_code,
       q.commodity_code as commodity_code,
       q.previous_register as previous_register,
       q.before_register as before_register,
       q.register_limit as register_limit,
       q.has_rolled_over as has_rolled_over,
       q.billed_multiplier as billed_multiplier,
       q.before_multiplier as before_multiplier,
       q.gap_quantity as gap_quantity,
       q.billed_quantity as billed_quantity,
       q.price_yuan_per_kwh as price_yuan_per_kwh
from priced as q
left join told as t
  on t.customer_id = q.customer_id and t.bill_id = q.bill_id and t.metering_point_id = q.metering_point_id
 and t.meter_id = q.meter_id and t.register_code = q.register_code
where t.bill_id is null
