/* ---
uid: c6jv1rm7
code: LL-003
title: {en: Loss not computable, zh: 线损不可算台区}
description:
  en: >-
    For most of a month the loss of a transformer area cannot be computed: no master meter on file, the master not
    read, no supply, nobody filed in the area, or too few customers read. What is not computed is where losses hide.
  zh: >-
    台区当月大部分日期线损不可算: 无总表档案、总表未采集、供电量为零、台区下无用户或用户抄通率不足。不可算之处最易藏损。
severity: medium
status: active
identity: episode
subject: area
reach: area
population: mart.area_month
needs: {}
verify_days: 35
parameters:
  min_days: {value: 10, unit: days, why: {en: "in the first ten days of a month a terminal may be under repair", zh: "当月不足十天时可能正在抢修采集设备"}}
innocence:
  - {check: area_newly_built, clears: covers, margin_days: 1}
resolved_when: state_gone
playbook: loss_check
check:
  en: [look whether a master meter hangs at the transformer and is filed as the area's check meter, read master and terminal, count meters the terminal does not reach]
  zh: [核实现场是否装有总表及考核计量点档案, 检查总表与集中器采集, 排查采集不通的用户表]
--- */
select m.area_id as area_id,
       m.from_on as period_from,
       m.to_on as period_to,
       cast(m.days_observed as decimal(18,4)) as observed_value,
       cast(m.days_expected as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       case when m.not_computable_code is null then 'too_few_readings' else m.not_computable_code end as not_computable_code,
       m.supplied_kwh as supplied_kwh,
       m.sold_kwh as sold_kwh,
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
where m.days_expected >= p.min_days
  and (m.not_computable_code is not null
    or m.readings_known * 100 < m.readings_expected * l.min_read_rate_pct)
