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
-- tiers of one register: one kilowatt-hour more or less is charged at the dearest. Registers of times of use: as the day is used.
with register as (
  select l.metering_point_id as metering_point_id,
         l.customer_id as customer_id,
         l.bill_id as bill_id,
         b.month_on as month_on,
         b.from_on as from_on,
         b.to_on as to_on,
         b.commodity_code as commodity_code,
         cast(sum(l.line_kwh) as decimal(14,2)) as billed_kwh,
         cast(sum(l.line_m3) as decimal(14,2)) as billed_m3,
         max(l.billed_multiplier) as billed_multiplier,
         max(l.price_yuan_per_kwh) as price_yuan_per_kwh
  from core.bill_line as l
  join core.bill as b on b.customer_id = l.customer_id and b.bill_id = l.bill_id
  where l.charge_code = 'energy' and b.bill_type_code = 'regular' and l.metering_point_id is not null
  group by l.metering_point_id, l.customer_id, l.bill_id, b.commodity_code, b.month_on, b.from_on, b.to_on, l.meter_id, l.register_code
),
billed as (
  select r.metering_point_id as metering_point_id,
         r.customer_id as customer_id,
         r.bill_id as bill_id,
         r.month_on as month_on,
         r.from_on as from_on,
         r.to_on as to_on,
         r.commodity_code as commodity_code,
         cast(sum(r.billed_kwh) as decimal(14,2)) as billed_kwh,
         cast(sum(r.billed_m3) as decimal(14,2)) as billed_m3,
         max(r.billed_multiplier) as billed_multiplier,
         coalesce(
           cast(round(cast(sum(case when r.billed_kwh > 0 then cast(r.price_yuan_per_kwh as decimal(20,8)) * r.billed_kwh end) as double)
             / nullif(cast(sum(case when r.billed_kwh > 0 and r.price_yuan_per_kwh is not null then r.billed_kwh end) as double), 0), 8)
             as decimal(12,8)),
           max(r.price_yuan_per_kwh)) as price_yuan_per_kwh
  from register as r
  group by r.metering_point_id, r.customer_id, r.bill_id, r.commodity_code, r.month_on, r.from_on, r.to_on
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
),
-- where no meter is on record nothing can be read against: there the bill's own registers say what it should have
-- charged. A reading that is merely missing is no such case: nobody looked.
installed as (
  select i.customer_id as customer_id,
         i.metering_point_id as metering_point_id,
         count(*) as installation_count
  from core.meter_installation as i
  group by i.customer_id, i.metering_point_id
),
printed as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         min(l.from_on) as from_on,
         cast(sum(l.index_quantity) as decimal(14,2)) as index_quantity,
         cast(sum(l.wrapped_quantity) as decimal(14,2)) as wrapped_quantity,
         max(l.billed_multiplier) as multiplier,
         count(distinct l.meter_id) as meter_count,
         cast(sum(case when l.register_change < 0 then 1 else 0 end) as bigint) as fall_count,
         min(case when l.register_change < 0
             then cast(l.previous_register as double) / nullif(cast(l.register_limit as double), 0) end) as fall_from_ratio,
         max(case when l.register_change < 0
             then cast(l.current_register as double) / nullif(cast(l.register_limit as double), 0) end) as fall_to_ratio,
         cast(sum(case when l.index_quantity is null then 1 else 0 end) as bigint) as without_count
  from mart.billed_line as l
  group by l.customer_id, l.metering_point_id, l.bill_id
),
sourced as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.bill_id as bill_id,
         coalesce(b.from_on, o.from_on) as from_on,
         case when coalesce(x.readings_observed, 0) > 0 then 'reading'
              when o.without_count = 0 and i.installation_count is null then 'bill' end as register_source_code
  from billed as b
  left join installed as i
    on i.customer_id = b.customer_id and i.metering_point_id = b.metering_point_id
  left join indexed as x
    on x.customer_id = b.customer_id and x.metering_point_id = b.metering_point_id and x.bill_id = b.bill_id
  left join printed as o
    on o.customer_id = b.customer_id and o.metering_point_id = b.metering_point_id and o.bill_id = b.bill_id
)
select b.metering_point_id as metering_point_id,
       b.customer_id as customer_id,
       b.bill_id as bill_id,
       b.commodity_code as commodity_code,
       b.month_on as month_on,
       s.from_on as from_on,
       b.to_on as to_on,
       b.billed_kwh as billed_kwh,
       b.billed_m3 as billed_m3,
       b.billed_multiplier as billed_multiplier,
       b.price_yuan_per_kwh as price_yuan_per_kwh,
       s.register_source_code as register_source_code,
       case when s.register_source_code = 'reading' then x.index_kwh
            when s.register_source_code = 'bill' and b.commodity_code = 'electricity' then o.index_quantity end as index_kwh,
       case when s.register_source_code = 'reading' then x.wrapped_kwh
            when s.register_source_code = 'bill' and b.commodity_code = 'electricity' then o.wrapped_quantity end as wrapped_kwh,
       case when s.register_source_code = 'bill' and b.commodity_code = 'gas' then o.index_quantity end as index_m3,
       case when s.register_source_code = 'bill' and b.commodity_code = 'gas' then o.wrapped_quantity end as wrapped_m3,
       case when s.register_source_code = 'bill' then o.multiplier else x.multiplier end as multiplier,
       case when s.register_source_code = 'bill' then o.meter_count else x.meter_count end as meter_count,
       case when s.register_source_code = 'bill' then o.fall_count else x.fall_count end as fall_count,
       case when s.register_source_code = 'bill' then o.fall_from_ratio else x.fall_from_ratio end as fall_from_ratio,
       case when s.register_source_code = 'bill' then o.fall_to_ratio else x.fall_to_ratio end as fall_to_ratio,
       x.opening_fall_count as opening_fall_count,
       x.opening_fall_from_ratio as opening_fall_from_ratio,
       x.opening_fall_to_ratio as opening_fall_to_ratio,
       case when s.register_source_code = 'bill' then date_diff('day', s.from_on, b.to_on)
            else coalesce(x.readings_observed, 0) end as readings_observed,
       date_diff('day', s.from_on, b.to_on) as readings_expected,
       d.daily_kwh as daily_kwh,
       coalesce(d.days_observed, 0) as days_observed,
       date_diff('day', s.from_on, b.to_on) as days_expected
from billed as b
join sourced as s
  on s.customer_id = b.customer_id and s.metering_point_id = b.metering_point_id and s.bill_id = b.bill_id
left join indexed as x
  on x.customer_id = b.customer_id and x.metering_point_id = b.metering_point_id and x.bill_id = b.bill_id
left join printed as o
  on o.customer_id = b.customer_id and o.metering_point_id = b.metering_point_id and o.bill_id = b.bill_id
left join collected as d
  on d.customer_id = b.customer_id and d.metering_point_id = b.metering_point_id and d.bill_id = b.bill_id
