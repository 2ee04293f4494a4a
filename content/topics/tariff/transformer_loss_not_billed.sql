/* ---
uid: j42ncck4
code: PR-021
title: {en: "Transformer loss not billed, or billed where none is due", zh: 变损应计未计/错计}
description:
  en: >-
    An account supplied at high voltage and metered behind its own transformer bears that transformer's loss, and its bill has
    none; or a bill charges such a loss where the meter stands before the transformer or the transformer is the utility's.
    The money is the difference between the bill and its recalculation, lines of the loss and the power factor it changes.
  zh: >-
    高供低计用户应承担变压器损耗而账单未计; 或高供高计、低压用户不应承担而账单计收。差额为账单与重算结果之差,
    含变损电费及其引起的力调电费变化。
severity: high
status: active
identity: state
subject: customer
population: mart.recalculated_bill
verify_days: 35
parameters:
  min_loss_kwh: {value: 1, unit: kwh, why: {en: "the loss of the smallest transformer in a month is a hundred times as much; less is rounding",
    zh: "最小变压器月损耗亦在其百倍以上, 一度以内属取整"}}
law: [transformer_loss/transformer_loss_billing, transformer_loss/iron_loss, transformer_loss/copper_loss]
innocence:
  - {check: bill_made_good, clears: covers}
resolved_when: state_gone
remedy: loss_correction
playbook: tariff_check
check:
  en: ["look on which side of the transformer the meter stands, whose transformer it is, and read its nameplate", compare with the loss flag in the billing file]
  zh: [核实计量装置安装于变压器高压侧或低压侧、变压器产权归属及铭牌, 核对计费档案变损标志]
--- */
-- loss billed on lines of its own, and all energy, where a bill folds its loss into the energy
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
metered as (
  select m.customer_id as customer_id,
         max(case when m.metering_mode_code = 'high_supply_low_metering' then 1 else 0 end) as low_side_count,
         min(m.metering_mode_code) as metering_mode_code
  from core.metering_point as m
  where m.metering_point_use_code = 'settlement'
  group by m.customer_id
),
owned as (
  select t.customer_id as customer_id,
         max(t.transformer_model_name) as transformer_model_name,
         cast(sum(t.rated_capacity_kva) as decimal(12,2)) as rated_capacity_kva
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
         b.energy_kwh as energy_kwh,
         i.issued_loss_kwh as issued_loss_kwh,
         i.issued_loss_yuan as issued_loss_yuan,
         i.issued_kwh as issued_kwh,
         r.recalculated_loss_kwh as recalculated_loss_kwh,
         r.recalculated_loss_yuan as recalculated_loss_yuan,
         m.low_side_count as low_side_count,
         m.metering_mode_code as metering_mode_code,
         cast(abs(b.energy_kwh - r.recalculated_loss_kwh - i.issued_kwh + i.issued_loss_kwh) as decimal(14,2)) as other_kwh
  from mart.recalculated_bill as b
  join issued as i on i.customer_id = b.customer_id and i.bill_id = b.bill_id
  join reckoned as r on r.customer_id = b.customer_id and r.bill_id = b.bill_id
  join metered as m on m.customer_id = b.customer_id
  where b.scenario_id = 'actual' and b.not_recalculated_code is null and b.from_on < b.to_on
    and (i.issued_loss_kwh <> 0 or r.recalculated_loss_kwh <> 0)
)
select c.customer_id as customer_id,
       c.from_on as period_from,
       c.to_on as period_to,
       cast(c.issued_loss_kwh as decimal(18,4)) as observed_value,
       cast(c.recalculated_loss_kwh as decimal(18,4)) as expected_value,
       cast(c.recalculated_loss_kwh - c.issued_loss_kwh as decimal(14,2)) as impact_kwh,
       -- where the bill is wrong in its metered energy as well, only the lines of the loss are held against each other
       case when c.other_kwh < p.min_loss_kwh then cast(0 - c.difference_yuan as decimal(14,2))
            else cast(c.recalculated_loss_yuan - c.issued_loss_yuan as decimal(14,2)) end as impact_yuan,
       'computed' as impact_method,
       c.bill_id as bill_id,
       case when c.recalculated_loss_kwh > 0 then 'loss_not_billed' else 'loss_not_due' end as tariff_fault_code,
       c.metering_mode_code as metering_mode_code,
       c.issued_loss_kwh as issued_loss_kwh,
       c.recalculated_loss_kwh as recalculated_loss_kwh,
       w.transformer_model_name as transformer_model_name,
       w.rated_capacity_kva as rated_capacity_kva
from compared as c
join parameter as p on p.org_id = c.org_id
left join owned as w on w.customer_id = c.customer_id
where (c.issued_loss_kwh = 0 and c.recalculated_loss_kwh >= p.min_loss_kwh
    and c.energy_kwh - c.issued_kwh >= p.min_loss_kwh)
  or (c.issued_loss_kwh >= p.min_loss_kwh and c.recalculated_loss_kwh = 0 and c.low_side_count = 0)
