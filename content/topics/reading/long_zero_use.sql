/* ---
uid: z5d7nv3r
code: MR-004
title: {en: No energy for long on an active account, zh: 长期零电量}
description:
  en: >-
    An account in normal use was billed nothing, and its registers stood still, for many months in a row: a stopped
    or by-passed meter, a meter that is not read, a site given up without closing the account.
  zh: >-
    正常用电户连续多月计费电量为零且示数未走: 常见于表计停走、绕越计量、未到位抄表或用户已搬离未销户。
severity: medium
status: active
identity: episode
subject: metering_point
population: mart.metering_point_bill
needs: {readings: 0.8}
verify_days: 65
lookback_months: 12
parameters:
  min_zero_months: {value: 6, unit: months, why: {en: "catalogue MR-004; a flat between two tenants is empty for less",
    zh: "主题库 MR-004; 住房换租空置一般不超过此期限"}}
  min_zero_months_high_voltage: {value: 2, unit: months, why: {en: "catalogue MR-004; a special-transformer site pays for standing still",
    zh: "主题库 MR-004; 专变用户停用仍须交基本费用, 不会久停"}}
law: [capacity_change/idle_account]
innocence:
  - {check: same_season_zero, clears: covers, margin_days: 31}
  - {check: newly_opened, clears: touches, margin_days: 31}
resolved_when: state_gone
remedy: none_before_site_check
playbook: zero_use_check
check:
  en: [look whether the site is in use, test the meter under load, look for a supply before the meter, propose closing the account where the site is given up]
  zh: [核实现场是否用电, 带负荷检查电能表是否停走, 检查表前有无绕越接线, 确已停用的建议办理销户或暂停]
--- */
with billed as (
  select m.metering_point_id as metering_point_id,
         m.customer_id as customer_id,
         m.month_on as month_on,
         min(m.from_on) as from_on,
         max(m.to_on) as to_on,
         max(m.commodity_code) as commodity_code,
         cast(sum(coalesce(m.billed_kwh, m.billed_m3)) as decimal(14,2)) as billed_quantity,
         cast(sum(coalesce(m.index_kwh, m.index_m3)) as decimal(14,2)) as index_quantity,
         cast(sum(m.daily_kwh) as decimal(14,2)) as daily_kwh,
         cast(sum(m.days_observed) as bigint) as days_observed,
         max(m.price_yuan_per_kwh) as price_yuan_per_kwh
  from mart.metering_point_bill as m
  group by m.metering_point_id, m.customer_id, m.month_on
),
-- zero bills that touch are one episode, whatever the reading cycle; a used or a missing bill breaks it
zero as (
  select b.metering_point_id as metering_point_id,
         b.customer_id as customer_id,
         b.from_on as from_on,
         b.to_on as to_on,
         b.daily_kwh as daily_kwh,
         b.days_observed as days_observed,
         b.price_yuan_per_kwh as price_yuan_per_kwh,
         lag(b.to_on) over (
           partition by b.customer_id, b.metering_point_id order by b.from_on) as before_to_on
  from billed as b
  where b.billed_quantity = 0 and coalesce(b.index_quantity, 0) = 0
),
numbered as (
  select z.metering_point_id as metering_point_id,
         z.customer_id as customer_id,
         z.from_on as from_on,
         z.to_on as to_on,
         z.daily_kwh as daily_kwh,
         z.days_observed as days_observed,
         z.price_yuan_per_kwh as price_yuan_per_kwh,
         cast(sum(case when z.before_to_on is null or z.from_on > z.before_to_on then 1 else 0 end) over (
           partition by z.customer_id, z.metering_point_id order by z.from_on
           rows between unbounded preceding and current row) as bigint) as island_no
  from zero as z
),
summed as (
  select n.metering_point_id as metering_point_id,
         n.customer_id as customer_id,
         min(n.from_on) as from_on,
         max(n.to_on) as to_on,
         count(*) as zero_bill_count,
         cast(sum(n.daily_kwh) as decimal(14,2)) as daily_kwh,
         cast(sum(n.days_observed) as bigint) as days_observed,
         max(n.price_yuan_per_kwh) as price_yuan_per_kwh
  from numbered as n
  group by n.metering_point_id, n.customer_id, n.island_no
),
episode as (
  select s.metering_point_id as metering_point_id,
         s.customer_id as customer_id,
         s.from_on as from_on,
         s.to_on as to_on,
         s.zero_bill_count as zero_bill_count,
         cast(round(cast(date_diff('day', s.from_on, s.to_on) * 12 as double) / cast(365 as double)) as bigint) as zero_month_count,
         s.daily_kwh as daily_kwh,
         s.days_observed as days_observed,
         s.price_yuan_per_kwh as price_yuan_per_kwh
  from summed as s
),
usual as (
  select b.metering_point_id as metering_point_id,
         b.customer_id as customer_id,
         cast(round(median(cast(b.billed_quantity as double)), 2) as decimal(14,2)) as usual_quantity,
         max(b.commodity_code) as commodity_code
  from billed as b
  where b.billed_quantity > 0
  group by b.metering_point_id, b.customer_id
)
select e.metering_point_id as metering_point_id,
       e.customer_id as customer_id,
       e.from_on as period_from,
       e.to_on as period_to,
       cast(0 as decimal(18,4)) as observed_value,
       cast(u.usual_quantity as decimal(18,4)) as expected_value,
       case when u.commodity_code = 'gas' then null
            else cast(cast(u.usual_quantity as decimal(20,2)) * cast(e.zero_bill_count as decimal(4,0)) as decimal(14,2)) end as impact_kwh,
       cast(round(cast(cast(u.usual_quantity as decimal(20,2)) * cast(e.zero_bill_count as decimal(4,0)) as decimal(20,2))
         * e.price_yuan_per_kwh, 2) as decimal(14,2)) as impact_yuan,
       case when u.usual_quantity is null or e.price_yuan_per_kwh is null then 'none' else 'estimated' end as impact_method,
       e.zero_month_count as zero_month_count,
       e.zero_bill_count as zero_bill_count,
       u.usual_quantity as usual_quantity,
       u.commodity_code as commodity_code,
       e.daily_kwh as daily_kwh,
       e.days_observed as days_observed,
       e.price_yuan_per_kwh as price_yuan_per_kwh,
       c.customer_type_code as customer_type_code,
       c.usage_category_code as usage_category_code
from episode as e
join core.customer as c on c.customer_id = e.customer_id
join parameter as p on p.org_id = c.org_id
left join usual as u on u.customer_id = e.customer_id and u.metering_point_id = e.metering_point_id
where c.customer_status_code = 'active'
  and e.zero_month_count >= case when c.customer_type_code = 'high_voltage'
        then p.min_zero_months_high_voltage else p.min_zero_months end
