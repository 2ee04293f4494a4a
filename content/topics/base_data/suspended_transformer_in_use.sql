/* ---
uid: mkyapbdg
code: BI-004
title: {en: "Energy used though no capacity runs, or more than the running transformers carry", zh: 运行容量为零仍用电/停用变压器仍有电量}
description:
  en: >-
    By the file all transformers of a customer are out of service and the meter registers energy, or some are and the
    maximum demand is more than the others can carry: a sealed transformer is in use, or the file was not restored. The
    basic charge is short of the capacity used.
  zh: >-
    档案中用户变压器全部停用而仍有电量, 或部分停用而最大负荷超过在运变压器容量: 私自启用已封停变压器, 或档案未恢复运行。
    基本电费少计了所用容量。
severity: high
status: active
identity: state
subject: customer
population: mart.recalculated_bill
verify_days: 65
lookback_months: 3
parameters:
  min_energy_kwh: {value: 30, unit: kwh, why: {en: "a lamp at the meter and the meter's own circuits take some kilowatt-hours a month",
    zh: "计量回路及照明每月可耗数度电"}}
  max_load_ratio: {value: 1, unit: ratio, why: {en: "a transformer carries its rating through a quarter of an hour of greatest demand; beyond it another one helps",
    zh: "变压器可在最大需量时段带满额定容量, 超出部分须由其他变压器供给"}}
law: [capacity_change/capacity_change_charge, breach/breach_charge]
innocence:
  - {check: capacity_reduced_by_application, clears: covers}
resolved_when: state_gone
replay: {billed_capacity_kva: billed_capacity_kva}
remedy: breach_suspended_capacity
playbook: suspension_check
check:
  en: [look whether seals of the transformers filed as suspended are whole and photograph them, measure the load of each transformer, compare with the suspension application and its end, ask when it was switched on again, back-bill the basic charge from that day]
  zh: [检查档案停用变压器封印是否完好并拍照, 测量各变压器负荷, 核对暂停申请及到期日, 查明重新投运时间, 自该日起追补基本电费]
--- */
with status as (
  select s.customer_id as customer_id,
         s.valid_from as valid_from,
         s.valid_to as valid_to,
         s.transformer_status_code as transformer_status_code,
         t.rated_capacity_kva as rated_capacity_kva
  from core.transformer_status as s
  join core.power_transformer as t on t.customer_id = s.customer_id and t.power_transformer_id = s.power_transformer_id
),
idle_customer as (
  select s.customer_id as customer_id
  from status as s
  where s.transformer_status_code = 'suspended'
  group by s.customer_id
),
billed as (
  select i.customer_id as customer_id,
         i.bill_id as bill_id,
         i.month_on as month_on,
         i.bill_from_on as from_on,
         i.bill_to_on as to_on,
         cast(max(round(cast(i.demand_index as decimal(20,4)) * i.multiplier, 2)) as decimal(12,2)) as demand_kw,
         max(case when i.tariff_structure_code = 'two_part' and i.basic_charge_mode_code = 'capacity' then 1 else 0 end) as by_capacity_count
  from idle_customer as d
  join mart.billing_input as i on i.customer_id = d.customer_id
  where i.scenario_id = 'actual' and coalesce(i.input_reason_code, 'none') <> 'adjustment_bill'
  group by i.customer_id, i.bill_id, i.month_on, i.bill_from_on, i.bill_to_on
),
-- capacity as it stood all through the bill; a bill over a change is not judged
stood as (
  select b.customer_id as customer_id,
         b.bill_id as bill_id,
         cast(sum(case when s.transformer_status_code = 'running' then s.rated_capacity_kva else 0 end) as decimal(12,2)) as running_capacity_kva,
         cast(sum(case when s.transformer_status_code = 'suspended' then s.rated_capacity_kva else 0 end) as decimal(12,2)) as suspended_capacity_kva
  from billed as b
  join status as s on s.customer_id = b.customer_id
  where s.valid_from <= b.from_on and s.valid_to >= b.to_on
  group by b.customer_id, b.bill_id
),
loaded as (
  select b.customer_id as customer_id,
         b.bill_id as bill_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.by_capacity_count as by_capacity_count,
         t.running_capacity_kva as running_capacity_kva,
         t.suspended_capacity_kva as suspended_capacity_kva,
         l.billed_kwh as billed_kwh,
         cast(round(cast(b.demand_kw as double) / nullif(l.power_factor_ratio, 0), 2) as decimal(12,2)) as apparent_demand_kva,
         p.min_energy_kwh as min_energy_kwh,
         p.max_load_ratio as max_load_ratio
  from billed as b
  join stood as t on t.customer_id = b.customer_id and t.bill_id = b.bill_id
  join core.bill as l on l.customer_id = b.customer_id and l.bill_id = b.bill_id
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
  where t.suspended_capacity_kva > 0
),
shown as (
  select l.customer_id as customer_id,
         l.suspended_capacity_kva as suspended_capacity_kva,
         min(l.from_on) as first_on,
         max(l.to_on) as last_on
  from loaded as l
  where (l.running_capacity_kva = 0 and l.billed_kwh >= l.min_energy_kwh)
     or (l.running_capacity_kva > 0
       and l.apparent_demand_kva > l.max_load_ratio * cast(l.running_capacity_kva as decimal(20,2)))
  group by l.customer_id, l.suspended_capacity_kva
)
-- from the first month that shows it to the last, all belong to it
select l.customer_id as customer_id,
       l.from_on as period_from,
       l.to_on as period_to,
       cast(coalesce(l.apparent_demand_kva, l.billed_kwh) as decimal(18,4)) as observed_value,
       cast(l.running_capacity_kva as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       l.bill_id as bill_id,
       l.billed_kwh as billed_kwh,
       l.apparent_demand_kva as apparent_demand_kva,
       l.running_capacity_kva as running_capacity_kva,
       l.suspended_capacity_kva as suspended_capacity_kva,
       cast(case when l.by_capacity_count = 1 then l.running_capacity_kva + l.suspended_capacity_kva end as decimal(12,2)) as billed_capacity_kva
from loaded as l
join shown as s on s.customer_id = l.customer_id and s.suspended_capacity_kva = l.suspended_capacity_kva
where l.from_on >= s.first_on and l.to_on <= s.last_on
