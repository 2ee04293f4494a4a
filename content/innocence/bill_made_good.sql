/* ---
title: {en: Difference settled by an adjustment, zh: 差额已退补}
reason:
  en: >-
    An approved adjustment for the month charged or paid back what the bill was wrong by.
  zh: >-
    该月差额已由批准的退补补收或退还。
subject: customer
parameters:
  max_rest_yuan: {value: 1, unit: yuan, why: {en: "adjustments are rounded to the fen line by line",
    zh: "退补逐项取整到分, 合计差额在一元以内"}}
--- */
-- an adjustment carries what is owed to the utility, the difference of a bill what it charges too much
with adjusted as (
  select m.customer_id as customer_id,
         m.concerned_month_on as month_on,
         cast(sum(m.adjustment_yuan) as decimal(14,2)) as adjustment_yuan
  from core.adjustment_month as m
  group by m.customer_id, m.concerned_month_on
)
select b.customer_id as customer_id,
       b.from_on as valid_from,
       b.to_on as valid_to,
       b.bill_id as bill_id,
       b.difference_yuan as difference_yuan,
       a.adjustment_yuan as adjustment_yuan
from mart.recalculated_bill as b
join core.customer as c on c.customer_id = b.customer_id
join parameter as p on p.org_id = c.org_id
join adjusted as a on a.customer_id = b.customer_id and a.month_on = b.month_on
where b.scenario_id = 'actual'
  and b.not_recalculated_code is null
  and b.difference_yuan <> 0
  and abs(b.difference_yuan + a.adjustment_yuan) <= p.max_rest_yuan
