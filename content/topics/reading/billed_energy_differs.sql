/* ---
uid: c4m9xw2p
code: MR-013
title: {en: Billed energy is not the index difference times the multiplier, zh: 计费电量与示数差乘倍率不符}
description:
  en: >-
    The energy on the bill contradicts the registers read at both ends of the billed period and the multiplier of
    the meter installed: an energy keyed by hand, an old multiplier left in the billing file, a wrong index. Where no
    meter is on record the bill is held to the registers printed on it.
  zh: >-
    账单计费电量与抄表起止示数差乘以装拆档案中的综合倍率不一致, 常见于手工录入电量、换互感器后计费档案倍率未更新、示数录入错误。
    没有装表记录的, 以账单自身所列示数核对。
severity: high
status: active
identity: episode
pack: sum
subject: metering_point
population: mart.metering_point_bill
needs: {readings: 0.8}
verify_days: 35
parameters:
  min_difference_kwh: {value: 1, unit: kwh, why: {en: "registers are rounded to two decimals on both ends of the period",
    zh: "起止示数各保留两位小数, 差一度以内属取整"}}
  min_difference_ratio: {value: 0.001, unit: ratio, why: {en: "multipliers on nameplates are rounded to three digits",
    zh: "铭牌倍率只取三位有效数字"}}
  rollover_from_ratio: {value: 0.9, unit: ratio, why: {en: "a register falls over only from the top of its range",
    zh: "示数翻转只发生在量程顶端"}}
  rollover_to_ratio: {value: 0.1, unit: ratio, why: {en: "after falling over a register starts at the bottom of its range",
    zh: "翻转后示数从量程底部重新开始"}}
law: [metering_error/metering_error_method/CN/wrong_multiplier]
innocence:
  - {check: adjustment_covers_bill, clears: covers}
  - {check: next_bill_agrees, clears: covers}
  - {check: bill_cancelled, clears: covers}
resolved_when: covered_by_adjustment
remedy: multiplier_correction
playbook: billing_check
check:
  en: [compare the bill's indices and multiplier with the reading record, read the nameplates of meter and transformers, look for a keyed or estimated energy in the billing log]
  zh: [核对账单起止示数、倍率与抄表记录, 现场核对电能表及互感器铭牌, 查核算日志中是否有手工录入或估算电量]
--- */
-- A start register that is not the end of the bill before, while the reading on record is: what lies between the two is
-- priced by reading/index_not_continued and not once more here.
with broken as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         l.line_no as line_no,
         max(cast(round(cast(l.previous_register - l.before_register as decimal(20,4)) * l.billed_multiplier, 2) as decimal(14,2))) as gap_quantity
  from mart.billed_line as l
  join core.customer as c on c.customer_id = l.customer_id
  join parameter as p on p.org_id = c.org_id
  join mart.register_interval as v
    on v.customer_id = l.customer_id and v.metering_point_id = l.metering_point_id and v.meter_id = l.meter_id
   and v.from_on = l.from_on and v.previous_register_kwh = l.before_register
  where l.previous_register <> l.before_register and l.register_code = 'active_total'
    and l.billed_multiplier = l.before_multiplier
    -- a register that ran over its last digit between the two lost nothing of what it shows
    and (l.previous_register > l.before_register
      or l.before_register < p.rollover_from_ratio * cast(v.register_limit_kwh as decimal(20,4))
      or l.previous_register > p.rollover_to_ratio * cast(v.register_limit_kwh as decimal(20,4)))
  group by l.customer_id, l.metering_point_id, l.bill_id, l.line_no
),
opening as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.bill_id as bill_id,
         cast(sum(b.gap_quantity) as decimal(14,2)) as gap_quantity
  from broken as b
  group by b.customer_id, b.metering_point_id, b.bill_id
),
read as (
  select m.metering_point_id as metering_point_id,
         m.customer_id as customer_id,
         m.bill_id as bill_id,
         m.from_on as from_on,
         m.to_on as to_on,
         m.commodity_code as commodity_code,
         m.register_source_code as register_source_code,
         coalesce(m.billed_kwh, m.billed_m3) as billed_quantity,
         m.billed_kwh as billed_kwh,
         m.billed_m3 as billed_m3,
         m.billed_multiplier as billed_multiplier,
         m.multiplier as multiplier,
         m.meter_count as meter_count,
         m.price_yuan_per_kwh as price_yuan_per_kwh,
         p.min_difference_kwh as min_difference_kwh,
         p.min_difference_ratio as min_difference_ratio,
         case when m.fall_count = 0 then coalesce(m.index_kwh, m.index_m3)
              when m.fall_from_ratio >= cast(p.rollover_from_ratio as double)
               and m.fall_to_ratio <= cast(p.rollover_to_ratio as double) then coalesce(m.wrapped_kwh, m.wrapped_m3) end as index_quantity
  from mart.metering_point_bill as m
  join core.customer as c on c.customer_id = m.customer_id
  join parameter as p on p.org_id = c.org_id
  where m.readings_observed = m.readings_expected
    -- a bill that opens with a register that fell belongs to the fall: reading/register_goes_backwards prices both
    and (coalesce(m.opening_fall_count, 0) = 0
      or (m.opening_fall_from_ratio >= cast(p.rollover_from_ratio as double)
        and m.opening_fall_to_ratio <= cast(p.rollover_to_ratio as double)))
),
judged as (
  select r.metering_point_id as metering_point_id,
         r.customer_id as customer_id,
         r.bill_id as bill_id,
         r.from_on as from_on,
         r.to_on as to_on,
         r.commodity_code as commodity_code,
         r.register_source_code as register_source_code,
         r.billed_quantity as billed_quantity,
         r.billed_kwh as billed_kwh,
         r.billed_m3 as billed_m3,
         r.billed_multiplier as billed_multiplier,
         r.multiplier as multiplier,
         r.meter_count as meter_count,
         r.price_yuan_per_kwh as price_yuan_per_kwh,
         r.min_difference_kwh as min_difference_kwh,
         r.min_difference_ratio as min_difference_ratio,
         r.index_quantity as index_quantity,
         coalesce(o.gap_quantity, 0) as gap_quantity,
         cast(r.index_quantity - r.billed_quantity - coalesce(o.gap_quantity, 0) as decimal(14,2)) as difference_quantity
  from read as r
  left join opening as o
    on o.customer_id = r.customer_id and o.metering_point_id = r.metering_point_id and o.bill_id = r.bill_id
   and r.register_source_code = 'reading'
),
-- What a bill charges that was taken back whole, while another stands for its days, nobody has paid: it adds no money,
-- neither where the other is right (innocence/bill_cancelled) nor where it is wrong as well.
negative as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         b.from_on as from_on,
         b.to_on as to_on,
         cast(0 - sum(coalesce(l.line_kwh, l.line_m3)) as decimal(14,2)) as taken_back_quantity
  from core.bill_line as l
  join core.bill as b on b.customer_id = l.customer_id and b.bill_id = l.bill_id
  where coalesce(l.line_kwh, l.line_m3) < 0
    and (l.charge_code = 'energy' or (l.charge_code = 'adjustment' and b.bill_type_code = 'adjustment'))
  group by l.customer_id, l.metering_point_id, l.bill_id, b.from_on, b.to_on
),
reversal as (
  select n.customer_id as customer_id,
         n.metering_point_id as metering_point_id,
         n.from_on as from_on,
         n.to_on as to_on,
         n.taken_back_quantity as taken_back_quantity,
         count(*) as reversal_count
  from negative as n
  group by n.customer_id, n.metering_point_id, n.from_on, n.to_on, n.taken_back_quantity
),
numbered as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.bill_id as bill_id,
         m.from_on as from_on,
         m.to_on as to_on,
         v.reversal_count as reversal_count,
         row_number() over (
           partition by m.customer_id, m.metering_point_id, m.from_on, m.to_on, coalesce(m.billed_kwh, m.billed_m3)
           order by m.bill_id) as place_no,
         cast(sum(case when coalesce(m.billed_kwh, m.billed_m3) > 0 then 1 else 0 end) over (
           partition by m.customer_id, m.metering_point_id, m.from_on, m.to_on, v.taken_back_quantity) as bigint) as charge_count
  from reversal as v
  join mart.metering_point_bill as m
    on m.customer_id = v.customer_id and m.metering_point_id = v.metering_point_id
   and m.from_on = v.from_on and m.to_on = v.to_on
  where abs(coalesce(m.billed_kwh, m.billed_m3)) = v.taken_back_quantity
),
taken_back as (
  select n.customer_id as customer_id,
         n.metering_point_id as metering_point_id,
         n.bill_id as bill_id,
         n.from_on as from_on,
         n.to_on as to_on
  from numbered as n
  where n.reversal_count <= n.charge_count and n.place_no <= n.reversal_count
),
replaced as (
  select t.customer_id as customer_id,
         t.metering_point_id as metering_point_id,
         t.bill_id as bill_id
  from taken_back as t
  join mart.metering_point_bill as m
    on m.customer_id = t.customer_id and m.metering_point_id = t.metering_point_id
   and m.from_on = t.from_on and m.to_on = t.to_on
  left join taken_back as o
    on o.customer_id = m.customer_id and o.metering_point_id = m.metering_point_id and o.bill_id = m.bill_id
  where o.bill_id is null
  group by t.customer_id, t.metering_point_id, t.bill_id
),
priced as (
  select j.metering_point_id as metering_point_id,
         j.customer_id as customer_id,
         j.bill_id as bill_id,
         j.from_on as from_on,
         j.to_on as to_on,
         j.commodity_code as commodity_code,
         j.register_source_code as register_source_code,
         j.billed_quantity as billed_quantity,
         j.billed_kwh as billed_kwh,
         j.billed_m3 as billed_m3,
         j.billed_multiplier as billed_multiplier,
         j.multiplier as multiplier,
         j.meter_count as meter_count,
         j.price_yuan_per_kwh as price_yuan_per_kwh,
         j.index_quantity as index_quantity,
         j.gap_quantity as gap_quantity,
         case when r.bill_id is null then false else true end as is_taken_back,
         case when r.bill_id is null then j.difference_quantity else 0 end as owed_quantity
  from judged as j
  left join replaced as r
    on r.customer_id = j.customer_id and r.metering_point_id = j.metering_point_id and r.bill_id = j.bill_id
  where abs(j.difference_quantity) >= j.min_difference_kwh
    and abs(j.difference_quantity) > j.min_difference_ratio * cast(abs(j.index_quantity) as decimal(20,2))
)
select j.metering_point_id as metering_point_id,
       j.customer_id as customer_id,
       j.from_on as period_from,
       j.to_on as period_to,
       cast(j.billed_quantity as decimal(18,4)) as observed_value,
       cast(j.index_quantity as decimal(18,4)) as expected_value,
       case when j.commodity_code = 'gas' then null
            else cast(j.owed_quantity as decimal(14,2)) end as impact_kwh,
       cast(round(cast(j.owed_quantity as decimal(20,2)) * j.price_yuan_per_kwh, 2) as decimal(14,2)) as impact_yuan,
       case when j.price_yuan_per_kwh is null then 'none' else 'estimated' end as impact_method,
       j.bill_id as bill_id,
       j.commodity_code as commodity_code,
       j.register_source_code as register_source_code,
       j.billed_kwh as billed_kwh,
       j.billed_m3 as billed_m3,
       case when j.commodity_code = 'gas' then null else j.index_quantity end as index_kwh,
       case when j.commodity_code = 'gas' then j.index_quantity end as index_m3,
       j.billed_multiplier as billed_multiplier,
       j.multiplier as multiplier,
       j.meter_count as meter_count,
       j.gap_quantity as gap_quantity,
       j.is_taken_back as is_taken_back,
       j.price_yuan_per_kwh as price_yuan_per_kwh
from priced as j
