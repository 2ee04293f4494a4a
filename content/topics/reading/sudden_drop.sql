/* ---
uid: ce689ygb
code: MR-006
title: {en: Use falls suddenly and stays low, zh: 电量突减且持续偏低}
description:
  en: >-
    Use a day fell far below the point's own earlier level, further than it ever moved, stayed there, and is low
    against the same season of the year before as well. A by-passed or tampered meter, a loose current terminal, a
    blown voltage fuse, a changed multiplier. A tenant who left, a shop shut, a shift given up or a household's own ways
    draw the same curve, but then nothing is lost. So wherever the area (for high voltage the feeder) is balanced day
    by day, its loss must follow the meter since the fall: so much is lost with each kilowatt-hour counted. A smaller
    fall counts too where the loss follows, above all where it began to follow then.
  zh: >-
    日均用量骤降至自身历史水平以下, 超出正常波动并持续, 且低于上年同期: 常见于绕越或改动计量、电流端子松动、失压断相、倍率变更。
    租户搬离、店铺歇业、减少班次、住户习惯变化的曲线与之相同, 但不产生损失; 因此凡台区 (高压为线路) 可逐日计算线损的,
    须自下降起损失电量随该表计量电量同涨同落。损失随之联动的, 尤其自下降之时起联动的, 较小的降幅亦予列出。
severity: medium
status: active
identity: episode
subject: metering_point
population: mart.billed_period
verify_days: 130
lookback_months: 24
parameters:
  min_drop_ratio: {value: 0.5, unit: ratio, why: {en: "catalogue MR-006; households and shops move by a third without any fault",
    zh: "主题库 MR-006; 居民与商铺自然波动可达三成"}}
  min_drop_ratio_high_voltage: {value: 0.3, unit: ratio, why: {en: "catalogue MR-006; special-transformer sites run steadier, and a blown fuse takes a third",
    zh: "主题库 MR-006; 专变用户较平稳, 一相失压约少计三分之一"}}
  min_followed_drop_ratio: {value: 0.35, unit: ratio, why: {en: "homes and shops move by a third of themselves; what is more is believed where the loss follows the meter",
    zh: "居民与商铺自然波动可达三成; 超出部分须有台区损失联动佐证"}}
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
  min_follow_days: {value: 20, unit: days, why: {en: "two unknowns are fitted; ten days for each are the least that say anything",
    zh: "拟合两个未知量, 每个至少需十天数据"}}
  min_follow_ratio: {value: 0.15, unit: ratio, why: {en: "one more kilowatt-hour loses twice the mean, up to 0.15 at the end of a loaded line; what is lost beyond that no meter counted",
    zh: "多用一千瓦时的边际损失约为平均线损率的两倍, 重载线路末端至多约一成五; 超出部分即未经计量"}}
  min_follow_errors: {value: 1.75, unit: deviations, why: {en: "beside a fall of its own that lasts; one meter in twenty-five follows the loss so well by chance",
    zh: "在自身持续下降之外, 二十五只表中约一只偶然如此联动"}}
  min_begun_errors: {value: 3, unit: deviations, why: {en: "asked of every month of every meter: one in seven hundred does so by chance",
    zh: "逐表逐月检验, 约七百次偶然一次"}}
  min_strong_errors: {value: 4.5, unit: deviations, why: {en: "as in losses/loss_follows_customer: met by chance once in a thousand areas",
    zh: "与线损强相关主题一致: 千个台区中约偶然一次"}}
  min_begun_drop_ratio: {value: 0.25, unit: ratio, why: {en: "beside a loss that began to follow, use must have fallen by a quarter; less is weather",
    zh: "损失开始联动时用量须降四分之一以上, 再少多为气候影响"}}
  min_strong_drop_ratio: {value: 0.15, unit: ratio, why: {en: "where the loss follows beyond doubt, growth may have made up for half of a third that is lost",
    zh: "联动确凿时, 少计三分之一的一半可能已被用电增长抵去"}}
  min_begun_before_days: {value: 50, unit: days, why: {en: "what the loss did before is known after some two months of balanced days",
    zh: "积累约两个月可算线损的天数方知此前情形"}}
  max_disagreement_strong: {value: 5, unit: ratio, why: {en: "as max_disagreement, where growth by a tenth hides half of a fall of a fifth",
    zh: "同上; 用电增长一成可掩盖两成降幅的一半"}}
  max_conclusive_error: {value: 0.33, unit: ratio, why: {en: "an error of a third of what is missing tells nothing lost from all of it lost, at three errors",
    zh: "标准误差不超过缺少量三分之一, 才能以三倍误差区分全部损失与毫无损失"}}
  min_start_share: {value: 0.8, unit: ratio, why: {en: "of months that show the start about as clearly the first one is it: later ones have part of it before them",
    zh: "若干月份显示起点的清晰程度相近时取最早者, 其后各月之前已含联动月份"}}
  max_disagreement: {value: 3, unit: ratio, why: {en: "what the meter misses and what the area loses are one quantity, and either estimate may be off by three quarters",
    zh: "少计电量与台区损失本为同一电量, 两种估计各可偏差七成"}}
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
-- Where the area is balanced, a smaller fall is worth a question: every bill beside the same season a year before, ...
balanced as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         count(*) as month_count
  from mart.loss_along_month as m
  group by m.customer_id, m.metering_point_id
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
         p.season_days as season_days,
         p.min_season_ratio as min_season_ratio,
         p.min_low_periods as min_low_periods,
         p.min_low_days as min_low_days,
         case when c.customer_type_code = 'high_voltage' then p.min_drop_ratio_high_voltage else p.min_followed_drop_ratio end as min_drop_ratio,
         case when c.customer_type_code = 'high_voltage' then p.min_drop_kwh_per_day_high_voltage
              else p.min_drop_kwh_per_day end as min_drop_per_day
  from billed as b
  join balanced as k on k.customer_id = b.customer_id and k.metering_point_id = b.metering_point_id
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
         w.days as days,
         w.billed_quantity as billed_quantity,
         w.quantity_per_day as quantity_per_day,
         w.season_days as season_days,
         w.min_low_periods as min_low_periods,
         w.min_low_days as min_low_days,
         w.min_drop_ratio as min_drop_ratio,
         w.min_drop_per_day as min_drop_per_day,
         y.quantity_per_day as year_before_per_day,
         case when w.standing_count = 0
               and w.quantity_per_day <= y.quantity_per_day * cast(1 - w.min_drop_ratio as double) then 1 else 0 end as low_count
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
         b.days as days,
         b.billed_quantity as billed_quantity,
         b.quantity_per_day as quantity_per_day,
         b.min_low_periods as min_low_periods,
         b.min_low_days as min_low_days,
         b.min_drop_per_day as min_drop_per_day,
         b.year_before_per_day as year_before_per_day,
         b.low_count as low_count,
         cast(sum(1 - b.low_count) over (partition by b.customer_id, b.metering_point_id order by b.to_on
           rows between unbounded preceding and current row) as bigint) as island_no
  from beside as b
),
-- ... bills in a row that are low beside it
lasting as (
  select r.customer_id as customer_id,
         r.metering_point_id as metering_point_id,
         min(r.from_on) as fall_on,
         max(r.to_on) as to_on,
         count(*) as low_period_count,
         cast(sum(r.days) as bigint) as day_count,
         cast(sum(r.billed_quantity) as decimal(14,2)) as billed_quantity,
         round(sum(r.year_before_per_day * cast(r.days as double)), 6) as year_before_quantity
  from in_rows as r
  where r.low_count = 1
  group by r.customer_id, r.metering_point_id, r.island_no, r.min_low_periods, r.min_low_days, r.min_drop_per_day
  having count(*) >= r.min_low_periods and cast(sum(r.days) as bigint) >= r.min_low_days
     and cast(sum(r.billed_quantity) as decimal(14,2)) > 0
     -- over the row: a short month alone may lose less
     and round(sum((r.year_before_per_day - r.quantity_per_day) * cast(r.days as double)), 6)
         >= cast(r.min_drop_per_day as double) * cast(cast(sum(r.days) as bigint) as double)
),
fell as (
  select j.customer_id as customer_id,
         j.metering_point_id as metering_point_id,
         'bills' as kind_code,
         j.fall_on as fall_on,
         j.to_on as to_on,
         j.low_period_count as low_period_count,
         j.billed_quantity as billed_quantity,
         j.usual_per_day as usual_per_day,
         j.deviation_per_day as deviation_per_day,
         j.low_per_day as low_per_day,
         j.year_before_per_day as year_before_per_day,
         cast(j.expected_quantity as double) as expected_quantity
  from judged as j
  where j.low_per_day <= j.year_before_per_day * cast(1 - j.min_drop_ratio as double)
     or (j.year_before_per_day is null and j.day_count >= j.min_days_without_season)
  union all
  select l.customer_id,
         l.metering_point_id,
         'season',
         l.fall_on,
         l.to_on,
         l.low_period_count,
         l.billed_quantity,
         cast(null as double),
         cast(null as double),
         cast(l.billed_quantity as double) / nullif(cast(l.day_count as double), 0),
         l.year_before_quantity / nullif(cast(l.day_count as double), 0),
         l.year_before_quantity
  from lasting as l
),
-- Does what is lost from day to day follow what this meter counts? Asked of the months since such a fall, and, the
-- other way round, of every month: all the months from it on against those before it.
summed as (
  select f.customer_id as customer_id,
         f.metering_point_id as metering_point_id,
         'fall' as span_code,
         f.fall_on as start_on,
         f.to_on as to_on,
         f.kind_code as kind_code,
         cast(sum(m.days_observed) as bigint) as day_count,
         sum(m.used_kwh) as used_kwh,
         sum(m.use_use_sum) as use_use,
         sum(m.use_others_sum) as use_others,
         sum(m.others_others_sum) as others_others,
         sum(m.use_loss_sum) as use_loss,
         sum(m.others_loss_sum) as others_loss,
         sum(m.loss_loss_sum) as loss_loss
  from fell as f
  join mart.loss_along_month as m on m.customer_id = f.customer_id and m.metering_point_id = f.metering_point_id
  where m.month_on >= f.fall_on and m.month_on < f.to_on
  group by f.customer_id, f.metering_point_id, f.fall_on, f.to_on, f.kind_code
  union all
  select m.customer_id,
         m.metering_point_id,
         'since',
         m.month_on,
         cast(null as date),
         cast(null as text),
         cast(sum(m.days_observed) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between current row and unbounded following) as bigint),
         sum(m.used_kwh) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between current row and unbounded following),
         sum(m.use_use_sum) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between current row and unbounded following),
         sum(m.use_others_sum) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between current row and unbounded following),
         sum(m.others_others_sum) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between current row and unbounded following),
         sum(m.use_loss_sum) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between current row and unbounded following),
         sum(m.others_loss_sum) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between current row and unbounded following),
         sum(m.loss_loss_sum) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between current row and unbounded following)
  from mart.loss_along_month as m
  union all
  select m.customer_id,
         m.metering_point_id,
         'before',
         m.month_on,
         cast(null as date),
         cast(null as text),
         cast(sum(m.days_observed) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between 12 preceding and 1 preceding) as bigint),
         sum(m.used_kwh) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between 12 preceding and 1 preceding),
         sum(m.use_use_sum) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between 12 preceding and 1 preceding),
         sum(m.use_others_sum) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between 12 preceding and 1 preceding),
         sum(m.others_others_sum) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between 12 preceding and 1 preceding),
         sum(m.use_loss_sum) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between 12 preceding and 1 preceding),
         sum(m.others_loss_sum) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between 12 preceding and 1 preceding),
         sum(m.loss_loss_sum) over (partition by m.customer_id, m.metering_point_id order by m.month_on rows between 12 preceding and 1 preceding)
  from mart.loss_along_month as m
),
-- least squares with two unknowns: what is lost for each kilowatt-hour of this meter, and for each of all the others
measured_sums as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.span_code as span_code,
         s.start_on as start_on,
         s.to_on as to_on,
         s.kind_code as kind_code,
         cast(s.day_count as double) as day_count,
         cast(s.used_kwh as double) as used_kwh,
         cast(s.use_use as double) as use_use,
         cast(s.use_others as double) as use_others,
         cast(s.others_others as double) as others_others,
         cast(s.use_loss as double) as use_loss,
         cast(s.others_loss as double) as others_loss,
         cast(s.loss_loss as double) as loss_loss,
         cast(s.use_use as double) * cast(s.others_others as double)
           - cast(s.use_others as double) * cast(s.use_others as double) as determinant
  from summed as s
  join core.customer as c on c.customer_id = s.customer_id
  join parameter as p on p.org_id = c.org_id
  where s.day_count >= p.min_follow_days
),
sloped as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.span_code as span_code,
         m.start_on as start_on,
         m.to_on as to_on,
         m.kind_code as kind_code,
         m.day_count as day_count,
         m.used_kwh / nullif(m.day_count, 0) as used_per_day,
         m.others_others / nullif(m.determinant, 0) as weight,
         m.use_loss as use_loss,
         m.others_loss as others_loss,
         m.loss_loss as loss_loss,
         (m.use_loss * m.others_others - m.others_loss * m.use_others) / nullif(m.determinant, 0) as slope_ratio,
         (m.others_loss * m.use_use - m.use_loss * m.use_others) / nullif(m.determinant, 0) as others_slope_ratio
  from measured_sums as m
  where m.determinant > 0
),
followed as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.span_code as span_code,
         s.start_on as start_on,
         s.to_on as to_on,
         s.kind_code as kind_code,
         s.day_count as day_count,
         s.used_per_day as used_per_day,
         round(s.slope_ratio, 6) as slope_ratio,
         round(sqrt(greatest(s.loss_loss - s.slope_ratio * s.use_loss - s.others_slope_ratio * s.others_loss, cast(0 as double))
           * s.weight / nullif(s.day_count - cast(1 + 1 as double), 0)), 6) as slope_error_ratio
  from sloped as s
),
-- the month in which the loss began to follow
begun as (
  select a.customer_id as customer_id,
         a.metering_point_id as metering_point_id,
         a.start_on as start_on,
         a.used_per_day as used_per_day,
         b.used_per_day as before_per_day,
         a.slope_ratio as slope_ratio,
         a.slope_error_ratio as slope_error_ratio,
         (a.slope_ratio - b.slope_ratio)
           / nullif(sqrt(a.slope_error_ratio * a.slope_error_ratio + b.slope_error_ratio * b.slope_error_ratio), 0) as begun_errors,
         case when c.customer_type_code = 'high_voltage' then p.min_drop_kwh_per_day_high_voltage
              else p.min_drop_kwh_per_day end as min_drop_per_day,
         p.min_begun_errors as min_begun_errors,
         p.min_strong_errors as min_strong_errors,
         p.min_begun_drop_ratio as min_begun_drop_ratio,
         p.min_strong_drop_ratio as min_strong_drop_ratio,
         p.max_disagreement as max_disagreement,
         p.max_disagreement_strong as max_disagreement_strong,
         p.min_start_share as min_start_share,
         p.min_season_ratio as min_season_ratio
  from followed as a
  join followed as b on b.customer_id = a.customer_id and b.metering_point_id = a.metering_point_id and b.start_on = a.start_on
  join core.customer as c on c.customer_id = a.customer_id
  join parameter as p on p.org_id = c.org_id
  where a.span_code = 'since' and b.span_code = 'before'
    and (c.customer_status_code <> 'suspended' or c.customer_status_code is null)
    and a.used_per_day > 0
    and b.day_count >= cast(p.min_begun_before_days as double)
    and a.slope_ratio >= cast(p.min_follow_ratio as double)
    and a.slope_ratio >= cast(p.min_begun_errors as double) * a.slope_error_ratio
    and a.slope_ratio - b.slope_ratio >= cast(p.min_begun_errors as double)
          * sqrt(a.slope_error_ratio * a.slope_error_ratio + b.slope_error_ratio * b.slope_error_ratio)
),
-- by how much use fell: beside the same months a year before, where they were before the fall, else beside the months before
next_year as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.month_on as month_on,
         extract(year from m.month_on) + 1 as year_no,
         extract(month from m.month_on) as month_no,
         m.used_kwh as used_kwh,
         m.days_observed as days_observed
  from mart.loss_along_month as m
),
followed_month as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.start_on as start_on,
         m.used_kwh as used_kwh,
         m.days_observed as days_observed,
         case when y.month_on < b.start_on then y.used_kwh end as year_before_kwh,
         case when y.month_on < b.start_on then y.days_observed end as year_before_days
  from begun as b
  join mart.loss_along_month as m on m.customer_id = b.customer_id and m.metering_point_id = b.metering_point_id
  left join next_year as y
    on y.customer_id = m.customer_id and y.metering_point_id = m.metering_point_id
   and y.year_no = extract(year from m.month_on) and y.month_no = extract(month from m.month_on)
  where m.month_on >= b.start_on
),
months as (
  select f.customer_id as customer_id,
         f.metering_point_id as metering_point_id,
         f.start_on as start_on,
         count(*) as month_count,
         count(f.year_before_days) as known_month_count,
         cast(sum(case when f.year_before_days is not null then f.used_kwh end) as double)
           / nullif(cast(cast(sum(case when f.year_before_days is not null then f.days_observed end) as bigint) as double), 0) as used_per_day,
         cast(sum(f.year_before_kwh) as double)
           / nullif(cast(cast(sum(f.year_before_days) as bigint) as double), 0) as year_before_per_day
  from followed_month as f
  group by f.customer_id, f.metering_point_id, f.start_on
),
dropped as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.start_on as start_on,
         b.used_per_day as used_per_day,
         b.slope_ratio as slope_ratio,
         b.slope_error_ratio as slope_error_ratio,
         b.begun_errors as begun_errors,
         b.min_drop_per_day as min_drop_per_day,
         b.min_strong_errors as min_strong_errors,
         b.min_begun_drop_ratio as min_begun_drop_ratio,
         b.min_strong_drop_ratio as min_strong_drop_ratio,
         b.max_disagreement as max_disagreement,
         b.max_disagreement_strong as max_disagreement_strong,
         b.min_start_share as min_start_share,
         case when cast(m.known_month_count as double) >= cast(b.min_season_ratio as double) * cast(m.month_count as double)
              then m.year_before_per_day end as year_before_per_day,
         case when cast(m.known_month_count as double) >= cast(b.min_season_ratio as double) * cast(m.month_count as double)
              then (m.year_before_per_day - m.used_per_day) / nullif(m.year_before_per_day, 0)
              else (b.before_per_day - b.used_per_day) / nullif(b.before_per_day, 0) end as drop_ratio,
         -- what works by orders has no season to compare
         (b.before_per_day - b.used_per_day) / nullif(b.before_per_day, 0) as whole_drop_ratio
  from begun as b
  join months as m
    on m.customer_id = b.customer_id and m.metering_point_id = b.metering_point_id and m.start_on = b.start_on
),
graded as (
  select d.customer_id as customer_id,
         d.metering_point_id as metering_point_id,
         d.start_on as start_on,
         d.used_per_day as used_per_day,
         d.year_before_per_day as year_before_per_day,
         d.slope_ratio as slope_ratio,
         d.slope_error_ratio as slope_error_ratio,
         d.begun_errors as begun_errors,
         case when d.begun_errors >= cast(d.min_strong_errors as double)
               and d.slope_ratio >= cast(d.min_strong_errors as double) * d.slope_error_ratio then 1 else 0 end as strong_count,
         case when d.begun_errors >= cast(d.min_strong_errors as double)
               and d.slope_ratio >= cast(d.min_strong_errors as double) * d.slope_error_ratio
              then greatest(d.drop_ratio, d.whole_drop_ratio) else d.drop_ratio end as drop_ratio,
         d.min_drop_per_day as min_drop_per_day,
         d.min_begun_drop_ratio as min_begun_drop_ratio,
         d.min_strong_drop_ratio as min_strong_drop_ratio,
         d.max_disagreement as max_disagreement,
         d.max_disagreement_strong as max_disagreement_strong,
         d.min_start_share as min_start_share
  from dropped as d
),
strength as (
  select d.customer_id as customer_id,
         d.metering_point_id as metering_point_id,
         d.start_on as start_on,
         d.year_before_per_day as year_before_per_day,
         d.drop_ratio as drop_ratio,
         d.drop_ratio / nullif(1 - d.drop_ratio, 0) as missed_ratio,
         d.used_per_day / nullif(1 - d.drop_ratio, 0) as whole_per_day,
         d.slope_ratio as slope_ratio,
         d.slope_error_ratio as slope_error_ratio,
         d.begun_errors as begun_errors,
         d.strong_count as strong_count,
         d.min_begun_drop_ratio as min_begun_drop_ratio,
         d.min_strong_drop_ratio as min_strong_drop_ratio,
         d.max_disagreement as max_disagreement,
         d.max_disagreement_strong as max_disagreement_strong,
         d.min_start_share as min_start_share
  from graded as d
  where d.drop_ratio < 1 and d.used_per_day * d.slope_ratio >= cast(d.min_drop_per_day as double)
),
-- beside the months before alone a fall may be the season's: there the loss must follow beyond doubt
clearest as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.start_on as start_on,
         s.year_before_per_day as year_before_per_day,
         s.whole_per_day as whole_per_day,
         least(s.missed_ratio, s.slope_ratio) as lost_ratio,
         s.slope_ratio as slope_ratio,
         s.slope_error_ratio as slope_error_ratio,
         s.begun_errors as begun_errors,
         s.min_start_share as min_start_share,
         max(s.begun_errors) over (partition by s.customer_id, s.metering_point_id) as most_errors
  from strength as s
  where (s.strong_count = 1 and s.drop_ratio >= cast(s.min_strong_drop_ratio as double)
      and s.slope_ratio <= s.missed_ratio * cast(s.max_disagreement_strong as double)
      and s.slope_ratio * cast(s.max_disagreement_strong as double) >= s.missed_ratio)
     or (s.year_before_per_day is not null and s.drop_ratio >= cast(s.min_begun_drop_ratio as double)
      and s.slope_ratio <= s.missed_ratio * cast(s.max_disagreement as double)
      and s.slope_ratio * cast(s.max_disagreement as double) >= s.missed_ratio)
),
first_started as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.start_on as start_on,
         m.year_before_per_day as year_before_per_day,
         m.whole_per_day as whole_per_day,
         m.lost_ratio as lost_ratio,
         m.slope_ratio as slope_ratio,
         m.slope_error_ratio as slope_error_ratio
  from clearest as m
  where m.begun_errors >= m.most_errors * cast(m.min_start_share as double)
  qualify row_number() over (partition by m.customer_id, m.metering_point_id order by m.start_on) = 1
),
-- the bill in which it fell counts for what is missing of it, and no more than a whole one lacks
lost as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.year_before_per_day as year_before_per_day,
         s.slope_ratio as slope_ratio,
         s.slope_error_ratio as slope_error_ratio,
         b.from_on as from_on,
         b.to_on as to_on,
         b.days as days,
         b.billed_quantity as billed_quantity,
         case when b.from_on >= s.start_on then cast(b.billed_quantity as double) * s.lost_ratio
              else least(s.whole_per_day * cast(b.days as double) - cast(b.billed_quantity as double),
                         cast(b.billed_quantity as double) * s.lost_ratio) end as lost_quantity
  from first_started as s
  join billed as b on b.customer_id = s.customer_id and b.metering_point_id = s.metering_point_id
  where b.commodity_code = 'electricity'
    and (b.from_on >= s.start_on
      or (b.to_on >= s.start_on and cast(b.billed_quantity as double) < s.whole_per_day * cast(b.days as double)))
),
hit as (
  select f.customer_id as customer_id,
         f.metering_point_id as metering_point_id,
         f.kind_code as kind_code,
         f.fall_on as fall_on,
         f.to_on as to_on,
         f.low_period_count as low_period_count,
         f.billed_quantity as billed_quantity,
         f.usual_per_day as usual_per_day,
         f.deviation_per_day as deviation_per_day,
         f.low_per_day as low_per_day,
         f.year_before_per_day as year_before_per_day,
         -- never more than either witness says: the point's own past, and what is lost along with its use
         case when s.slope_ratio >= s.slope_error_ratio * cast(p.min_follow_errors as double)
              then least(f.expected_quantity, cast(f.billed_quantity as double) * (1 + s.slope_ratio))
              else f.expected_quantity end as expected_quantity,
         s.slope_ratio as slope_ratio,
         s.slope_error_ratio as slope_error_ratio
  from fell as f
  join core.customer as c on c.customer_id = f.customer_id
  join parameter as p on p.org_id = c.org_id
  left join balanced as b on b.customer_id = f.customer_id and b.metering_point_id = f.metering_point_id
  left join followed as s
    on s.customer_id = f.customer_id and s.metering_point_id = f.metering_point_id and s.span_code = 'fall'
   and s.start_on = f.fall_on and s.to_on = f.to_on and s.kind_code = f.kind_code
  where b.month_count is null
     or (s.slope_ratio >= cast(p.min_follow_ratio as double)
       and s.slope_ratio * cast(f.billed_quantity as double) * cast(p.max_disagreement as double)
             >= f.expected_quantity - cast(f.billed_quantity as double)
       and s.slope_ratio >= s.slope_error_ratio
             * cast(case when f.kind_code = 'season' then p.min_begun_errors else p.min_follow_errors end as double))
     -- a special-transformer site runs steadier: where the balance cannot tell, its own past is believed
     or (f.kind_code = 'bills' and c.customer_type_code = 'high_voltage'
       and (s.slope_error_ratio is null
         or s.slope_error_ratio * cast(f.billed_quantity as double)
              > cast(p.max_conclusive_error as double) * (f.expected_quantity - cast(f.billed_quantity as double))))
  union all
  select l.customer_id,
         l.metering_point_id,
         'loss',
         min(l.from_on),
         max(l.to_on),
         count(*),
         cast(sum(l.billed_quantity) as decimal(14,2)),
         cast(null as double),
         cast(null as double),
         cast(sum(l.billed_quantity) as double) / nullif(cast(cast(sum(l.days) as bigint) as double), 0),
         l.year_before_per_day,
         cast(sum(l.billed_quantity) as double) + round(sum(l.lost_quantity), 6),
         l.slope_ratio,
         l.slope_error_ratio
  from lost as l
  group by l.customer_id, l.metering_point_id, l.year_before_per_day, l.slope_ratio, l.slope_error_ratio
),
-- a fall within a fall, against a level that has sunk with it, is the same loss
in_order as (
  select h.customer_id as customer_id,
         h.metering_point_id as metering_point_id,
         h.kind_code as kind_code,
         h.fall_on as fall_on,
         h.to_on as to_on,
         h.low_period_count as low_period_count,
         h.billed_quantity as billed_quantity,
         h.usual_per_day as usual_per_day,
         h.deviation_per_day as deviation_per_day,
         h.low_per_day as low_per_day,
         h.year_before_per_day as year_before_per_day,
         cast(round(h.expected_quantity, 2) as decimal(14,2)) as expected_quantity,
         h.slope_ratio as slope_ratio,
         h.slope_error_ratio as slope_error_ratio,
         min(case when h.kind_code = 'loss' then h.fall_on end) over (partition by h.customer_id, h.metering_point_id) as began_on
  from hit as h
),
-- where it is known when the loss began, that is the fall
one_of as (
  select o.customer_id as customer_id,
         o.metering_point_id as metering_point_id,
         o.kind_code as kind_code,
         o.fall_on as fall_on,
         o.to_on as to_on,
         o.low_period_count as low_period_count,
         o.billed_quantity as billed_quantity,
         o.usual_per_day as usual_per_day,
         o.deviation_per_day as deviation_per_day,
         o.low_per_day as low_per_day,
         o.year_before_per_day as year_before_per_day,
         o.expected_quantity as expected_quantity,
         o.slope_ratio as slope_ratio,
         o.slope_error_ratio as slope_error_ratio,
         max(o.to_on) over (partition by o.customer_id, o.metering_point_id
           order by o.fall_on, o.to_on desc, o.kind_code
           rows between unbounded preceding and 1 preceding) as low_until_on
  from in_order as o
  where o.kind_code = 'loss' or o.began_on is null or o.to_on <= o.began_on
),
priced as (
  select o.customer_id as customer_id,
         o.metering_point_id as metering_point_id,
         o.kind_code as kind_code,
         o.fall_on as fall_on,
         o.to_on as to_on,
         max(b.price_yuan_per_kwh) as price_yuan_per_kwh
  from one_of as o
  join billed as b on b.customer_id = o.customer_id and b.metering_point_id = o.metering_point_id
  where b.from_on >= o.fall_on and b.to_on <= o.to_on
  group by o.customer_id, o.metering_point_id, o.kind_code, o.fall_on, o.to_on
)
select h.metering_point_id as metering_point_id,
       h.customer_id as customer_id,
       h.fall_on as period_from,
       h.to_on as period_to,
       cast(h.billed_quantity as decimal(18,4)) as observed_value,
       cast(h.expected_quantity as decimal(18,4)) as expected_value,
       case when f.commodity_code = 'electricity' then cast(h.expected_quantity - h.billed_quantity as decimal(14,2)) end as impact_kwh,
       case when f.commodity_code = 'electricity'
            then cast(round(cast(h.expected_quantity - h.billed_quantity as decimal(20,2)) * p.price_yuan_per_kwh, 2) as decimal(14,2))
            end as impact_yuan,
       case when f.commodity_code <> 'electricity' or f.commodity_code is null or p.price_yuan_per_kwh is null
            then 'none' else 'estimated' end as impact_method,
       f.commodity_code as commodity_code,
       f.bill_id as bill_id,
       f.before_bill_id as before_bill_id,
       h.low_period_count as low_period_count,
       h.low_per_day as low_quantity_per_day,
       h.usual_per_day as usual_quantity_per_day,
       h.deviation_per_day as deviation_quantity_per_day,
       h.year_before_per_day as year_before_quantity_per_day,
       f.billed_multiplier as billed_multiplier,
       f.before_multiplier as before_multiplier,
       p.price_yuan_per_kwh as price_yuan_per_kwh,
       c.customer_type_code as customer_type_code,
       c.usage_category_code as usage_category_code,
       h.slope_ratio as slope_ratio,
       h.slope_error_ratio as slope_error_ratio
from one_of as h
join core.customer as c on c.customer_id = h.customer_id
join priced as p
  on p.customer_id = h.customer_id and p.metering_point_id = h.metering_point_id and p.kind_code = h.kind_code
 and p.fall_on = h.fall_on and p.to_on = h.to_on
join following as f on f.customer_id = h.customer_id and f.metering_point_id = h.metering_point_id and f.from_on = h.fall_on
where h.low_until_on is null or h.low_until_on <= h.fall_on
qualify row_number() over (partition by h.customer_id, h.metering_point_id, h.kind_code, h.fall_on, h.to_on
  order by f.to_on, f.bill_id) = 1
