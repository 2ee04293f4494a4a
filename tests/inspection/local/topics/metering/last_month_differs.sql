/* ---
uid: h6v2k9dp
code: TEST-002
title: {en: The newest bill differs from its registers, zh: 最近一期账单与示数不符}
description: {en: looks at the last month of the window alone, zh: 只看时窗内最后一个月}
severity: low
status: active
identity: state
subject: metering_point
population: mart.metering_point_bill
needs: {readings: 0.8}
resolved_when: state_gone
check: {en: [read the meter], zh: [现场复抄]}
--- */
select m.metering_point_id as metering_point_id,
       m.customer_id as customer_id,
       m.from_on as period_from,
       m.to_on as period_to,
       cast(m.billed_kwh as decimal(18,4)) as observed_value,
       cast(m.index_kwh as decimal(18,4)) as expected_value,
       cast(m.index_kwh - m.billed_kwh as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       m.bill_id as bill_id
from mart.metering_point_bill as m
cross join sweep_window as w
where m.to_on = w.to_on and m.billed_kwh <> m.index_kwh
