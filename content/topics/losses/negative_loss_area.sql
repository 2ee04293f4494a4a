/* ---
uid: n8ka3xq5
code: LL-002
title: {en: Negative-loss area, zh: 负损台区}
description:
  en: >-
    In a month the customers of a transformer area used more than its master meter supplied. Energy does not come from
    nowhere: a customer of another area is filed here, the master's multiplier is kept too low or its wiring measures
    too little, or a roof feeds in without being read.
  zh: >-
    台区月售电量大于供电量, 线损率为负。常见原因: 他台区用户误挂本台区、总表倍率偏小或接线错误少计、光伏上网未采集。
severity: medium
status: active
identity: episode
subject: area
reach: area
population: mart.area_month
needs: {days: 0.8}
verify_days: 35
parameters:
  tolerance_pct: {value: 1, unit: pct, why: {en: "the class up to -1 % of the front ends: meters of class 1 and 2 may differ by so much", zh: "前端线损区间 ≤-1%; 1 级、2 级电能表误差可达此量级"}}
  min_excess_kwh_per_day: {value: 10, unit: kwh, why: {en: "catalogue LL-002; below 10 kWh a day the rate of a lightly loaded area says nothing", zh: "主题库 LL-002; 日差额不足 10 千瓦时的轻载台区不具意义"}}
  min_days: {value: 10, unit: days, why: {en: "ten days with a full balance carry a rate; fewer are noise of single readings", zh: "至少十天电量完整才足以说明线损率"}}
innocence:
  - {check: area_cut_over, clears: touches}
  - {check: loss_levels_out, clears: covers}
resolved_when: state_gone
playbook: loss_check
check:
  en: [compare which customers hang on the transformer with those filed there, check ratio plates and wiring and file of the master meter, look for roofs whose reverse register is not read]
  zh: [核对现场户变关系与档案, 核对总表互感器变比、接线与档案倍率, 排查未采集反向示数的光伏用户]
--- */
select m.area_id as area_id,
       m.from_on as period_from,
       m.to_on as period_to,
       cast(round(m.loss_ratio * 100, 4) as decimal(18,4)) as observed_value,
       cast(l.negative_below_pct as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       m.supplied_kwh as supplied_kwh,
       m.sold_kwh as sold_kwh,
       m.exported_kwh as exported_kwh,
       m.loss_kwh as loss_kwh,
       m.loss_class_code as loss_class_code,
       m.readings_observed as readings_observed,
       m.readings_known as readings_known,
       m.readings_expected as readings_expected,
       m.days_observed as days_observed,
       m.days_expected as days_expected
from mart.area_month as m
join parameter as p on p.org_id = m.org_id
join policy.line_loss as l
  on l.org_id = m.org_id and l.loss_object_code = 'transformer_area'
 and m.month_on >= l.valid_from and m.month_on < l.valid_to
where m.not_computable_code is null
  and m.days_observed >= p.min_days
  and m.readings_known * 100 >= m.readings_expected * l.min_read_rate_pct
  and m.loss_kwh * 100 < cast(m.supplied_kwh as decimal(20,2)) * l.negative_below_pct
  and m.loss_kwh * 100 <= cast(m.supplied_kwh as decimal(20,2)) * p.tolerance_pct * -1
  and m.loss_kwh * -1 >= m.days_observed * p.min_excess_kwh_per_day
