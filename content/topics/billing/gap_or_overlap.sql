/* ---
uid: dk2n6jz6
code: BL-002
title: {en: Days that no bill or two bills cover, zh: 计费期间间断或重叠}
description:
  en: >-
    Between two billed periods of a metering point lie days that no bill covers, or the second begins before the first
    has ended, and the registers do not show that nothing was lost: a bill never issued, a meter taken down without a
    last bill, a period keyed twice. What the registers lost is priced by reading/index_not_continued.
  zh: >-
    同一计量点前后两个计费期间之间有未计费的天数, 或后期起始日早于前期截止日, 且示数不能证明电量连续:
    常见于漏发账单、拆表未结清、期间重复录入。示数不衔接的电量由 reading/index_not_continued 计算。
severity: medium
status: active
identity: event
subject: metering_point
population: mart.billed_period
verify_days: 65
parameters:
  min_stated_days: {value: 2, unit: days, why: {en: "the day of the reading itself is counted to either period",
    zh: "抄表当日可计入前期或后期, 相差一天属正常"}}
  min_counted_days: {value: 46, unit: days, why: {en: "a bill that counts whole months says nothing about days below a month and a half, half a month at either end",
    zh: "只载明计费月数的账单, 前后各差半月以内无法判断, 合计不足一个半月的不计"}}
law: [limitation/limitation_period]
innocence:
  - {check: registers_continue, clears: covers}
  - {check: exchange_settled, clears: covers, margin_days: 1}
  - {check: no_meter_installed, clears: covers, margin_days: 1}
  - {check: account_began_or_ended, clears: touches}
  - {check: bill_cancelled, clears: covers}
resolved_when: {event_not_repeated: {months: 6}}
remedy: rebill_by_reading
playbook: billing_check
check:
  en: [look for a bill withheld or cancelled for the missing days, compare the end register of the bill before with the start register of this one, read the removal register of a meter taken down in between, ask why the reading cycle was changed]
  zh: [查找缺失期间是否有暂缓发行或已作废的账单, 比对前期止码与本期起码, 期间有拆换表的核对拆表止码, 核实抄表例日或周期变更原因]
--- */
-- whatever could be a gap or an overlap against the period before at the point; what it is, its own meters say
with suspect as (
  select m.customer_id as customer_id,
         m.metering_point_id as metering_point_id,
         m.commodity_code as commodity_code,
         m.bill_id as bill_id,
         m.from_on as from_on,
         m.to_on as to_on,
         m.billed_months as billed_months,
         m.before_to_on as before_to_on,
         m.before_bill_id as before_bill_id,
         m.quantity_per_day as quantity_per_day,
         p.min_stated_days as min_stated_days,
         p.min_counted_days as min_counted_days
  from mart.billed_period as m
  join core.customer as c on c.customer_id = m.customer_id
  join parameter as p on p.org_id = c.org_id
  where m.before_to_on is not null
    and abs(m.gap_days) >= case when m.from_on = m.before_to_on then p.min_counted_days else p.min_stated_days end
),
-- several meters of one point may be billed on different days: each register follows its own bill before
chained as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.to_on as to_on,
         max(case when l.before_to_on < l.to_on then l.before_to_on end) as before_to_on,
         cast(sum(case when l.previous_register is null then 1 else 0 end) as bigint) as without_count,
         cast(sum(case when l.previous_register <> l.before_register then 1 else 0 end) as bigint) as broken_count,
         count(*) as register_count
  from suspect as s
  join mart.billed_line as l
    on l.customer_id = s.customer_id and l.metering_point_id = s.metering_point_id and l.to_on = s.to_on
  group by s.customer_id, s.metering_point_id, s.to_on
),
stated as (
  select s.customer_id as customer_id,
         s.metering_point_id as metering_point_id,
         s.commodity_code as commodity_code,
         s.bill_id as bill_id,
         s.from_on as from_on,
         s.to_on as to_on,
         s.billed_months as billed_months,
         s.quantity_per_day as quantity_per_day,
         s.min_stated_days as min_stated_days,
         s.min_counted_days as min_counted_days,
         case when b.from_on is null then false else true end as is_period_stated,
         h.broken_count as broken_count,
         h.register_count as register_count,
         -- a register seen for the first time follows whatever was billed at the point before
         coalesce(h.before_to_on, s.before_to_on) as before_to_on,
         case when h.before_to_on is null or h.before_to_on = s.before_to_on then s.before_bill_id end as before_bill_id,
         -- only the same register, or a quantity without one, can be charged twice for the same days
         case when h.before_to_on is not null or h.without_count = h.register_count then true else false end as may_overlap
  from suspect as s
  join chained as h
    on h.customer_id = s.customer_id and h.metering_point_id = s.metering_point_id and h.to_on = s.to_on
  join core.bill as b on b.customer_id = s.customer_id and b.bill_id = s.bill_id
),
measured as (
  select t.customer_id as customer_id,
         t.metering_point_id as metering_point_id,
         t.commodity_code as commodity_code,
         t.bill_id as bill_id,
         t.from_on as from_on,
         t.to_on as to_on,
         t.billed_months as billed_months,
         t.quantity_per_day as quantity_per_day,
         t.is_period_stated as is_period_stated,
         t.broken_count as broken_count,
         t.register_count as register_count,
         t.before_to_on as before_to_on,
         t.before_bill_id as before_bill_id,
         t.may_overlap as may_overlap,
         case when t.is_period_stated then t.min_stated_days else t.min_counted_days end as min_days,
         case when t.is_period_stated then date_diff('day', t.before_to_on, t.from_on)
              else date_diff('day', t.before_to_on, t.to_on)
                - cast(round(cast(t.billed_months * 365 as double) / cast(12 as double)) as bigint) end as gap_days
  from stated as t
)
-- without first days nobody can say which days are missing: the finding spans all that passed
select m.metering_point_id as metering_point_id,
       m.customer_id as customer_id,
       m.bill_id as event_id,
       case when m.is_period_stated and m.gap_days < 0 then m.from_on else m.before_to_on end as period_from,
       case when not m.is_period_stated then m.to_on
            when m.gap_days > 0 then m.from_on
            else least(m.before_to_on, m.to_on) end as period_to,
       cast(m.gap_days as decimal(18,4)) as observed_value,
       cast(0 as decimal(18,4)) as expected_value,
       -- what was used on days nobody billed is not known, and who owes it not either
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       m.bill_id as bill_id,
       m.gap_days as gap_days,
       m.before_to_on as before_to_on,
       m.before_bill_id as before_bill_id,
       m.from_on as from_on,
       m.to_on as to_on,
       m.is_period_stated as is_period_stated,
       m.billed_months as billed_months,
       date_diff('day', m.before_to_on, m.to_on) as passed_days,
       m.register_count as register_count,
       m.broken_count as broken_register_count,
       m.quantity_per_day as quantity_per_day,
       m.commodity_code as commodity_code
from measured as m
where abs(m.gap_days) >= m.min_days
  and (m.gap_days > 0 or m.may_overlap)
