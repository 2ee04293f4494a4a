/* ---
uid: t8k3hq6z
code: MR-007
title: {en: Register lower than at the reading before, zh: 示数逆转 (本次小于上次)}
description:
  en: >-
    A meter's register was read lower than at the reading before, and not because it ran over its last digit: a
    reading written back, a misread or exchanged meter, or an earlier reading that was too high.
  zh: >-
    同一电能表本次示数小于上次示数, 且不属于翻转: 常见于倒写示数、错抄、串户、换表未录入或上次多抄。
severity: high
status: active
identity: event
subject: metering_point
population: mart.metering_point_bill
needs: {readings: 0.8}
verify_days: 35
parameters:
  min_fall_kwh: {value: 1, unit: kwh, why: {en: "registers are rounded to two decimals and multiplied by up to thousands",
    zh: "示数保留两位小数, 再乘以可达数千的倍率"}}
  rollover_from_ratio: {value: 0.9, unit: ratio, why: {en: "a register falls over only from the top of its range",
    zh: "示数翻转只发生在量程顶端"}}
  rollover_to_ratio: {value: 0.1, unit: ratio, why: {en: "after falling over a register starts at the bottom of its range",
    zh: "翻转后示数从量程底部重新开始"}}
law: [metering_error/metering_error_method/CN/other_without_fault]
innocence:
  - {check: meter_changed, clears: touches, margin_days: 5}
resolved_when: {event_not_repeated: {months: 6}}
remedy: rebill_by_reading
playbook: reading_check
check:
  en: [read the meter and compare number and register with the record, compare with the daily readings of the days around, ask the reader for the photo of both readings]
  zh: [现场复抄并核对表号与示数, 对照前后日冻结示数, 调取两次抄表照片]
--- */
with fallen as (
  select v.metering_point_id as metering_point_id,
         v.customer_id as customer_id,
         v.meter_id as meter_id,
         v.reading_id as event_id,
         v.reading_type_code as reading_type_code,
         'electricity' as commodity_code,
         'reading' as register_source_code,
         v.from_on as from_on,
         v.to_on as to_on,
         v.multiplier as multiplier,
         v.register_limit_kwh as register_limit,
         v.previous_register_kwh as previous_register,
         v.current_register_kwh as current_register,
         v.index_kwh as index_quantity
  from mart.register_interval as v
  -- without the size of the register nobody can tell a fall from a run over its last digit
  where v.register_change_kwh < 0 and v.reading_id is not null and v.register_limit_kwh is not null
  union all
  -- where no meter is on record, the bill's own registers fall
  select l.metering_point_id, l.customer_id, l.meter_id, l.bill_id || '/' || cast(l.line_no as text),
         cast(null as text), l.commodity_code, 'bill', l.from_on, l.to_on, l.billed_multiplier, l.register_limit,
         l.previous_register, l.current_register, l.index_quantity
  from mart.billed_line as l
  join mart.metering_point_bill as m
    on m.customer_id = l.customer_id and m.metering_point_id = l.metering_point_id and m.bill_id = l.bill_id
  where l.register_change < 0 and l.register_limit is not null and m.register_source_code = 'bill'
),
fall as (
  select v.metering_point_id as metering_point_id,
         v.customer_id as customer_id,
         v.meter_id as meter_id,
         v.event_id as event_id,
         v.reading_type_code as reading_type_code,
         v.commodity_code as commodity_code,
         v.register_source_code as register_source_code,
         v.from_on as from_on,
         v.to_on as to_on,
         v.multiplier as multiplier,
         v.register_limit as register_limit,
         v.previous_register as previous_register,
         v.current_register as current_register,
         v.index_quantity as index_quantity,
         p.min_fall_kwh as min_fall_kwh,
         case when v.previous_register >= p.rollover_from_ratio * cast(v.register_limit as decimal(20,4))
               and v.current_register <= p.rollover_to_ratio * cast(v.register_limit as decimal(20,4))
              then 1 else 0 end as rollover_count
  from fallen as v
  join core.customer as c on c.customer_id = v.customer_id
  join parameter as p on p.org_id = c.org_id
),
whole_bill as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.bill_id as bill_id,
         m.from_on as from_on,
         m.to_on as to_on,
         m.index_kwh as index_kwh,
         m.billed_kwh as billed_kwh,
         m.price_yuan_per_kwh as price_yuan_per_kwh
  from mart.metering_point_bill as m
  where m.readings_observed = m.readings_expected
),
-- of bills that end, or begin, on one day the first by its number
ending_bill as (
  select w.customer_id as customer_id,
         w.metering_point_id as metering_point_id,
         w.to_on as to_on,
         w.index_kwh as index_kwh,
         w.billed_kwh as billed_kwh,
         w.price_yuan_per_kwh as price_yuan_per_kwh
  from whole_bill as w
  qualify row_number() over (partition by w.customer_id, w.metering_point_id, w.to_on order by w.bill_id) = 1
),
following_bill as (
  select w.customer_id as customer_id,
         w.metering_point_id as metering_point_id,
         w.from_on as from_on,
         w.index_kwh as index_kwh,
         w.billed_kwh as billed_kwh
  from whole_bill as w
  qualify row_number() over (partition by w.customer_id, w.metering_point_id, w.from_on order by w.to_on, w.bill_id) = 1
)
-- Which of two readings is wrong shows only with the next one: over the bill that ends with the fall and the bill
-- after it, registers say what was used and the bills what was charged.
select f.metering_point_id as metering_point_id,
       f.customer_id as customer_id,
       f.event_id as event_id,
       f.from_on as period_from,
       f.to_on as period_to,
       cast(f.current_register as decimal(18,4)) as observed_value,
       cast(f.previous_register as decimal(18,4)) as expected_value,
       cast(b.index_kwh - b.billed_kwh + n.index_kwh - n.billed_kwh as decimal(14,2)) as impact_kwh,
       cast(round(cast(b.index_kwh - b.billed_kwh + n.index_kwh - n.billed_kwh as decimal(20,2))
         * b.price_yuan_per_kwh, 2) as decimal(14,2)) as impact_yuan,
       case when b.index_kwh is null or n.index_kwh is null or b.price_yuan_per_kwh is null
            then 'none' else 'estimated' end as impact_method,
       f.meter_id as meter_id,
       f.reading_type_code as reading_type_code,
       f.commodity_code as commodity_code,
       f.register_source_code as register_source_code,
       f.previous_register as previous_register,
       f.current_register as current_register,
       f.register_limit as register_limit,
       f.multiplier as multiplier,
       b.index_kwh as index_kwh,
       b.billed_kwh as billed_kwh,
       n.index_kwh as next_index_kwh,
       n.billed_kwh as next_billed_kwh,
       b.price_yuan_per_kwh as price_yuan_per_kwh
from fall as f
left join ending_bill as b
  on b.customer_id = f.customer_id and b.metering_point_id = f.metering_point_id and b.to_on = f.to_on
left join following_bill as n
  on n.customer_id = f.customer_id and n.metering_point_id = f.metering_point_id and n.from_on = f.to_on
where f.rollover_count = 0
  and abs(f.index_quantity) >= f.min_fall_kwh
