/* ---
uid: d7mwp1q4
code: BL-001
title: {en: The same use billed twice, zh: 同一用量重复计费}
description:
  en: >-
    Two regular bills charge one register of one meter from the same start to the same end, or, without registers,
    the same quantity for the same days: a bill issued twice, a reading keyed again, a correction without its reversal.
  zh: >-
    两张正常账单按同一电能表同一示数的相同起止码计费, 或无示数时对同一期间计收相同电量:
    常见于账单重复发行、示数重复录入、重开账单而原账单未冲销。
severity: high
status: active
identity: event
pack: sum
subject: metering_point
population: mart.billed_line
verify_days: 65
lookback_months: 14
parameters:
  max_days_between: {value: 400, unit: days, why: {en: "a bill is repeated within the accounting year; the same figures on a register years later are those of a meter that was set back",
    zh: "重复账单发生在一个核算年度之内; 隔年再现的相同起止码多为表计清零后的示数"}}
  max_rest_kwh: {value: 1, unit: kwh, why: {en: "a bill rounds energy (or m³ of gas) to whole units; one that charges something else than its registers says nothing about their use",
    zh: "账单电量(或气量)按整数取整; 计费量与示数差不符的账单不能说明示数所计用量"}}
law: [limitation/limitation_period]
innocence:
  - {check: charge_taken_back, clears: covers}
resolved_when: covered_by_adjustment
remedy: reverse_bill
playbook: billing_check
check:
  en: [lay both bills side by side and compare meter with register and both ends, look in the billing log for who issued the second one and why, ask whether the customer paid both, look for a reversal or a refund on its way]
  zh: [并列核对两张账单的表号、示数类型和起止码, 查核算日志中第二张账单的发行人与原因, 核实客户是否已两次交费, 查有无在途冲销或退费流程]
--- */
-- few registers are charged twice: these first, so that only their bills are put in order
with repeated_register as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.meter_id as meter_id,
         l.register_code as register_code,
         l.previous_register as previous_register,
         l.current_register as current_register
  from mart.billed_line as l
  -- an unnamed meter may be another one; registers that stood still are the same on every bill
  where l.meter_id is not null and l.register_change <> 0 and l.billed_quantity <> 0
  group by l.customer_id, l.metering_point_id, l.meter_id, l.register_code, l.previous_register, l.current_register
  having count(*) > 1
),
by_register as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         l.line_no as line_no,
         l.meter_id as meter_id,
         l.register_code as register_code,
         l.previous_register as previous_register,
         l.current_register as current_register,
         l.to_on as to_on,
         case when l.billed_quantity < 0 then true else false end as is_credit,
         p.max_days_between as max_days_between
  from repeated_register as r
  join mart.billed_line as l
    on l.customer_id = r.customer_id and l.metering_point_id = r.metering_point_id and l.meter_id = r.meter_id
   and l.register_code = r.register_code and l.previous_register = r.previous_register and l.current_register = r.current_register
  join core.customer as c on c.customer_id = l.customer_id
  join parameter as p on p.org_id = c.org_id
  where l.billed_quantity <> 0
    -- a reversal may keep the registers and turn the sign
    and (abs(abs(l.billed_quantity) - abs(l.index_quantity)) <= p.max_rest_kwh
      or abs(abs(l.billed_quantity) - l.wrapped_quantity) <= p.max_rest_kwh)
),
repeated_period as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.from_on as from_on,
         l.to_on as to_on,
         l.billed_quantity as billed_quantity
  from mart.billed_line as l
  where l.billed_quantity <> 0 and (l.meter_id is not null or l.previous_register is null)
  group by l.customer_id, l.metering_point_id, l.from_on, l.to_on, l.billed_quantity
  having count(*) > 1 and min(abs(coalesce(l.register_change, 0))) = 0
),
by_period as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         l.line_no as line_no,
         l.meter_id as meter_id,
         l.register_code as register_code,
         l.from_on as from_on,
         l.to_on as to_on,
         l.month_on as month_on,
         l.billed_quantity as billed_quantity,
         case when coalesce(l.register_change, 0) = 0 then true else false end as is_without_registers
  from repeated_period as r
  join mart.billed_line as l
    on l.customer_id = r.customer_id and l.metering_point_id = r.metering_point_id and l.from_on = r.from_on
   and l.to_on = r.to_on and l.billed_quantity = r.billed_quantity
  where l.meter_id is not null or l.previous_register is null
),
numbered as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.bill_id as bill_id,
         b.line_no as line_no,
         b.to_on as to_on,
         true as is_repeatable,
         b.max_days_between as max_days_between,
         row_number() over (
           partition by b.customer_id, b.metering_point_id, b.meter_id, b.register_code, b.previous_register, b.current_register, b.is_credit
           order by b.to_on, b.bill_id) as copy_no,
         lag(b.bill_id) over (
           partition by b.customer_id, b.metering_point_id, b.meter_id, b.register_code, b.previous_register, b.current_register, b.is_credit
           order by b.to_on, b.bill_id) as first_bill_id,
         lag(b.to_on) over (
           partition by b.customer_id, b.metering_point_id, b.meter_id, b.register_code, b.previous_register, b.current_register, b.is_credit
           order by b.to_on, b.bill_id) as first_to_on
  from by_register as b
  union all
  -- the bill with registers, if one has them, is the first charge
  select b.customer_id,
         b.metering_point_id,
         b.bill_id,
         b.line_no,
         b.to_on,
         b.is_without_registers,
         p.max_days_between,
         row_number() over (
           partition by b.customer_id, b.metering_point_id, b.meter_id, b.register_code, b.from_on, b.to_on, b.billed_quantity
           order by b.is_without_registers, b.month_on, b.bill_id),
         lag(b.bill_id) over (
           partition by b.customer_id, b.metering_point_id, b.meter_id, b.register_code, b.from_on, b.to_on, b.billed_quantity
           order by b.is_without_registers, b.month_on, b.bill_id),
         b.to_on
  from by_period as b
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
)
-- the second charge is what is owed back: a use charged again to the customer, a credit given again to the utility
select l.metering_point_id as metering_point_id,
       l.customer_id as customer_id,
       l.bill_id as event_id,
       l.from_on as period_from,
       l.to_on as period_to,
       cast(l.billed_quantity as decimal(18,4)) as observed_value,
       cast(0 as decimal(18,4)) as expected_value,
       cast(case when l.commodity_code = 'electricity' then 0 - l.billed_quantity end as decimal(14,2)) as impact_kwh,
       cast(round(cast(0 - l.billed_quantity as decimal(20,2)) * l.price_yuan_per_kwh, 2) as decimal(14,2)) as impact_yuan,
       case when l.price_yuan_per_kwh is null then 'none' else 'estimated' end as impact_method,
       l.bill_id as bill_id,
       n.first_bill_id as first_bill_id,
       n.first_to_on as first_to_on,
       n.copy_no as copy_no,
       l.meter_id as meter_id,
       l.register_code as register_code,
       l.commodity_code as commodity_code,
       l.previous_register as previous_register,
       l.current_register as current_register,
       l.billed_multiplier as billed_multiplier,
       l.billed_quantity as billed_quantity,
       l.price_yuan_per_kwh as price_yuan_per_kwh
from numbered as n
join mart.billed_line as l on l.customer_id = n.customer_id and l.bill_id = n.bill_id and l.line_no = n.line_no
where n.copy_no > 1 and n.is_repeatable
  and date_diff('day', n.first_to_on, n.to_on) <= n.max_days_between
  and l.from_on < l.to_on
