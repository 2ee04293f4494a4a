/* ---
title: {en: Collected daily readings confirm the bill, zh: 日冻结电量与账单一致}
reason:
  en: >-
    The daily readings collected from the meter over the same days add up to what was billed: the bill is right,
    however odd it looks.
  zh: >-
    同期采集的日冻结示数累计电量与计费电量一致, 计费属实。
subject: metering_point
parameters:
  min_observed_ratio: {value: 0.9, unit: ratio, why: {en: "a bill is confirmed by the days that were seen, and a tenth may be missing for collection faults",
    zh: "账单须由实际采集的日数据证实, 采集缺失不超过一成"}}
  max_difference_ratio: {value: 0.02, unit: ratio, why: {en: "readings at midnight and at the reader's hour differ by some hours of a month",
    zh: "零点冻结与现场抄表时刻相差数小时"}}
  max_rest_kwh: {value: 1, unit: kwh, why: {en: "registers are rounded on both ends of the period",
    zh: "起止示数各有取整"}}
--- */
with agreeing as (
  select m.metering_point_id as metering_point_id,
         m.customer_id as customer_id,
         m.from_on as from_on,
         m.to_on as to_on,
         m.billed_kwh as billed_kwh,
         m.daily_kwh as daily_kwh,
         m.days_observed as days_observed,
         lag(m.to_on) over (partition by m.customer_id, m.metering_point_id order by m.from_on, m.to_on, m.bill_id) as before_to_on
  from mart.metering_point_bill as m
  join core.customer as c on c.customer_id = m.customer_id
  join parameter as p on p.org_id = c.org_id
  where m.days_expected > 0
    and cast(m.days_observed as double) >= cast(p.min_observed_ratio as double) * cast(m.days_expected as double)
    -- the days seen, brought to the days billed
    and abs(cast(m.daily_kwh as double) * cast(m.days_expected as double) / nullif(cast(m.days_observed as double), 0)
          - cast(m.billed_kwh as double))
        <= greatest(cast(p.max_rest_kwh as double), cast(p.max_difference_ratio as double) * abs(cast(m.billed_kwh as double)))
),
numbered as (
  select a.metering_point_id as metering_point_id,
         a.customer_id as customer_id,
         a.from_on as from_on,
         a.to_on as to_on,
         a.billed_kwh as billed_kwh,
         a.daily_kwh as daily_kwh,
         a.days_observed as days_observed,
         cast(sum(case when a.before_to_on is null or a.from_on > a.before_to_on then 1 else 0 end) over (
           partition by a.customer_id, a.metering_point_id order by a.from_on, a.to_on
           rows between unbounded preceding and current row) as bigint) as island_no
  from agreeing as a
)
select n.metering_point_id as metering_point_id,
       n.customer_id as customer_id,
       min(n.from_on) as valid_from,
       max(n.to_on) as valid_to,
       cast(sum(n.billed_kwh) as decimal(14,2)) as billed_kwh,
       cast(sum(n.daily_kwh) as decimal(14,2)) as daily_kwh,
       cast(sum(n.days_observed) as bigint) as days_observed
from numbered as n
group by n.metering_point_id, n.customer_id, n.island_no
