/* ---
title: {en: An adjustment has settled the difference to the fen, zh: 差额已由退补结清}
reason:
  en: >-
    Approved adjustments for this month, alone or with the months after it that the same correction moved, give back or
    collect what the bills differ from their recalculation by.
  zh: >-
    归属本月的已审批退补, 与本月(或连同受同一更正影响的其后各月)账单和重算之差相等, 差额已结清。
subject: customer
lookback_months: 12
parameters:
  max_rest_yuan: {value: 0.5, unit: yuan, why: {en: "an adjustment is reckoned in one line where bills have many, each rounded",
    zh: "退补按一笔计算, 账单逐行取整, 允许零头"}}
--- */
with adjusted as (
  select m.customer_id as customer_id,
         m.concerned_month_on as concerned_month_on,
         cast(sum(m.adjustment_yuan) as decimal(14,2)) as adjustment_yuan,
         min(m.adjustment_id) as adjustment_id
  from core.adjustment_month as m
  group by m.customer_id, m.concerned_month_on
),
-- from the month concerned on, what the bills differ by in all up to each of them
summed as (
  select a.customer_id as customer_id,
         a.concerned_month_on as concerned_month_on,
         a.adjustment_id as adjustment_id,
         a.adjustment_yuan as adjustment_yuan,
         c.org_id as org_id,
         r.month_on as month_on,
         r.to_on as to_on,
         min(r.from_on) over (partition by r.scenario_id, a.customer_id, a.concerned_month_on) as valid_from,
         cast(sum(r.difference_yuan) over (
           partition by r.scenario_id, a.customer_id, a.concerned_month_on order by r.month_on, r.bill_id
           rows between unbounded preceding and current row) as decimal(14,2)) as difference_yuan
  from adjusted as a
  join mart.recalculated_bill as r on r.customer_id = a.customer_id
  join core.customer as c on c.customer_id = a.customer_id
  where r.month_on >= a.concerned_month_on and r.difference_yuan is not null
)
select s.customer_id as customer_id,
       s.valid_from as valid_from,
       max(s.to_on) as valid_to,
       s.adjustment_id as adjustment_id,
       s.concerned_month_on as concerned_month_on,
       s.adjustment_yuan as adjustment_yuan
from summed as s
join parameter as p on p.org_id = s.org_id
where abs(s.difference_yuan + s.adjustment_yuan) <= p.max_rest_yuan
group by s.customer_id, s.valid_from, s.adjustment_id, s.concerned_month_on, s.adjustment_yuan
