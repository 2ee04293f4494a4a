/* ---
owner: billing
description:
  en: What one bill charges at one metering point beside what registers and daily readings say for the same days
  zh: 账单在一个计量点上的计费电量, 与同期示数、日冻结所示电量对照
grain: one row per metering point and regular bill with an energy line
key: [metering_point_id, bill_id]
reach: customer
partition_on: month_on
lookback_months: 4
lookahead_months: 1
audits:
  - {check: not_negative, columns: [billed_kwh], level: warning}
  - {check: ordered, columns: [from_on, to_on], level: error}
--- */
with billed as (
  select l.metering_point_id as metering_point_id,
         l.customer_id as customer_id,
         l.bill_id as bill_id,
         b.month_on as month_on,
         b.from_on as from_on,
         b.to_on as to_on,
         cast(sum(l.line_kwh) as decimal(14,2)) as billed_kwh,
         max(l.billed_multiplier) as billed_multiplier,
         max(l.price_yuan_per_kwh) as price_yuan_per_kwh
  from core.bill_line as l
  join core.bill as b on b.customer_id = l.customer_id and b.bill_id = l.bill_id
  where l.charge_code = 'energy' and b.bill_type_code = 'regular' and l.metering_point_id is not null
  group by l.metering_point_id, l.customer_id, l.bill_id, b.month_on, b.from_on, b.to_on
),
indexed as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.bill_id as bill_id,
         cast(sum(v.index_kwh) as decimal(14,2)) as index_kwh,
         cast(sum(v.wrapped_kwh) as decimal(14,2)) as wrapped_kwh,
         cast(sum(case when v.index_kwh is not null or v.wrapped_kwh is not null then v.days end) as bigint) as readings_observed,
         cast(sum(case when v.has_opening_fall then 1 else 0 end) as bigint) as opening_fall_count,
         min(v.opening_fall_from_ratio) as opening_fall_from_ratio,
         max(v.opening_fall_to_ratio) as opening_fall_to_ratio,
         max(v.multiplier) as multiplier,
         count(distinct v.meter_id) as meter_count,
         cast(sum(case when v.register_change_kwh < 0 then 1 else 0 end) as bigint) as fall_count,
         min(case when v.register_change_kwh < 0
             then cast(v.previous_register_kwh as double) / nullif(cast(v.register_limit_kwh as double), 0) end) as fall_from_ratio,
         max(case when v.register_change_kwh < 0
             then cast(v.current_register_kwh as double) / nullif(cast(v.register_limit_kwh as double), 0) end) as fall_to_ratio
  from billed as b
  join mart.register_interval as v on v.customer_id = b.customer_id and v.metering_point_id = b.metering_point_id
  -- what ran on the day of a removal belongs to the bill that begins with it
  where v.from_on >= b.from_on and v.to_on <= b.to_on and v.from_on < b.to_on
  group by b.customer_id, b.metering_point_id, b.bill_id
),
collected as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.bill_id as bill_id,
         cast(sum(u.daily_kwh) as decimal(14,2)) as daily_kwh,
         count(distinct case when u.daily_kwh is not null then u.reading_on end) as days_observed
  from billed as b
  join mart.daily_usage as u on u.customer_id = b.customer_id and u.metering_point_id = b.metering_point_id
  where u.reading_on >= b.from_on and u.reading_on < b.to_on
  group by b.customer_id, b.metering_point_id, b.bill_id
)
select b.metering_point_id as metering_point_id,
       b.customer_id as customer_id,
       b.bill_id as bill_id,
       b.month_on as month_on,
       b.from_on as from_on,
       b.to_on as to_on,
       b.billed_kwh as billed_kwh,
       b.billed_multiplier as billed_multiplier,
       b.price_yuan_per_kwh as price_yuan_per_kwh,
       x.index_kwh as index_kwh,
       x.wrapped_kwh as wrapped_kwh,
       x.multiplier as multiplier,
       x.meter_count as meter_count,
       x.fall_count as fall_count,
       x.fall_from_ratio as fall_from_ratio,
       x.fall_to_ratio as fall_to_ratio,
       x.opening_fall_count as opening_fall_count,
       x.opening_fall_from_ratio as opening_fall_from_ratio,
       x.opening_fall_to_ratio as opening_fall_to_ratio,
       coalesce(x.readings_observed, 0) as readings_observed,
       date_diff('day', b.from_on, b.to_on) as readings_expected,
       d.daily_kwh as daily_kwh,
       coalesce(d.days_observed, 0) as days_observed,
       date_diff('day', b.from_on, b.to_on) as days_expected
from billed as b
left join indexed as x
  on x.customer_id = b.customer_id and x.metering_point_id = b.metering_point_id and x.bill_id = b.bill_id
left join collected as d
  on d.customer_id = b.customer_id and d.metering_point_id = b.metering_point_id and d.bill_id = b.bill_id
