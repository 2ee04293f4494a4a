/* ---
uid: 3ve8x3cf
code: BL-005
title: {en: Bill differs from its recalculation by law, zh: 账单金额与依法重算不符}
description:
  en: >-
    What was issued is not what the registers, the customer's terms on file and the law of the days come to: a price, a
    loss, a demand or a multiple that the billing system holds otherwise than the file, an energy keyed by hand, a line
    changed afterwards. Bills that cannot be recalculated are not judged. Too dear a bill is owed to the customer.
  zh: >-
    已发行金额与按示数、档案条件和当日法规重算的结果不一致: 计费系统中的电价、变损、需量或倍数与档案不符、手工录入电量、
    事后改动明细等。不可重算的账单不作判断; 多计的应退还用户。
severity: high
status: active
identity: episode
pack: sum
subject: customer
population: mart.recalculated_bill
verify_days: 65
lookback_months: 12
parameters:
  min_difference_yuan: {value: 1, unit: yuan, why: {en: "rounding line by line or register by register may differ by some fen between systems",
    zh: "不同系统逐行、逐费率取整可相差数分"}}
law: [limitation/limitation_period]
innocence:
  - {check: adjustment_settles_amount, clears: covers}
resolved_when: covered_by_adjustment
remedy: rebill
playbook: billing_check
check:
  en: [lay the issued lines beside the recalculated ones (jicha explain bill) and find the charge that differs, compare its parameter in the billing system with the customer's file, look in the operation log for who changed it and on which order, find the first bill concerned]
  zh: [并列核对已发行明细与重算明细(jicha explain bill)并找出不符的电费项目, 核对计费系统参数与客户档案, 查操作日志中修改人和工单, 查明首张错误账单]
--- */
with differing as (
  select r.scenario_id as scenario_id,
         r.customer_id as customer_id,
         r.bill_id as bill_id,
         r.month_on as month_on,
         extract(year from r.month_on) as tier_year,
         r.from_on as from_on,
         r.to_on as to_on,
         r.issued_yuan as issued_yuan,
         r.recalculated_yuan as recalculated_yuan,
         r.difference_yuan as difference_yuan,
         r.energy_charge_yuan as energy_charge_yuan,
         r.basic_yuan as basic_yuan,
         r.power_factor_yuan as power_factor_yuan,
         r.adjustment_yuan as adjustment_yuan,
         b.billed_kwh as billed_kwh,
         r.energy_kwh as energy_kwh,
         r.law_confidence_code as law_confidence_code
  from mart.recalculated_bill as r
  join core.bill as b on b.customer_id = r.customer_id and b.bill_id = r.bill_id
  join core.customer as c on c.customer_id = r.customer_id
  join parameter as p on p.org_id = c.org_id
  where r.scenario_id = 'actual'
    and abs(r.difference_yuan) >= p.min_difference_yuan
),
tiered as (
  select d.customer_id as customer_id,
         d.bill_id as bill_id,
         count(s.tier_1_kwh) as tier_count
  from differing as d
  join mart.recalculated_bill_segment as s
    on s.scenario_id = d.scenario_id and s.customer_id = d.customer_id and s.bill_id = d.bill_id
  group by d.customer_id, d.bill_id
),
-- days billed twice stand twice in the tier year too: what that moves is no difference of these bills (billing/duplicate_bill)
followed as (
  select b.customer_id as customer_id,
         extract(year from b.month_on) as tier_year,
         case when lag(b.to_on) over (partition by b.customer_id order by b.from_on, b.to_on, b.bill_id) > b.from_on then 1 else 0 end as repeated_count
  from core.bill as b
  where b.bill_type_code = 'regular' and b.commodity_code = 'electricity'
),
repeated as (
  select f.customer_id as customer_id,
         f.tier_year as tier_year
  from followed as f
  where f.repeated_count = 1
  group by f.customer_id, f.tier_year
),
-- energy charged wrongly moves the tiers of the bills after it in that year: those belong to it
placed as (
  select d.scenario_id as scenario_id,
         d.customer_id as customer_id,
         d.bill_id as bill_id,
         case when t.tier_count > 0 and d.energy_kwh = d.billed_kwh
              then min(d.from_on) over (partition by d.scenario_id, d.customer_id, d.tier_year)
              else d.from_on end as from_on
  from differing as d
  left join tiered as t on t.customer_id = d.customer_id and t.bill_id = d.bill_id
  left join repeated as e on e.customer_id = d.customer_id and e.tier_year = d.tier_year
  where e.customer_id is null or coalesce(t.tier_count, 0) = 0 or d.energy_kwh <> d.billed_kwh
)
select d.customer_id as customer_id,
       l.from_on as period_from,
       d.to_on as period_to,
       cast(d.issued_yuan as decimal(18,4)) as observed_value,
       cast(d.recalculated_yuan as decimal(18,4)) as expected_value,
       cast(d.energy_kwh - d.billed_kwh as decimal(14,2)) as impact_kwh,
       cast(0 - d.difference_yuan as decimal(14,2)) as impact_yuan,
       'computed' as impact_method,
       d.bill_id as bill_id,
       d.month_on as month_on,
       d.issued_yuan as issued_yuan,
       d.recalculated_yuan as recalculated_yuan,
       d.energy_charge_yuan as energy_charge_yuan,
       d.basic_yuan as basic_yuan,
       d.power_factor_yuan as power_factor_yuan,
       d.adjustment_yuan as adjustment_yuan,
       d.billed_kwh as billed_kwh,
       d.energy_kwh as energy_kwh,
       d.law_confidence_code as law_confidence_code
from differing as d
join placed as l on l.scenario_id = d.scenario_id and l.customer_id = d.customer_id and l.bill_id = d.bill_id
