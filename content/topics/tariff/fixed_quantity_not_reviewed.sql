/* ---
uid: qsjgtdmv
code: PR-020
title: {en: Fixed quantity implausible or not reviewed, zh: 定比定量核定不合理}
description:
  en: >-
    Energy is billed as a fixed quantity beside what the account's meters count, and it is more than all they count, or it is
    billed while they count nothing; or the quantity has stood unchanged for longer than it may go without a review. What a
    review would find is not known, so no money is claimed.
  zh: >-
    账单在计量电量之外按定量计费, 而定量大于计量电量或计量电量为零仍计定量; 或定量超过复核期限未变。重新核定结果未知, 不计金额。
severity: high
status: active
identity: state
subject: customer
population: mart.billing_input
verify_days: 65
lookback_months: 13
parameters:
  max_review_days: {value: 365, unit: days, why: {en: "fixed ratios and quantities are to be reviewed at least once a year; catalogue PR-020",
    zh: "定比定量每年至少核定一次; 主题库 PR-020"}}
  max_share_ratio: {value: 1, unit: ratio, why: {en: "a part cannot be more than the whole that its meter counts",
    zh: "定量为总量的一部分, 不应大于计量电量"}}
law: [price_category/price_category_scope]
resolved_when: state_gone
remedy: none_before_site_check
playbook: tariff_check
check:
  en: [list the equipment the fixed quantity stands for and its hours, compare with the last review, propose a meter of its own]
  zh: [核查定量对应的用电设备与时间, 对照上次核定记录, 具备条件的建议装表计量]
--- */
with billed as (
  select i.customer_id as customer_id,
         i.org_id as org_id,
         i.bill_id as bill_id,
         i.bill_from_on as from_on,
         i.bill_to_on as to_on,
         cast(sum(i.fixed_kwh) as decimal(14,2)) as fixed_kwh,
         cast(sum(cast(round(cast(coalesce(i.total_index, 0) + coalesce(i.critical_index, 0) + coalesce(i.peak_index, 0) + coalesce(i.flat_index, 0)
           + coalesce(i.valley_index, 0) + coalesce(i.deep_valley_index, 0) as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))) as decimal(14,2)) as read_kwh,
         count(i.meter_id) as meter_count
  from mart.billing_input as i
  where i.scenario_id = 'actual' and i.bill_from_on < i.bill_to_on
    and (i.input_reason_code is null or i.input_reason_code <> 'adjustment_bill')
  group by i.customer_id, i.org_id, i.bill_id, i.bill_from_on, i.bill_to_on
  having sum(i.fixed_kwh) > 0
),
lasting as (
  select b.customer_id as customer_id,
         b.fixed_kwh as fixed_kwh,
         min(b.from_on) as since_on
  from billed as b
  group by b.customer_id, b.fixed_kwh
)
select b.customer_id as customer_id,
       b.from_on as period_from,
       b.to_on as period_to,
       cast(b.fixed_kwh as decimal(18,4)) as observed_value,
       cast(b.read_kwh as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       b.bill_id as bill_id,
       case when cast(b.fixed_kwh as decimal(20,2)) > p.max_share_ratio * cast(b.read_kwh as decimal(20,2)) then 'fixed_above_meters'
            else 'fixed_unchanged' end as tariff_fault_code,
       b.fixed_kwh as fixed_kwh,
       b.read_kwh as read_kwh,
       b.meter_count as meter_count,
       l.since_on as valid_from
from billed as b
join parameter as p on p.org_id = b.org_id
join lasting as l on l.customer_id = b.customer_id and l.fixed_kwh = b.fixed_kwh
-- an account without any meter has its quantity from its connection: there is no meter to hold it against
where b.meter_count > 0
  and (cast(b.fixed_kwh as decimal(20,2)) > p.max_share_ratio * cast(b.read_kwh as decimal(20,2))
    or date_diff('day', l.since_on, b.to_on) > p.max_review_days)
