/* ---
uid: h4ss9nw2
code: LL-001
title: {en: High-loss transformer area, zh: 高损台区}
description:
  en: >-
    In a month the master meter of a transformer area supplied more than its customers' meters sold, by a share above
    the organisation's limit. Energy that is used and not metered, a customer filed in another area, a multiplier kept
    wrong, or lines that really lose that much.
  zh: >-
    台区月线损率超过本单位高损界限。常见原因: 窃电或计量失准、户变关系错误、倍率错误, 也可能是线路过长或重载的技术线损。
severity: high
status: active
identity: episode
subject: area
reach: area
population: mart.area_month
needs: {days: 0.8}
verify_days: 35
parameters:
  min_lost_kwh_per_day: {value: 20, unit: kwh, why: {en: "catalogue LL-001; below 20 kWh a day the rate of a lightly loaded area says nothing", zh: "主题库 LL-001; 日损失不足 20 千瓦时的轻载台区, 其线损率没有意义"}}
  min_days: {value: 10, unit: days, why: {en: "ten days with a full balance carry a rate; fewer are noise of single readings", zh: "至少十天电量完整才足以说明线损率"}}
  technical_loss_ratio: {value: 0.04, unit: ratio, why: {en: "the upper end of the class 0 to 4 % that utilities call good: what lines and transformers lose by themselves", zh: "各单位视为良好的 0~4% 区间上限, 作为技术线损"}}
  purchase_price_yuan_per_kwh: {value: 0.4161, unit: yuan_per_kwh, why: {en: "about the on-grid price of coal power in central provinces: what a lost kWh cost the utility", zh: "约为华中省份燃煤上网基准价, 即损失一千瓦时的购电成本"}}
innocence:
  - {check: area_cut_over, clears: touches}
  - {check: reverse_flow_not_measured, clears: covers}
  - {check: area_heavily_loaded, clears: covers}
resolved_when: state_gone
playbook: loss_check
check:
  en: [compare which customers hang on the transformer with those filed there, check ratio plates and file of the master meter, look for meters that were not read or stand still, walk the line at night with a clamp meter beginning with the suspects of loss_follows_customer]
  zh: [核对现场户变关系与档案, 核对总表互感器变比与档案倍率, 排查失准与未采集表计, 结合“线损与用户电量强相关”嫌疑用户夜间钳测沿线查窃]
--- */
with month as (
  select m.area_id as area_id,
         m.from_on as from_on,
         m.to_on as to_on,
         m.supplied_kwh as supplied_kwh,
         m.sold_kwh as sold_kwh,
         m.exported_kwh as exported_kwh,
         m.spread_kwh as spread_kwh,
         m.loss_kwh as loss_kwh,
         m.loss_ratio as loss_ratio,
         m.loss_class_code as loss_class_code,
         m.readings_observed as readings_observed,
         m.readings_known as readings_known,
         m.readings_expected as readings_expected,
         m.days_observed as days_observed,
         m.days_expected as days_expected,
         l.high_above_pct as high_above_pct,
         p.purchase_price_yuan_per_kwh as purchase_price_yuan_per_kwh,
         cast(m.loss_kwh - cast(round(cast(m.supplied_kwh as decimal(20,2)) * p.technical_loss_ratio, 2) as decimal(14,2))
           as decimal(14,2)) as excess_kwh
  from mart.area_month as m
  join parameter as p on p.org_id = m.org_id
  join policy.line_loss as l
    on l.org_id = m.org_id and l.loss_object_code = 'transformer_area'
   and m.month_on >= l.valid_from and m.month_on < l.valid_to
  where m.not_computable_code is null
    and m.days_observed >= p.min_days
    and m.readings_known * 100 >= m.readings_expected * l.min_read_rate_pct
    and m.loss_kwh * 100 > cast(m.supplied_kwh as decimal(20,2)) * l.high_above_pct
    and m.loss_kwh >= m.days_observed * p.min_lost_kwh_per_day
)
select m.area_id as area_id,
       m.from_on as period_from,
       m.to_on as period_to,
       cast(round(m.loss_ratio * 100, 4) as decimal(18,4)) as observed_value,
       cast(m.high_above_pct as decimal(18,4)) as expected_value,
       m.excess_kwh as impact_kwh,
       cast(round(cast(m.excess_kwh as decimal(20,2)) * m.purchase_price_yuan_per_kwh, 2) as decimal(14,2)) as impact_yuan,
       'estimated' as impact_method,
       m.supplied_kwh as supplied_kwh,
       m.sold_kwh as sold_kwh,
       m.exported_kwh as exported_kwh,
       m.spread_kwh as spread_kwh,
       m.loss_kwh as loss_kwh,
       m.loss_class_code as loss_class_code,
       m.readings_observed as readings_observed,
       m.readings_known as readings_known,
       m.readings_expected as readings_expected,
       m.days_observed as days_observed,
       m.days_expected as days_expected
from month as m
