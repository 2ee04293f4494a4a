/* ---
uid: jgq6q2d6
code: PR-008
title: {en: Abnormal power factor, zh: 功率因数数值异常}
description:
  en: >-
    A user assessed by its power factor was billed active energy and no reactive energy for months, so that it is rewarded for
    a register that does not count; or its power factor left the median of the bills before by far and stayed away: a phase
    wired wrongly, a reactive register replaced or reverse reactive energy left out.
  zh: >-
    考核力率的用户连续数月有有功电量而无无功电量, 因无功示数不走而多得奖励; 或功率因数较前期中位数突变且持续: 接线错误、
    无功计量更换或倒送无功漏计。
severity: medium
status: active
identity: episode
subject: customer
population: mart.recalculated_bill
verify_days: 65
lookback_months: 8
parameters:
  min_active_kwh: {value: 500, unit: kwh, why: {en: "an idle transformer draws reactive energy only; the factor of next to no use says nothing",
    zh: "电量极少时功率因数无意义"}}
  min_month_count: {value: 2, unit: months, why: {en: "catalogue PR-008; one month may be a reading missed",
    zh: "主题库 PR-008; 单月可为漏抄"}}
  max_change_ratio: {value: 0.15, unit: ratio, why: {en: "catalogue PR-008; machines switched on and off move it by less",
    zh: "主题库 PR-008; 设备启停一般变化较小"}}
  max_median_days: {value: 190, unit: days, why: {en: "the six bills before; the factor follows the season over more",
    zh: "取前六期账单, 更长受季节影响"}}
  min_before_count: {value: 4, unit: bills, why: {en: "a median of fewer bills is none",
    zh: "不足四期不成中位数"}}
law: [power_factor/power_factor_rule]
innocence:
  - {check: meter_changed, clears: touches}
resolved_when: state_gone
remedy: none_before_site_check
playbook: metering_check
check:
  en: [read the reactive registers of all quadrants, check wiring and phase angles, look whether a capacitor bank or a static compensator was installed]
  zh: [核对正反向无功示数, 检查接线与相位, 核实是否新装电容补偿或SVG]
--- */
with assessed as (
  select i.customer_id as customer_id, i.bill_id as bill_id, max(i.metering_point_id) as metering_point_id
  from mart.billing_input as i
  where i.scenario_id = 'actual' and i.power_factor_standard_ratio > 0
  group by i.customer_id, i.bill_id
),
measured as (
  select b.customer_id as customer_id,
         b.bill_id as bill_id,
         a.metering_point_id as metering_point_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.billed_kwh as billed_kwh,
         b.import_kvarh as import_kvarh,
         round(coalesce(b.power_factor_ratio,
           cast(b.billed_kwh as double) / nullif(sqrt(cast(b.billed_kwh as double) * cast(b.billed_kwh as double)
             + cast(b.import_kvarh as double) * cast(b.import_kvarh as double)), 0)), 4) as power_factor_ratio
  from core.bill as b
  join assessed as a on a.customer_id = b.customer_id and a.bill_id = b.bill_id
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
  where b.commodity_code = 'electricity' and b.bill_type_code = 'regular' and b.from_on < b.to_on
    and b.billed_kwh >= p.min_active_kwh and b.import_kvarh is not null
),
-- the bills before, but not the one just before: a change must have held for two to be seen
before as (
  select m.customer_id as customer_id,
         m.bill_id as bill_id,
         median(o.power_factor_ratio) as usual_power_factor_ratio,
         count(*) as before_count
  from measured as m
  join measured as o on o.customer_id = m.customer_id
  join core.customer as c on c.customer_id = m.customer_id
  join parameter as p on p.org_id = c.org_id
  where o.to_on < m.from_on and date_diff('day', o.from_on, m.from_on) <= p.max_median_days and o.import_kvarh > 0
  group by m.customer_id, m.bill_id
),
marked as (
  select m.customer_id as customer_id,
         m.bill_id as bill_id,
         m.metering_point_id as metering_point_id,
         m.from_on as from_on,
         m.to_on as to_on,
         m.billed_kwh as billed_kwh,
         m.import_kvarh as import_kvarh,
         m.power_factor_ratio as power_factor_ratio,
         b.usual_power_factor_ratio as usual_power_factor_ratio,
         case when m.import_kvarh = 0 then 1 else 0 end as is_without,
         case when m.import_kvarh > 0 and b.before_count >= p.min_before_count
           and abs(m.power_factor_ratio - b.usual_power_factor_ratio) > cast(p.max_change_ratio as double) then 1 else 0 end as is_changed
  from measured as m
  join core.customer as c on c.customer_id = m.customer_id
  join parameter as p on p.org_id = c.org_id
  left join before as b on b.customer_id = m.customer_id and b.bill_id = m.bill_id
),
neighbours as (
  select k.customer_id as customer_id,
         k.bill_id as bill_id,
         k.metering_point_id as metering_point_id,
         k.from_on as from_on,
         k.to_on as to_on,
         k.billed_kwh as billed_kwh,
         k.import_kvarh as import_kvarh,
         k.power_factor_ratio as power_factor_ratio,
         k.usual_power_factor_ratio as usual_power_factor_ratio,
         k.is_without as is_without,
         k.is_changed as is_changed,
         row_number() over (partition by k.customer_id order by k.from_on, k.bill_id)
           - row_number() over (partition by k.customer_id, k.is_without, k.is_changed order by k.from_on, k.bill_id) as run_no
  from marked as k
),
run as (
  select n.customer_id as customer_id,
         n.is_without as is_without,
         n.is_changed as is_changed,
         n.run_no as run_no,
         count(*) as month_count
  from neighbours as n
  where n.is_without = 1 or n.is_changed = 1
  group by n.customer_id, n.is_without, n.is_changed, n.run_no
)
select n.customer_id as customer_id,
       n.from_on as period_from,
       n.to_on as period_to,
       cast(round(n.power_factor_ratio, 4) as decimal(18,4)) as observed_value,
       cast(round(n.usual_power_factor_ratio, 4) as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       n.bill_id as bill_id,
       n.metering_point_id as metering_point_id,
       case when n.is_without = 1 then 'no_reactive_energy' else 'sudden_change' end as tariff_fault_code,
       n.billed_kwh as billed_kwh,
       n.import_kvarh as import_kvarh,
       n.power_factor_ratio as power_factor_ratio,
       n.usual_power_factor_ratio as usual_power_factor_ratio
from neighbours as n
join run as r on r.customer_id = n.customer_id and r.is_without = n.is_without and r.is_changed = n.is_changed and r.run_no = n.run_no
join core.customer as c on c.customer_id = n.customer_id
join parameter as p on p.org_id = c.org_id
where r.month_count >= p.min_month_count
