/* ---
uid: q3w8n5rt
code: TEST-001
title: {en: Billed with another multiplier than the file has, zh: 计费倍率与档案不符}
description: {en: a state of the metering point, zh: 计量点的一种状态}
severity: high
status: active
identity: state
subject: metering_point
population: mart.metering_point_bill
needs: {readings: 0.8}
parameters:
  min_difference_ratio: {value: 0.001, unit: ratio, why: nameplates are rounded to three digits}
innocence:
  - {check: newly_opened, clears: touches, margin_days: 31}
resolved_when: state_gone
check: {en: [read the nameplates], zh: [核对铭牌]}
--- */
select m.metering_point_id as metering_point_id,
       m.customer_id as customer_id,
       m.from_on as period_from,
       m.to_on as period_to,
       cast(m.billed_multiplier as decimal(18,4)) as observed_value,
       cast(m.multiplier as decimal(18,4)) as expected_value,
       cast(m.index_kwh - m.billed_kwh as decimal(14,2)) as impact_kwh,
       cast(round(cast(m.index_kwh - m.billed_kwh as decimal(20,2)) * m.price_yuan_per_kwh, 2) as decimal(14,2)) as impact_yuan,
       'estimated' as impact_method,
       m.bill_id as bill_id
from mart.metering_point_bill as m
join core.customer as c on c.customer_id = m.customer_id
join parameter as p on p.org_id = c.org_id
where abs(m.billed_multiplier - m.multiplier) > p.min_difference_ratio * cast(m.multiplier as decimal(20,2))
