/* ---
owner: losses
description:
  en: >-
    How the loss of the area, or for high-voltage customers of the feeder, that feeds a metering point changed from day
    to day beside what the point and the other meters took; sums of a month, to be added up over months
  zh: 供电台区 (高压用户为线路) 损失的逐日变化, 与该计量点及其余各表电量逐日变化的对照; 按月合计, 各月可直接相加
grain: one row per metering point and month in which days beside each other were balanced and read
key: [metering_point_id, month_on]
reach: customer
partition_on: month_on
lookback_months: 1
settings:
  max_jump: {value: 6, unit: deviations, why: "a change six times the usual one is a late reading or a master meter at work; it would outweigh the rest of the month"}
  max_change_kwh: {value: 10000000, unit: kwh, why: "no area or feeder of a county changes by ten million kWh from one day to the next"}
audits:
  - {check: not_negative, columns: [days_observed, use_use_sum, loss_loss_sum], level: warning}
--- */
-- low voltage is balanced at the area, high voltage at the feeder
with balance as (
  select d.area_id as place_id,
         'area' as place_kind,
         d.reading_on as reading_on,
         d.sold_kwh as sold_kwh,
         d.loss_kwh as loss_kwh
  from mart.area_day as d
  where d.not_computable_code is null and d.loss_kwh is not null
  union all
  select d.feeder_id,
         'feeder',
         d.reading_on,
         d.sold_kwh,
         d.loss_kwh
  from mart.feeder_day as d
  where d.not_computable_code is null and d.loss_kwh is not null
),
beside as (
  select b.place_id as place_id,
         b.place_kind as place_kind,
         b.reading_on as reading_on,
         lag(b.reading_on) over (partition by b.place_kind, b.place_id order by b.reading_on) as before_on,
         cast(b.sold_kwh - lag(b.sold_kwh) over (partition by b.place_kind, b.place_id order by b.reading_on) as decimal(14,2)) as sold_change_kwh,
         cast(b.loss_kwh - lag(b.loss_kwh) over (partition by b.place_kind, b.place_id order by b.reading_on) as decimal(14,2)) as loss_change_kwh
  from balance as b
),
change as (
  select b.place_id as place_id,
         b.place_kind as place_kind,
         b.reading_on as reading_on,
         cast(date_trunc('month', b.reading_on) as date) as month_on,
         b.sold_change_kwh as sold_change_kwh,
         b.loss_change_kwh as loss_change_kwh
  from beside as b
  cross join setting as s
  where date_diff('day', b.before_on, b.reading_on) = 1
    and abs(b.sold_change_kwh) <= s.max_change_kwh and abs(b.loss_change_kwh) <= s.max_change_kwh
),
usual as (
  select c.place_id as place_id,
         c.place_kind as place_kind,
         c.month_on as month_on,
         median(abs(cast(c.loss_change_kwh as double))) as change_kwh
  from change as c
  group by c.place_id, c.place_kind, c.month_on
),
calm as (
  select c.place_id as place_id,
         c.place_kind as place_kind,
         c.reading_on as reading_on,
         c.month_on as month_on,
         c.sold_change_kwh as sold_change_kwh,
         c.loss_change_kwh as loss_change_kwh
  from change as c
  join usual as u on u.place_id = c.place_id and u.place_kind = c.place_kind and u.month_on = c.month_on
  cross join setting as s
  where abs(cast(c.loss_change_kwh as double)) <= u.change_kwh * cast(s.max_jump as double)
),
point as (
  select c.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         case when c.supply_voltage_code is null or c.supply_voltage_code in ('ac_220v', 'ac_380v') then 'area' else 'feeder' end as place_kind,
         case when c.supply_voltage_code is null or c.supply_voltage_code in ('ac_220v', 'ac_380v') then c.area_id
              when p.feeder_id is not null then p.feeder_id else a.feeder_id end as place_id
  from core.customer as c
  join core.metering_point as p on p.customer_id = c.customer_id
  left join core.area as a on a.area_id = c.area_id
  where p.metering_point_use_code is null or p.metering_point_use_code = 'settlement'
),
used as (
  select u.customer_id as customer_id,
         u.metering_point_id as metering_point_id,
         u.reading_on as reading_on,
         cast(sum(u.daily_kwh) as decimal(14,2)) as day_kwh
  from mart.daily_usage as u
  where u.daily_kwh is not null
  group by u.customer_id, u.metering_point_id, u.reading_on
),
used_beside as (
  select u.customer_id as customer_id,
         u.metering_point_id as metering_point_id,
         u.reading_on as reading_on,
         u.day_kwh as day_kwh,
         lag(u.reading_on) over (partition by u.customer_id, u.metering_point_id order by u.reading_on) as before_on,
         cast(u.day_kwh - lag(u.day_kwh) over (partition by u.customer_id, u.metering_point_id order by u.reading_on) as decimal(14,2)) as change_kwh
  from used as u
),
paired as (
  select u.customer_id as customer_id,
         u.metering_point_id as metering_point_id,
         c.month_on as month_on,
         u.day_kwh as day_kwh,
         u.change_kwh as use_change_kwh,
         cast(c.sold_change_kwh - u.change_kwh as decimal(14,2)) as others_change_kwh,
         c.loss_change_kwh as loss_change_kwh
  from used_beside as u
  join point as p on p.customer_id = u.customer_id and p.metering_point_id = u.metering_point_id
  join calm as c on c.place_kind = p.place_kind and c.place_id = p.place_id and c.reading_on = u.reading_on
  cross join setting as s
  where date_diff('day', u.before_on, u.reading_on) = 1 and abs(u.change_kwh) <= s.max_change_kwh
)
-- exact sums of products: in whatever order they are added they are the same
select p.metering_point_id as metering_point_id,
       p.customer_id as customer_id,
       p.month_on as month_on,
       count(*) as days_observed,
       cast(sum(p.day_kwh) as decimal(14,2)) as used_kwh,
       cast(sum(cast(cast(p.use_change_kwh as decimal(20,2)) * p.use_change_kwh as decimal(28,4))) as decimal(28,4)) as use_use_sum,
       cast(sum(cast(cast(p.use_change_kwh as decimal(20,2)) * p.others_change_kwh as decimal(28,4))) as decimal(28,4)) as use_others_sum,
       cast(sum(cast(cast(p.others_change_kwh as decimal(20,2)) * p.others_change_kwh as decimal(28,4))) as decimal(28,4)) as others_others_sum,
       cast(sum(cast(cast(p.use_change_kwh as decimal(20,2)) * p.loss_change_kwh as decimal(28,4))) as decimal(28,4)) as use_loss_sum,
       cast(sum(cast(cast(p.others_change_kwh as decimal(20,2)) * p.loss_change_kwh as decimal(28,4))) as decimal(28,4)) as others_loss_sum,
       cast(sum(cast(cast(p.loss_change_kwh as decimal(20,2)) * p.loss_change_kwh as decimal(28,4))) as decimal(28,4)) as loss_loss_sum
from paired as p
group by p.metering_point_id, p.customer_id, p.month_on
