/* ---
title: {en: Daily readings show the same load day after day, zh: 日冻结数据显示每日负荷恒定}
reason:
  en: >-
    The meter's own daily readings show nearly the same energy every day: a telecom cabinet, traffic signals, a pump
    that never stops. Such a supply is billed the same; a guess at a desk leaves no daily readings.
  zh: >-
    电能表日冻结示数显示每日电量几乎相同, 属通信机柜、交通信号、常开水泵等恒定负荷, 各期电量相同属正常; 闭门估抄不会留有日冻结数据。
subject: metering_point
lookback_months: 12
parameters:
  max_day_deviation_ratio: {value: 0.1, unit: ratio, why: {en: "fixed equipment moves by a tenth with heat and voltage; homes and shops move by more from day to day",
    zh: "固定设备随温度与电压变化约一成, 居民商铺逐日变化更大"}}
  max_rest_kwh: {value: 0.02, unit: kwh, why: {en: "two registers of two decimals differ by a hundredth each from rounding",
    zh: "两位小数示数相减, 起止各有百分之一的取整误差"}}
  min_same_day_ratio: {value: 0.95, unit: ratio, why: {en: "a power cut or a repair now and then is no change of the load",
    zh: "偶有停电检修不改变负荷恒定"}}
  min_observed_ratio: {value: 0.5, unit: ratio, why: {en: "half of the month's days show its load",
    zh: "当月过半天数有数据即可反映其负荷"}}
  max_gap_days: {value: 62, unit: days, why: {en: "a terminal is repaired within two months; the same load before and after it failed was there between",
    zh: "采集终端故障两个月内应修复, 前后负荷相同则其间亦同"}}
--- */
with day as (
  select d.customer_id as customer_id,
         d.metering_point_id as metering_point_id,
         d.reading_on as reading_on,
         cast(sum(d.daily_kwh) as double) as day_kwh
  from mart.daily_usage as d
  where d.daily_kwh is not null
  group by d.customer_id, d.metering_point_id, d.reading_on
),
level as (
  select d.customer_id as customer_id,
         d.metering_point_id as metering_point_id,
         median(d.day_kwh) as usual_day_kwh
  from day as d
  group by d.customer_id, d.metering_point_id
),
-- months in which nearly every day seen was at the level, and half of the days were seen
month_seen as (
  select d.customer_id as customer_id,
         d.metering_point_id as metering_point_id,
         l.usual_day_kwh as usual_day_kwh,
         p.max_gap_days as max_gap_days,
         cast(date_trunc('month', d.reading_on) as date) as month_on,
         count(*) as days_observed
  from day as d
  join level as l on l.customer_id = d.customer_id and l.metering_point_id = d.metering_point_id
  join core.customer as c on c.customer_id = d.customer_id
  join parameter as p on p.org_id = c.org_id
  where l.usual_day_kwh > 0
  group by d.customer_id, d.metering_point_id, l.usual_day_kwh, p.max_gap_days, p.max_day_deviation_ratio, p.max_rest_kwh,
    p.min_same_day_ratio, p.min_observed_ratio, cast(date_trunc('month', d.reading_on) as date)
  having cast(count(*) as double) >= cast(p.min_observed_ratio as double)
           * cast(date_diff('day', cast(date_trunc('month', d.reading_on) as date), last_day(cast(date_trunc('month', d.reading_on) as date))) + 1 as double)
     and cast(sum(case when abs(d.day_kwh - l.usual_day_kwh) <= greatest(cast(p.max_rest_kwh as double),
           l.usual_day_kwh * cast(p.max_day_deviation_ratio as double)) then 1 else 0 end) as double)
         >= cast(p.min_same_day_ratio as double) * cast(count(*) as double)
),
following as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.usual_day_kwh as usual_day_kwh,
         m.max_gap_days as max_gap_days,
         m.month_on as month_on,
         m.days_observed as days_observed,
         lag(m.month_on) over (partition by m.customer_id, m.metering_point_id order by m.month_on) as before_month_on
  from month_seen as m
),
numbered as (
  select f.customer_id as customer_id,
         f.metering_point_id as metering_point_id,
         f.usual_day_kwh as usual_day_kwh,
         f.month_on as month_on,
         f.days_observed as days_observed,
         cast(sum(case when f.before_month_on is null
                         or date_diff('day', last_day(f.before_month_on), f.month_on) > f.max_gap_days then 1 else 0 end) over (
           partition by f.customer_id, f.metering_point_id order by f.month_on
           rows between unbounded preceding and current row) as bigint) as island_no
  from following as f
)
select n.metering_point_id as metering_point_id,
       n.customer_id as customer_id,
       min(n.month_on) as valid_from,
       cast(last_day(max(n.month_on)) + interval 1 day as date) as valid_to,
       max(n.usual_day_kwh) as usual_day_kwh,
       cast(sum(n.days_observed) as bigint) as days_observed
from numbered as n
group by n.metering_point_id, n.customer_id, n.island_no
