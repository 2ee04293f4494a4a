/* ---
uid: a7abhaya
code: MR-009
title: {en: Registers by time of use do not add up to the total, zh: 分费率示值之和与总不平}
description:
  en: >-
    Over a billed period the registers of critical peak, peak, flat and valley moved by another amount in all than the
    total register: a register misread, one left out of the bill, a meter whose rates are set wrongly. The price of the
    difference depends on the rate it belongs to.
  zh: >-
    计费期内尖、峰、平、谷示数变化之和与总示数变化不符: 常见于某费率示数错抄、漏计, 或电能表费率设置错误。差额电费取决于所属费率。
severity: medium
status: active
identity: event
subject: metering_point
population: mart.metering_point_bill
needs: {readings: 0.8}
verify_days: 65
parameters:
  max_difference_ratio: {value: 0.002, unit: ratio, sourced: true, why: {en: "provinces allow one to four thousandths",
    zh: "各省允许千分之一至千分之四, 取千分之二"}}
  min_difference_kwh: {value: 1, unit: kwh, why: {en: "each register is cut at two decimals and multiplied",
    zh: "各费率示数截取两位小数后乘倍率, 差一度以内不计"}}
law: [metering_error/metering_error_method/CN/other_without_fault]
innocence:
  - {check: meter_changed, clears: touches, margin_days: 1}
resolved_when: {event_not_repeated: {months: 6}}
remedy: rebill_by_reading
playbook: reading_check
check:
  en: [read all registers of the meter and add them up, compare each with the daily readings around the reading day, read the rate periods set in the meter, look for a register that the bill does not charge]
  zh: [现场抄录各费率及总示数并核算, 与抄表日前后日冻结逐一核对, 读取表内费率时段设置, 查账单是否漏计某费率]
--- */
with read as (
  select r.customer_id as customer_id,
         r.metering_point_id as metering_point_id,
         r.meter_id as meter_id,
         r.reading_on as reading_on,
         max(case when r.register_code = 'active_total' then r.register_kwh end) as register_kwh,
         cast(sum(case when r.register_code in ('active_critical', 'active_peak', 'active_flat', 'active_valley', 'active_deep_valley')
           then r.register_kwh end) as decimal(14,4)) as register_sum_kwh,
         cast(sum(case when r.register_code in ('active_critical', 'active_peak', 'active_flat', 'active_valley', 'active_deep_valley')
           then 1 else 0 end) as bigint) as rate_count
  from core.register_reading as r
  group by r.customer_id, r.metering_point_id, r.meter_id, r.reading_on
),
followed as (
  select r.customer_id as customer_id,
         r.metering_point_id as metering_point_id,
         r.meter_id as meter_id,
         r.reading_on as reading_on,
         r.register_kwh as register_kwh,
         r.register_sum_kwh as register_sum_kwh,
         r.rate_count as rate_count,
         lag(r.reading_on) over (partition by r.customer_id, r.metering_point_id, r.meter_id order by r.reading_on) as before_on,
         lag(r.register_kwh) over (partition by r.customer_id, r.metering_point_id, r.meter_id order by r.reading_on) as before_register_kwh,
         lag(r.register_sum_kwh) over (partition by r.customer_id, r.metering_point_id, r.meter_id order by r.reading_on) as before_sum_kwh,
         lag(r.rate_count) over (partition by r.customer_id, r.metering_point_id, r.meter_id order by r.reading_on) as before_rate_count
  from read as r
  where r.rate_count > 0 and r.register_kwh is not null
),
-- rates added or dropped between two readings make a difference of no meaning; a register that runs over its end likewise
moved as (
  select f.customer_id as customer_id,
         f.metering_point_id as metering_point_id,
         f.meter_id as meter_id,
         cast(f.before_on + interval 1 day as date) as from_on,
         cast(f.reading_on + interval 1 day as date) as to_on,
         f.reading_on as reading_on,
         f.rate_count as rate_count,
         f.register_kwh as register_kwh,
         f.register_sum_kwh as register_sum_kwh,
         cast(f.register_kwh - f.before_register_kwh as decimal(14,4)) as total_change,
         cast(f.register_sum_kwh - f.before_sum_kwh as decimal(14,4)) as sum_change
  from followed as f
  where f.rate_count = f.before_rate_count
    and f.register_kwh >= f.before_register_kwh and f.register_sum_kwh >= f.before_sum_kwh
)
select m.metering_point_id as metering_point_id,
       m.customer_id as customer_id,
       m.meter_id || '/' || cast(m.reading_on as text) as event_id,
       m.from_on as period_from,
       m.to_on as period_to,
       cast(m.sum_change as decimal(18,4)) as observed_value,
       cast(m.total_change as decimal(18,4)) as expected_value,
       cast(round(cast(m.total_change - m.sum_change as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       m.meter_id as meter_id,
       i.multiplier as multiplier,
       m.rate_count as rate_count,
       m.register_kwh as register_kwh,
       m.register_sum_kwh as register_sum_kwh
from moved as m
join core.customer as c on c.customer_id = m.customer_id
join parameter as p on p.org_id = c.org_id
join core.meter_installation as i
  on i.customer_id = m.customer_id and i.metering_point_id = m.metering_point_id and i.meter_id = m.meter_id
 and i.valid_from < m.to_on and i.valid_to > m.from_on
where abs(m.total_change - m.sum_change) > p.max_difference_ratio * cast(m.total_change as decimal(20,4))
  and abs(cast(m.total_change - m.sum_change as decimal(20,4)) * i.multiplier) >= p.min_difference_kwh
qualify row_number() over (partition by m.customer_id, m.metering_point_id, m.meter_id, m.reading_on order by i.valid_from) = 1
