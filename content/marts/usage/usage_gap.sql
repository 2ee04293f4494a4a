/* ---
owner: acquisition
description:
  en: Energy between two readings of one meter that are several days apart, and its even share of each day
  zh: 同一电能表相隔多日的两次日冻结之间的电量, 及按日均分的电量
grain: one row per metering point, meter and reading that ends a gap
key: [metering_point_id, meter_id, reading_on]
reach: customer
partition_on: reading_on
lookback_months: 1
settings:
  max_gap_days: {value: 20, unit: days, why: "longer gaps say little of a single day, and both readings lie inside the look-back of one month"}
  max_gap_kwh: {value: 1000000000, unit: kwh, why: "no metering point takes a billion kWh in three weeks; a register that says so was keyed into the wrong column"}
audits:
  - {check: ordered, columns: [valid_from, valid_to], level: error}
  - {check: not_negative, columns: [gap_day_kwh, gap_day_exported_kwh], level: warning}
--- */
with chained as (
  select d.metering_point_id as metering_point_id,
         d.customer_id as customer_id,
         d.meter_id as meter_id,
         d.reading_on as reading_on,
         lag(d.reading_on) over (
           partition by d.customer_id, d.metering_point_id, d.meter_id order by d.reading_on) as previous_reading_on,
         lag(d.forward_register_kwh) over (
           partition by d.customer_id, d.metering_point_id, d.meter_id order by d.reading_on) as previous_register_kwh,
         d.forward_register_kwh as current_register_kwh,
         lag(d.reverse_register_kwh) over (
           partition by d.customer_id, d.metering_point_id, d.meter_id order by d.reading_on) as previous_reverse_kwh,
         d.reverse_register_kwh as current_reverse_kwh
  from core.daily_reading as d
  where d.forward_register_kwh is not null
),
apart as (
  select c.metering_point_id as metering_point_id,
         c.customer_id as customer_id,
         c.meter_id as meter_id,
         c.reading_on as reading_on,
         c.previous_reading_on as previous_reading_on,
         date_diff('day', c.previous_reading_on, c.reading_on) as gap_days,
         c.previous_register_kwh as previous_register_kwh,
         c.current_register_kwh as current_register_kwh,
         c.previous_reverse_kwh as previous_reverse_kwh,
         c.current_reverse_kwh as current_reverse_kwh
  from chained as c
  cross join setting as s
  where date_diff('day', c.previous_reading_on, c.reading_on) > 1
    and date_diff('day', c.previous_reading_on, c.reading_on) <= s.max_gap_days
),
measured as (
  select a.metering_point_id as metering_point_id,
         a.customer_id as customer_id,
         a.meter_id as meter_id,
         a.reading_on as reading_on,
         a.previous_reading_on as previous_reading_on,
         a.gap_days as gap_days,
         cast(case when a.current_register_kwh < a.previous_register_kwh
              then a.current_register_kwh - a.previous_register_kwh + z.register_limit_kwh
              else a.current_register_kwh - a.previous_register_kwh end as decimal(20,4)) as change_kwh,
         cast(case when a.current_reverse_kwh < a.previous_reverse_kwh
              then a.current_reverse_kwh - a.previous_reverse_kwh + z.register_limit_kwh
              else a.current_reverse_kwh - a.previous_reverse_kwh end as decimal(20,4)) as reverse_change_kwh,
         i.multiplier as multiplier
  from apart as a
  join core.meter_installation as i
    on i.customer_id = a.customer_id and i.metering_point_id = a.metering_point_id and i.meter_id = a.meter_id
   and a.reading_on >= i.valid_from and a.reading_on < i.valid_to
  left join reference.register_size as z on z.register_digits = i.register_digits
  -- before the span another multiplier may have held: then nobody knows what a turn of the register was
  where a.previous_reading_on >= i.valid_from
)
select m.metering_point_id as metering_point_id,
       m.customer_id as customer_id,
       m.meter_id as meter_id,
       m.reading_on as reading_on,
       cast(m.previous_reading_on + interval 1 day as date) as valid_from,
       cast(m.reading_on + interval 1 day as date) as valid_to,
       m.gap_days as gap_days,
       case when abs(m.change_kwh * m.multiplier) <= s.max_gap_kwh
            then cast(round(cast(m.change_kwh * m.multiplier as double) / nullif(cast(m.gap_days as double), 0), 6)
              as decimal(18,6)) end as gap_day_kwh,
       case when abs(m.reverse_change_kwh * m.multiplier) <= s.max_gap_kwh
            then cast(round(cast(m.reverse_change_kwh * m.multiplier as double) / nullif(cast(m.gap_days as double), 0), 6)
              as decimal(18,6)) end as gap_day_exported_kwh
from measured as m
cross join setting as s
