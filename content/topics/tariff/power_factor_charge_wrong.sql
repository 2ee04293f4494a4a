/* ---
uid: bazkm8a3
code: PR-009
title: {en: Power-factor adjustment computed wrong, zh: 力调电费计算错误}
description:
  en: >-
    Energy and basic charge of the bill are right and its power-factor adjustment is not: the wrong rate for the power factor, a
    wrong base, active or reactive energy left out. The money is the adjustment recalculated less the one issued.
  zh: >-
    账单电度电费、基本电费均与重算一致, 唯力调电费不符: 增减率取错、参与调整电费有误, 或漏计有功、无功电量。
    差额为重算力调电费减已发行力调电费。
severity: medium
status: active
identity: episode
subject: customer
population: mart.recalculated_bill
verify_days: 35
parameters:
  min_difference_yuan: {value: 0.05, unit: yuan, why: {en: "catalogue PR-009; a fen comes of rounding the base by parts",
    zh: "主题库 PR-009; 参与调整电费分项取整可差一两分"}}
law: [power_factor/power_factor_rate, power_factor/power_factor_rule, power_factor/power_factor_rounding]
innocence:
  - {check: bill_made_good, clears: covers}
resolved_when: state_gone
remedy: power_factor_correction
playbook: billing_check
check:
  en: [compare the month's active and reactive energy with the readings, look up the rate for the power factor, see which charges took part]
  zh: [核对当月有功、无功电量, 查对功率因数对应增减率, 核对参与力调的电费项目]
--- */
with issued as (
  select l.customer_id as customer_id,
         l.bill_id as bill_id,
         cast(sum(case when l.charge_code = 'power_factor' then l.line_amount_yuan else 0 end) as decimal(14,2)) as issued_power_factor_yuan,
         cast(sum(case when l.charge_code in ('basic_demand', 'basic_capacity') then l.line_amount_yuan else 0 end) as decimal(14,2)) as issued_basic_yuan,
         cast(sum(case when l.charge_code in ('energy', 'transformer_loss') then l.line_amount_yuan else 0 end) as decimal(14,2)) as issued_energy_yuan,
         max(case when l.charge_code = 'power_factor' then l.adjustment_rate_ratio end) as adjustment_rate_ratio,
         count(case when l.charge_code = 'power_factor' then l.line_no end) as power_factor_count
  from core.bill_line as l
  group by l.customer_id, l.bill_id
),
reckoned as (
  select s.customer_id as customer_id,
         s.bill_id as bill_id,
         max(s.power_factor_ratio) as power_factor_ratio
  from mart.recalculated_bill_segment as s
  where s.scenario_id = 'actual'
  group by s.customer_id, s.bill_id
)
select b.customer_id as customer_id,
       b.from_on as period_from,
       b.to_on as period_to,
       cast(i.issued_power_factor_yuan as decimal(18,4)) as observed_value,
       cast(b.power_factor_yuan as decimal(18,4)) as expected_value,
       cast(0 as decimal(14,2)) as impact_kwh,
       cast(b.power_factor_yuan - i.issued_power_factor_yuan as decimal(14,2)) as impact_yuan,
       'computed' as impact_method,
       b.bill_id as bill_id,
       i.issued_power_factor_yuan as issued_power_factor_yuan,
       b.power_factor_yuan as power_factor_yuan,
       i.adjustment_rate_ratio as adjustment_rate_ratio,
       r.power_factor_ratio as power_factor_ratio,
       b.energy_charge_yuan as energy_charge_yuan,
       b.basic_yuan as basic_yuan
from mart.recalculated_bill as b
join parameter as p on p.org_id = b.org_id
join issued as i on i.customer_id = b.customer_id and i.bill_id = b.bill_id
join reckoned as r on r.customer_id = b.customer_id and r.bill_id = b.bill_id
where b.scenario_id = 'actual' and b.not_recalculated_code is null and b.from_on < b.to_on
  and (i.power_factor_count > 0 or b.power_factor_yuan <> 0)
  -- a wrong energy or basic charge moves the adjustment as well: that is another topic's
  and i.issued_energy_yuan = b.energy_charge_yuan and i.issued_basic_yuan = b.basic_yuan
  and abs(b.power_factor_yuan - i.issued_power_factor_yuan) > p.min_difference_yuan
