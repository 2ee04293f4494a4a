/* ---
title: {en: The month beside it makes up for it, zh: 相邻月线损互补}
reason:
  en: >-
    Together with the month before or after it the loss of this area is ordinary, so master and customers were read at different times.
  zh: >-
    与相邻月合并后线损正常, 属总表与用户表抄表不同期。
subject: area
reach: area
lookback_months: 1
parameters:
  min_pair_pct: {value: 1, unit: pct, why: {en: "two months that lose one percent or more together are those of an ordinary area", zh: "两月合并线损率不低于百分之一方属正常台区水平"}}
  max_pair_pct: {value: 7, unit: pct, why: {en: "two months that lose more than seven percent together are not ordinary", zh: "两月合并线损率超过百分之七不属正常"}}
--- */
with beside as (
  select m.area_id as area_id,
         m.org_id as org_id,
         m.from_on as from_on,
         m.to_on as to_on,
         m.supplied_kwh as supplied_kwh,
         m.loss_kwh as loss_kwh,
         lag(m.to_on) over (partition by m.area_id order by m.month_on) as before_to_on,
         lag(m.supplied_kwh) over (partition by m.area_id order by m.month_on) as before_supplied_kwh,
         lag(m.loss_kwh) over (partition by m.area_id order by m.month_on) as before_loss_kwh,
         lead(m.from_on) over (partition by m.area_id order by m.month_on) as next_from_on,
         lead(m.supplied_kwh) over (partition by m.area_id order by m.month_on) as next_supplied_kwh,
         lead(m.loss_kwh) over (partition by m.area_id order by m.month_on) as next_loss_kwh
  from mart.area_month as m
  where m.not_computable_code is null
),
paired as (
  select b.area_id as area_id,
         b.org_id as org_id,
         b.from_on as from_on,
         b.to_on as to_on,
         cast(b.supplied_kwh + b.before_supplied_kwh as decimal(14,2)) as pair_supplied_kwh,
         cast(b.loss_kwh + b.before_loss_kwh as decimal(14,2)) as pair_loss_kwh
  from beside as b
  where b.before_to_on = b.from_on
  union all
  select b.area_id, b.org_id, b.from_on, b.to_on,
         cast(b.supplied_kwh + b.next_supplied_kwh as decimal(14,2)),
         cast(b.loss_kwh + b.next_loss_kwh as decimal(14,2))
  from beside as b
  where b.next_from_on = b.to_on
)
select p.area_id as area_id,
       p.from_on as valid_from,
       p.to_on as valid_to,
       p.pair_supplied_kwh as pair_supplied_kwh,
       p.pair_loss_kwh as pair_loss_kwh
from paired as p
join parameter as q on q.org_id = p.org_id
where p.pair_supplied_kwh > 0
  and p.pair_loss_kwh * 100 >= cast(p.pair_supplied_kwh as decimal(20,2)) * q.min_pair_pct
  and p.pair_loss_kwh * 100 <= cast(p.pair_supplied_kwh as decimal(20,2)) * q.max_pair_pct
