/* ---
uid: ce689ygb
code: MR-006
title: {en: Use falls suddenly and stays low, zh: 电量突减且持续偏低}
description:
  en: >-
    Use a day fell far below the point's own earlier level, further than it ever moved, stayed there, and is low
    against the same season of the year before as well; or daily readings show the day on which a smaller share was
    lost, and it has stayed lost since. A by-passed or tampered meter, a loose current terminal, a blown voltage fuse,
    a changed multiplier. A tenant who left, a shop shut or a shift given up draws the same curve: only a visit tells.
  zh: >-
    日均用量骤降至自身历史水平以下, 超出正常波动并持续, 且低于上年同期; 或日冻结数据显示某日起少计一部分且此后一直未恢复:
    常见于绕越或改动计量、电流端子松动、失压断相、倍率变更。租户搬离、店铺歇业、减少班次的曲线与之相同, 须到现场方能区分。
severity: medium
status: active
identity: episode
subject: metering_point
population: mart.billed_period
verify_days: 130
lookback_months: 24
reads_daily_because: >-
  A share lost shows in daily readings on the day it is lost, whatever the season does to bills; only rows of bills
  already low beside the year before are looked at by day.
parameters:
  min_drop_ratio: {value: 0.5, unit: ratio, why: {en: "catalogue MR-006; households and shops move by a third without any fault",
    zh: "主题库 MR-006; 居民与商铺自然波动可达三成"}}
  min_drop_ratio_high_voltage: {value: 0.3, unit: ratio, why: {en: "catalogue MR-006; special-transformer sites run steadier, and a blown fuse takes a third",
    zh: "主题库 MR-006; 专变用户较平稳, 一相失压约少计三分之一"}}
  min_seen_drop_ratio: {value: 0.35, unit: ratio, why: {en: "homes and shops move by a third of themselves; what is more is believed where daily readings show on which day it went",
    zh: "居民与商铺自然波动可达三成; 超出部分须有日冻结数据指明下降日期方予采信"}}
  min_step_ratio: {value: 0.25, unit: ratio, why: {en: "twelve days against twelve: weather moves use by a tenth or two in that time, a lost share shows at once",
    zh: "前后各十二天相比, 天气影响不过一两成, 少计则当日即现"}}
  step_days: {value: 12, unit: days, why: {en: "twelve days on either side of a day must have been collected; they hold three or four rest days",
    zh: "当日前后须各采集到十二天, 各含三至四个休息日"}}
  max_step_span_days: {value: 36, unit: days, why: {en: "the twelve days before and the twelve after, with a third as many not collected between them",
    zh: "前后各十二天, 其间未采集天数不超过三分之一"}}
  min_step_share: {value: 0.5, unit: ratio, why: {en: "half of the loss at least must show at once; a loss that grew over months has no day",
    zh: "少计电量至少一半须在当日显现, 数月间渐减者无下降日"}}
  min_seen_before_days: {value: 60, unit: days, why: {en: "two monthly bills from before the fall, to be held against the same season after it",
    zh: "下降前至少有两个月账单, 可与下降后同期比较"}}
  min_deviations: {value: 3, unit: deviations, why: {en: "three median absolute deviations are two standard deviations, and two periods in a row must be beyond them",
    zh: "三倍中位数绝对偏差约为两倍标准差, 且须连续两期以上超出"}}
  min_drop_kwh_per_day: {value: 3, unit: kwh, why: {en: "ninety kWh a month; what less would bring does not pay for a site check",
    zh: "约合每月九十千瓦时, 再少则追回不抵现场核查成本"}}
  min_drop_kwh_per_day_high_voltage: {value: 160, unit: kwh, why: {en: "catalogue MR-006 names 5,000 kWh a month for high-voltage users",
    zh: "主题库 MR-006 高压用户每月五千千瓦时"}}
  min_drop_m3_per_day: {value: 1, unit: m3, why: {en: "thirty cubic metres a month, about what a boiler for hot water takes",
    zh: "约合每月三十立方米, 相当于一台热水器用量"}}
  min_low_periods: {value: 2, unit: periods, why: {en: "one low bill is a late reading or a holiday; the next one settles it",
    zh: "单期偏低可能因抄表提前或外出, 下期即可抵平"}}
  min_low_days: {value: 55, unit: days, why: {en: "two monthly bills, the shorter month included",
    zh: "相当于两个自然月, 含较短月份"}}
  min_zero_days: {value: 168, unit: days, why: {en: "from six months on, to the nearer month, a register that stands still is reading/long_zero_use's",
    zh: "零电量满六个月 (四舍五入) 由长期零电量主题处理"}}
  min_zero_days_high_voltage: {value: 46, unit: days, why: {en: "two months to the nearer month, as reading/long_zero_use takes it for high voltage",
    zh: "高压用户零电量满两个月 (四舍五入) 由长期零电量主题处理"}}
  min_before_days: {value: 300, unit: days, why: {en: "a level is known after most of a year",
    zh: "积累大半年以上用量方能确定正常水平"}}
  max_before_days: {value: 760, unit: days, why: {en: "two years and a month show every season twice; older use was another household's or business's",
    zh: "两年各季节出现两次, 更早的用量多属不同住户或业态"}}
  season_days: {value: 365, unit: days, why: {en: "the same season of the year before",
    zh: "上年同期相隔三百六十五天"}}
  min_season_ratio: {value: 0.5, unit: ratio, why: {en: "half of the days must have been billed a year before to compare seasons",
    zh: "上年同期至少一半天数有账单方可同比"}}
  min_days_without_season: {value: 270, unit: days, why: {en: "where the year before is not known, a low that outlasts three quarters of a year is no season",
    zh: "无上年同期数据时, 持续超过三个季度即非季节因素"}}
law: [metering_error/metering_error_method/CN/voltage_fuse, theft/theft_claim]
innocence:
  - {check: same_season_low, clears: covers, margin_days: 31}
  - {check: low_before, clears: covers, margin_days: 31}
  - {check: newly_opened, clears: touches, margin_days: 365}
  - {check: account_closed, clears: touches, margin_days: 92}
  - {check: caught_up_later, clears: covers, margin_days: 31}
  - {check: registers_show_more, clears: covers, margin_days: 31}
resolved_when: state_gone
remedy: none_before_site_check
playbook: metering_check
check:
  en: [look whether the site works as before, test the meter under load and read its events of lost voltage and opened covers, compare multiplier and transformers with the file where a meter was changed, look for a supply before the meter, compare with the months before and the same season of earlier years]
  zh: [核实现场生产生活是否如常, 带负荷检查电能表并调取失压开盖等事件, 如曾换表核对倍率与互感器档案, 检查表前有无绕越接线, 对比前期及历年同期电量]
--- */
with given as (
  select p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.commodity_code as commodity_code,
         p.bill_id as bill_id,
         p.from_on as from_on,
         p.to_on as to_on,
         p.days as days,
         p.billed_quantity as billed_quantity,
         p.quantity_per_day as quantity_per_day,
         p.billed_multiplier as billed_multiplier,
         p.price_yuan_per_kwh as price_yuan_per_kwh,
         cast(sum(case when p.billed_quantity = 0 then 0 else 1 end) over (
           partition by p.customer_id, p.metering_point_id order by p.to_on
           rows between unbounded preceding and current row) as bigint) as used_count
  from mart.billed_period as p
  where p.days > 0
),
-- where nothing at all is used for long on an active account it is reading/long_zero_use's
billed as (
  select g.customer_id as customer_id,
         g.metering_point_id as metering_point_id,
         g.commodity_code as commodity_code,
         g.bill_id as bill_id,
         g.from_on as from_on,
         g.to_on as to_on,
         g.days as days,
         g.billed_quantity as billed_quantity,
         g.quantity_per_day as quantity_per_day,
         g.billed_multiplier as billed_multiplier,
         g.price_yuan_per_kwh as price_yuan_per_kwh,
         case when g.billed_quantity = 0 and c.customer_status_code = 'active'
               and cast(sum(case when g.billed_quantity = 0 then g.days else 0 end) over (
                     partition by g.customer_id, g.metering_point_id, g.used_count) as bigint)
                   >= case when c.customer_type_code = 'high_voltage' then p.min_zero_days_high_voltage else p.min_zero_days end
              then 1 else 0 end as standing_count
  from given as g
  join core.customer as c on c.customer_id = g.customer_id
  join parameter as p on p.org_id = c.org_id
),
following as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.commodity_code as commodity_code,
         b.bill_id as bill_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.quantity_per_day as quantity_per_day,
         b.billed_multiplier as billed_multiplier,
         lag(b.bill_id) over (partition by b.customer_id, b.metering_point_id order by b.to_on) as before_bill_id,
         lag(b.billed_multiplier) over (partition by b.customer_id, b.metering_point_id order by b.to_on) as before_multiplier,
         lag(b.quantity_per_day) over (partition by b.customer_id, b.metering_point_id order by b.to_on) as before_per_day,
         lead(b.quantity_per_day) over (partition by b.customer_id, b.metering_point_id order by b.to_on) as next_per_day,
         sum(b.billed_quantity) over (partition by b.customer_id, b.metering_point_id order by b.to_on
           rows between 12 preceding and 1 preceding) as earlier_quantity,
         cast(sum(b.days) over (partition by b.customer_id, b.metering_point_id order by b.to_on
           rows between 12 preceding and 1 preceding) as bigint) as earlier_days
  from billed as b
),
measured as (
  select f.customer_id as customer_id,
         f.metering_point_id as metering_point_id,
         f.commodity_code as commodity_code,
         f.bill_id as bill_id,
         f.from_on as fall_on,
         f.billed_multiplier as billed_multiplier,
         f.before_bill_id as before_bill_id,
         f.before_multiplier as before_multiplier,
         p.min_deviations as min_deviations,
         p.min_low_periods as min_low_periods,
         p.min_low_days as min_low_days,
         p.min_before_days as min_before_days,
         p.max_before_days as max_before_days,
         p.season_days as season_days,
         p.min_season_ratio as min_season_ratio,
         p.min_days_without_season as min_days_without_season,
         case when c.customer_type_code = 'high_voltage' then p.min_drop_ratio_high_voltage else p.min_drop_ratio end as min_drop_ratio,
         case when f.commodity_code = 'gas' then p.min_drop_m3_per_day
              when c.customer_type_code = 'high_voltage' then p.min_drop_kwh_per_day_high_voltage
              else p.min_drop_kwh_per_day end as min_drop_per_day,
         cast(f.earlier_quantity as double) / nullif(cast(f.earlier_days as double), 0) as earlier_per_day,
         f.before_per_day as before_per_day,
         f.quantity_per_day as quantity_per_day,
         f.next_per_day as next_per_day,
         c.customer_type_code as customer_type_code,
         c.usage_category_code as usage_category_code
  from following as f
  join core.customer as c on c.customer_id = f.customer_id
  join parameter as p on p.org_id = c.org_id
  -- a suspended site uses little with leave
  where (c.customer_status_code <> 'suspended' or c.customer_status_code is null)
),
-- a first sieve by the plain mean: only where it fell and stayed are medians asked for
fallen as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.commodity_code as commodity_code,
         m.bill_id as bill_id,
         m.fall_on as fall_on,
         m.billed_multiplier as billed_multiplier,
         m.before_bill_id as before_bill_id,
         m.before_multiplier as before_multiplier,
         m.min_deviations as min_deviations,
         m.min_low_periods as min_low_periods,
         m.min_low_days as min_low_days,
         m.min_before_days as min_before_days,
         m.max_before_days as max_before_days,
         m.season_days as season_days,
         m.min_season_ratio as min_season_ratio,
         m.min_days_without_season as min_days_without_season,
         m.min_drop_ratio as min_drop_ratio,
         m.min_drop_per_day as min_drop_per_day,
         m.before_per_day as before_per_day,
         m.customer_type_code as customer_type_code,
         m.usage_category_code as usage_category_code
  from measured as m
  where m.quantity_per_day <= m.earlier_per_day * cast(1 - m.min_drop_ratio as double)
    and m.next_per_day <= m.earlier_per_day * cast(1 - m.min_drop_ratio as double)
    and m.earlier_per_day >= cast(m.min_drop_per_day as double)
),
earlier as (
  select c.customer_id as customer_id,
         c.metering_point_id as metering_point_id,
         c.fall_on as fall_on,
         c.min_before_days as min_before_days,
         b.days as days,
         b.quantity_per_day as quantity_per_day
  from fallen as c
  join billed as b on b.customer_id = c.customer_id and b.metering_point_id = c.metering_point_id
  where b.to_on <= c.fall_on and date_diff('day', b.from_on, c.fall_on) <= c.max_before_days
),
level as (
  select e.customer_id as customer_id,
         e.metering_point_id as metering_point_id,
         e.fall_on as fall_on,
         median(e.quantity_per_day) as quantity_per_day
  from earlier as e
  group by e.customer_id, e.metering_point_id, e.fall_on, e.min_before_days
  having cast(sum(e.days) as bigint) >= e.min_before_days
),
deviation as (
  select e.customer_id as customer_id,
         e.metering_point_id as metering_point_id,
         e.fall_on as fall_on,
         median(abs(e.quantity_per_day - l.quantity_per_day)) as quantity_per_day
  from earlier as e
  join level as l
    on l.customer_id = e.customer_id and l.metering_point_id = e.metering_point_id and l.fall_on = e.fall_on
  group by e.customer_id, e.metering_point_id, e.fall_on
),
measured_fall as (
  select f.customer_id as customer_id,
         f.metering_point_id as metering_point_id,
         f.fall_on as fall_on,
         f.min_low_periods as min_low_periods,
         f.min_low_days as min_low_days,
         f.before_per_day as before_per_day,
         l.quantity_per_day as usual_per_day,
         d.quantity_per_day as deviation_per_day,
         least(l.quantity_per_day * cast(1 - f.min_drop_ratio as double),
               l.quantity_per_day - cast(f.min_drop_per_day as double),
               l.quantity_per_day - cast(f.min_deviations as double) * d.quantity_per_day) as low_bound_per_day
  from fallen as f
  join level as l
    on l.customer_id = f.customer_id and l.metering_point_id = f.metering_point_id and l.fall_on = f.fall_on
  join deviation as d
    on d.customer_id = f.customer_id and d.metering_point_id = f.metering_point_id and d.fall_on = f.fall_on
),
-- the fall itself: the period before was not low yet
bounded as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.fall_on as fall_on,
         m.min_low_periods as min_low_periods,
         m.min_low_days as min_low_days,
         m.usual_per_day as usual_per_day,
         m.deviation_per_day as deviation_per_day,
         m.low_bound_per_day as low_bound_per_day
  from measured_fall as m
  where m.before_per_day > m.low_bound_per_day
),
after as (
  select o.customer_id as customer_id,
         o.metering_point_id as metering_point_id,
         o.fall_on as fall_on,
         o.min_low_periods as min_low_periods,
         o.min_low_days as min_low_days,
         b.from_on as from_on,
         b.to_on as to_on,
         b.days as days,
         b.billed_quantity as billed_quantity,
         b.price_yuan_per_kwh as price_yuan_per_kwh,
         cast(sum(case when b.quantity_per_day <= o.low_bound_per_day and b.standing_count = 0 then 0 else 1 end) over (
           partition by o.customer_id, o.metering_point_id, o.fall_on order by b.to_on
           rows between unbounded preceding and current row) as bigint) as recovered_count
  from bounded as o
  join billed as b on b.customer_id = o.customer_id and b.metering_point_id = o.metering_point_id
  where b.from_on >= o.fall_on
),
low as (
  select a.customer_id as customer_id,
         a.metering_point_id as metering_point_id,
         a.fall_on as fall_on,
         max(a.to_on) as to_on,
         count(*) as low_period_count,
         cast(sum(a.days) as bigint) as day_count,
         cast(sum(a.billed_quantity) as decimal(14,2)) as billed_quantity,
         max(a.price_yuan_per_kwh) as price_yuan_per_kwh
  from after as a
  where a.recovered_count = 0
  group by a.customer_id, a.metering_point_id, a.fall_on, a.min_low_periods, a.min_low_days
  -- a point that used nothing at all has not merely fallen
  having cast(sum(a.billed_quantity) as decimal(14,2)) > 0 and count(*) >= a.min_low_periods and cast(sum(a.days) as bigint) >= a.min_low_days
),
-- days of the same season a year before, of every period that had some, and before the fall only
season as (
  select w.customer_id as customer_id,
         w.metering_point_id as metering_point_id,
         w.fall_on as fall_on,
         b.quantity_per_day as quantity_per_day,
         cast(least(date_diff('day', w.fall_on, b.to_on) + f.season_days, date_diff('day', w.fall_on, w.to_on)) as double)
           - cast(greatest(date_diff('day', w.fall_on, b.from_on) + f.season_days, 0) as double) as shared_days
  from low as w
  join fallen as f
    on f.customer_id = w.customer_id and f.metering_point_id = w.metering_point_id and f.fall_on = w.fall_on
  join billed as b on b.customer_id = w.customer_id and b.metering_point_id = w.metering_point_id
  where b.to_on <= w.fall_on
    and date_diff('day', w.fall_on, b.to_on) + f.season_days > 0
    and date_diff('day', w.fall_on, b.from_on) + f.season_days < date_diff('day', w.fall_on, w.to_on)
),
year_before as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.fall_on as fall_on,
         round(sum(s.shared_days), 6) as day_count,
         round(sum(s.quantity_per_day * s.shared_days) / nullif(sum(s.shared_days), 0), 6) as quantity_per_day
  from season as s
  group by s.customer_id, s.metering_point_id, s.fall_on
),
judged as (
  select w.customer_id as customer_id,
         w.metering_point_id as metering_point_id,
         w.fall_on as fall_on,
         w.to_on as to_on,
         w.low_period_count as low_period_count,
         w.day_count as day_count,
         w.billed_quantity as billed_quantity,
         w.price_yuan_per_kwh as price_yuan_per_kwh,
         o.usual_per_day as usual_per_day,
         o.deviation_per_day as deviation_per_day,
         cast(w.billed_quantity as double) / nullif(cast(w.day_count as double), 0) as low_per_day,
         case when y.day_count >= cast(f.min_season_ratio as double)
                * least(cast(w.day_count as double), cast(f.season_days as double)) then y.quantity_per_day end as year_before_per_day,
         cast(round(o.usual_per_day * cast(w.day_count as double), 2) as decimal(14,2)) as expected_quantity,
         f.min_drop_ratio as min_drop_ratio,
         f.min_days_without_season as min_days_without_season,
         f.commodity_code as commodity_code,
         f.bill_id as bill_id,
         f.before_bill_id as before_bill_id,
         f.billed_multiplier as billed_multiplier,
         f.before_multiplier as before_multiplier,
         f.customer_type_code as customer_type_code,
         f.usage_category_code as usage_category_code
  from low as w
  join bounded as o
    on o.customer_id = w.customer_id and o.metering_point_id = w.metering_point_id and o.fall_on = w.fall_on
  join fallen as f
    on f.customer_id = w.customer_id and f.metering_point_id = w.metering_point_id and f.fall_on = w.fall_on
  left join year_before as y
    on y.customer_id = w.customer_id and y.metering_point_id = w.metering_point_id and y.fall_on = w.fall_on
),
-- Where daily readings are collected, a smaller loss is seen: every bill beside the same season a year before, ...
collected as (
  select d.customer_id as customer_id,
         d.metering_point_id as metering_point_id,
         count(*) as day_count
  from mart.daily_usage as d
  where d.daily_kwh is not null
  group by d.customer_id, d.metering_point_id
),
watched as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.days as days,
         b.billed_quantity as billed_quantity,
         b.quantity_per_day as quantity_per_day,
         b.standing_count as standing_count,
         min(b.from_on) over (partition by b.customer_id, b.metering_point_id) as first_on,
         p.season_days as season_days,
         p.min_season_ratio as min_season_ratio,
         p.min_low_periods as min_low_periods,
         p.min_low_days as min_low_days,
         p.step_days as step_days,
         p.min_step_ratio as min_step_ratio,
         p.max_step_span_days as max_step_span_days,
         p.min_step_share as min_step_share,
         p.min_seen_before_days as min_seen_before_days,
         case when c.customer_type_code = 'high_voltage' then p.min_drop_ratio_high_voltage else p.min_seen_drop_ratio end as min_drop_ratio,
         case when c.customer_type_code = 'high_voltage' then p.min_drop_kwh_per_day_high_voltage
              else p.min_drop_kwh_per_day end as min_drop_per_day
  from billed as b
  join collected as k on k.customer_id = b.customer_id and k.metering_point_id = b.metering_point_id
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
  where (c.customer_status_code <> 'suspended' or c.customer_status_code is null)
),
same_season as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.to_on as to_on,
         b.days as days,
         b.min_season_ratio as min_season_ratio,
         e.quantity_per_day as quantity_per_day,
         cast(least(date_diff('day', b.from_on, e.to_on) + b.season_days, b.days) as double)
           - cast(greatest(date_diff('day', b.from_on, e.from_on) + b.season_days, 0) as double) as shared_days
  from watched as b
  join billed as e on e.customer_id = b.customer_id and e.metering_point_id = b.metering_point_id
  where e.to_on <= b.from_on
    and date_diff('day', b.from_on, e.to_on) + b.season_days > 0
    and date_diff('day', b.from_on, e.from_on) + b.season_days < b.days
),
season_before as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.to_on as to_on,
         round(sum(s.quantity_per_day * s.shared_days) / nullif(sum(s.shared_days), 0), 6) as quantity_per_day
  from same_season as s
  group by s.customer_id, s.metering_point_id, s.to_on, s.days, s.min_season_ratio
  having round(sum(s.shared_days), 6) >= cast(s.min_season_ratio as double) * cast(s.days as double)
),
beside as (
  select w.customer_id as customer_id,
         w.metering_point_id as metering_point_id,
         w.from_on as from_on,
         w.to_on as to_on,
         w.first_on as first_on,
         w.days as days,
         w.billed_quantity as billed_quantity,
         w.quantity_per_day as quantity_per_day,
         w.season_days as season_days,
         w.min_low_periods as min_low_periods,
         w.min_low_days as min_low_days,
         w.step_days as step_days,
         w.min_step_ratio as min_step_ratio,
         w.max_step_span_days as max_step_span_days,
         w.min_step_share as min_step_share,
         w.min_seen_before_days as min_seen_before_days,
         w.min_drop_ratio as min_drop_ratio,
         w.min_drop_per_day as min_drop_per_day,
         y.quantity_per_day as year_before_per_day,
         w.quantity_per_day / nullif(y.quantity_per_day, 0) as left_ratio,
         case when w.standing_count = 0
               and w.quantity_per_day <= y.quantity_per_day * cast(1 - w.min_drop_ratio as double) then 1 else 0 end as low_count,
         case when y.quantity_per_day > 0 then 1 else 0 end as known_count
  from watched as w
  left join season_before as y
    on y.customer_id = w.customer_id and y.metering_point_id = w.metering_point_id and y.to_on = w.to_on
),
-- ... bills in a row that are low beside it, ...
in_rows as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.first_on as first_on,
         b.days as days,
         b.season_days as season_days,
         b.min_low_periods as min_low_periods,
         b.min_low_days as min_low_days,
         b.step_days as step_days,
         b.min_step_ratio as min_step_ratio,
         b.max_step_span_days as max_step_span_days,
         b.min_step_share as min_step_share,
         b.min_seen_before_days as min_seen_before_days,
         b.quantity_per_day as quantity_per_day,
         b.min_drop_ratio as min_drop_ratio,
         b.min_drop_per_day as min_drop_per_day,
         b.year_before_per_day as year_before_per_day,
         b.left_ratio as left_ratio,
         b.low_count as low_count,
         cast(sum(1 - b.low_count) over (partition by b.customer_id, b.metering_point_id order by b.to_on
           rows between unbounded preceding and current row) as bigint) as island_no,
         coalesce(cast(sum(b.known_count) over (partition by b.customer_id, b.metering_point_id order by b.to_on
           rows between unbounded preceding and 1 preceding) as bigint), 0) as known_before_count
  from beside as b
),
lasting as (
  select r.customer_id as customer_id,
         r.metering_point_id as metering_point_id,
         r.first_on as first_on,
         r.season_days as season_days,
         r.step_days as step_days,
         r.min_step_ratio as min_step_ratio,
         r.max_step_span_days as max_step_span_days,
         r.min_step_share as min_step_share,
         r.min_seen_before_days as min_seen_before_days,
         r.min_drop_ratio as min_drop_ratio,
         min(r.from_on) as from_on,
         max(r.to_on) as to_on,
         date_diff('day', min(r.from_on), min(r.to_on)) as first_days,
         date_diff('day', max(r.from_on), max(r.to_on)) as last_days,
         min(r.known_before_count) as known_before_count,
         median(r.left_ratio) as left_ratio,
         round(sum(r.year_before_per_day * cast(r.days as double)) / nullif(sum(cast(r.days as double)), 0), 6) as year_before_per_day
  from in_rows as r
  where r.low_count = 1
  group by r.customer_id, r.metering_point_id, r.island_no, r.first_on, r.season_days, r.min_low_periods, r.min_low_days, r.step_days,
    r.min_step_ratio, r.max_step_span_days, r.min_step_share, r.min_seen_before_days, r.min_drop_ratio,
    r.min_drop_per_day
  having count(*) >= r.min_low_periods and cast(sum(r.days) as bigint) >= r.min_low_days
     -- over the row: a short month alone may lose less
     and round(sum((r.year_before_per_day - r.quantity_per_day) * cast(r.days as double)), 6)
         >= cast(r.min_drop_per_day as double) * cast(cast(sum(r.days) as bigint) as double)
),
-- ... and the day on which it went. The year before may be low already where nothing older is known: such a row begins
-- late, and ends a year after the fall.
by_day as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.from_on as from_on,
         l.to_on as to_on,
         l.season_days as season_days,
         l.step_days as step_days,
         l.min_step_ratio as min_step_ratio,
         l.max_step_span_days as max_step_span_days,
         l.min_step_share as min_step_share,
         l.known_before_count as known_before_count,
         l.first_days as first_days,
         l.last_days as last_days,
         l.left_ratio as left_ratio,
         d.reading_on as reading_on,
         cast(sum(d.daily_kwh) as double) as day_kwh
  from lasting as l
  join mart.daily_usage as d on d.customer_id = l.customer_id and d.metering_point_id = l.metering_point_id
  where d.daily_kwh is not null
    and date_diff('day', l.from_on, d.reading_on) <= l.first_days + l.max_step_span_days
    and (date_diff('day', d.reading_on, l.from_on) <= l.first_days + l.max_step_span_days
      or (l.known_before_count = 0 and date_diff('day', d.reading_on, l.to_on) <= l.season_days + l.last_days + l.max_step_span_days))
  group by l.customer_id, l.metering_point_id, l.from_on, l.to_on, l.season_days, l.step_days, l.min_step_ratio,
    l.max_step_span_days, l.min_step_share, l.known_before_count, l.first_days, l.last_days, l.left_ratio, d.reading_on
),
stepping as (
  select d.customer_id as customer_id,
         d.metering_point_id as metering_point_id,
         d.from_on as from_on,
         d.to_on as to_on,
         d.season_days as season_days,
         d.step_days as step_days,
         d.min_step_ratio as min_step_ratio,
         d.max_step_span_days as max_step_span_days,
         d.min_step_share as min_step_share,
         d.known_before_count as known_before_count,
         d.first_days as first_days,
         d.last_days as last_days,
         d.left_ratio as left_ratio,
         d.reading_on as reading_on,
         min(d.reading_on) over (partition by d.customer_id, d.metering_point_id, d.from_on order by d.reading_on
           rows between 12 preceding and 1 preceding) as before_first_on,
         max(d.reading_on) over (partition by d.customer_id, d.metering_point_id, d.from_on order by d.reading_on
           rows between 1 following and 12 following) as after_last_on,
         round(avg(d.day_kwh) over (partition by d.customer_id, d.metering_point_id, d.from_on order by d.reading_on
           rows between 12 preceding and 1 preceding), 6) as before_kwh_per_day,
         round(avg(d.day_kwh) over (partition by d.customer_id, d.metering_point_id, d.from_on order by d.reading_on
           rows between 1 following and 12 following), 6) as after_kwh_per_day,
         count(d.day_kwh) over (partition by d.customer_id, d.metering_point_id, d.from_on order by d.reading_on
           rows between 12 preceding and 1 preceding) as before_day_count,
         count(d.day_kwh) over (partition by d.customer_id, d.metering_point_id, d.from_on order by d.reading_on
           rows between 1 following and 12 following) as after_day_count
  from by_day as d
),
stepped as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.from_on as from_on,
         s.reading_on as fell_on,
         s.before_kwh_per_day as before_kwh_per_day,
         s.after_kwh_per_day as after_kwh_per_day
  from stepping as s
  where s.before_day_count >= s.step_days and s.after_day_count >= s.step_days
    and s.after_kwh_per_day > 0
    and s.after_kwh_per_day <= s.before_kwh_per_day * cast(1 - s.min_step_ratio as double)
    and s.before_kwh_per_day - s.after_kwh_per_day
        >= s.before_kwh_per_day * (1 - s.left_ratio) * cast(s.min_step_share as double)
    and date_diff('day', s.before_first_on, s.after_last_on) <= s.max_step_span_days
    -- in the first low bill or the one before it; or a year before the last low bill or the one after that
    and (abs(date_diff('day', s.from_on, s.reading_on)) <= s.first_days
      or (s.known_before_count = 0
        and abs(date_diff('day', s.reading_on, s.to_on) - s.season_days) <= s.last_days))
  qualify row_number() over (partition by s.customer_id, s.metering_point_id, s.from_on
    order by s.after_kwh_per_day / nullif(s.before_kwh_per_day, 0), s.reading_on) = 1
),
-- the bill in which it fell
seen_fall as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.from_on as low_from_on,
         l.to_on as low_to_on,
         l.left_ratio as left_ratio,
         l.min_drop_ratio as min_drop_ratio,
         l.year_before_per_day as year_before_per_day,
         s.fell_on as fell_on,
         s.before_kwh_per_day as before_kwh_per_day,
         s.after_kwh_per_day as after_kwh_per_day,
         f.from_on as fall_on,
         f.commodity_code as commodity_code,
         f.bill_id as bill_id,
         f.before_bill_id as before_bill_id,
         f.billed_multiplier as billed_multiplier,
         f.before_multiplier as before_multiplier
  from lasting as l
  join stepped as s on s.customer_id = l.customer_id and s.metering_point_id = l.metering_point_id and s.from_on = l.from_on
  join following as f on f.customer_id = l.customer_id and f.metering_point_id = l.metering_point_id
  where f.from_on <= s.fell_on and f.to_on > s.fell_on
    and date_diff('day', l.first_on, s.fell_on) >= l.min_seen_before_days
),
-- What is lost: of the days after the fall the same share that is lost against the year before. It lasts until use comes
-- back, beside the year before or, where that was low already, beside what that had been without the loss.
since as (
  select f.customer_id as customer_id,
         f.metering_point_id as metering_point_id,
         f.low_from_on as low_from_on,
         b.to_on as to_on,
         b.days as days,
         b.billed_quantity as billed_quantity,
         b.price_yuan_per_kwh as price_yuan_per_kwh,
         cast(b.billed_quantity as double) * (1 - f.left_ratio) * cast(least(b.days, date_diff('day', f.fell_on, b.to_on)) as double)
           / nullif(cast(b.days as double) - (1 - f.left_ratio) * cast(least(b.days, date_diff('day', f.fell_on, b.to_on)) as double), 0)
           as lost_quantity,
         cast(sum(case when b.to_on <= f.low_to_on and b.standing_count = 0 then 0
                       when b.standing_count = 0
                        and b.quantity_per_day * f.left_ratio <= y.quantity_per_day * cast(1 - f.min_drop_ratio as double) then 0
                       else 1 end) over (
           partition by f.customer_id, f.metering_point_id, f.low_from_on order by b.to_on
           rows between unbounded preceding and current row) as bigint) as recovered_count
  from seen_fall as f
  join billed as b on b.customer_id = f.customer_id and b.metering_point_id = f.metering_point_id
  left join season_before as y
    on y.customer_id = b.customer_id and y.metering_point_id = b.metering_point_id and y.to_on = b.to_on
  where b.from_on >= f.fall_on
),
lost as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.low_from_on as low_from_on,
         max(s.to_on) as to_on,
         count(*) as low_period_count,
         cast(sum(s.days) as bigint) as day_count,
         cast(sum(s.billed_quantity) as decimal(14,2)) as billed_quantity,
         round(sum(s.lost_quantity), 6) as lost_quantity,
         max(s.price_yuan_per_kwh) as price_yuan_per_kwh
  from since as s
  where s.recovered_count = 0
  group by s.customer_id, s.metering_point_id, s.low_from_on
),
hit as (
  select j.customer_id as customer_id,
         j.metering_point_id as metering_point_id,
         j.fall_on as fall_on,
         j.to_on as to_on,
         j.low_period_count as low_period_count,
         j.billed_quantity as billed_quantity,
         j.price_yuan_per_kwh as price_yuan_per_kwh,
         j.usual_per_day as usual_per_day,
         j.deviation_per_day as deviation_per_day,
         j.low_per_day as low_per_day,
         j.year_before_per_day as year_before_per_day,
         j.expected_quantity as expected_quantity,
         j.commodity_code as commodity_code,
         j.bill_id as bill_id,
         j.before_bill_id as before_bill_id,
         j.billed_multiplier as billed_multiplier,
         j.before_multiplier as before_multiplier,
         j.customer_type_code as customer_type_code,
         j.usage_category_code as usage_category_code,
         cast(null as date) as fell_on,
         cast(null as double) as before_kwh_per_day,
         cast(null as double) as after_kwh_per_day
  from judged as j
  where j.low_per_day <= j.year_before_per_day * cast(1 - j.min_drop_ratio as double)
     or (j.year_before_per_day is null and j.day_count >= j.min_days_without_season)
  union all
  select f.customer_id,
         f.metering_point_id,
         f.fall_on,
         l.to_on,
         l.low_period_count,
         l.billed_quantity,
         l.price_yuan_per_kwh,
         cast(null as double),
         cast(null as double),
         cast(l.billed_quantity as double) / nullif(cast(l.day_count as double), 0),
         f.year_before_per_day,
         cast(round(cast(l.billed_quantity as double) + l.lost_quantity, 2) as decimal(14,2)),
         f.commodity_code,
         f.bill_id,
         f.before_bill_id,
         f.billed_multiplier,
         f.before_multiplier,
         c.customer_type_code,
         c.usage_category_code,
         f.fell_on,
         f.before_kwh_per_day,
         f.after_kwh_per_day
  from seen_fall as f
  join lost as l
    on l.customer_id = f.customer_id and l.metering_point_id = f.metering_point_id and l.low_from_on = f.low_from_on
  join core.customer as c on c.customer_id = f.customer_id
),
-- the day of the fall, where it was seen, comes before a bill that only suggests it
in_order as (
  select h.customer_id as customer_id,
         h.metering_point_id as metering_point_id,
         h.fall_on as fall_on,
         h.to_on as to_on,
         h.low_period_count as low_period_count,
         h.billed_quantity as billed_quantity,
         h.price_yuan_per_kwh as price_yuan_per_kwh,
         h.usual_per_day as usual_per_day,
         h.deviation_per_day as deviation_per_day,
         h.low_per_day as low_per_day,
         h.year_before_per_day as year_before_per_day,
         h.expected_quantity as expected_quantity,
         h.commodity_code as commodity_code,
         h.bill_id as bill_id,
         h.before_bill_id as before_bill_id,
         h.billed_multiplier as billed_multiplier,
         h.before_multiplier as before_multiplier,
         h.customer_type_code as customer_type_code,
         h.usage_category_code as usage_category_code,
         h.fell_on as fell_on,
         h.before_kwh_per_day as before_kwh_per_day,
         h.after_kwh_per_day as after_kwh_per_day,
         max(h.to_on) over (partition by h.customer_id, h.metering_point_id
           order by h.fall_on, case when h.fell_on is null then 1 else 0 end, h.to_on desc
           rows between unbounded preceding and 1 preceding) as low_until_on
  from hit as h
)
-- a fall within a fall, against a level that has sunk with it, is the same loss
select h.metering_point_id as metering_point_id,
       h.customer_id as customer_id,
       h.fall_on as period_from,
       h.to_on as period_to,
       cast(h.billed_quantity as decimal(18,4)) as observed_value,
       cast(h.expected_quantity as decimal(18,4)) as expected_value,
       case when h.commodity_code = 'electricity' then cast(h.expected_quantity - h.billed_quantity as decimal(14,2)) end as impact_kwh,
       case when h.commodity_code = 'electricity'
            then cast(round(cast(h.expected_quantity - h.billed_quantity as decimal(20,2)) * h.price_yuan_per_kwh, 2) as decimal(14,2))
            end as impact_yuan,
       case when h.commodity_code <> 'electricity' or h.commodity_code is null or h.price_yuan_per_kwh is null
            then 'none' else 'estimated' end as impact_method,
       h.commodity_code as commodity_code,
       h.bill_id as bill_id,
       h.before_bill_id as before_bill_id,
       h.low_period_count as low_period_count,
       h.low_per_day as low_quantity_per_day,
       h.usual_per_day as usual_quantity_per_day,
       h.deviation_per_day as deviation_quantity_per_day,
       h.year_before_per_day as year_before_quantity_per_day,
       h.billed_multiplier as billed_multiplier,
       h.before_multiplier as before_multiplier,
       h.price_yuan_per_kwh as price_yuan_per_kwh,
       h.customer_type_code as customer_type_code,
       h.usage_category_code as usage_category_code,
       h.fell_on as fell_on,
       h.before_kwh_per_day as before_kwh_per_day,
       h.after_kwh_per_day as after_kwh_per_day
from in_order as h
where h.low_until_on is null or h.low_until_on <= h.fall_on
