/* ---
uid: s2pd7tz3
code: LL-004
title: {en: Loss step change, zh: 线损率突变}
description:
  en: >-
    From one day on the daily loss rate of a transformer area lies well above, or below, what it was in the weeks
    before, far outside its own scatter. Something happened on that day: a bypass, a meter that fails, a customer moved,
    a multiplier changed.
  zh: >-
    台区日线损率自某日起明显高于(或低于)此前数周水平, 且远超自身波动。当日多有事件: 窃电开始或停止、表计故障、用户切改、倍率变更。
severity: high
status: active
identity: episode
subject: area
reach: area
population: mart.area_month
needs: {days: 0.8}
verify_days: 35
lookback_months: 1
reads_daily_because: the day of the step is what the field needs, to lay it beside the events of that day
parameters:
  min_step_pct: {value: 3, unit: pct, why: {en: "catalogue LL-004; three points are more than load and weather do from one week to the next", zh: "主题库 LL-004; 三个百分点超出负荷与气温的周间影响"}}
  min_scatter_multiple: {value: 3, unit: ratio, why: {en: "catalogue LL-004; three times the scatter of single days of the same area", zh: "主题库 LL-004; 三倍于本台区单日波动标准差"}}
  min_step_kwh_per_day: {value: 10, unit: kwh, why: {en: "in a lightly loaded area points of loss are a few kilowatt-hours", zh: "轻载台区数个百分点仅为几千瓦时"}}
  min_before_days: {value: 24, unit: days, why: {en: "all 24 days the window before can hold, so that three weekends and a cold spell are in the scatter", zh: "突变前窗口的全部 24 个有效日, 使三个周末与降温进入波动"}}
  min_after_days: {value: 13, unit: days, why: {en: "all 13 days the window from the step on can hold; two weekends are nearly always in it", zh: "自突变日起窗口的全部 13 个有效日, 基本含两个周末"}}
  max_span_days: {value: 60, unit: days, why: {en: "the 37 days compared lie within two months, or too many between are missing", zh: "所比较的 37 个有效日应在两个月内, 否则缺失过多"}}
innocence:
  - {check: area_cut_over, clears: touches, margin_days: 3}
  - {check: area_meter_exchanged, clears: touches, margin_days: 3}
  - {check: reverse_flow_not_measured, clears: covers, margin_days: 31}
resolved_when: {event_not_repeated: {months: 6}}
playbook: loss_check
check:
  en: ["list what happened in the area on that day: meters exchanged, seals opened, customers moved, orders closed", rank customers whose own use fell on that day, compare the master's current with the sum of its outgoing lines]
  zh: [调取突变当日换表、开盖、切改与工单等事件, 排查当日用电量下降的用户, 比对总表电流与各出线电流]
--- */
-- 24 computable days before a day, and the day with the twelve after it
with day as (
  select d.area_id as area_id,
         d.org_id as org_id,
         d.reading_on as reading_on,
         d.supplied_kwh as supplied_kwh,
         round(d.loss_ratio * 100, 6) as loss_pct
  from mart.area_day as d
  where d.not_computable_code is null
    and d.loss_ratio is not null
),
around as (
  select d.area_id as area_id,
         d.org_id as org_id,
         d.reading_on as reading_on,
         min(d.reading_on) over (
           partition by d.area_id order by d.reading_on rows between 24 preceding and 1 preceding) as before_from_on,
         count(*) over (
           partition by d.area_id order by d.reading_on rows between 24 preceding and 1 preceding) as before_days,
         round(avg(d.loss_pct) over (
           partition by d.area_id order by d.reading_on rows between 24 preceding and 1 preceding), 6) as before_pct,
         round(avg(d.loss_pct * d.loss_pct) over (
           partition by d.area_id order by d.reading_on rows between 24 preceding and 1 preceding), 6) as before_square,
         max(d.reading_on) over (
           partition by d.area_id order by d.reading_on rows between current row and 12 following) as after_last_on,
         count(*) over (
           partition by d.area_id order by d.reading_on rows between current row and 12 following) as after_days,
         round(avg(d.loss_pct) over (
           partition by d.area_id order by d.reading_on rows between current row and 12 following), 6) as after_pct,
         cast(sum(d.supplied_kwh) over (
           partition by d.area_id order by d.reading_on rows between current row and 12 following) as decimal(14,2)) as after_supplied_kwh
  from day as d
),
step as (
  select a.area_id as area_id,
         a.org_id as org_id,
         a.reading_on as reading_on,
         a.before_from_on as before_from_on,
         a.before_days as before_days,
         a.before_pct as before_pct,
         round(sqrt(greatest(a.before_square - a.before_pct * a.before_pct, cast(0 as double))), 6) as scatter_pct,
         a.after_last_on as after_last_on,
         a.after_days as after_days,
         a.after_pct as after_pct,
         a.after_supplied_kwh as after_supplied_kwh,
         abs(a.after_pct - a.before_pct) as step_pct,
         max(abs(a.after_pct - a.before_pct)) over (
           partition by a.area_id order by a.reading_on rows between 24 preceding and 24 following) as greatest_pct
  from around as a
  join parameter as q on q.org_id = a.org_id
  where a.before_days >= q.min_before_days
    and a.after_days >= q.min_after_days
),
found as (
  select s.area_id as area_id,
         s.reading_on as reading_on,
         s.before_days as before_days,
         s.before_pct as before_pct,
         s.scatter_pct as scatter_pct,
         s.after_last_on as after_last_on,
         s.after_days as after_days,
         s.after_pct as after_pct,
         s.after_supplied_kwh as after_supplied_kwh,
         cast(round((s.after_pct - s.before_pct) * cast(s.after_supplied_kwh as double) / cast(100 as double), 2)
           as decimal(14,2)) as step_kwh
  from step as s
  join parameter as p on p.org_id = s.org_id
  where s.step_pct >= s.greatest_pct
    and s.step_pct > cast(p.min_step_pct as double)
    and s.step_pct > s.scatter_pct * cast(p.min_scatter_multiple as double)
    and s.step_pct * cast(s.after_supplied_kwh as double) / cast(100 as double)
          >= cast(p.min_step_kwh_per_day as double) * cast(s.after_days as double)
    and date_diff('day', s.before_from_on, s.after_last_on) <= p.max_span_days
)
select f.area_id as area_id,
       f.reading_on as period_from,
       cast(f.after_last_on + interval 1 day as date) as period_to,
       cast(round(f.after_pct, 4) as decimal(18,4)) as observed_value,
       cast(round(f.before_pct, 4) as decimal(18,4)) as expected_value,
       case when f.step_kwh > 0 then f.step_kwh end as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       f.reading_on as step_on,
       f.scatter_pct as scatter_pct,
       f.after_supplied_kwh as supplied_kwh,
       f.before_days as before_days,
       f.after_days as after_days
from found as f
