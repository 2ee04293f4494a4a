/* ---
owner: acquisition
description:
  en: Energy of one day, taken and fed in, from two consecutive daily readings of one meter
  zh: 由同一电能表相邻两日日冻结示数得出的日电量 (用电与上网)
grain: one row per metering point, meter and day whose reading and whose day before were both collected
key: [metering_point_id, meter_id, reading_on]
reach: customer
partition_on: reading_on
lookback_months: 1
settings:
  max_day_kwh: {value: 1000000000, unit: kwh, why: "no metering point takes a billion kWh a day; a register that says so was keyed into the wrong column"}
audits:
  - {check: not_negative, columns: [daily_kwh, exported_kwh], level: warning}
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
measured as (
  select c.metering_point_id as metering_point_id,
         c.customer_id as customer_id,
         c.meter_id as meter_id,
         c.reading_on as reading_on,
         cast(case when c.current_register_kwh < c.previous_register_kwh
              then c.current_register_kwh - c.previous_register_kwh + z.register_limit_kwh
              else c.current_register_kwh - c.previous_register_kwh end as decimal(20,4)) as change_kwh,
         cast(case when c.current_reverse_kwh < c.previous_reverse_kwh
              then c.current_reverse_kwh - c.previous_reverse_kwh + z.register_limit_kwh
              else c.current_reverse_kwh - c.previous_reverse_kwh end as decimal(20,4)) as reverse_change_kwh,
         i.multiplier as multiplier
  from chained as c
  join core.meter_installation as i
    on i.customer_id = c.customer_id and i.metering_point_id = c.metering_point_id and i.meter_id = c.meter_id
   and c.reading_on >= i.valid_from and c.reading_on < i.valid_to
  left join reference.register_size as z on z.register_digits = i.register_digits
  where date_diff('day', c.previous_reading_on, c.reading_on) = 1
)
select m.metering_point_id as metering_point_id,
       m.customer_id as customer_id,
       m.meter_id as meter_id,
       m.reading_on as reading_on,
       case when abs(m.change_kwh * m.multiplier) <= s.max_day_kwh
            then cast(round(m.change_kwh * m.multiplier, 2) as decimal(14,2)) end as daily_kwh,
       case when abs(m.reverse_change_kwh * m.multiplier) <= s.max_day_kwh
            then cast(round(m.reverse_change_kwh * m.multiplier, 2) as decimal(14,2)) end as exported_kwh
from measured as m
cross join setting as s
