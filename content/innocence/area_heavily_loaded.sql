/* ---
title: {en: The area is heavily loaded, zh: 台区重载}
reason:
  en: >-
    The transformer carried on average so much of its capacity that lines of this length lose this share by themselves.
  zh: >-
    台区平均负载率高, 线路技术线损本身即可达到该水平。
subject: area
reach: area
parameters:
  min_load_ratio: {value: 0.5, unit: ratio, why: {en: "an average of half the capacity means evenings at or over it; losses grow with the square of the load",
    zh: "平均负载率过半意味着晚峰接近满载, 线损随负荷平方增长"}}
  max_technical_pct: {value: 12, unit: pct, why: {en: "beyond twelve percent even an overloaded low-voltage area has more than its lines to explain",
    zh: "超过百分之十二时, 即使重载台区也不能仅以技术线损解释"}}
  kw_per_kva_ratio: {value: 0.95, unit: ratio, why: {en: "areas run near this power factor, so a kVA of transformer carries so many kW",
    zh: "台区功率因数通常在此附近, 据此由容量折算有功"}}
--- */
select m.area_id as area_id,
       m.from_on as valid_from,
       m.to_on as valid_to,
       m.supplied_kwh as supplied_kwh,
       a.transformer_capacity_kva as transformer_capacity_kva,
       m.days_observed as days_observed
from mart.area_month as m
join core.area as a on a.area_id = m.area_id
join parameter as p on p.org_id = m.org_id
where m.not_computable_code is null
  and a.transformer_capacity_kva > 0
  and cast(m.supplied_kwh as double) >= cast(p.min_load_ratio as double) * cast(p.kw_per_kva_ratio as double)
        * cast(a.transformer_capacity_kva as double) * 24 * cast(m.days_observed as double)
  and m.loss_kwh * 100 <= cast(m.supplied_kwh as decimal(20,2)) * p.max_technical_pct
