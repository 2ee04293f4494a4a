/* ---
uid: f3qe8ud4
code: LL-006
title: {en: Feeder loss anomaly, zh: 10kV线路高/负损}
description:
  en: >-
    In a month a feeder lost a larger share of its supply than the organisation's limit, or delivered more than its
    head meter supplied. An area or customer filed at another feeder, a switch that changed the grid without the files
    following, a wrong multiplier at head, area or customer, or theft at high voltage.
  zh: >-
    线路月线损率超过本单位高损界限, 或售电量大于供电量。常见原因: 线变、线户关系错误或切改未同步, 关口、台区总表或高压用户倍率错误, 高压窃电。
severity: high
status: active
identity: episode
subject: feeder
reach: feeder
population: mart.feeder_month
needs: {days: 0.8}
verify_days: 35
parameters:
  min_difference_kwh_per_day: {value: 100, unit: kwh, why: {en: "below 100 kWh a day the rate of a lightly loaded feeder says nothing", zh: "日差额不足 100 千瓦时的轻载线路不具意义"}}
  tolerance_pct: {value: 1, unit: pct, why: {en: "the class up to -1 % of the front ends: meters of class 1 and 0.5 may differ by so much", zh: "前端线损区间 ≤-1%; 计量误差可达此量级"}}
  min_days: {value: 10, unit: days, why: {en: "ten days with a full balance carry a rate; fewer are noise of single readings", zh: "至少十天电量完整才足以说明线损率"}}
innocence:
  - {check: feeder_cut_over, clears: touches}
resolved_when: state_gone
playbook: loss_check
check:
  en: [compare switches and open points with the files of areas and high-voltage customers, check ratio plates and file of the head meter, compare each area's master with the month before, inspect high-voltage customers by size of use]
  zh: [核对开关位置、联络点与线变、线户关系档案, 核对关口互感器变比与倍率, 逐台区比对总表电量环比, 按用电量从大到小检查高压用户]
--- */
select m.feeder_id as feeder_id,
       m.from_on as period_from,
       m.to_on as period_to,
       cast(round(m.loss_ratio * 100, 4) as decimal(18,4)) as observed_value,
       cast(case when m.loss_kwh < 0 then l.negative_below_pct else l.high_above_pct end as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       m.supplied_kwh as supplied_kwh,
       m.area_kwh as area_kwh,
       m.sold_kwh as sold_kwh,
       m.exported_kwh as exported_kwh,
       m.loss_kwh as loss_kwh,
       m.loss_class_code as loss_class_code,
       m.readings_observed as readings_observed,
       m.readings_known as readings_known,
       m.readings_expected as readings_expected,
       m.days_observed as days_observed,
       m.days_expected as days_expected
from mart.feeder_month as m
join core.feeder as f on f.feeder_id = m.feeder_id
join parameter as p on p.org_id = f.org_id
join policy.line_loss as l
  on l.org_id = f.org_id and l.loss_object_code = 'feeder_10kv'
 and m.month_on >= l.valid_from and m.month_on < l.valid_to
where m.not_computable_code is null
  and m.days_observed >= p.min_days
  and m.readings_known * 100 >= m.readings_expected * l.min_read_rate_pct
  and abs(m.loss_kwh) >= m.days_observed * p.min_difference_kwh_per_day
  and (m.loss_kwh * 100 > cast(m.supplied_kwh as decimal(20,2)) * l.high_above_pct
    or (m.loss_kwh * 100 < cast(m.supplied_kwh as decimal(20,2)) * l.negative_below_pct
      and m.loss_kwh * 100 <= cast(m.supplied_kwh as decimal(20,2)) * p.tolerance_pct * -1))
