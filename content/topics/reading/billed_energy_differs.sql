/* ---
uid: c4m9xw2p
code: MR-013
title: {en: Billed energy is not the index difference times the multiplier, zh: 计费电量与示数差乘倍率不符}
description:
  en: >-
    The energy on the bill contradicts the registers read at both ends of the billed period and the multiplier of
    the meter installed: an energy keyed by hand, an old multiplier left in the billing file, a wrong index.
  zh: >-
    账单计费电量与抄表起止示数差乘以装拆档案中的综合倍率不一致, 常见于手工录入电量、换互感器后计费档案倍率未更新、示数录入错误。
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
innocence:
  - {check: adjustment_covers_bill, clears: covers}
resolved_when: covered_by_adjustment
remedy: multiplier_correction
playbook: billing_check
check:
  en: [compare the bill's indices and multiplier with the reading record, read the nameplates of meter and transformers, look for a keyed or estimated energy in the billing log]
  zh: [核对账单起止示数、倍率与抄表记录, 现场核对电能表及互感器铭牌, 查核算日志中是否有手工录入或估算电量]
--- */
with judged as (
  select m.metering_point_id as metering_point_id,
         m.customer_id as customer_id,
         m.bill_id as bill_id,
         m.from_on as from_on,
         m.to_on as to_on,
         m.billed_kwh as billed_kwh,
         m.billed_multiplier as billed_multiplier,
         m.multiplier as multiplier,
         m.meter_count as meter_count,
         m.price_yuan_per_kwh as price_yuan_per_kwh,
         p.min_difference_kwh as min_difference_kwh,
         p.min_difference_ratio as min_difference_ratio,
         case when m.fall_count = 0 then m.index_kwh
              when m.fall_from_ratio >= cast(p.rollover_from_ratio as double)
               and m.fall_to_ratio <= cast(p.rollover_to_ratio as double) then m.wrapped_kwh end as index_kwh
  from mart.metering_point_bill as m
  join core.customer as c on c.customer_id = m.customer_id
  join parameter as p on p.org_id = c.org_id
  where m.readings_observed = m.readings_expected
    -- a bill that opens with a register that fell belongs to the fall: reading/register_goes_backwards prices both
    and (coalesce(m.opening_fall_count, 0) = 0
      or (m.opening_fall_from_ratio >= cast(p.rollover_from_ratio as double)
        and m.opening_fall_to_ratio <= cast(p.rollover_to_ratio as double)))
)
select j.metering_point_id as metering_point_id,
       j.customer_id as customer_id,
       j.from_on as period_from,
       j.to_on as period_to,
       cast(j.billed_kwh as decimal(18,4)) as observed_value,
       cast(j.index_kwh as decimal(18,4)) as expected_value,
       cast(j.index_kwh - j.billed_kwh as decimal(14,2)) as impact_kwh,
       cast(round(cast(j.index_kwh - j.billed_kwh as decimal(20,2)) * j.price_yuan_per_kwh, 2) as decimal(14,2)) as impact_yuan,
       case when j.price_yuan_per_kwh is null then 'none' else 'estimated' end as impact_method,
       j.bill_id as bill_id,
       j.billed_kwh as billed_kwh,
       j.index_kwh as index_kwh,
       j.billed_multiplier as billed_multiplier,
       j.multiplier as multiplier,
       j.meter_count as meter_count,
       j.price_yuan_per_kwh as price_yuan_per_kwh
from judged as j
where abs(j.index_kwh - j.billed_kwh) >= j.min_difference_kwh
  and abs(j.index_kwh - j.billed_kwh) > j.min_difference_ratio * cast(abs(j.index_kwh) as decimal(20,2))
