/* ---
title: {en: A later adjustment has settled the bill, zh: 已退补}
reason:
  en: >-
    A later adjustment at the same metering point carries the energy the bill left out or charged too much.
  zh: >-
    同一计量点其后的退补电量与该账单差异一致, 已作退补处理。
subject: metering_point
lookahead_months: 12
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
-- one adjustment settles one bill and one bill takes one adjustment, oldest with oldest
settled as (
  select m.metering_point_id as metering_point_id,
         m.customer_id as customer_id,
         m.from_on as valid_from,
         m.to_on as valid_to,
         a.bill_id as bill_id,
         a.adjusted_kwh as adjusted_kwh,
         row_number() over (
           partition by a.customer_id, a.bill_id, a.metering_point_id
           order by m.from_on, m.bill_id, m.metering_point_id) as bill_no,
         row_number() over (
           partition by m.customer_id, m.bill_id, m.metering_point_id
           order by a.month_on, a.bill_id) as adjustment_no
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
)
select s.metering_point_id as metering_point_id,
       s.customer_id as customer_id,
       s.valid_from as valid_from,
       s.valid_to as valid_to,
       s.bill_id as bill_id,
       s.adjusted_kwh as adjusted_kwh
from settled as s
where s.bill_no = s.adjustment_no
