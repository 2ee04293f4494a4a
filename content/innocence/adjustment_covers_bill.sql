/* ---
title: {en: A later adjustment has settled the bill, zh: 已退补}
reason:
  en: >-
    A later adjustment at the same metering point carries the energy the bill left out or charged too much.
  zh: >-
    同一计量点其后的退补电量与该账单差异一致, 已作退补处理。
subject: metering_point
parameters:
  max_rest_kwh: {value: 1, unit: kwh, why: {en: "an adjustment is calculated from registers rounded to two decimals",
    zh: "退补电量按保留两位小数的示数计算"}}
--- */
with adjusted as (
  select l.customer_id as customer_id,
         l.metering_point_id as metering_point_id,
         l.bill_id as bill_id,
         b.bill_type_code as bill_type_code,
         b.month_on as month_on,
         b.from_on as from_on,
         b.to_on as to_on,
         cast(sum(l.line_kwh) as decimal(14,2)) as adjusted_kwh
  from core.bill_line as l
  join core.bill as b on b.customer_id = l.customer_id and b.bill_id = l.bill_id
  where l.charge_code = 'adjustment'
  group by l.customer_id, l.metering_point_id, l.bill_id, b.bill_type_code, b.month_on, b.from_on, b.to_on
),
fit as (
  select m.metering_point_id as metering_point_id,
         m.customer_id as customer_id,
         m.bill_id as wrong_bill_id,
         m.from_on as valid_from,
         m.to_on as valid_to,
         a.metering_point_id as named_point_id,
         a.bill_id as bill_id,
         a.month_on as month_on,
         a.adjusted_kwh as adjusted_kwh,
         row_number() over (
           partition by m.customer_id, a.metering_point_id, a.adjusted_kwh, m.bill_id, m.metering_point_id
           order by a.month_on, a.bill_id) as place_at_bill_no,
         row_number() over (
           partition by m.customer_id, a.metering_point_id, a.adjusted_kwh, a.bill_id
           order by m.from_on, m.bill_id, m.metering_point_id) as place_at_adjustment_no
  from mart.metering_point_bill as m
  join adjusted as a on a.customer_id = m.customer_id
  join core.customer as c on c.customer_id = m.customer_id
  join parameter as p on p.org_id = c.org_id
  where m.index_kwh <> m.billed_kwh
    and (abs(m.index_kwh - m.billed_kwh - a.adjusted_kwh) <= p.max_rest_kwh
      or (m.fall_count > 0 and abs(m.wrapped_kwh - m.billed_kwh - a.adjusted_kwh) <= p.max_rest_kwh))
    -- a line on a later bill names its metering point; a bill of its own names the days it puts right
    and ((a.metering_point_id = m.metering_point_id and a.month_on >= m.month_on)
      or (a.bill_type_code = 'adjustment' and a.from_on = m.from_on and a.to_on = m.to_on
        and coalesce(a.metering_point_id, m.metering_point_id) = m.metering_point_id))
),
-- one adjustment settles one bill: among adjustments of one size the oldest settles the oldest bill it fits
numbered as (
  select f.metering_point_id as metering_point_id,
         f.customer_id as customer_id,
         f.valid_from as valid_from,
         f.valid_to as valid_to,
         f.bill_id as bill_id,
         f.adjusted_kwh as adjusted_kwh,
         cast(sum(case when f.place_at_bill_no = 1 then 1 else 0 end) over (
           partition by f.customer_id, f.named_point_id, f.adjusted_kwh
           order by f.valid_from, f.wrong_bill_id, f.metering_point_id, f.place_at_bill_no
           rows between unbounded preceding and current row) as bigint) as wrong_bill_no,
         cast(sum(case when f.place_at_adjustment_no = 1 then 1 else 0 end) over (
           partition by f.customer_id, f.named_point_id, f.adjusted_kwh
           order by f.month_on, f.bill_id, f.place_at_adjustment_no
           rows between unbounded preceding and current row) as bigint) as adjustment_no
  from fit as f
)
select n.metering_point_id as metering_point_id,
       n.customer_id as customer_id,
       n.valid_from as valid_from,
       n.valid_to as valid_to,
       n.bill_id as bill_id,
       n.adjusted_kwh as adjusted_kwh
from numbered as n
where n.wrong_bill_no = n.adjustment_no
