/* ---
uid: vgmb3252
code: ME-001
title: {en: Billing multiplier differs from the instrument transformers, zh: 综合倍率与互感器不符}
description:
  en: >-
    A bill was reckoned with another multiplier than the nameplates of the meter and of the current and voltage
    transformers on record give for its days: transformers exchanged and the billing file not changed, a multiplier
    changed in the file though no transformer was, a ratio keyed wrongly. Both directions.
  zh: >-
    账单所用综合倍率与同期在装电能表、电流互感器、电压互感器的铭牌变比之积不一致: 常见于换互感器后计费档案未更新、
    互感器未变而档案倍率被修改、变比录入错误。多计少计均列出。
severity: high
status: active
identity: state
subject: metering_point
population: mart.metering_point_bill
verify_days: 65
parameters:
  min_difference_ratio: {value: 0.001, unit: ratio, why: {en: "ratios on nameplates are rounded to three digits",
    zh: "铭牌变比只取三位有效数字"}}
law: [metering_error/metering_error_method/CN/wrong_multiplier]
innocence:
  - {check: adjustment_covers_bill, clears: covers}
resolved_when: covered_by_adjustment
replay: {multiplier: nameplate_multiplier}
remedy: multiplier_correction
playbook: metering_check
check:
  en: [read the nameplates of all phases' transformers and of the meter and photograph them, measure primary and secondary current with clamp meters, compare with the asset record and the exchange order, find the day from which the file is wrong]
  zh: [抄录并拍摄各相互感器及电能表铭牌, 用钳形表测一、二次电流核算实际变比, 与资产档案及装换表工单核对, 核定档案错误起始日期]
--- */
-- the ratio of each transformer that hung at a point; voltage is stepped down only where the point is metered high
with ratio as (
  select i.customer_id as customer_id,
         i.metering_point_id as metering_point_id,
         i.valid_from as valid_from,
         i.valid_to as valid_to,
         t.instrument_transformer_type_code as instrument_transformer_type_code,
         case when t.instrument_transformer_type_code = 'current'
              then cast(t.primary_current_a as double) / nullif(cast(t.secondary_current_a as double), 0)
              else cast(t.primary_voltage_v as double) / nullif(cast(t.secondary_voltage_v as double), 0) end as transformer_ratio
  from core.instrument_transformer_installation as i
  join core.instrument_transformer as t on t.instrument_transformer_id = i.instrument_transformer_id
),
-- one row per set of transformers put up and taken down together; phases that disagree say nothing
current_set as (
  select r.customer_id as customer_id,
         r.metering_point_id as metering_point_id,
         r.valid_from as valid_from,
         r.valid_to as valid_to,
         round(max(r.transformer_ratio), 4) as current_ratio
  from ratio as r
  where r.instrument_transformer_type_code = 'current'
  group by r.customer_id, r.metering_point_id, r.valid_from, r.valid_to
  having min(r.transformer_ratio) >= max(r.transformer_ratio) and count(*) = count(r.transformer_ratio)
),
voltage_set as (
  select r.customer_id as customer_id,
         r.metering_point_id as metering_point_id,
         r.valid_from as valid_from,
         r.valid_to as valid_to,
         round(max(r.transformer_ratio), 4) as voltage_ratio
  from ratio as r
  where r.instrument_transformer_type_code = 'voltage'
  group by r.customer_id, r.metering_point_id, r.valid_from, r.valid_to
  having min(r.transformer_ratio) >= max(r.transformer_ratio) and count(*) = count(r.transformer_ratio)
),
nameplate as (
  select c.customer_id as customer_id,
         c.metering_point_id as metering_point_id,
         greatest(c.valid_from, coalesce(v.valid_from, c.valid_from)) as valid_from,
         least(c.valid_to, coalesce(v.valid_to, c.valid_to)) as valid_to,
         c.current_ratio * coalesce(v.voltage_ratio, 1) as transformer_ratio
  from current_set as c
  join core.metering_point as p on p.customer_id = c.customer_id and p.metering_point_id = c.metering_point_id
  left join voltage_set as v
    on v.customer_id = c.customer_id and v.metering_point_id = c.metering_point_id
   and v.valid_from < c.valid_to and v.valid_to > c.valid_from
  -- metered on the high side, the voltage transformers must be known
  where v.metering_point_id is not null or p.metering_mode_code in ('low_supply_low_metering', 'high_supply_low_metering')
),
billed as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         s.bill_id as bill_id,
         s.multiplier as billed_multiplier,
         min(s.from_on) as from_on,
         max(s.to_on) as to_on
  from mart.billing_input as s
  where s.meter_id is not null and s.multiplier > 0 and coalesce(s.input_reason_code, 'none') not in ('adjustment_bill', 'bill_cancelled')
  group by s.customer_id, s.metering_point_id, s.meter_id, s.bill_id, s.multiplier
),
compared as (
  select b.customer_id as customer_id,
         b.metering_point_id as metering_point_id,
         b.meter_id as meter_id,
         b.bill_id as bill_id,
         b.billed_multiplier as billed_multiplier,
         greatest(b.from_on, n.valid_from) as from_on,
         least(b.to_on, n.valid_to) as to_on,
         n.valid_from as set_from_on,
         cast(round(n.transformer_ratio * cast(coalesce(m.own_multiplier, 1) as double), 2) as decimal(10,2)) as nameplate_multiplier,
         p.min_difference_ratio as min_difference_ratio
  from billed as b
  join nameplate as n
    on n.customer_id = b.customer_id and n.metering_point_id = b.metering_point_id
   and n.valid_from < b.to_on and n.valid_to > b.from_on
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
  left join core.meter as m on m.meter_id = b.meter_id
),
judged as (
  select c.customer_id as customer_id,
         c.metering_point_id as metering_point_id,
         c.meter_id as meter_id,
         c.bill_id as bill_id,
         c.billed_multiplier as billed_multiplier,
         c.nameplate_multiplier as nameplate_multiplier,
         c.from_on as from_on,
         c.to_on as to_on,
         c.set_from_on as set_from_on,
         case when abs(c.billed_multiplier - c.nameplate_multiplier)
                <= c.min_difference_ratio * cast(c.nameplate_multiplier as decimal(20,2)) then 1 else 0 end as equal_count
  from compared as c
),
-- a bill over a change has two multipliers and two sets: each is looked for among the other
matched as (
  select j.customer_id as customer_id,
         j.metering_point_id as metering_point_id,
         j.meter_id as meter_id,
         j.bill_id as bill_id,
         j.billed_multiplier as billed_multiplier,
         j.nameplate_multiplier as nameplate_multiplier,
         j.from_on as from_on,
         j.to_on as to_on,
         j.equal_count as equal_count,
         max(j.equal_count) over (partition by j.customer_id, j.metering_point_id, j.meter_id, j.bill_id, j.billed_multiplier) as hung_count,
         max(j.equal_count) over (partition by j.customer_id, j.metering_point_id, j.meter_id, j.bill_id, j.set_from_on) as billed_count
  from judged as j
)
select m.metering_point_id as metering_point_id,
       m.customer_id as customer_id,
       m.from_on as period_from,
       m.to_on as period_to,
       cast(m.billed_multiplier as decimal(18,4)) as observed_value,
       cast(m.nameplate_multiplier as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       m.meter_id as meter_id,
       m.bill_id as bill_id,
       m.billed_multiplier as billed_multiplier,
       m.nameplate_multiplier as nameplate_multiplier
from matched as m
where m.equal_count = 0 and (m.hung_count = 0 or m.billed_count = 0)
