/* ---
uid: c1bn4qtv
code: ME-015
title: {en: Several meters or multipliers billed at one point in one period, zh: 同一计量点同期多表或多倍率计费}
description:
  en: >-
    One metering point was billed by more than one meter, or with more than one multiplier, for the same days: an
    exchange whose old meter was never closed in the files, another customer's meter on the bill, a multiplier changed
    in mid-period without a record.
  zh: >-
    同一计量点同一计费期内按多只电能表或多个倍率计费: 常见于换表后旧表未在档案中终止、串入他户表计、期中改倍率无记录。
severity: medium
status: active
identity: state
subject: metering_point
population: mart.billed_period
verify_days: 130
lookback_months: 24
law: [metering_error/metering_error_method/CN/wrong_multiplier]
innocence:
  - {check: exchange_on_bills, clears: covers}
  - {check: meters_on_record, clears: covers}
  - {check: meters_side_by_side, clears: covers}
resolved_when: state_gone
remedy: none_before_site_check
playbook: metering_check
check:
  en: [read the numbers of all meters at the point and compare with the bill, look for the removal record and last register of a meter no longer there, find out whose meter the other one is, compare each multiplier with the transformers on site]
  zh: [现场抄录计量点全部表号并与账单核对, 查已拆电能表的拆表记录及底度, 核实多出表计归属, 逐一核对倍率与现场互感器]
--- */
with several as (
  select p.customer_id as customer_id,
         p.metering_point_id as metering_point_id,
         p.commodity_code as commodity_code,
         p.bill_id as bill_id,
         p.bill_count as bill_count,
         p.from_on as from_on,
         p.to_on as to_on,
         p.billed_quantity as billed_quantity,
         p.meter_count as meter_count,
         p.multiplier_count as multiplier_count
  from mart.billed_period as p
  where (p.meter_count > 1 or p.multiplier_count > 1) and p.days > 0
),
by_meter as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.to_on as to_on,
         l.meter_id as meter_id,
         min(l.billed_multiplier) as least_multiplier,
         max(l.billed_multiplier) as most_multiplier,
         cast(sum(l.billed_quantity) as decimal(14,2)) as billed_quantity
  from several as s
  join mart.billed_line as l
    on l.customer_id = s.customer_id and l.metering_point_id = s.metering_point_id and l.to_on = s.to_on
  group by s.customer_id, s.metering_point_id, s.to_on, l.meter_id
),
named as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.to_on as to_on,
         min(m.meter_id) as meter_id,
         max(m.meter_id) as other_meter_id,
         min(m.least_multiplier) as billed_multiplier,
         max(m.most_multiplier) as other_multiplier,
         cast(sum(case when m.billed_quantity = 0 then 1 else 0 end) as bigint) as standing_meter_count
  from by_meter as m
  group by m.customer_id, m.metering_point_id, m.to_on
)
-- What was charged too much or too little depends on which of the meters is the point's: nobody is claimed from before
-- that is known.
select s.metering_point_id as metering_point_id,
       s.customer_id as customer_id,
       s.from_on as period_from,
       s.to_on as period_to,
       cast(greatest(s.meter_count, s.multiplier_count) as decimal(18,4)) as observed_value,
       cast(1 as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       s.commodity_code as commodity_code,
       s.bill_id as bill_id,
       s.bill_count as bill_count,
       s.meter_count as meter_count,
       s.multiplier_count as multiplier_count,
       n.meter_id as meter_id,
       n.other_meter_id as other_meter_id,
       n.billed_multiplier as billed_multiplier,
       n.other_multiplier as other_multiplier,
       n.standing_meter_count as standing_meter_count,
       s.billed_quantity as billed_quantity
from several as s
join named as n
  on n.customer_id = s.customer_id and n.metering_point_id = s.metering_point_id and n.to_on = s.to_on
