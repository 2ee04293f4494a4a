/* ---
title: {en: The load has always been steady, zh: 负荷一贯平稳}
reason:
  en: >-
    By its registers the point used nearly the same a day in every period known, by many values that differ a little:
    a telecom cabinet, traffic signals, a pump that never stops. Equal bills are to be expected.
  zh: >-
    按示数计, 该计量点各期日均用量始终相近但各不相同, 属通信基站、交通信号等恒定负荷, 出现相同电量属正常。
subject: metering_point
lookback_months: 12
parameters:
  max_deviation_ratio: {value: 0.1, unit: ratio, why: {en: "a cabinet's load moves by a tenth with the season's heat; homes and shops move by far more",
    zh: "机柜类负荷随季节温度变化约一成, 居民商铺变化远大于此"}}
  min_differing_periods: {value: 5, unit: periods, why: {en: "two or three close values happen by chance; five show that the meter was read",
    zh: "两三期相近可属巧合, 五期各异说明示数确系抄得"}}
  max_rest_quantity: {value: 1, unit: kwh_or_m3, why: {en: "values that differ by less than a unit (kWh or m³) may be one guess, rounded",
    zh: "相差不足一个单位 (千瓦时或立方米) 可能是同一估值取整"}}
--- */
with billed as (
  select p.metering_point_id as metering_point_id,
         p.customer_id as customer_id,
         p.from_on as from_on,
         p.to_on as to_on,
         p.days as days,
         p.billed_quantity as billed_quantity,
         p.index_quantity as index_quantity,
         p.quantity_per_day as quantity_per_day,
         lag(p.days) over (partition by p.customer_id, p.metering_point_id order by p.to_on) as before_days,
         lag(p.billed_quantity) over (partition by p.customer_id, p.metering_point_id order by p.to_on) as before_quantity
  from mart.billed_period as p
  where p.days > 0
),
differing as (
  select b.metering_point_id as metering_point_id,
         b.customer_id as customer_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.quantity_per_day as quantity_per_day,
         p.max_deviation_ratio as max_deviation_ratio,
         p.min_differing_periods as min_differing_periods,
         case when abs(cast(b.index_quantity - b.billed_quantity as double)) <= cast(p.max_rest_quantity as double)
               and abs(cast(b.billed_quantity as double) * cast(b.before_days as double)
                     - cast(b.before_quantity as double) * cast(b.days as double))
                   > cast(p.max_rest_quantity as double) * cast(b.before_days as double)
              then 1 else 0 end as differs_count
  from billed as b
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
),
level as (
  select d.metering_point_id as metering_point_id,
         d.customer_id as customer_id,
         d.max_deviation_ratio as max_deviation_ratio,
         min(d.from_on) as from_on,
         max(d.to_on) as to_on,
         cast(sum(d.differs_count) as bigint) as differing_period_count,
         min(d.quantity_per_day) as least_quantity_per_day,
         max(d.quantity_per_day) as most_quantity_per_day,
         median(d.quantity_per_day) as usual_quantity_per_day
  from differing as d
  group by d.metering_point_id, d.customer_id, d.max_deviation_ratio, d.min_differing_periods
  having cast(sum(d.differs_count) as bigint) >= d.min_differing_periods
)
select l.metering_point_id as metering_point_id,
       l.customer_id as customer_id,
       l.from_on as valid_from,
       l.to_on as valid_to,
       l.differing_period_count as differing_period_count,
       l.least_quantity_per_day as least_quantity_per_day,
       l.most_quantity_per_day as most_quantity_per_day,
       l.usual_quantity_per_day as usual_quantity_per_day
from level as l
where l.least_quantity_per_day >= l.usual_quantity_per_day * cast(1 - l.max_deviation_ratio as double)
  and l.most_quantity_per_day <= l.usual_quantity_per_day * cast(1 + l.max_deviation_ratio as double)
