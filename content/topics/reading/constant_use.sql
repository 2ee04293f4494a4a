/* ---
uid: exk3pcyg
code: MR-005
title: {en: The same quantity period after period, zh: 固定电量/电量雷同}
description:
  en: >-
    A metering point was billed the same quantity, or the same quantity a day, in several periods in a row. Nobody
    uses the same to the last unit: readings guessed at a desk, a fixed estimate carried on, a meter nobody goes to.
  zh: >-
    同一计量点连续多期计费量完全相同, 或折合日均量相同。正常用量不会分毫不差, 常见于闭门估抄、沿用固定估算电量、长期未到现场抄表。
severity: medium
status: active
identity: episode
subject: metering_point
population: mart.billed_period
verify_days: 95
lookback_months: 24
parameters:
  min_same_periods: {value: 3, unit: periods, why: {en: "catalogue MR-005; two equal bills happen by chance, three hardly ever",
    zh: "主题库 MR-005; 相邻两期相同可属巧合, 三期相同极少"}}
  min_same_daily_periods: {value: 4, unit: periods, why: {en: "scaled by days, two periods agree to a unit more often than bills agree as they stand, so one more is asked for",
    zh: "按天数折算后更易巧合相同, 故多要求一期"}}
  min_quantity: {value: 20, unit: kwh_or_m3, why: {en: "below twenty units (kWh or m³) a bill, whole numbers repeat by chance and standby alone explains them",
    zh: "每期不足二十个单位 (千瓦时或立方米) 时, 取整即可致重复, 且待机用量本就相近"}}
  max_rest_quantity: {value: 1, unit: kwh_or_m3, why: {en: "a quantity a day times days is rounded to the whole unit (kWh or m³)",
    zh: "日均量乘天数后按整数单位 (千瓦时或立方米) 取整"}}
law: [reading/unread_meter]
innocence:
  - {check: steady_load, clears: covers}
  - {check: daily_readings_agree, clears: covers}
  - {check: same_load_every_day, clears: covers, margin_days: 31}
resolved_when: state_gone
remedy: rebill_by_reading
playbook: reading_check
check:
  en: [read the meter and compare with the register billed last, ask the reader for photo and track of every reading in the row, look for a supply that really runs the same load day and night, compare the neighbours in the same book]
  zh: [现场复抄并与末次计费示数核对, 调取各期抄表照片和到位轨迹, 核实是否确为全天恒定负荷, 对比同一抄表段相邻用户]
--- */
with billed as (
  select p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.commodity_code as commodity_code,
         p.bill_id as bill_id,
         p.from_on as from_on,
         p.to_on as to_on,
         p.days as days,
         p.billed_quantity as billed_quantity,
         p.quantity_per_day as quantity_per_day,
         p.price_yuan_per_kwh as price_yuan_per_kwh,
         -- months have 28 to 31 days: a monthly guess is the same though the days are not
         case when p.billed_months > 0 then p.billed_months
              else cast(round(cast(p.days * 12 as double) / cast(365 as double)) as bigint) end as month_count
  from mart.billed_period as p
  where p.days > 0
),
following as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.to_on as to_on,
         lag(b.billed_quantity) over (partition by b.customer_id, b.metering_point_id order by b.to_on) as before_quantity,
         lag(b.days) over (partition by b.customer_id, b.metering_point_id order by b.to_on) as before_days,
         lag(b.month_count) over (partition by b.customer_id, b.metering_point_id order by b.to_on) as before_month_count,
         lead(b.billed_quantity) over (partition by b.customer_id, b.metering_point_id order by b.to_on) as next_quantity,
         b.commodity_code as commodity_code,
         b.bill_id as bill_id,
         b.from_on as from_on,
         b.days as days,
         b.billed_quantity as billed_quantity,
         b.price_yuan_per_kwh as price_yuan_per_kwh,
         b.month_count as month_count
  from billed as b
),
compared as (
  select f.customer_id as customer_id,
         f.metering_point_id as metering_point_id,
         f.commodity_code as commodity_code,
         f.bill_id as bill_id,
         f.from_on as from_on,
         f.to_on as to_on,
         f.days as days,
         f.billed_quantity as billed_quantity,
         f.next_quantity as next_quantity,
         f.price_yuan_per_kwh as price_yuan_per_kwh,
         p.min_same_periods as min_same_periods,
         p.min_same_daily_periods as min_same_daily_periods,
         case when f.billed_quantity = f.before_quantity and f.month_count = f.before_month_count then 1 else 0 end as same_count,
         case when f.billed_quantity < p.min_quantity or f.before_quantity < p.min_quantity or f.before_quantity is null then 1
              when f.billed_quantity = f.before_quantity and f.month_count = f.before_month_count then 0
              when abs(cast(f.billed_quantity as double) * cast(f.before_days as double)
                     - cast(f.before_quantity as double) * cast(f.days as double))
                   <= cast(p.max_rest_quantity as double) * cast(f.before_days as double) then 0
              else 1 end as break_count
  from following as f
  join core.customer as c on c.customer_id = f.customer_id
  join parameter as p on p.org_id = c.org_id
),
numbered as (
  select c.customer_id as customer_id,
         c.metering_point_id as metering_point_id,
         c.commodity_code as commodity_code,
         c.bill_id as bill_id,
         c.from_on as from_on,
         c.to_on as to_on,
         c.days as days,
         c.billed_quantity as billed_quantity,
         c.next_quantity as next_quantity,
         c.price_yuan_per_kwh as price_yuan_per_kwh,
         c.min_same_periods as min_same_periods,
         c.min_same_daily_periods as min_same_daily_periods,
         case when c.break_count = 0 then c.same_count else 0 end as same_count,
         cast(sum(c.break_count) over (
           partition by c.customer_id, c.metering_point_id order by c.to_on
           rows between unbounded preceding and current row) as bigint) as island_no,
         row_number() over (partition by c.customer_id, c.metering_point_id order by c.to_on desc) as last_no
  from compared as c
),
guessed as (
  select n.customer_id as customer_id,
         n.metering_point_id as metering_point_id,
         n.commodity_code as commodity_code,
         n.island_no as island_no,
         min(n.from_on) as from_on,
         max(n.to_on) as to_on,
         count(*) as same_period_count,
         cast(sum(n.days) as bigint) as day_count,
         min(n.billed_quantity) as least_quantity,
         cast(sum(n.billed_quantity) as decimal(14,2)) as billed_quantity,
         max(n.price_yuan_per_kwh) as price_yuan_per_kwh,
         min(n.last_no) as last_no
  from numbered as n
  group by n.customer_id, n.metering_point_id, n.commodity_code, n.island_no, n.min_same_periods, n.min_same_daily_periods
  having cast(sum(n.same_count) as bigint) + 1 >= n.min_same_periods
      or (count(*) > 1 and count(*) >= n.min_same_daily_periods)
),
-- what the point used in all other periods, a day
usual as (
  select g.customer_id as customer_id,
         g.metering_point_id as metering_point_id,
         g.from_on as from_on,
         median(b.quantity_per_day) as quantity_per_day
  from guessed as g
  join billed as b on b.customer_id = g.customer_id and b.metering_point_id = g.metering_point_id
  where b.to_on <= g.from_on or b.from_on >= g.to_on
  group by g.customer_id, g.metering_point_id, g.from_on
),
-- the first bill after the row: where its registers were read, it carries what the guesses left out
caught_up as (
  select g.customer_id as customer_id,
         g.metering_point_id as metering_point_id,
         g.from_on as from_on,
         n.bill_id as bill_id,
         n.next_quantity as next_quantity
  from guessed as g
  join numbered as n on n.customer_id = g.customer_id and n.metering_point_id = g.metering_point_id and n.to_on = g.to_on
),
collected as (
  select g.customer_id as customer_id,
         g.metering_point_id as metering_point_id,
         g.from_on as from_on,
         cast(sum(m.billed_kwh) as decimal(14,2)) as billed_kwh,
         cast(sum(m.daily_kwh) as decimal(14,2)) as daily_kwh,
         cast(sum(m.days_observed) as bigint) as days_observed,
         cast(sum(m.days_expected) as bigint) as days_expected
  from guessed as g
  join mart.metering_point_bill as m on m.customer_id = g.customer_id and m.metering_point_id = g.metering_point_id
  where m.from_on >= g.from_on and m.to_on <= g.to_on
  group by g.customer_id, g.metering_point_id, g.from_on
),
-- A later bill that starts at the last guess has settled it. Only while none has come do collected days, all of them,
-- say what is still owed, and to whom.
valued as (
  select g.customer_id as customer_id,
         g.metering_point_id as metering_point_id,
         g.from_on as from_on,
         case when g.last_no = 1 and g.commodity_code = 'electricity' and d.days_observed = d.days_expected
              then cast(d.daily_kwh - d.billed_kwh as decimal(14,2)) end as owed_kwh
  from guessed as g
  left join collected as d
    on d.customer_id = g.customer_id and d.metering_point_id = g.metering_point_id and d.from_on = g.from_on
)
select g.metering_point_id as metering_point_id,
       g.customer_id as customer_id,
       g.from_on as period_from,
       g.to_on as period_to,
       cast(g.least_quantity as decimal(18,4)) as observed_value,
       cast(round(u.quantity_per_day * cast(g.day_count as double) / nullif(cast(g.same_period_count as double), 0), 4)
         as decimal(18,4)) as expected_value,
       v.owed_kwh as impact_kwh,
       cast(round(cast(v.owed_kwh as decimal(20,2)) * g.price_yuan_per_kwh, 2) as decimal(14,2)) as impact_yuan,
       case when v.owed_kwh is null or g.price_yuan_per_kwh is null then 'none' else 'estimated' end as impact_method,
       n.bill_id as bill_id,
       g.commodity_code as commodity_code,
       g.same_period_count as same_period_count,
       g.billed_quantity as billed_quantity,
       n.next_quantity as next_quantity,
       u.quantity_per_day as usual_quantity_per_day,
       d.daily_kwh as daily_kwh,
       d.days_observed as days_observed,
       d.days_expected as days_expected,
       g.price_yuan_per_kwh as price_yuan_per_kwh
from guessed as g
join valued as v
  on v.customer_id = g.customer_id and v.metering_point_id = g.metering_point_id and v.from_on = g.from_on
left join usual as u
  on u.customer_id = g.customer_id and u.metering_point_id = g.metering_point_id and u.from_on = g.from_on
left join caught_up as n
  on n.customer_id = g.customer_id and n.metering_point_id = g.metering_point_id and n.from_on = g.from_on
left join collected as d
  on d.customer_id = g.customer_id and d.metering_point_id = g.metering_point_id and d.from_on = g.from_on
