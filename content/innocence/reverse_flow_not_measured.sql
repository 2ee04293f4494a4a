/* ---
title: {en: What roofs feed back through the master is not measured, zh: 总表反向电量未采集}
reason:
  en: >-
    Customers of the area fed in and the master meter gives no reverse register, so what flowed back to the feeder looks lost.
  zh: >-
    台区有光伏上网而总表未采集反向示数, 倒送电量被误计为损失。
subject: area
reach: area
parameters:
  min_export_ratio: {value: 0.02, unit: ratio, why: {en: "below two percent of the supply feeding in changes no class of loss", zh: "上网电量不足供电量百分之二时不影响线损区间判断"}}
--- */
select m.area_id as area_id,
       m.from_on as valid_from,
       m.to_on as valid_to,
       m.exported_kwh as exported_kwh,
       m.supplied_kwh as supplied_kwh
from mart.area_month as m
join parameter as p on p.org_id = m.org_id
where m.master_reverse_kwh is null
  and m.exported_kwh > 0
  and m.exported_kwh >= cast(m.supplied_kwh as decimal(20,2)) * p.min_export_ratio
