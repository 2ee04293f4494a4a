/* ---
uid: mwnbt012
code: BL-003
title: {en: Months billed differ from the time passed, zh: 计费月数与实际时间不符}
description:
  en: >-
    A bill counts more or fewer months than its period has, where its registers measure the whole of it. The energy is
    right; the allowances of the tiers, and every charge by the month, are given for the wrong time: too few months push
    energy into dearer tiers, too many into cheaper ones.
  zh: >-
    账单计费月数多于或少于其期间的实际月数, 而示数衔接、电量无误: 阶梯基数和按月计收的费用随之错误,
    月数偏少使电量进入高价档, 偏多则落入低价档。
severity: medium
status: active
identity: event
subject: metering_point
population: mart.billed_period
verify_days: 65
parameters:
  min_stated_months: {value: 0.75, unit: months, why: {en: "a reading day may move within the month; three quarters of a month more or less is another count of months",
    zh: "抄表日可在月内移动, 相差四分之三个月以上即应多计或少计一个月"}}
  min_counted_months: {value: 1.5, unit: months, why: {en: "where the bill states no first day, half a month at either end and a cycle of two months leave less undecided",
    zh: "账单未载明起始日的, 前后各差半月, 且双月抄表, 相差一个半月以内无法判断"}}
law: [tiers/tier_cycle]
innocence:
  - {check: account_began_or_ended, clears: touches}
  - {check: meter_changed, clears: touches}
  - {check: new_meter_on_bill, clears: covers}
  - {check: months_settled_by_neighbour, clears: covers}
  - {check: no_meter_installed, clears: touches}
resolved_when: {event_not_repeated: {months: 6}}
remedy: rebill_by_reading
playbook: billing_check
check:
  en: [compare the reading dates of both ends with the months on the bill, calculate the tiers again for the months that really passed, look for charges by the month billed too often or not at all, ask why the reading cycle was changed]
  zh: [核对起止抄表日期与账单计费月数, 按实际月数重新计算阶梯电费, 核查按月计收的费用有无多收漏收, 核实抄表周期变更原因]
--- */
with suspect as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.commodity_code as commodity_code,
         m.bill_id as bill_id,
         m.from_on as from_on,
         m.to_on as to_on,
         m.billed_months as billed_months,
         m.billed_quantity as billed_quantity,
         m.price_yuan_per_kwh as price_yuan_per_kwh,
         p.min_stated_months as min_stated_months,
         p.min_counted_months as min_counted_months
  from mart.billed_period as m
  join core.customer as c on c.customer_id = m.customer_id
  join parameter as p on p.org_id = c.org_id
  where abs(cast(m.billed_months as double) - cast(m.days * 12 as double) / cast(365 as double))
      >= cast(least(p.min_stated_months, p.min_counted_months) as double)
),
-- time passed is what the bill measures only where its registers start at the end of the bill before
chained as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.to_on as to_on,
         max(case when l.before_to_on < l.to_on then l.before_to_on end) as before_to_on,
         cast(sum(case when l.previous_register = l.before_register
                         or (l.before_register is null and l.previous_register = 0) then 0 else 1 end) as bigint) as loose_count,
         count(*) as register_count
  from suspect as s
  join mart.billed_line as l
    on l.customer_id = s.customer_id and l.metering_point_id = s.metering_point_id and l.to_on = s.to_on
  group by s.customer_id, s.metering_point_id, s.to_on
),
spanned as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.commodity_code as commodity_code,
         s.bill_id as bill_id,
         s.to_on as to_on,
         s.billed_months as billed_months,
         s.billed_quantity as billed_quantity,
         s.price_yuan_per_kwh as price_yuan_per_kwh,
         h.register_count as register_count,
         case when b.from_on is null then false else true end as is_period_stated,
         case when b.from_on is not null then s.from_on
              when h.loose_count = 0 then h.before_to_on end as from_on,
         case when b.from_on is not null then s.min_stated_months else s.min_counted_months end as min_months
  from suspect as s
  join chained as h
    on h.customer_id = s.customer_id and h.metering_point_id = s.metering_point_id and h.to_on = s.to_on
  join core.bill as b on b.customer_id = s.customer_id and b.bill_id = s.bill_id
),
measured as (
  select p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.commodity_code as commodity_code,
         p.bill_id as bill_id,
         p.from_on as from_on,
         p.to_on as to_on,
         p.billed_months as billed_months,
         p.billed_quantity as billed_quantity,
         p.price_yuan_per_kwh as price_yuan_per_kwh,
         p.register_count as register_count,
         p.is_period_stated as is_period_stated,
         p.min_months as min_months,
         cast(date_diff('day', p.from_on, p.to_on) * 12 as double) / cast(365 as double) as passed_months
  from spanned as p
)
select m.metering_point_id as metering_point_id,
       m.customer_id as customer_id,
       m.bill_id as event_id,
       m.from_on as period_from,
       m.to_on as period_to,
       cast(m.billed_months as decimal(18,4)) as observed_value,
       cast(round(m.passed_months, 4) as decimal(18,4)) as expected_value,
       -- the energy is right; what the tiers cost only a replay with the right months can say
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       m.bill_id as bill_id,
       m.billed_months as billed_months,
       m.passed_months as passed_months,
       cast(m.billed_months as double) - m.passed_months as difference_months,
       m.is_period_stated as is_period_stated,
       m.register_count as register_count,
       m.billed_quantity as billed_quantity,
       m.price_yuan_per_kwh as price_yuan_per_kwh,
       m.commodity_code as commodity_code
from measured as m
where m.from_on < m.to_on
  and abs(cast(m.billed_months as double) - m.passed_months) >= cast(m.min_months as double)
