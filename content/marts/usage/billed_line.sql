/* ---
owner: billing
description:
  en: What a regular bill charges by one register of one meter, beside its own registers and the bill before of that register
  zh: 账单按一只电能表的一个示数计费的内容, 与账单自身起止示数及该示数上一张账单对照
grain: one row per regular bill, metering point, meter and register
key: [bill_id, line_no]
reach: customer
partition_on: month_on
lookback_months: 24
settings:
  max_chain_days: {value: 700, unit: days, why: "a bill two years old is not the bill before; inside the look-back of 24 months"}
  max_interval_kwh: {value: 9999999999, unit: kwh, why: "no metering point takes ten billion kWh in one bill; a register that says so was keyed into the wrong column"}
  limit_of_four_digits: {value: 10000, unit: kwh, why: "meters with fewer than four digits before the point are not built"}
  limit_of_five_digits: {value: 100000, unit: kwh, why: "the size of a register with five digits before the point"}
  limit_of_six_digits: {value: 1000000, unit: kwh, why: "the size of a register with six digits before the point"}
  limit_of_seven_digits: {value: 10000000, unit: kwh, why: "the size of a register with seven digits before the point"}
  limit_of_eight_digits: {value: 100000000, unit: kwh, why: "the largest register built"}
audits:
  - {check: not_null, columns: [previous_register, current_register, billed_multiplier], level: warning}
  - {check: ordered, columns: [from_on, to_on], level: warning}
--- */
-- tiers of one register are lines of one row; a line without registers stands by itself
with charged as (
  select l.customer_id as customer_id,
         l.bill_id as bill_id,
         l.metering_point_id as metering_point_id,
         l.meter_id as meter_id,
         l.register_code as register_code,
         min(l.line_no) as line_no,
         min(coalesce(l.previous_register_kwh, l.previous_register_m3)) as previous_register,
         max(coalesce(l.current_register_kwh, l.current_register_m3)) as current_register,
         max(l.billed_multiplier) as billed_multiplier,
         cast(sum(coalesce(l.line_kwh, l.line_m3)) as decimal(14,2)) as billed_quantity,
         max(l.price_yuan_per_kwh) as price_yuan_per_kwh
  from core.bill_line as l
  where l.charge_code = 'energy' and l.metering_point_id is not null
  group by l.customer_id, l.bill_id, l.metering_point_id, l.meter_id, l.register_code
),
billed as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.line_no as line_no,
         c.metering_point_id as metering_point_id,
         c.meter_id as meter_id,
         c.register_code as register_code,
         b.commodity_code as commodity_code,
         b.month_on as month_on,
         b.from_on as from_on,
         b.to_on as to_on,
         b.billed_months as billed_months,
         c.previous_register as previous_register,
         c.current_register as current_register,
         c.billed_multiplier as billed_multiplier,
         c.billed_quantity as billed_quantity,
         c.price_yuan_per_kwh as price_yuan_per_kwh,
         case when c.previous_register is null or c.current_register is null then false else true end as has_registers
  from charged as c
  join core.bill as b on b.customer_id = c.customer_id and b.bill_id = c.bill_id
  where b.bill_type_code = 'regular'
),
chained as (
  select b.customer_id as customer_id,
         b.bill_id as bill_id,
         b.line_no as line_no,
         b.metering_point_id as metering_point_id,
         b.meter_id as meter_id,
         b.register_code as register_code,
         b.commodity_code as commodity_code,
         b.month_on as month_on,
         b.from_on as from_on,
         b.to_on as to_on,
         b.billed_months as billed_months,
         b.previous_register as previous_register,
         b.current_register as current_register,
         b.billed_multiplier as billed_multiplier,
         b.billed_quantity as billed_quantity,
         b.price_yuan_per_kwh as price_yuan_per_kwh,
         case when b.has_registers then lag(b.bill_id) over (
           partition by b.customer_id, b.metering_point_id, b.meter_id, b.register_code, b.has_registers
           order by b.to_on, b.current_register, b.bill_id) end as before_bill_id,
         case when b.has_registers then lag(b.to_on) over (
           partition by b.customer_id, b.metering_point_id, b.meter_id, b.register_code, b.has_registers
           order by b.to_on, b.current_register, b.bill_id) end as before_to_on,
         case when b.has_registers then lag(b.current_register) over (
           partition by b.customer_id, b.metering_point_id, b.meter_id, b.register_code, b.has_registers
           order by b.to_on, b.current_register, b.bill_id) end as before_register,
         case when b.has_registers then lag(b.billed_multiplier) over (
           partition by b.customer_id, b.metering_point_id, b.meter_id, b.register_code, b.has_registers
           order by b.to_on, b.current_register, b.bill_id) end as before_multiplier
  from billed as b
),
-- the smallest register that can show what stood on it: a larger one would make every run over its end a fall
sized as (
  select c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.line_no as line_no,
         c.metering_point_id as metering_point_id,
         c.meter_id as meter_id,
         c.register_code as register_code,
         c.commodity_code as commodity_code,
         c.month_on as month_on,
         -- where the source does not say it, a period begins where the one before ended, else with its month
         coalesce(c.from_on, case when c.before_to_on < c.to_on and date_diff('day', c.before_to_on, c.to_on) <= s.max_chain_days then c.before_to_on end, c.month_on) as from_on,
         c.to_on as to_on,
         c.billed_months as billed_months,
         c.previous_register as previous_register,
         c.current_register as current_register,
         c.billed_multiplier as billed_multiplier,
         c.billed_quantity as billed_quantity,
         c.price_yuan_per_kwh as price_yuan_per_kwh,
         case when date_diff('day', c.before_to_on, c.to_on) <= s.max_chain_days then c.before_bill_id end as before_bill_id,
         case when date_diff('day', c.before_to_on, c.to_on) <= s.max_chain_days then c.before_to_on end as before_to_on,
         case when date_diff('day', c.before_to_on, c.to_on) <= s.max_chain_days then c.before_register end as before_register,
         case when date_diff('day', c.before_to_on, c.to_on) <= s.max_chain_days then c.before_multiplier end as before_multiplier,
         cast(c.current_register - c.previous_register as decimal(20,4)) as change,
         cast(round(case when c.previous_register < s.limit_of_four_digits then s.limit_of_four_digits
                         when c.previous_register < s.limit_of_five_digits then s.limit_of_five_digits
                         when c.previous_register < s.limit_of_six_digits then s.limit_of_six_digits
                         when c.previous_register < s.limit_of_seven_digits then s.limit_of_seven_digits
                         when c.previous_register < s.limit_of_eight_digits then s.limit_of_eight_digits end, 4) as decimal(14,4)) as register_limit,
         s.max_interval_kwh as max_interval_kwh
  from chained as c
  cross join setting as s
)
select z.bill_id as bill_id,
       z.line_no as line_no,
       z.customer_id as customer_id,
       z.metering_point_id as metering_point_id,
       z.meter_id as meter_id,
       z.register_code as register_code,
       z.commodity_code as commodity_code,
       z.month_on as month_on,
       z.from_on as from_on,
       z.to_on as to_on,
       z.billed_months as billed_months,
       z.previous_register as previous_register,
       z.current_register as current_register,
       cast(z.change as decimal(14,4)) as register_change,
       z.register_limit as register_limit,
       z.billed_multiplier as billed_multiplier,
       z.billed_quantity as billed_quantity,
       case when abs(z.change * z.billed_multiplier) <= z.max_interval_kwh
            then cast(round(z.change * z.billed_multiplier, 2) as decimal(14,2)) end as index_quantity,
       case when abs(case when z.change < 0 then cast(z.change + z.register_limit as decimal(20,4)) else z.change end * z.billed_multiplier)
              <= z.max_interval_kwh
            then cast(round(case when z.change < 0 then cast(z.change + z.register_limit as decimal(20,4)) else z.change end
              * z.billed_multiplier, 2) as decimal(14,2)) end as wrapped_quantity,
       z.price_yuan_per_kwh as price_yuan_per_kwh,
       z.before_bill_id as before_bill_id,
       z.before_to_on as before_to_on,
       z.before_register as before_register,
       z.before_multiplier as before_multiplier
from sized as z
