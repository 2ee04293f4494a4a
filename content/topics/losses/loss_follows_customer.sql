/* ---
uid: l5ru2kc8
code: LL-005
title: {en: The area's loss follows a customer's use, zh: 线损与用户电量强相关(嫌疑定位)}
description:
  en: >-
    In a transformer area that loses more than it should, the loss rises and falls from day to day with what one meter
    measures, after the use of all others is taken out: that meter measures a part only. Or the loss rises by what the
    meter stops measuring: it is bypassed on some days. The suspect named first is where to begin, it is no proof.
  zh: >-
    在线损偏高的台区内, 剔除其他用户用电影响后, 台区日损失电量与某一电能表日电量同涨同落(该表只计了一部分),
    或该表少走多少、损失就多多少(部分日期被旁路)。嫌疑排序用于确定从谁查起, 不是证据。
severity: high
status: active
identity: state
subject: metering_point
reach: area
population: mart.metering_point_bill
needs: {days: 0.8}
verify_days: 95
reads_daily_because: how loss and use move from day to day is the evidence itself; only areas that lose in a quarter are asked
parameters:
  min_area_loss_pct: {value: 4, unit: pct, why: {en: "an area in the class up to 4 % has no loss to place", zh: "线损率在 4% 以内区间的台区没有需定位的损失"}}
  min_correlation_ratio: {value: 0.6, unit: ratio, why: {en: "catalogue LL-005: from 0.6 on a correlation is called strong", zh: "主题库 LL-005: 相关系数 0.6 以上视为强相关"}}
  min_t_ratio: {value: 4.5, unit: ratio, why: {en: "of a hundred meters in an area the best by chance reaches 3; 4.5 is met by chance once in a thousand areas", zh: "百户台区中偶然最大值约为 3; 4.5 在千个台区中约偶然一次"}}
  min_days: {value: 30, unit: days, why: {en: "thirty changes from day to day, else one odd day decides", zh: "至少三十个逐日变化, 否则个别异常日左右结果"}}
  min_missing_ratio: {value: 0.2, unit: ratio, why: {en: "a customer at the far end of a long line loses up to a tenth of its use in the line itself", zh: "长线路末端用户自身线路损耗可达用电量一成, 须明显高于此"}}
  max_others_slope_ratio: {value: 0.3, unit: ratio, why: {en: "where a third of what everybody uses is lost, the master measures wrongly: that comes first", zh: "若全台区用电量的三成随之损失, 属总表计量错误, 应先查总表"}}
  min_missing_kwh_per_day: {value: 2, unit: kwh, why: {en: "less a day is within what master and meters resolve together", zh: "低于总表与用户表分辨能力的差额不予认定"}}
  min_stopped_ratio: {value: 0.5, unit: ratio, why: {en: "a bypass takes away from the meter what the loss gains: a slope near -1, so half of it is asked for", zh: "旁路时表计少计多少损失就增多少, 斜率接近 -1, 故至少取其一半"}}
  purchase_price_yuan_per_kwh: {value: 0.4161, unit: yuan_per_kwh, why: {en: "about the on-grid price of coal power in central provinces: what a lost kWh cost the utility; the customer's own price comes with the claim", zh: "约为华中省份燃煤上网基准价, 即损失一千瓦时的购电成本; 追补时另按用户电价计算"}}
innocence:
  - {check: area_cut_over, clears: touches}
  - {check: feeds_in, clears: touches}
resolved_when: state_gone
remedy: theft_check
playbook: theft_check
check:
  en: [compare current at the service line with current through the meter without notice, open the meter box and look at seals and terminals and for bypasses, check multiplier and wiring of the meter, lay the daily curve beside the area's loss and look which days differ]
  zh: [突击比对进户线电流与表计电流, 检查表箱、封印、接线端子及绕越, 核对倍率与接线, 将日电量曲线与台区损失曲线叠加查看异常日期]
--- */
with quarter as (
  select m.area_id as area_id,
         m.org_id as org_id,
         cast(date_trunc('quarter', m.month_on) as date) as quarter_on,
         cast(sum(m.supplied_kwh) as decimal(14,2)) as supplied_kwh,
         cast(sum(m.loss_kwh) as decimal(14,2)) as area_loss_kwh
  from mart.area_month as m
  where m.not_computable_code is null
  group by m.area_id, m.org_id, cast(date_trunc('quarter', m.month_on) as date)
),
-- the costly part is asked of areas that lose only
wanted as (
  select q.area_id as area_id,
         q.org_id as org_id,
         q.quarter_on as quarter_on,
         q.supplied_kwh as supplied_kwh,
         q.area_loss_kwh as area_loss_kwh,
         p.min_correlation_ratio as min_correlation_ratio,
         p.min_t_ratio as min_t_ratio,
         p.min_days as min_days,
         p.min_missing_ratio as min_missing_ratio,
         p.max_others_slope_ratio as max_others_slope_ratio,
         p.min_missing_kwh_per_day as min_missing_kwh_per_day,
         p.min_stopped_ratio as min_stopped_ratio,
         p.purchase_price_yuan_per_kwh as purchase_price_yuan_per_kwh
  from quarter as q
  join parameter as p on p.org_id = q.org_id
  where q.supplied_kwh > 0
    and q.area_loss_kwh * 100 > cast(q.supplied_kwh as decimal(20,2)) * p.min_area_loss_pct
),
area_change as (
  select w.area_id as area_id,
         w.quarter_on as quarter_on,
         d.reading_on as reading_on,
         d.loss_kwh as loss_kwh,
         d.sold_kwh as sold_kwh,
         lag(d.reading_on) over (partition by w.area_id, w.quarter_on order by d.reading_on) as before_on,
         lag(d.loss_kwh) over (partition by w.area_id, w.quarter_on order by d.reading_on) as before_loss_kwh,
         lag(d.sold_kwh) over (partition by w.area_id, w.quarter_on order by d.reading_on) as before_sold_kwh
  from wanted as w
  join mart.area_day as d on d.area_id = w.area_id
  where cast(date_trunc('quarter', d.reading_on) as date) = w.quarter_on
    and d.not_computable_code is null
),
customer_day as (
  select c.area_id as area_id,
         w.quarter_on as quarter_on,
         u.customer_id as customer_id,
         u.metering_point_id as metering_point_id,
         u.reading_on as reading_on,
         u.daily_kwh as daily_kwh,
         lag(u.reading_on) over (
           partition by u.customer_id, u.metering_point_id, w.quarter_on order by u.reading_on, u.meter_id) as before_on,
         lag(u.daily_kwh) over (
           partition by u.customer_id, u.metering_point_id, w.quarter_on order by u.reading_on, u.meter_id) as before_kwh
  from core.customer as c
  join wanted as w on w.area_id = c.area_id
  join core.metering_point as p on p.customer_id = c.customer_id
  join mart.daily_usage as u on u.customer_id = p.customer_id and u.metering_point_id = p.metering_point_id
  where p.metering_point_use_code = 'settlement'
    and c.supply_voltage_code in ('ac_220v', 'ac_380v')
    and u.daily_kwh is not null
    and cast(date_trunc('quarter', u.reading_on) as date) = w.quarter_on
),
-- from one day to the next: what the weather does over weeks falls out
paired as (
  select u.area_id as area_id,
         u.quarter_on as quarter_on,
         u.customer_id as customer_id,
         u.metering_point_id as metering_point_id,
         u.reading_on as reading_on,
         u.daily_kwh as daily_kwh,
         cast(u.daily_kwh - u.before_kwh as double) as use_change,
         cast(a.loss_kwh - a.before_loss_kwh as double) as loss_change,
         cast(a.sold_kwh - a.before_sold_kwh - u.daily_kwh + u.before_kwh as double) as others_change
  from customer_day as u
  join area_change as a on a.area_id = u.area_id and a.quarter_on = u.quarter_on and a.reading_on = u.reading_on
  where date_diff('day', u.before_on, u.reading_on) = 1
    and date_diff('day', a.before_on, a.reading_on) = 1
),
-- A series that never changes has no correlation. Correlation and slope are those of loss and this use with the use of all
-- others held still. Where the loss follows the others as much, the master measures wrongly and nobody is suspected.
moving_1 as (
  select p.area_id as area_id,
         p.quarter_on as quarter_on,
         p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         count(*) as days_observed,
         min(p.reading_on) as from_on,
         max(p.reading_on) as last_on,
         cast(sum(p.daily_kwh) as decimal(14,2)) as used_kwh
  from paired as p
  group by p.area_id, p.quarter_on, p.customer_id, p.metering_point_id
  having max(p.use_change) > min(p.use_change)
     and max(p.loss_change) > min(p.loss_change)
     and max(p.others_change) > min(p.others_change)
),
correlated_1 as (
  select m.area_id as area_id,
         m.quarter_on as quarter_on,
         m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.days_observed as days_observed,
         m.from_on as from_on,
         m.last_on as last_on,
         m.used_kwh as used_kwh,
         round(corr(p.use_change, p.loss_change), 6) as use_loss,
         round(corr(p.use_change, p.others_change), 6) as use_others,
         round(corr(p.loss_change, p.others_change), 6) as loss_others,
         round(stddev_pop(p.use_change), 6) as use_scatter,
         round(stddev_pop(p.loss_change), 6) as loss_scatter,
         round(stddev_pop(p.others_change), 6) as others_scatter
  from moving_1 as m
  join paired as p
    on p.customer_id = m.customer_id and p.metering_point_id = m.metering_point_id and p.quarter_on = m.quarter_on
  group by m.area_id, m.quarter_on, m.customer_id, m.metering_point_id, m.days_observed, m.from_on, m.last_on, m.used_kwh
),
partial_1 as (
  select c.area_id as area_id,
         c.quarter_on as quarter_on,
         c.customer_id as customer_id,
         c.metering_point_id as metering_point_id,
         c.days_observed as days_observed,
         c.from_on as from_on,
         c.last_on as last_on,
         c.used_kwh as used_kwh,
         round((c.use_loss - c.use_others * c.loss_others)
           / nullif(sqrt(greatest((1 - c.use_others * c.use_others) * (1 - c.loss_others * c.loss_others), cast(0 as double))), 0), 6)
           as correlation_ratio,
         round((c.use_loss - c.use_others * c.loss_others) / nullif(1 - c.use_others * c.use_others, 0)
           * c.loss_scatter / nullif(c.use_scatter, 0), 6) as slope_ratio,
         round((c.loss_others - c.use_others * c.use_loss) / nullif(1 - c.use_others * c.use_others, 0)
           * c.loss_scatter / nullif(c.others_scatter, 0), 6) as others_slope_ratio
  from correlated_1 as c
),
suspect_1 as (
  select p.area_id as area_id,
         p.quarter_on as quarter_on,
         p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.days_observed as days_observed,
         p.from_on as from_on,
         p.last_on as last_on,
         p.used_kwh as used_kwh,
         p.correlation_ratio as correlation_ratio,
         p.slope_ratio as slope_ratio,
         p.others_slope_ratio as others_slope_ratio,
         round(p.slope_ratio - p.others_slope_ratio, 6) as missing_ratio
  from partial_1 as p
  join wanted as w on w.area_id = p.area_id and w.quarter_on = p.quarter_on
  where p.days_observed >= w.min_days
    and abs(p.correlation_ratio) >= cast(w.min_correlation_ratio as double)
    and abs(p.correlation_ratio) * sqrt(cast(p.days_observed as double))
          >= cast(w.min_t_ratio as double) * sqrt(greatest(1 - p.correlation_ratio * p.correlation_ratio, cast(0 as double)))
    and (round(p.slope_ratio - p.others_slope_ratio, 6) >= cast(w.min_missing_ratio as double)
      or round(p.others_slope_ratio - p.slope_ratio, 6) >= cast(w.min_stopped_ratio as double))
    and abs(p.others_slope_ratio) <= cast(w.max_others_slope_ratio as double)
    and abs(p.slope_ratio - p.others_slope_ratio) * cast(p.used_kwh as double)
          >= cast(w.min_missing_kwh_per_day as double) * cast(p.days_observed as double)
  qualify row_number() over (
    partition by p.area_id, p.quarter_on order by abs(p.correlation_ratio) desc, p.metering_point_id) = 1
),
-- what the first suspect explains is taken out before the second is sought, or whoever lives by the same hours is accused
explained as (
  select s.area_id as area_id,
         s.quarter_on as quarter_on,
         p.reading_on as reading_on,
         max(s.metering_point_id) as metering_point_id,
         round(max(s.missing_ratio * p.use_change), 6) as explained_change
  from suspect_1 as s
  join paired as p
    on p.customer_id = s.customer_id and p.metering_point_id = s.metering_point_id and p.quarter_on = s.quarter_on
  group by s.area_id, s.quarter_on, p.reading_on
),
rest as (
  select p.area_id as area_id,
         p.quarter_on as quarter_on,
         p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.reading_on as reading_on,
         p.daily_kwh as daily_kwh,
         p.use_change as use_change,
         round(p.loss_change - e.explained_change, 6) as loss_change,
         p.others_change as others_change
  from paired as p
  join explained as e on e.area_id = p.area_id and e.quarter_on = p.quarter_on and e.reading_on = p.reading_on
  where p.metering_point_id <> e.metering_point_id
),
moving_2 as (
  select p.area_id as area_id,
         p.quarter_on as quarter_on,
         p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         count(*) as days_observed,
         min(p.reading_on) as from_on,
         max(p.reading_on) as last_on,
         cast(sum(p.daily_kwh) as decimal(14,2)) as used_kwh
  from rest as p
  group by p.area_id, p.quarter_on, p.customer_id, p.metering_point_id
  having max(p.use_change) > min(p.use_change)
     and max(p.loss_change) > min(p.loss_change)
     and max(p.others_change) > min(p.others_change)
),
correlated_2 as (
  select m.area_id as area_id,
         m.quarter_on as quarter_on,
         m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.days_observed as days_observed,
         m.from_on as from_on,
         m.last_on as last_on,
         m.used_kwh as used_kwh,
         round(corr(p.use_change, p.loss_change), 6) as use_loss,
         round(corr(p.use_change, p.others_change), 6) as use_others,
         round(corr(p.loss_change, p.others_change), 6) as loss_others,
         round(stddev_pop(p.use_change), 6) as use_scatter,
         round(stddev_pop(p.loss_change), 6) as loss_scatter,
         round(stddev_pop(p.others_change), 6) as others_scatter
  from moving_2 as m
  join rest as p
    on p.customer_id = m.customer_id and p.metering_point_id = m.metering_point_id and p.quarter_on = m.quarter_on
  group by m.area_id, m.quarter_on, m.customer_id, m.metering_point_id, m.days_observed, m.from_on, m.last_on, m.used_kwh
),
partial_2 as (
  select c.area_id as area_id,
         c.quarter_on as quarter_on,
         c.customer_id as customer_id,
         c.metering_point_id as metering_point_id,
         c.days_observed as days_observed,
         c.from_on as from_on,
         c.last_on as last_on,
         c.used_kwh as used_kwh,
         round((c.use_loss - c.use_others * c.loss_others)
           / nullif(sqrt(greatest((1 - c.use_others * c.use_others) * (1 - c.loss_others * c.loss_others), cast(0 as double))), 0), 6)
           as correlation_ratio,
         round((c.use_loss - c.use_others * c.loss_others) / nullif(1 - c.use_others * c.use_others, 0)
           * c.loss_scatter / nullif(c.use_scatter, 0), 6) as slope_ratio,
         round((c.loss_others - c.use_others * c.use_loss) / nullif(1 - c.use_others * c.use_others, 0)
           * c.loss_scatter / nullif(c.others_scatter, 0), 6) as others_slope_ratio
  from correlated_2 as c
),
suspect_2 as (
  select p.area_id as area_id,
         p.quarter_on as quarter_on,
         p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.days_observed as days_observed,
         p.from_on as from_on,
         p.last_on as last_on,
         p.used_kwh as used_kwh,
         p.correlation_ratio as correlation_ratio,
         p.slope_ratio as slope_ratio,
         p.others_slope_ratio as others_slope_ratio,
         round(p.slope_ratio - p.others_slope_ratio, 6) as missing_ratio
  from partial_2 as p
  join wanted as w on w.area_id = p.area_id and w.quarter_on = p.quarter_on
  where p.days_observed >= w.min_days
    and abs(p.correlation_ratio) >= cast(w.min_correlation_ratio as double)
    and abs(p.correlation_ratio) * sqrt(cast(p.days_observed as double))
          >= cast(w.min_t_ratio as double) * sqrt(greatest(1 - p.correlation_ratio * p.correlation_ratio, cast(0 as double)))
    and (round(p.slope_ratio - p.others_slope_ratio, 6) >= cast(w.min_missing_ratio as double)
      or round(p.others_slope_ratio - p.slope_ratio, 6) >= cast(w.min_stopped_ratio as double))
    and abs(p.others_slope_ratio) <= cast(w.max_others_slope_ratio as double)
    and abs(p.slope_ratio - p.others_slope_ratio) * cast(p.used_kwh as double)
          >= cast(w.min_missing_kwh_per_day as double) * cast(p.days_observed as double)
  qualify row_number() over (
    partition by p.area_id, p.quarter_on order by abs(p.correlation_ratio) desc, p.metering_point_id) = 1
),
suspect as (
  select s.area_id as area_id,
         s.quarter_on as quarter_on,
         s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.days_observed as days_observed,
         s.from_on as from_on,
         s.last_on as last_on,
         s.used_kwh as used_kwh,
         s.correlation_ratio as correlation_ratio,
         s.slope_ratio as slope_ratio,
         s.others_slope_ratio as others_slope_ratio,
         s.missing_ratio as missing_ratio,
         0 as before_count
  from suspect_1 as s
  union all
  select s.area_id, s.quarter_on, s.customer_id, s.metering_point_id, s.days_observed, s.from_on,
         s.last_on, s.used_kwh, s.correlation_ratio, s.slope_ratio, s.others_slope_ratio, s.missing_ratio,
         1
  from suspect_2 as s
),
found as (
  select s.area_id as area_id,
         s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.days_observed as days_observed,
         s.from_on as from_on,
         s.last_on as last_on,
         s.used_kwh as used_kwh,
         s.correlation_ratio as correlation_ratio,
         s.slope_ratio as slope_ratio,
         s.others_slope_ratio as others_slope_ratio,
         s.before_count + 1 as rank_no,
         w.supplied_kwh as supplied_kwh,
         w.area_loss_kwh as area_loss_kwh,
         w.min_correlation_ratio as min_correlation_ratio,
         w.purchase_price_yuan_per_kwh as purchase_price_yuan_per_kwh,
         -- never more than the area lost at all
         case when s.missing_ratio > 0
              then least(cast(round(s.missing_ratio * cast(s.used_kwh as double), 2) as decimal(14,2)), w.area_loss_kwh) end as missing_kwh
  from suspect as s
  join wanted as w on w.area_id = s.area_id and w.quarter_on = s.quarter_on
)
select f.metering_point_id as metering_point_id,
       f.customer_id as customer_id,
       f.from_on as period_from,
       cast(f.last_on + interval 1 day as date) as period_to,
       cast(round(f.correlation_ratio, 4) as decimal(18,4)) as observed_value,
       cast(round(f.min_correlation_ratio, 4) as decimal(18,4)) as expected_value,
       f.missing_kwh as impact_kwh,
       cast(round(cast(f.missing_kwh as decimal(20,2)) * f.purchase_price_yuan_per_kwh, 2) as decimal(14,2)) as impact_yuan,
       case when f.missing_kwh is null then 'none' else 'estimated' end as impact_method,
       f.area_id as area_id,
       f.rank_no as rank_no,
       f.slope_ratio as slope_ratio,
       f.others_slope_ratio as others_slope_ratio,
       f.used_kwh as used_kwh,
       f.supplied_kwh as supplied_kwh,
       f.area_loss_kwh as area_loss_kwh,
       f.days_observed as days_observed
from found as f
