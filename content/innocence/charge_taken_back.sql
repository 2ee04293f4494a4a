/* ---
title: {en: The repeated charge was taken back, zh: 重复计费已冲销}
reason:
  en: >-
    An adjustment or a negative bill at the same metering point takes back exactly what was charged a second time.
  zh: >-
    同一计量点已有退补或红冲账单, 冲回的电量与重复计收的电量相等。
subject: metering_point
--- */
with repeated_register as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.meter_id as meter_id,
         l.register_code as register_code,
         l.previous_register as previous_register,
         l.current_register as current_register
  from mart.billed_line as l
  where l.meter_id is not null and l.register_change <> 0 and l.billed_quantity <> 0
  group by l.customer_id, l.metering_point_id, l.meter_id, l.register_code, l.previous_register, l.current_register
  having count(*) > 1
),
repeated_period as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.from_on as from_on,
         l.to_on as to_on,
         l.billed_quantity as billed_quantity
  from mart.billed_line as l
  where l.billed_quantity <> 0 and (l.meter_id is not null or l.previous_register is null)
  group by l.customer_id, l.metering_point_id, l.from_on, l.to_on, l.billed_quantity
  having count(*) > 1 and min(abs(coalesce(l.register_change, 0))) = 0
),
numbered as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         l.month_on as month_on,
         l.from_on as from_on,
         l.to_on as to_on,
         l.billed_quantity as billed_quantity,
         row_number() over (
           partition by l.customer_id, l.metering_point_id, l.meter_id, l.register_code, l.previous_register, l.current_register,
             case when l.billed_quantity < 0 then true else false end
           order by l.to_on, l.bill_id) as copy_no,
         min(l.month_on) over (
           partition by l.customer_id, l.metering_point_id, l.meter_id, l.register_code, l.previous_register, l.current_register,
             case when l.billed_quantity < 0 then true else false end) as first_month_on
  from repeated_register as r
  join mart.billed_line as l
    on l.customer_id = r.customer_id and l.metering_point_id = r.metering_point_id and l.meter_id = r.meter_id
   and l.register_code = r.register_code and l.previous_register = r.previous_register and l.current_register = r.current_register
  where l.billed_quantity <> 0
  union all
  select l.customer_id,
         l.metering_point_id,
         l.bill_id,
         l.month_on,
         l.from_on,
         l.to_on,
         l.billed_quantity,
         row_number() over (
           partition by l.customer_id, l.metering_point_id, l.meter_id, l.register_code, l.from_on, l.to_on, l.billed_quantity
           order by case when coalesce(l.register_change, 0) = 0 then true else false end, l.month_on, l.bill_id),
         min(l.month_on) over (
           partition by l.customer_id, l.metering_point_id, l.meter_id, l.register_code, l.from_on, l.to_on, l.billed_quantity)
  from repeated_period as r
  join mart.billed_line as l
    on l.customer_id = r.customer_id and l.metering_point_id = r.metering_point_id and l.from_on = r.from_on
   and l.to_on = r.to_on and l.billed_quantity = r.billed_quantity
  where l.meter_id is not null or l.previous_register is null
),
-- what one bill charges again at a metering point, all its registers together, as a reversal takes it back
again as (
  select n.customer_id as customer_id,
         n.metering_point_id as metering_point_id,
         n.bill_id as bill_id,
         n.from_on as from_on,
         n.to_on as to_on,
         min(n.first_month_on) as first_month_on,
         cast(sum(n.billed_quantity) as decimal(14,2)) as again_quantity
  from numbered as n
  where n.copy_no > 1
  group by n.customer_id, n.metering_point_id, n.bill_id, n.from_on, n.to_on
),
taken as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         b.bill_type_code as bill_type_code,
         b.month_on as month_on,
         b.from_on as from_on,
         b.to_on as to_on,
         cast(sum(coalesce(l.line_kwh, l.line_m3)) as decimal(14,2)) as taken_back_quantity
  from core.bill_line as l
  join core.bill as b on b.customer_id = l.customer_id and b.bill_id = l.bill_id
  where l.charge_code = 'adjustment' or (l.charge_code = 'energy' and coalesce(l.line_kwh, l.line_m3) < 0)
  group by l.customer_id, l.metering_point_id, l.bill_id, b.bill_type_code, b.month_on, b.from_on, b.to_on
),
fit as (
  select a.customer_id as customer_id,
         a.metering_point_id as metering_point_id,
         a.from_on as from_on,
         a.to_on as to_on,
         a.bill_id as wrong_bill_id,
         a.again_quantity as again_quantity,
         t.bill_id as bill_id,
         t.month_on as month_on,
         t.taken_back_quantity as taken_back_quantity,
         row_number() over (
           partition by a.customer_id, a.metering_point_id, a.again_quantity, a.bill_id
           order by t.month_on, t.bill_id) as place_at_bill_no,
         row_number() over (
           partition by a.customer_id, a.metering_point_id, a.again_quantity, t.bill_id
           order by a.to_on, a.bill_id) as place_at_reversal_no
  from again as a
  join taken as t on t.customer_id = a.customer_id
  where t.taken_back_quantity + a.again_quantity = 0
    -- a line on a later bill names its metering point; a bill of its own may name the days it puts right
    and ((t.metering_point_id = a.metering_point_id and t.month_on >= a.first_month_on)
      or (t.metering_point_id is null and t.bill_type_code = 'adjustment' and t.from_on = a.from_on and t.to_on = a.to_on))
),
-- one reversal takes back one charge: the oldest takes back the oldest it fits
paired as (
  select f.customer_id as customer_id,
         f.metering_point_id as metering_point_id,
         f.from_on as from_on,
         f.to_on as to_on,
         f.wrong_bill_id as wrong_bill_id,
         f.bill_id as bill_id,
         f.taken_back_quantity as taken_back_quantity,
         cast(sum(case when f.place_at_bill_no = 1 then 1 else 0 end) over (
           partition by f.customer_id, f.metering_point_id, f.again_quantity
           order by f.to_on, f.wrong_bill_id, f.place_at_bill_no
           rows between unbounded preceding and current row) as bigint) as wrong_bill_no,
         cast(sum(case when f.place_at_reversal_no = 1 then 1 else 0 end) over (
           partition by f.customer_id, f.metering_point_id, f.again_quantity
           order by f.month_on, f.bill_id, f.place_at_reversal_no
           rows between unbounded preceding and current row) as bigint) as reversal_no
  from fit as f
),
settled as (
  select p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.wrong_bill_id as wrong_bill_id,
         min(p.bill_id) as bill_id,
         min(p.taken_back_quantity) as taken_back_quantity
  from paired as p
  where p.wrong_bill_no = p.reversal_no
  group by p.customer_id, p.metering_point_id, p.wrong_bill_id
)
-- bills of one period stand or fall together: an alibi names days, not bills
select a.metering_point_id as metering_point_id,
       a.customer_id as customer_id,
       a.from_on as valid_from,
       a.to_on as valid_to,
       min(s.bill_id) as bill_id,
       cast(sum(s.taken_back_quantity) as decimal(14,2)) as taken_back_quantity
from again as a
left join settled as s
  on s.customer_id = a.customer_id and s.metering_point_id = a.metering_point_id and s.wrong_bill_id = a.bill_id
group by a.metering_point_id, a.customer_id, a.from_on, a.to_on
having count(*) = count(s.bill_id)
