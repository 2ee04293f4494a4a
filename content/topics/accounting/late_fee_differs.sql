/* ---
uid: fs3hdpx4
code: FA-009
title: {en: Late fee differs from what the law gives, zh: 违约金计收异常/减免}
description:
  en: >-
    An electricity bill was paid after its due day, and the late fee booked is not the arrears times the days late times
    the rate of the law: none charged, a wrong rate or day, one waived without anybody's approval. A fee that is too high
    is owed to the customer. A payment that was reversed did not pay.
  zh: >-
    电费逾期交纳, 账上违约金与欠费额乘逾期天数乘法定比例不符: 未计收、比例或天数错误、无人审批即减免。多收的应退还用户。已冲正的缴费不视为交纳。
severity: medium
status: active
identity: event
subject: customer
population: mart.recalculated_bill
verify_days: 65
lookback_months: 12
parameters:
  max_rest_yuan: {value: 1, unit: yuan, why: {en: "below a yuan the work costs more than the fee, and roundings by day or by total differ",
    zh: "差额不足一元的不值得处理, 且按日或按总额取整会有零头"}}
law: [late_fee/late_fee_rate, late_fee/late_fee_days]
resolved_when: {event_not_repeated: {months: 6}}
remedy: late_fee
playbook: accounting_check
check:
  en: [compare due day and day of payment with the receipt and the bank slip, redo the late fee from the arrears day by day, ask for the approval of a waiver and its ground, look whether other customers of the same clerk are waived]
  zh: [核对到期日、交纳日与收费凭证及银行回单, 按逐日欠费复算违约金, 调取减免审批单及理由, 查同一经办人有无其他减免]
--- */
-- what a payment settled in the end: a reversal takes it back
with settled as (
  select r.customer_id as customer_id,
         r.receivable_id as receivable_id,
         r.payment_id as payment_id,
         cast(sum(r.receipt_yuan) as decimal(14,2)) as receipt_yuan,
         cast(min(r.posted_at) as date) as paid_on
  from core.receipt as r
  where r.posted_at is not null and r.payment_id is not null
  group by r.customer_id, r.receivable_id, r.payment_id
),
whole as (
  select s.customer_id as customer_id,
         s.receivable_id as receivable_id,
         cast(sum(s.receipt_yuan) as decimal(14,2)) as receipt_yuan,
         max(case when s.receipt_yuan <> 0 then s.paid_on end) as paid_on
  from settled as s
  group by s.customer_id, s.receivable_id
),
-- who once paid the price of residents may be charged as one still: only less than that is too little
former_price as (
  select a.customer_id as customer_id,
         a.price_code as price_code,
         cast(a.valid_to - interval 1 day as date) as last_on
  from core.price_agreement as a
),
former as (
  select a.customer_id as customer_id
  from former_price as a
  left join law.price_code as k on k.price_code = a.price_code and a.last_on >= k.valid_from and a.last_on < k.valid_to
  where k.usage_category_code = 'residential'
  group by a.customer_id
),
-- bills paid in full, and late
late as (
  select v.customer_id as customer_id,
         v.receivable_id as receivable_id,
         v.bill_id as bill_id,
         v.receivable_yuan as receivable_yuan,
         v.due_on as due_on,
         w.paid_on as paid_on,
         c.org_id as org_id,
         case when c.customer_type_code = 'low_voltage_residential' or f.customer_id is not null then 'resident' else 'other' end as customer_kind_code,
         c.customer_type_code <> 'low_voltage_residential' and f.customer_id is not null as is_former,
         extract(year from v.due_on) as due_year
  from core.receivable as v
  join whole as w on w.customer_id = v.customer_id and w.receivable_id = v.receivable_id
  join core.customer as c on c.customer_id = v.customer_id
  left join former as f on f.customer_id = v.customer_id
  where v.receivable_type_code = 'energy_bill' and v.receivable_yuan > 0
    and w.receipt_yuan = v.receivable_yuan and w.paid_on > v.due_on and c.customer_type_code is not null
),
-- the first of the months after the due day, to find the new year among them
spring as (
  select l.customer_id as customer_id,
         l.receivable_id as receivable_id,
         l.bill_id as bill_id,
         l.receivable_yuan as receivable_yuan,
         l.due_on as due_on,
         l.paid_on as paid_on,
         l.org_id as org_id,
         l.customer_kind_code as customer_kind_code,
         l.due_year as due_year,
         cast(last_day(l.due_on) + interval 1 day as date) as month_1_on,
         cast(last_day(cast(last_day(l.due_on) + interval 1 day as date)) + interval 1 day as date) as month_2_on,
         cast(last_day(cast(last_day(cast(last_day(l.due_on) + interval 1 day as date)) + interval 1 day as date)) + interval 1 day as date) as month_3_on,
         cast(last_day(cast(last_day(cast(last_day(cast(last_day(l.due_on) + interval 1 day as date)) + interval 1 day as date)) + interval 1 day as date)) + interval 1 day as date) as month_4_on
  from late as l
),
summer as (
  select s.customer_id as customer_id,
         s.receivable_id as receivable_id,
         s.bill_id as bill_id,
         s.receivable_yuan as receivable_yuan,
         s.due_on as due_on,
         s.paid_on as paid_on,
         s.org_id as org_id,
         s.customer_kind_code as customer_kind_code,
         s.due_year as due_year,
         s.month_1_on as month_1_on,
         s.month_2_on as month_2_on,
         s.month_3_on as month_3_on,
         s.month_4_on as month_4_on,
         cast(last_day(s.month_4_on) + interval 1 day as date) as month_5_on,
         cast(last_day(cast(last_day(s.month_4_on) + interval 1 day as date)) + interval 1 day as date) as month_6_on,
         cast(last_day(cast(last_day(cast(last_day(s.month_4_on) + interval 1 day as date)) + interval 1 day as date)) + interval 1 day as date) as month_7_on,
         cast(last_day(cast(last_day(cast(last_day(cast(last_day(s.month_4_on) + interval 1 day as date)) + interval 1 day as date)) + interval 1 day as date)) + interval 1 day as date) as month_8_on
  from spring as s
),
autumn as (
  select s.customer_id as customer_id,
         s.receivable_id as receivable_id,
         s.bill_id as bill_id,
         s.receivable_yuan as receivable_yuan,
         s.due_on as due_on,
         s.paid_on as paid_on,
         s.org_id as org_id,
         s.customer_kind_code as customer_kind_code,
         s.due_year as due_year,
         s.month_1_on as month_1_on,
         s.month_2_on as month_2_on,
         s.month_3_on as month_3_on,
         s.month_4_on as month_4_on,
         s.month_5_on as month_5_on,
         s.month_6_on as month_6_on,
         s.month_7_on as month_7_on,
         s.month_8_on as month_8_on,
         cast(last_day(s.month_8_on) + interval 1 day as date) as month_9_on,
         cast(last_day(cast(last_day(s.month_8_on) + interval 1 day as date)) + interval 1 day as date) as month_10_on,
         cast(last_day(cast(last_day(cast(last_day(s.month_8_on) + interval 1 day as date)) + interval 1 day as date)) + interval 1 day as date) as month_11_on,
         cast(last_day(cast(last_day(cast(last_day(cast(last_day(s.month_8_on) + interval 1 day as date)) + interval 1 day as date)) + interval 1 day as date)) + interval 1 day as date) as month_12_on
  from summer as s
),
turned as (
  select a.customer_id as customer_id,
         a.receivable_id as receivable_id,
         a.bill_id as bill_id,
         a.receivable_yuan as receivable_yuan,
         a.due_on as due_on,
         a.paid_on as paid_on,
         a.org_id as org_id,
         a.customer_kind_code as customer_kind_code,
         a.due_year as due_year,
         case when extract(year from a.month_1_on) > a.due_year then a.month_1_on
              when extract(year from a.month_2_on) > a.due_year then a.month_2_on
              when extract(year from a.month_3_on) > a.due_year then a.month_3_on
              when extract(year from a.month_4_on) > a.due_year then a.month_4_on
              when extract(year from a.month_5_on) > a.due_year then a.month_5_on
              when extract(year from a.month_6_on) > a.due_year then a.month_6_on
              when extract(year from a.month_7_on) > a.due_year then a.month_7_on
              when extract(year from a.month_8_on) > a.due_year then a.month_8_on
              when extract(year from a.month_9_on) > a.due_year then a.month_9_on
              when extract(year from a.month_10_on) > a.due_year then a.month_10_on
              when extract(year from a.month_11_on) > a.due_year then a.month_11_on
              else a.month_12_on end as new_year_on
  from autumn as a
),
counted as (
  select l.customer_id as customer_id,
         l.receivable_id as receivable_id,
         l.org_id as org_id,
         l.customer_kind_code as customer_kind_code,
         l.due_on as due_on,
         s.paid_on as paid_on,
         s.receipt_yuan as receipt_yuan,
         l.new_year_on as new_year_on,
         'CN' as nation_code,
         'same_year' as same_year_code,
         'next_year' as next_year_code,
         s.paid_on >= l.new_year_on as is_carried
  from turned as l
  join settled as s on s.customer_id = l.customer_id and s.receivable_id = l.receivable_id
  where s.receipt_yuan <> 0 and s.paid_on > l.due_on
),
dated as (
  select c.customer_id as customer_id,
         c.receivable_id as receivable_id,
         c.receipt_yuan as receipt_yuan,
         case when d.is_due_day_counted then 1 else 0 end + case when d.is_payment_day_counted then 0 else -1 end as end_days,
         c.is_carried as is_carried,
         date_diff('day', c.due_on, c.paid_on) as days,
         date_diff('day', c.due_on, c.new_year_on) - 1 as old_days,
         y.law_choice as law_choice,
         r.late_fee_per_day_ratio as same_ratio,
         n.late_fee_per_day_ratio as next_ratio,
         d.jurisdiction_code as jurisdiction_code
  from counted as c
  left join law.late_fee_days as d on d.jurisdiction_code = c.nation_code and c.due_on >= d.valid_from and c.due_on < d.valid_to
  left join law.late_fee_rate as r
    on r.jurisdiction_code = c.nation_code and r.customer_kind_code = c.customer_kind_code and r.arrears_year_code = c.same_year_code
   and c.due_on >= r.valid_from and c.due_on < r.valid_to
  left join law.late_fee_rate as n
    on n.jurisdiction_code = c.nation_code and n.customer_kind_code = c.customer_kind_code and n.arrears_year_code = c.next_year_code
   and c.paid_on >= n.valid_from and c.paid_on < n.valid_to
  left join policy.law_setting as y
    on y.org_id = c.org_id and y.law_setting = 'late_fee_cross_year' and c.due_on >= y.valid_from and c.due_on < y.valid_to
),
shared as (
  select d.customer_id as customer_id,
         d.receivable_id as receivable_id,
         d.receipt_yuan as receipt_yuan,
         d.days + d.end_days as late_days,
         case when not d.is_carried then d.days + d.end_days
              when d.law_choice = 'split_at_new_year' then d.old_days + d.end_days
              else 0 end as same_days,
         case when not d.is_carried then 0
              when d.law_choice = 'whole_at_next_year' then d.days + d.end_days
              else d.days - d.old_days end as next_days,
         d.same_ratio as same_ratio,
         d.next_ratio as next_ratio
  from dated as d
),
reckoned as (
  select s.customer_id as customer_id,
         s.receivable_id as receivable_id,
         max(s.late_days) as late_days,
         count(*) as part_count,
         count(s.same_ratio) as priced_count,
         cast(sum(cast(round(cast(s.receipt_yuan as decimal(20,2)) * cast(round(
           cast(s.same_days as decimal(5,0)) * cast(s.same_ratio as decimal(20,6))
             + cast(s.next_days as decimal(5,0)) * cast(s.next_ratio as decimal(20,6)), 6) as decimal(12,6)), 2) as decimal(14,2))) as decimal(14,2)) as lawful_yuan
  from shared as s
  group by s.customer_id, s.receivable_id
),
booked as (
  select f.customer_id as customer_id,
         f.receivable_id as receivable_id,
         min(f.late_fee_id) as late_fee_id,
         cast(sum(f.late_fee_yuan) as decimal(14,2)) as late_fee_yuan,
         cast(sum(f.waived_yuan) as decimal(14,2)) as waived_yuan,
         cast(sum(case when f.approver_id is null then f.waived_yuan else 0 end) as decimal(14,2)) as unapproved_yuan,
         min(f.approver_id) as approver_id
  from core.late_fee as f
  group by f.customer_id, f.receivable_id
)
select l.customer_id as customer_id,
       l.receivable_id as event_id,
       cast(l.due_on + interval 1 day as date) as period_from,
       cast(l.paid_on + interval 1 day as date) as period_to,
       cast(coalesce(b.late_fee_yuan, 0) - coalesce(b.unapproved_yuan, 0) as decimal(18,4)) as observed_value,
       cast(k.lawful_yuan as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(k.lawful_yuan - coalesce(b.late_fee_yuan, 0) + coalesce(b.unapproved_yuan, 0) as decimal(14,2)) as impact_yuan,
       'computed' as impact_method,
       l.receivable_id as receivable_id,
       l.bill_id as bill_id,
       l.receivable_yuan as receivable_yuan,
       l.due_on as due_on,
       l.paid_on as paid_on,
       k.late_days as late_days,
       b.late_fee_id as late_fee_id,
       b.late_fee_yuan as late_fee_yuan,
       b.waived_yuan as waived_yuan,
       b.approver_id as approver_id,
       k.lawful_yuan as lawful_yuan
from late as l
join reckoned as k on k.customer_id = l.customer_id and k.receivable_id = l.receivable_id
join parameter as p on p.org_id = l.org_id
left join booked as b on b.customer_id = l.customer_id and b.receivable_id = l.receivable_id
where k.priced_count = k.part_count
  and (k.lawful_yuan - coalesce(b.late_fee_yuan, 0) + coalesce(b.unapproved_yuan, 0) >= p.max_rest_yuan
    or (not l.is_former and coalesce(b.late_fee_yuan, 0) - coalesce(b.unapproved_yuan, 0) - k.lawful_yuan >= p.max_rest_yuan))
