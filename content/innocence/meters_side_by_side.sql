/* ---
title: {en: The meters have long run side by side, zh: 多表长期并列运行}
reason:
  en: >-
    Each of the meters has its own register that went on from bill to bill and moved, with its own multiplier, over
    many periods together, and is still installed where installations are on record: the point is metered by several
    meters.
  zh: >-
    各表长期同期计费, 示数各自连续且均有走字, 倍率未变, 有装拆档案的期间内均在装, 属一点多表正常计量。
subject: metering_point
lookback_months: 12
parameters:
  min_joint_periods: {value: 4, unit: periods, why: {en: "an exchange leaves its old meter on a bill or two; four periods together are an arrangement",
    zh: "换表后旧表滞留一两期, 连续四期并列则属固定计量方式"}}
  min_chained_ratio: {value: 0.75, unit: ratio, why: {en: "a register may be corrected now and then; as a rule it goes on where it stood",
    zh: "示数偶有更正, 但绝大多数应前后衔接"}}
  min_moving_ratio: {value: 0.25, unit: ratio, why: {en: "a second meter may serve one season only; one that never moves is a meter nobody removed",
    zh: "第二只表可能仅供一季使用, 从不走字者应为未拆除的旧表"}}
--- */
with by_register as (
  select p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.from_on as from_on,
         p.to_on as to_on,
         l.meter_id as meter_id,
         l.billed_multiplier as billed_multiplier,
         case when l.previous_register = l.before_register and l.billed_multiplier = l.before_multiplier then 1 else 0 end as chained_count,
         case when l.current_register > l.previous_register then 1 else 0 end as moving_count
  from mart.billed_period as p
  join mart.billed_line as l
    on l.customer_id = p.customer_id and l.metering_point_id = p.metering_point_id and l.to_on = p.to_on
  where p.meter_count > 1
),
by_meter as (
  select r.customer_id as customer_id,
         r.metering_point_id as metering_point_id,
         r.from_on as from_on,
         r.to_on as to_on,
         r.meter_id as meter_id,
         count(distinct r.billed_multiplier) as multiplier_count,
         min(r.chained_count) as chained_count,
         max(r.moving_count) as moving_count
  from by_register as r
  group by r.customer_id, r.metering_point_id, r.from_on, r.to_on, r.meter_id
),
meter as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.meter_id as meter_id,
         count(*) as joint_period_count,
         max(m.multiplier_count) as multiplier_count,
         -- the first bill of a meter has none before it to go on from
         cast(1 + sum(m.chained_count) as double) / nullif(cast(count(*) as double), 0) as chained_ratio,
         cast(sum(m.moving_count) as double) / nullif(cast(count(*) as double), 0) as moving_ratio
  from by_meter as m
  where m.meter_id is not null
  group by m.customer_id, m.metering_point_id, m.meter_id
),
regular as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.meter_id as meter_id,
         m.joint_period_count as joint_period_count
  from meter as m
  join core.customer as c on c.customer_id = m.customer_id
  join parameter as p on p.org_id = c.org_id
  where m.multiplier_count = 1
    and m.joint_period_count >= p.min_joint_periods
    and m.chained_ratio >= cast(p.min_chained_ratio as double)
    and m.moving_ratio >= cast(p.min_moving_ratio as double)
),
-- a meter the files say was removed, or never hung here, may be billed by estimates for ever
placed as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.to_on as to_on,
         b.meter_id as meter_id,
         count(i.metering_point_id) as recorded_count,
         cast(sum(case when i.meter_id = b.meter_id and i.valid_from < b.to_on and i.valid_to > b.from_on then 1 else 0 end) as bigint) as installed_count
  from by_meter as b
  left join core.meter_installation as i
    on i.customer_id = b.customer_id and i.metering_point_id = b.metering_point_id
  group by b.customer_id, b.metering_point_id, b.to_on, b.meter_id
)
-- every meter of the period is a regular one
select b.metering_point_id as metering_point_id,
       b.customer_id as customer_id,
       b.from_on as valid_from,
       b.to_on as valid_to,
       count(*) as meter_count,
       min(r.joint_period_count) as joint_period_count
from by_meter as b
left join placed as a
  on a.customer_id = b.customer_id and a.metering_point_id = b.metering_point_id and a.to_on = b.to_on and a.meter_id = b.meter_id
 and (a.recorded_count = 0 or a.installed_count > 0)
left join regular as r
  on r.customer_id = a.customer_id and r.metering_point_id = a.metering_point_id and r.meter_id = a.meter_id
group by b.metering_point_id, b.customer_id, b.from_on, b.to_on
having count(*) = count(r.meter_id)
