/* ---
uid: sddxzqk6
code: PR-004
title: {en: Basic charge by a wrong demand, zh: 需量基本电费计收错误}
description:
  en: >-
    The demand on which the basic charge was billed is not what the recalculation finds from the demand read, the contract demand
    on file, its floor and the rule for what exceeds it. The money is the difference of the bill.
  zh: >-
    按需量计收的基本电费, 其计费需量与按抄见最大需量、档案合同需量、下限及超需量规则重算的结果不符。差额为账单与重算结果之差。
severity: high
status: active
identity: state
subject: customer
population: mart.recalculated_bill
verify_days: 35
parameters:
  min_difference_kw: {value: 0.5, unit: kw, why: {en: "some utilities bill whole kilowatts",
    zh: "部分单位按整千瓦计收, 半千瓦以内属取整"}}
law: [basic_charge/basic_charge_rule]
innocence:
  - {check: bill_made_good, clears: covers}
resolved_when: state_gone
remedy: demand_correction
playbook: tariff_check
check:
  en: [read the frozen maximum demand and its time, look for the declaration of the contract demand in force, compare with the demand in the billing file]
  zh: [核对冻结最大需量及发生时间, 查验生效的合同需量申报单, 对照计费档案需量值]
--- */
with issued as (
  select l.customer_id as customer_id,
         l.bill_id as bill_id,
         cast(sum(case when l.charge_code = 'basic_demand' then l.billed_demand_kw else 0 end) as decimal(12,2)) as issued_demand,
         cast(sum(l.line_amount_yuan) as decimal(14,2)) as issued_basic_yuan
  from core.bill_line as l
  where l.charge_code in ('basic_demand', 'basic_capacity')
  group by l.customer_id, l.bill_id
),
charged as (
  select l.customer_id as customer_id,
         l.bill_id as bill_id,
         cast(sum(l.line_amount_yuan) as decimal(14,2)) as issued_energy_yuan
  from core.bill_line as l
  where l.charge_code in ('energy', 'transformer_loss')
  group by l.customer_id, l.bill_id
),
reckoned as (
  select s.customer_id as customer_id,
         s.bill_id as bill_id,
         cast(sum(s.billed_demand_kw) as decimal(12,2)) as recalculated_demand,
         cast(sum(s.basic_yuan) as decimal(14,2)) as basic_yuan,
         count(distinct s.billed_demand_kw) as demand_count
  from mart.recalculated_bill_segment as s
  where s.scenario_id = 'actual' and s.billed_demand_kw is not null
  group by s.customer_id, s.bill_id
),
agreed as (
  select i.customer_id as customer_id,
         i.bill_id as bill_id,
         max(i.basic_charge_mode_code) as basic_charge_mode_code,
         max(i.contract_demand_kw) as contract_demand_kw,
         max(i.billed_capacity_kva) as billed_capacity_kva
  from mart.billing_input as i
  where i.scenario_id = 'actual'
  group by i.customer_id, i.bill_id
)
select b.customer_id as customer_id,
       b.from_on as period_from,
       b.to_on as period_to,
       cast(coalesce(i.issued_demand, 0) as decimal(18,4)) as observed_value,
       cast(r.recalculated_demand as decimal(18,4)) as expected_value,
       cast(0 as decimal(14,2)) as impact_kwh,
       -- where the energy is billed wrongly as well, the difference of the bill is not the demand's alone
       case when g.issued_energy_yuan = b.energy_charge_yuan then cast(0 - b.difference_yuan as decimal(14,2))
            else cast(r.basic_yuan - coalesce(i.issued_basic_yuan, 0) as decimal(14,2)) end as impact_yuan,
       'computed' as impact_method,
       b.bill_id as bill_id,
       a.basic_charge_mode_code as basic_charge_mode_code,
       a.contract_demand_kw as contract_demand_kw,
       a.billed_capacity_kva as billed_capacity_kva,
       coalesce(i.issued_basic_yuan, 0) as issued_basic_yuan,
       r.basic_yuan as basic_yuan
from mart.recalculated_bill as b
join parameter as p on p.org_id = b.org_id
join reckoned as r on r.customer_id = b.customer_id and r.bill_id = b.bill_id
join agreed as a on a.customer_id = b.customer_id and a.bill_id = b.bill_id
left join issued as i on i.customer_id = b.customer_id and i.bill_id = b.bill_id
left join charged as g on g.customer_id = b.customer_id and g.bill_id = b.bill_id
where b.scenario_id = 'actual' and b.not_recalculated_code is null and b.from_on < b.to_on
  and abs(coalesce(i.issued_demand, 0) - r.recalculated_demand) > p.min_difference_kw
