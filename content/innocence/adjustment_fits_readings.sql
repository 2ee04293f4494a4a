/* ---
title: {en: Readings bear the adjustment out, zh: 退补电量与示数或日冻结相符}
reason:
  en: >-
    The energy adjusted is what the readings, or the daily readings, of the months concerned show beyond the energy billed:
    the bill was right by its own registers, and its registers were wrong.
  zh: >-
    退补电量等于归属月份抄表示数或日冻结所示电量与计费电量之差: 账单所列示数本身有误, 退补有据。
subject: customer
lookback_months: 12
parameters:
  max_rest_kwh: {value: 1, unit: kwh, why: {en: "an adjustment is reckoned from registers rounded to two decimals",
    zh: "退补电量按保留两位小数的示数计算"}}
  max_rest_ratio: {value: 0.02, unit: ratio, why: {en: "daily readings are taken at midnight, a reader comes at any hour of the day",
    zh: "日冻结取零点示数, 人工抄表在白天, 允许一日之内的偏差"}}
--- */
with adjusted as (
  select a.customer_id as customer_id,
         a.adjustment_id as adjustment_id,
         cast(coalesce(cast(a.approved_at as date), a.month_on) + interval 1 day as date) as valid_to,
         m.concerned_month_on as concerned_month_on,
         m.adjustment_kwh as adjustment_kwh
  from core.adjustment as a
  join core.adjustment_month as m on m.customer_id = a.customer_id and m.adjustment_id = a.adjustment_id
),
read as (
  select b.customer_id as customer_id,
         b.month_on as month_on,
         cast(sum(b.billed_kwh) as decimal(14,2)) as billed_kwh,
         cast(sum(b.index_kwh) as decimal(14,2)) as index_kwh,
         cast(sum(b.daily_kwh) as decimal(14,2)) as daily_kwh,
         count(*) as bill_count,
         count(b.index_kwh) as index_count,
         cast(sum(case when b.days_observed = b.days_expected then 1 else 0 end) as bigint) as daily_count
  from mart.metering_point_bill as b
  group by b.customer_id, b.month_on
),
fit as (
  select a.customer_id as customer_id,
         a.adjustment_id as adjustment_id,
         a.concerned_month_on as concerned_month_on,
         a.valid_to as valid_to,
         a.adjustment_kwh as adjustment_kwh,
         case when r.index_count = r.bill_count
               and abs(r.index_kwh - r.billed_kwh - a.adjustment_kwh) <= p.max_rest_kwh then 1
              when r.daily_count = r.bill_count
               and abs(r.daily_kwh - r.billed_kwh - a.adjustment_kwh)
                   <= greatest(p.max_rest_kwh, p.max_rest_ratio * cast(abs(r.daily_kwh) as decimal(20,2))) then 1
              else 0 end as fit_count
  from adjusted as a
  join core.customer as c on c.customer_id = a.customer_id
  join parameter as p on p.org_id = c.org_id
  left join read as r on r.customer_id = a.customer_id and r.month_on = a.concerned_month_on
  -- money without energy is for no reading to bear out
  where a.adjustment_kwh <> 0
)
select f.customer_id as customer_id,
       min(f.concerned_month_on) as valid_from,
       max(f.valid_to) as valid_to,
       f.adjustment_id as adjustment_id,
       cast(sum(f.adjustment_kwh) as decimal(14,2)) as adjustment_kwh
from fit as f
group by f.customer_id, f.adjustment_id
having min(f.fit_count) = 1
