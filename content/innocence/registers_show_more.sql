/* ---
title: {en: The registers ran on; only the bill is low, zh: "示数电量正常, 仅账单计少"}
reason:
  en: >-
    By readings and the multiplier on file the meter counted far more than was billed. Use did not fall; the bill is
    wrong, and reading/billed_energy_differs says by how much.
  zh: >-
    按抄表示数与档案倍率计算, 电能表计量远多于账单计费电量: 用量未减少, 属账单计费差错, 差额由"计费电量与示数不符"主题列出。
subject: metering_point
lookback_months: 1
parameters:
  min_excess_ratio: {value: 0.25, unit: ratio, why: {en: "a wrong multiplier is wrong by a quarter at least; less does not make a fall in use",
    zh: "倍率差错至少相差四分之一, 再少则不足以构成突减"}}
--- */
with exceeding as (
  select m.metering_point_id as metering_point_id,
         m.customer_id as customer_id,
         m.from_on as from_on,
         m.to_on as to_on,
         m.billed_kwh as billed_kwh,
         m.index_kwh as index_kwh,
         lag(m.to_on) over (partition by m.customer_id, m.metering_point_id order by m.from_on, m.to_on, m.bill_id) as before_to_on
  from mart.metering_point_bill as m
  join core.customer as c on c.customer_id = m.customer_id
  join parameter as p on p.org_id = c.org_id
  where m.register_source_code = 'reading' and m.readings_observed >= m.readings_expected
    and m.index_kwh > 0
    and cast(m.index_kwh as double) >= cast(m.billed_kwh as double) * cast(1 + p.min_excess_ratio as double)
),
numbered as (
  select e.metering_point_id as metering_point_id,
         e.customer_id as customer_id,
         e.from_on as from_on,
         e.to_on as to_on,
         e.billed_kwh as billed_kwh,
         e.index_kwh as index_kwh,
         cast(sum(case when e.before_to_on is null or e.from_on > e.before_to_on then 1 else 0 end) over (
           partition by e.customer_id, e.metering_point_id order by e.from_on, e.to_on
           rows between unbounded preceding and current row) as bigint) as island_no
  from exceeding as e
)
select n.metering_point_id as metering_point_id,
       n.customer_id as customer_id,
       min(n.from_on) as valid_from,
       max(n.to_on) as valid_to,
       cast(sum(n.billed_kwh) as decimal(14,2)) as billed_kwh,
       cast(sum(n.index_kwh) as decimal(14,2)) as index_kwh
from numbered as n
group by n.metering_point_id, n.customer_id, n.island_no
