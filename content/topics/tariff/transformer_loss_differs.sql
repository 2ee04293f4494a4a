/* ---
uid: tz53q75w
code: PR-022
title: {en: Transformer loss by wrong parameters, zh: 变损计费参数错误}
description:
  en: >-
    The loss billed is not that of the transformer on file: capacity, no-load loss, load loss, current or impedance of another one,
    or of another state, stand in the billing file. The money is the difference between the bill and its recalculation.
  zh: >-
    账单变损与档案变压器参数(容量、空载损耗、负载损耗、空载电流、阻抗)重算结果不符, 多为计费参数录入为另一台变压器。
    差额为账单与重算结果之差。
severity: medium
status: active
identity: state
subject: customer
population: mart.recalculated_bill
verify_days: 35
parameters:
  min_loss_kwh: {value: 5, unit: kwh, why: {en: "losses are rounded by transformer, part and rate; a few kilowatt-hours may come of that",
    zh: "损耗按变压器、分项与费率取整, 数度以内可由取整造成"}}
  min_difference_ratio: {value: 0.1, unit: ratio, why: {en: "utilities take the factor of the load curve and the hours of a month differently; a tenth covers that, two neighbouring sizes of transformers differ by more",
    zh: "负荷曲线系数、月小时数取法各异, 一成可覆盖; 相邻容量变压器的损耗差异大于一成"}}
law: [transformer_loss/iron_loss, transformer_loss/copper_loss, transformer_loss/transformer_rating]
innocence:
  - {check: bill_made_good, clears: covers}
resolved_when: state_gone
remedy: loss_correction
playbook: tariff_check
check:
  en: ["read model, capacity and losses from the nameplate or test report", compare with the parameters in the billing file, look for a transformer exchanged]
  zh: [核对变压器铭牌或试验报告的型号、容量与损耗值, 对照计费档案参数, 核查有无更换变压器]
--- */
with issued as (
  select l.customer_id as customer_id,
         l.bill_id as bill_id,
         cast(sum(case when l.charge_code = 'transformer_loss' then l.line_kwh else 0 end) as decimal(14,2)) as issued_loss_kwh,
         cast(sum(case when l.charge_code = 'transformer_loss' then l.line_amount_yuan else 0 end) as decimal(14,2)) as issued_loss_yuan,
         cast(sum(case when l.charge_code in ('energy', 'transformer_loss') then l.line_kwh else 0 end) as decimal(14,2)) as issued_kwh
  from core.bill_line as l
  group by l.customer_id, l.bill_id
),
reckoned as (
  select s.customer_id as customer_id,
         s.bill_id as bill_id,
         cast(sum(coalesce(s.critical_loss_kwh, 0) + coalesce(s.peak_loss_kwh, 0) + coalesce(s.flat_loss_kwh, 0) + coalesce(s.valley_loss_kwh, 0)
           + coalesce(s.deep_valley_loss_kwh, 0) + coalesce(s.total_loss_kwh, 0)) as decimal(14,2)) as recalculated_loss_kwh,
         cast(sum(coalesce(s.critical_loss_yuan, 0) + coalesce(s.peak_loss_yuan, 0) + coalesce(s.flat_loss_yuan, 0) + coalesce(s.valley_loss_yuan, 0)
           + coalesce(s.deep_valley_loss_yuan, 0) + coalesce(s.total_loss_yuan, 0)) as decimal(14,2)) as recalculated_loss_yuan
  from mart.recalculated_bill_segment as s
  where s.scenario_id = 'actual'
  group by s.customer_id, s.bill_id
),
owned as (
  select t.customer_id as customer_id,
         max(t.transformer_model_name) as transformer_model_name,
         cast(sum(t.rated_capacity_kva) as decimal(12,2)) as rated_capacity_kva,
         cast(sum(t.no_load_loss_kw) as decimal(12,4)) as no_load_loss_kw,
         cast(sum(t.load_loss_kw) as decimal(12,4)) as load_loss_kw
  from core.power_transformer as t
  where t.removed_on is null and t.customer_id is not null
  group by t.customer_id
),
compared as (
  select b.customer_id as customer_id,
         b.bill_id as bill_id,
         b.org_id as org_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.difference_yuan as difference_yuan,
         i.issued_loss_kwh as issued_loss_kwh,
         i.issued_loss_yuan as issued_loss_yuan,
         r.recalculated_loss_kwh as recalculated_loss_kwh,
         r.recalculated_loss_yuan as recalculated_loss_yuan,
         cast(abs(r.recalculated_loss_kwh - i.issued_loss_kwh) as decimal(14,2)) as loss_difference_kwh,
         cast(abs(b.energy_kwh - r.recalculated_loss_kwh - i.issued_kwh + i.issued_loss_kwh) as decimal(14,2)) as other_kwh
  from mart.recalculated_bill as b
  join issued as i on i.customer_id = b.customer_id and i.bill_id = b.bill_id
  join reckoned as r on r.customer_id = b.customer_id and r.bill_id = b.bill_id
  where b.scenario_id = 'actual' and b.not_recalculated_code is null and b.from_on < b.to_on
    and i.issued_loss_kwh > 0 and r.recalculated_loss_kwh > 0
)
select c.customer_id as customer_id,
       c.from_on as period_from,
       c.to_on as period_to,
       cast(c.issued_loss_kwh as decimal(18,4)) as observed_value,
       cast(c.recalculated_loss_kwh as decimal(18,4)) as expected_value,
       cast(c.recalculated_loss_kwh - c.issued_loss_kwh as decimal(14,2)) as impact_kwh,
       cast(0 - c.difference_yuan as decimal(14,2)) as impact_yuan,
       'computed' as impact_method,
       c.bill_id as bill_id,
       case when c.issued_loss_kwh > c.recalculated_loss_kwh then 'loss_too_high' else 'loss_too_low' end as tariff_fault_code,
       c.issued_loss_kwh as issued_loss_kwh,
       c.recalculated_loss_kwh as recalculated_loss_kwh,
       w.transformer_model_name as transformer_model_name,
       w.rated_capacity_kva as rated_capacity_kva,
       w.no_load_loss_kw as no_load_loss_kw,
       w.load_loss_kw as load_loss_kw
from compared as c
join parameter as p on p.org_id = c.org_id
left join owned as w on w.customer_id = c.customer_id
-- a bill of another energy has another loss, which is not the parameters' fault
where c.other_kwh < p.min_loss_kwh
  and c.loss_difference_kwh >= p.min_loss_kwh
  and c.loss_difference_kwh > p.min_difference_ratio * cast(c.recalculated_loss_kwh as decimal(20,2))
