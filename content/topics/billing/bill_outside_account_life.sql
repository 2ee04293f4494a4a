/* ---
uid: rkbsch5z
code: BL-004
title: {en: Billed before the account was opened or after it was closed, zh: 立户前或销户后仍计费}
description:
  en: >-
    A regular bill is for days after the account was closed, or for days before it was opened: an account closed in
    the file but not in billing, a live connection on a closed account, a bill sent to the wrong account.
  zh: >-
    正常账单的计费期全部在销户之后或立户之前: 常见于档案已销户而计费未终止、销户后仍带电用电、账单串户。
severity: high
status: active
identity: state
pack: sum
subject: customer
population: core.bill
verify_days: 65
parameters:
  max_closing_days: {value: 1, unit: days, why: {en: "the day of closing may still be billed: the meter is read and removed in the course of it",
    zh: "销户当日仍可计费, 拆表抄数在当日进行"}}
law: [limitation/limitation_period]
innocence:
  - {check: account_reopened, clears: covers, margin_days: 1}
  - {check: adjustment_covers_bill, clears: covers}
resolved_when: covered_by_adjustment
remedy: refund_or_reopen
playbook: billing_check
check:
  en: [compare opening and closing dates with the applications, look on site whether the connection is live and who uses it, read the meter and compare with its removal register, refund what was billed where nothing was used]
  zh: [核对立户、销户日期与业务工单, 现场核实是否仍带电及实际用电人, 抄录示数并与拆表底度核对, 未用电的退还已计电费]
--- */
with bill as (
  select b.customer_id as customer_id,
         b.bill_id as bill_id,
         b.commodity_code as commodity_code,
         coalesce(b.from_on, b.month_on) as from_on,
         b.to_on as to_on,
         c.opened_on as opened_on,
         c.closed_on as closed_on,
         case when coalesce(b.from_on, b.month_on) >= c.closed_on
               and date_diff('day', c.closed_on, b.to_on) > p.max_closing_days then 'after_closing'
              when b.to_on <= c.opened_on then 'before_opening' end as account_life_code
  from core.bill as b
  join core.customer as c on c.customer_id = b.customer_id
  join parameter as p on p.org_id = c.org_id
  where b.bill_type_code = 'regular'
),
outside as (
  select b.customer_id as customer_id,
         b.bill_id as bill_id,
         b.commodity_code as commodity_code,
         b.from_on as from_on,
         b.to_on as to_on,
         b.opened_on as opened_on,
         b.closed_on as closed_on,
         b.account_life_code as account_life_code
  from bill as b
  where b.account_life_code is not null and b.from_on < b.to_on
),
-- a charge that names no point, such as a basic charge, goes with the bill's first
placed as (
  select o.customer_id as customer_id,
         o.bill_id as bill_id,
         l.line_amount_yuan as line_amount_yuan,
         l.line_no as line_no,
         case when coalesce(l.previous_register_kwh, l.current_register_kwh, l.previous_register_m3, l.current_register_m3) is null
              then 0 else 1 end as register_count,
         coalesce(l.metering_point_id, min(l.metering_point_id) over (partition by o.customer_id, o.bill_id)) as metering_point_id
  from outside as o
  join core.bill_line as l on l.customer_id = o.customer_id and l.bill_id = o.bill_id
  -- what was added for months of the account's life is another matter
  where l.charge_code <> 'adjustment'
),
charged as (
  select p.customer_id as customer_id,
         p.bill_id as bill_id,
         p.metering_point_id as metering_point_id,
         cast(sum(p.line_amount_yuan) as decimal(14,2)) as billed_yuan,
         cast(sum(p.register_count) as bigint) as register_count,
         count(*) as line_count,
         count(p.line_amount_yuan) as priced_line_count
  from placed as p
  group by p.customer_id, p.bill_id, p.metering_point_id
),
used as (
  select o.customer_id as customer_id,
         o.bill_id as bill_id,
         m.metering_point_id as metering_point_id,
         m.billed_kwh as billed_kwh,
         m.billed_m3 as billed_m3,
         m.register_source_code as register_source_code,
         coalesce(m.index_kwh, m.index_m3) as index_quantity,
         m.daily_kwh as daily_kwh,
         m.days_observed as days_observed
  from outside as o
  join mart.metering_point_bill as m on m.customer_id = o.customer_id and m.bill_id = o.bill_id
),
-- whether a meter hung at the point on any of the days billed, where installations are on record
metered as (
  select o.customer_id as customer_id,
         o.bill_id as bill_id,
         i.metering_point_id as metering_point_id,
         cast(sum(case when i.valid_from < o.to_on and i.valid_to > o.from_on then 1 else 0 end) as bigint) as installed_count
  from outside as o
  join core.meter_installation as i on i.customer_id = o.customer_id
  group by o.customer_id, o.bill_id, i.metering_point_id
),
-- Nobody used anything where the registers stand still, or where the meter is on record as removed and the bill names no
-- register, and no day collected shows use: then all of it is given back. Where registers move somebody draws energy
-- without an account, and who owes it is for the site to show.
judged as (
  select o.customer_id as customer_id,
         o.bill_id as bill_id,
         o.commodity_code as commodity_code,
         o.from_on as from_on,
         o.to_on as to_on,
         o.opened_on as opened_on,
         o.closed_on as closed_on,
         o.account_life_code as account_life_code,
         g.metering_point_id as metering_point_id,
         g.billed_yuan as billed_yuan,
         u.billed_kwh as billed_kwh,
         coalesce(u.billed_kwh, u.billed_m3) as billed_quantity,
         u.index_quantity as index_quantity,
         u.register_source_code as register_source_code,
         u.daily_kwh as daily_kwh,
         u.days_observed as days_observed,
         case when g.priced_line_count = g.line_count then g.billed_yuan end as priced_yuan,
         case when coalesce(u.daily_kwh, 0) <> 0 then false
              when u.index_quantity = 0 then true
              when u.index_quantity is null and g.register_count = 0 and n.installed_count = 0 then true
              else false end as is_unused
  from outside as o
  join charged as g on g.customer_id = o.customer_id and g.bill_id = o.bill_id
  left join used as u
    on u.customer_id = g.customer_id and u.bill_id = g.bill_id and u.metering_point_id = g.metering_point_id
  left join metered as n
    on n.customer_id = g.customer_id and n.bill_id = g.bill_id and n.metering_point_id = g.metering_point_id
)
select j.customer_id as customer_id,
       j.from_on as period_from,
       j.to_on as period_to,
       cast(j.billed_quantity as decimal(18,4)) as observed_value,
       cast(0 as decimal(18,4)) as expected_value,
       cast(case when j.is_unused then 0 - j.billed_kwh end as decimal(14,2)) as impact_kwh,
       cast(case when j.is_unused then 0 - j.priced_yuan end as decimal(14,2)) as impact_yuan,
       case when j.is_unused and j.priced_yuan is not null then 'computed' else 'none' end as impact_method,
       j.metering_point_id as metering_point_id,
       j.bill_id as bill_id,
       j.commodity_code as commodity_code,
       j.account_life_code as account_life_code,
       j.opened_on as opened_on,
       j.closed_on as closed_on,
       j.billed_quantity as billed_quantity,
       j.billed_yuan as billed_yuan,
       j.index_quantity as index_quantity,
       j.register_source_code as register_source_code,
       j.daily_kwh as daily_kwh,
       j.days_observed as days_observed
from judged as j
where coalesce(j.billed_quantity, 0) <> 0 or coalesce(j.billed_yuan, 0) <> 0
