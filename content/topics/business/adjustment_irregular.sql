/* ---
uid: 4qxm9zvt
code: BM-001
title: {en: Adjustment approved against the rules, zh: 电量电费退补不规范}
description:
  en: >-
    An adjustment was approved by the one who applied for it, or by nobody, or no approval sheet and no calculation sheet
    is kept with it though others have theirs: money moved without a second pair of eyes.
  zh: >-
    退补由申请人自行审批、无审批人, 或未附审批单、计算书(而本单位其他退补均有附件): 未经复核即退补电费。
severity: high
status: active
identity: event
subject: customer
population: mart.recalculated_bill
verify_days: 65
parameters:
  min_attachments: {value: 1, unit: documents, why: {en: "an approval or a calculation sheet is the least an adjustment rests on",
    zh: "退补至少应附审批单或计算书之一"}}
  min_amount_yuan: {value: 1, unit: yuan, why: {en: "roundings put right need no papers",
    zh: "尾差调整无需附件"}}
law: [limitation/limitation_period]
resolved_when: {event_not_repeated: {months: 6}}
remedy: none_before_site_check
playbook: adjustment_check
check:
  en: [ask the applicant and the named approver separately, take the approval and calculation sheets, compare the approver's authority with the amount, look for other adjustments of the same applicant, follow the money to the account it was paid to]
  zh: [分别询问申请人与审批人, 调取审批单与计算书, 核对审批权限与金额, 查同一申请人的其他退补, 核实退费到账账户]
--- */
with filed as (
  select t.record_id as adjustment_id,
         count(*) as attachment_count
  from core.attachment as t
  where t.record_type_code = 'adjustment' and t.document_type_code in ('approval_sheet', 'calculation_sheet', 'laboratory_report', 'court_ruling')
  group by t.record_id
),
-- where nobody keeps papers with adjustments, their absence says nothing
kept as (
  select t.record_type_code as record_type_code,
         count(*) as kept_count
  from core.attachment as t
  where t.record_type_code = 'adjustment'
  group by t.record_type_code
),
asked as (
  select a.customer_id as customer_id,
         a.adjustment_id as adjustment_id,
         'adjustment' as record_type_code
  from core.adjustment as a
),
judged as (
  select a.customer_id as customer_id,
         a.adjustment_id as adjustment_id,
         a.month_on as month_on,
         a.adjustment_reason_code as adjustment_reason_code,
         a.approved_kwh as approved_kwh,
         a.approved_yuan as approved_yuan,
         a.applicant_id as applicant_id,
         a.approver_id as approver_id,
         a.approver_level_code as approver_level_code,
         coalesce(cast(a.approved_at as date), a.month_on) as approved_on,
         coalesce(f.attachment_count, 0) as attachment_count,
         case when a.applicant_id = a.approver_id then true else false end as is_own_approval,
         case when a.approver_id is null then true else false end as is_unapproved,
         case when k.kept_count > 0 then coalesce(f.attachment_count, 0) end as judged_count
  from core.adjustment as a
  join asked as s on s.customer_id = a.customer_id and s.adjustment_id = a.adjustment_id
  left join filed as f on f.adjustment_id = a.adjustment_id
  left join kept as k on k.record_type_code = s.record_type_code
)
select j.customer_id as customer_id,
       j.adjustment_id as event_id,
       j.approved_on as period_from,
       cast(j.approved_on + interval 1 day as date) as period_to,
       cast(j.attachment_count as decimal(18,4)) as observed_value,
       cast(round(p.min_attachments, 4) as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       j.adjustment_id as adjustment_id,
       j.month_on as month_on,
       j.adjustment_reason_code as adjustment_reason_code,
       j.approved_kwh as approved_kwh,
       j.approved_yuan as approved_yuan,
       j.applicant_id as applicant_id,
       j.approver_id as approver_id,
       j.approver_level_code as approver_level_code,
       j.attachment_count as attachment_count
from judged as j
join core.customer as c on c.customer_id = j.customer_id
join parameter as p on p.org_id = c.org_id
where abs(j.approved_yuan) >= p.min_amount_yuan
  and (j.is_own_approval or j.is_unapproved or j.judged_count < p.min_attachments)
