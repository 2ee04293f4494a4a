/* ---
title: {en: A later adjustment has settled the break of the registers, zh: 示数不衔接电量已退补}
reason:
  en: >-
    A later adjustment at the same metering point carries what lies between the end of one bill and the start of the next.
  zh: >-
    同一计量点其后的退补电量与前后账单示数之间的差额一致, 已作退补处理。
subject: metering_point
parameters:
  max_rest_kwh: {value: 1, unit: kwh, why: {en: "an adjustment is calculated from registers printed in whole units",
    zh: "退补电量按取整示数计算"}}
--- */
with adjusted as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         b.bill_type_code as bill_type_code,
         b.month_on as month_on,
         b.from_on as from_on,
         b.to_on as to_on,
         cast(sum(coalesce(l.line_kwh, l.line_m3)) as decimal(14,2)) as adjusted_quantity
  from core.bill_line as l
  join core.bill as b on b.customer_id = l.customer_id and b.bill_id = l.bill_id
  where l.charge_code = 'adjustment'
  group by l.customer_id, l.metering_point_id, l.bill_id, b.bill_type_code, b.month_on, b.from_on, b.to_on
),
-- all registers of a bill together, as an adjustment puts them right
broken as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         l.from_on as from_on,
         l.to_on as to_on,
         l.month_on as month_on,
         sum(cast(l.previous_register - l.before_register as decimal(20,4)) * l.billed_multiplier) as gap_quantity,
         -- of a register that ran over its last digit
         sum(cast(case when l.previous_register < l.before_register then l.previous_register - l.before_register + o.register_limit
                       else l.previous_register - l.before_register end as decimal(20,4)) * l.billed_multiplier) as wrapped_quantity
  from mart.billed_line as l
  join mart.billed_line as o
    on o.customer_id = l.customer_id and o.bill_id = l.before_bill_id and o.metering_point_id = l.metering_point_id
   and o.meter_id = l.meter_id and o.register_code = l.register_code
  where l.previous_register <> l.before_register
  group by l.customer_id, l.metering_point_id, l.bill_id, l.from_on, l.to_on, l.month_on
),
fit as (
  select b.metering_point_id as metering_point_id,
         b.customer_id as customer_id,
         b.bill_id as wrong_bill_id,
         b.from_on as from_on,
         b.to_on as to_on,
         a.bill_id as bill_id,
         a.month_on as month_on,
         a.adjusted_quantity as adjusted_quantity,
         row_number() over (
           partition by b.customer_id, b.metering_point_id, a.adjusted_quantity, b.bill_id
           order by a.month_on, a.bill_id) as place_at_bill_no,
         row_number() over (
           partition by b.customer_id, b.metering_point_id, a.adjusted_quantity, a.bill_id
           order by b.to_on, b.bill_id) as place_at_adjustment_no
  from broken as b
  join adjusted as a on a.customer_id = b.customer_id
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
  where (abs(b.gap_quantity - a.adjusted_quantity) <= p.max_rest_kwh
      or abs(b.wrapped_quantity - a.adjusted_quantity) <= p.max_rest_kwh)
    -- a line on a later bill names its metering point; a bill of its own may name the days it puts right
    and ((a.metering_point_id = b.metering_point_id and a.month_on >= b.month_on)
      or (a.metering_point_id is null and a.bill_type_code = 'adjustment' and a.from_on = b.from_on and a.to_on = b.to_on))
),
-- one adjustment settles one break: among adjustments of one size the oldest settles the oldest break it fits
numbered as (
  select f.metering_point_id as metering_point_id,
         f.customer_id as customer_id,
         f.wrong_bill_id as wrong_bill_id,
         f.bill_id as bill_id,
         f.adjusted_quantity as adjusted_quantity,
         cast(sum(case when f.place_at_bill_no = 1 then 1 else 0 end) over (
           partition by f.customer_id, f.metering_point_id, f.adjusted_quantity
           order by f.to_on, f.wrong_bill_id, f.place_at_bill_no
           rows between unbounded preceding and current row) as bigint) as wrong_bill_no,
         cast(sum(case when f.place_at_adjustment_no = 1 then 1 else 0 end) over (
           partition by f.customer_id, f.metering_point_id, f.adjusted_quantity
           order by f.month_on, f.bill_id, f.place_at_adjustment_no
           rows between unbounded preceding and current row) as bigint) as adjustment_no
  from fit as f
),
settled as (
  select n.metering_point_id as metering_point_id,
         n.customer_id as customer_id,
         n.wrong_bill_id as wrong_bill_id,
         min(n.bill_id) as bill_id,
         min(n.adjusted_quantity) as adjusted_quantity
  from numbered as n
  where n.wrong_bill_no = n.adjustment_no
  group by n.metering_point_id, n.customer_id, n.wrong_bill_id
)
-- bills of one period stand or fall together: an alibi names days, not bills
select b.metering_point_id as metering_point_id,
       b.customer_id as customer_id,
       b.from_on as valid_from,
       b.to_on as valid_to,
       min(s.bill_id) as bill_id,
       cast(sum(s.adjusted_quantity) as decimal(14,2)) as adjusted_quantity
from broken as b
left join settled as s
  on s.customer_id = b.customer_id and s.metering_point_id = b.metering_point_id and s.wrong_bill_id = b.bill_id
group by b.metering_point_id, b.customer_id, b.from_on, b.to_on
having count(*) = count(s.bill_id)
