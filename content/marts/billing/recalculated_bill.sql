/* ---
owner: billing
description:
  en: Each electricity bill recalculated by the law of its days, beside what was issued; where that cannot be done it says why and has no amount
  zh: 按当日法规重算的每张电费账单, 与已发行金额对照; 不可重算的注明原因且不给金额
grain: one row per scenario and bill
key: [scenario_id, bill_id]
reach: customer
partition_on: month_on
audits:
  - {check: in_list, columns: [not_recalculated_code], level: warning}
--- */
with summed as (
  select s.scenario_id as scenario_id,
         s.customer_id as customer_id,
         s.bill_id as bill_id,
         count(*) as segment_count,
         cast(sum(s.energy_kwh) as decimal(14,2)) as energy_kwh,
         cast(sum(s.energy_charge_yuan) as decimal(14,2)) as energy_charge_yuan,
         cast(sum(coalesce(s.basic_yuan, 0)) as decimal(14,2)) as basic_yuan,
         cast(sum(coalesce(s.power_factor_yuan, 0)) as decimal(14,2)) as power_factor_yuan,
         cast(sum(coalesce(s.adjustment_yuan, 0)) as decimal(14,2)) as adjustment_yuan,
         max(case when s.law_confidence_code = 'unverified' then 1 else 0 end) as unverified_count,
         max(case when s.law_confidence_code = 'secondary' then 1 else 0 end) as secondary_count,
         min(s.not_recalculated_code) as not_recalculated_code
  from mart.recalculated_bill_segment as s
  group by s.scenario_id, s.customer_id, s.bill_id
),
actual as (
  select b.customer_id as customer_id,
         b.bill_id as bill_id,
         b.month_on as month_on,
         b.from_on as from_on,
         b.to_on as to_on,
         b.bill_type_code as bill_type_code,
         b.amount_yuan as amount_yuan,
         c.org_id as org_id,
         'actual' as scenario_code
  from core.bill as b
  left join core.customer as c on c.customer_id = b.customer_id
  where b.commodity_code = 'electricity'
)
select coalesce(s.scenario_id, b.scenario_code) as scenario_id,
       b.bill_id as bill_id,
       b.customer_id as customer_id,
       b.org_id as org_id,
       b.month_on as month_on,
       b.from_on as from_on,
       b.to_on as to_on,
       coalesce(s.segment_count, 0) as segment_count,
       case when s.bill_id is not null and s.not_recalculated_code is null then s.energy_kwh end as energy_kwh,
       case when s.bill_id is not null and s.not_recalculated_code is null then s.energy_charge_yuan end as energy_charge_yuan,
       case when s.bill_id is not null and s.not_recalculated_code is null then s.basic_yuan end as basic_yuan,
       case when s.bill_id is not null and s.not_recalculated_code is null then s.power_factor_yuan end as power_factor_yuan,
       case when s.bill_id is not null and s.not_recalculated_code is null then s.adjustment_yuan end as adjustment_yuan,
       case when s.bill_id is not null and s.not_recalculated_code is null
            then cast(s.energy_charge_yuan + s.basic_yuan + s.power_factor_yuan + s.adjustment_yuan as decimal(14,2)) end as recalculated_yuan,
       b.amount_yuan as issued_yuan,
       case when s.bill_id is not null and s.not_recalculated_code is null
            then cast(b.amount_yuan - s.energy_charge_yuan - s.basic_yuan - s.power_factor_yuan - s.adjustment_yuan as decimal(14,2)) end as difference_yuan,
       case when s.unverified_count > 0 then 'unverified' when s.secondary_count > 0 then 'secondary'
            when s.bill_id is not null then 'source-read' end as law_confidence_code,
       case when s.not_recalculated_code is not null then s.not_recalculated_code
            when b.bill_type_code <> 'regular' then 'adjustment_bill'
            when s.bill_id is null then 'no_lines' end as not_recalculated_code
from actual as b
left join summed as s on s.customer_id = b.customer_id and s.bill_id = b.bill_id
