/* ---
owner: metering
description:
  en: Energy between two consecutive known registers of one meter, with installation and removal registers
  zh: 同一电能表相邻两次已知示数之间的电量 (含装表、拆表示数)
grain: one row per metering point, meter and later of the two registers
key: [metering_point_id, meter_id, to_on, is_removal]
reach: customer
partition_on: month_on
lookback_months: 9
settings:
  max_interval_kwh: {value: 9999999999, unit: kwh, why: "no metering point takes ten billion kWh in four months; a register that says so was keyed into the wrong column"}
  max_interval_days: {value: 130, unit: days, why: "readings come every one to four months; registers further apart are a gap, and two intervals fit into the look-back"}
audits:
  - {check: ordered, columns: [from_on, to_on], level: warning}
  - {check: not_null, columns: [multiplier], level: warning}
--- */
-- where one evening has several readings, the remote one counts, else the first by its number
with reading as (
  select r.metering_point_id as metering_point_id,
         r.customer_id as customer_id,
         r.meter_id as meter_id,
         r.reading_id as reading_id,
         r.reading_type_code as reading_type_code,
         r.reading_on as reading_on,
         r.register_kwh as register_kwh
  from core.register_reading as r
  where r.register_code = 'active_total' and r.register_kwh is not null
  qualify row_number() over (
    partition by r.customer_id, r.metering_point_id, r.meter_id, r.reading_on
    order by case when r.reading_type_code = 'remote' then 0 else 1 end, r.reading_id) = 1
),
point as (
  select r.metering_point_id as metering_point_id,
         r.customer_id as customer_id,
         r.meter_id as meter_id,
         r.reading_id as reading_id,
         r.reading_type_code as reading_type_code,
         cast(r.reading_on + interval 1 day as date) as boundary_on,
         r.register_kwh as register_kwh,
         false as is_removal
  from reading as r
  union all
  select i.metering_point_id, i.customer_id, i.meter_id, cast(null as text), cast(null as text),
         i.valid_from, i.start_register_kwh, false
  from core.meter_installation as i
  where i.start_register_kwh is not null
  union all
  select i.metering_point_id, i.customer_id, i.meter_id, cast(null as text), cast(null as text),
         i.valid_to, i.end_register_kwh, true
  from core.meter_installation as i
  where i.end_register_kwh is not null
),
chained as (
  select p.metering_point_id as metering_point_id,
         p.customer_id as customer_id,
         p.meter_id as meter_id,
         p.reading_id as reading_id,
         p.reading_type_code as reading_type_code,
         p.is_removal as is_removal,
         lag(p.boundary_on) over (
           partition by p.customer_id, p.metering_point_id, p.meter_id order by p.boundary_on, p.is_removal) as from_on,
         p.boundary_on as to_on,
         cast(p.boundary_on - interval 1 day as date) as last_on,
         lag(p.register_kwh) over (
           partition by p.customer_id, p.metering_point_id, p.meter_id order by p.boundary_on, p.is_removal) as previous_register_kwh,
         p.register_kwh as current_register_kwh
  from point as p
),
-- an interval that opens with a register that has just fallen cannot be judged by itself
opened as (
  select c.metering_point_id as metering_point_id,
         c.customer_id as customer_id,
         c.meter_id as meter_id,
         c.reading_id as reading_id,
         c.reading_type_code as reading_type_code,
         c.is_removal as is_removal,
         c.from_on as from_on,
         c.to_on as to_on,
         c.last_on as last_on,
         -- the day by which the installation is found: a meter is read and removed inside its own span
         case when c.from_on = c.to_on then c.last_on else c.from_on end as joined_on,
         c.previous_register_kwh as previous_register_kwh,
         c.current_register_kwh as current_register_kwh,
         lag(c.from_on) over (
           partition by c.customer_id, c.metering_point_id, c.meter_id order by c.to_on, c.is_removal) as opening_from_on,
         lag(c.previous_register_kwh) over (
           partition by c.customer_id, c.metering_point_id, c.meter_id order by c.to_on, c.is_removal) as opening_register_kwh
  from chained as c
),
measured as (
  select c.metering_point_id as metering_point_id,
         c.customer_id as customer_id,
         c.meter_id as meter_id,
         c.reading_id as reading_id,
         c.reading_type_code as reading_type_code,
         c.is_removal as is_removal,
         c.from_on as from_on,
         c.to_on as to_on,
         c.last_on as last_on,
         i.multiplier as multiplier,
         z.register_limit_kwh as register_limit_kwh,
         c.previous_register_kwh as previous_register_kwh,
         c.current_register_kwh as current_register_kwh,
         cast(c.current_register_kwh - c.previous_register_kwh as decimal(20,4)) as change_kwh,
         cast(case when c.current_register_kwh < c.previous_register_kwh
              then c.current_register_kwh - c.previous_register_kwh + z.register_limit_kwh
              else c.current_register_kwh - c.previous_register_kwh end as decimal(20,4)) as wrapped_change_kwh,
         c.opening_from_on as opening_from_on,
         c.opening_register_kwh as opening_register_kwh
  from opened as c
  left join core.meter_installation as i
    on i.customer_id = c.customer_id and i.metering_point_id = c.metering_point_id and i.meter_id = c.meter_id
   and c.joined_on >= i.valid_from and c.joined_on < i.valid_to
  left join reference.register_size as z on z.register_digits = i.register_digits
  -- a meter removed on the day after its last reading, with nothing in between, leaves no interval
  where c.from_on < c.to_on or c.current_register_kwh <> c.previous_register_kwh
)
select m.metering_point_id as metering_point_id,
       m.customer_id as customer_id,
       m.meter_id as meter_id,
       m.reading_id as reading_id,
       m.reading_type_code as reading_type_code,
       m.is_removal as is_removal,
       cast(date_trunc('month', m.last_on) as date) as month_on,
       m.from_on as from_on,
       m.to_on as to_on,
       date_diff('day', m.from_on, m.to_on) as days,
       m.multiplier as multiplier,
       m.register_limit_kwh as register_limit_kwh,
       m.previous_register_kwh as previous_register_kwh,
       m.current_register_kwh as current_register_kwh,
       cast(m.current_register_kwh - m.previous_register_kwh as decimal(14,4)) as register_change_kwh,
       case when abs(m.change_kwh * m.multiplier) <= s.max_interval_kwh
            then cast(round(m.change_kwh * m.multiplier, 2) as decimal(14,2)) end as index_kwh,
       case when abs(m.wrapped_change_kwh * m.multiplier) <= s.max_interval_kwh
            then cast(round(m.wrapped_change_kwh * m.multiplier, 2) as decimal(14,2)) end as wrapped_kwh,
       coalesce(m.previous_register_kwh < m.opening_register_kwh
         and date_diff('day', m.opening_from_on, m.from_on) <= s.max_interval_days, false) as has_opening_fall,
       case when m.previous_register_kwh < m.opening_register_kwh
             and date_diff('day', m.opening_from_on, m.from_on) <= s.max_interval_days
            then cast(m.opening_register_kwh as double) / nullif(cast(m.register_limit_kwh as double), 0) end as opening_fall_from_ratio,
       case when m.previous_register_kwh < m.opening_register_kwh
             and date_diff('day', m.opening_from_on, m.from_on) <= s.max_interval_days
            then cast(m.previous_register_kwh as double) / nullif(cast(m.register_limit_kwh as double), 0) end as opening_fall_to_ratio
from measured as m
cross join setting as s
where m.from_on is not null
  and date_diff('day', m.from_on, m.to_on) <= s.max_interval_days
