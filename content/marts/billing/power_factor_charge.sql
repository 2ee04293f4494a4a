/* ---
owner: billing
description:
  en: The power-factor adjustment of a bill, one for each standard its user is held to, at the first segment held to it
  zh: 账单的功率因数调整电费 - 每一考核标准一笔, 记在其首个计费段
grain: one row per scenario, bill and standard of the power factor
key: [scenario_id, bill_id, segment_no]
reach: customer
partition_on: month_on
policy: whether surcharges and losses take part are readings an organisation chooses
--- */
with assessed as (
  select i.scenario_id as scenario_id,
         i.customer_id as customer_id,
         i.org_id as org_id,
         i.bill_id as bill_id,
         i.segment_no as segment_no,
         i.month_on as month_on,
         i.from_on as from_on,
         coalesce(i.price_code, i.bill_id) as price_code,
         cast(round(i.power_factor_standard_ratio * 100) as bigint) as power_factor_standard_pct,
         coalesce(cast(round(cast(i.reactive_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), i.import_kvarh) as reactive_kvarh,
         i.input_reason_code as input_reason_code
  from mart.billing_input as i
  where i.power_factor_standard_ratio > 0 and i.input_reason_code is null
),
-- surcharges are added up once for each price code and day
funded as (
  select a.price_code as price_code,
         a.from_on as from_on,
         max(c.jurisdiction_code) as jurisdiction_code,
         coalesce(cast(sum(u.price_yuan_per_kwh) as decimal(12,8)), 0) as surcharge_price
  from assessed as a
  left join law.price_code as c on c.price_code = a.price_code and a.from_on >= c.valid_from and a.from_on < c.valid_to
  left join law.surcharge_rate as u
    on u.jurisdiction_code = c.jurisdiction_code and u.usage_category_code = c.usage_category_code
    and a.from_on >= u.valid_from and a.from_on < u.valid_to
  group by a.scenario_id, a.customer_id, a.bill_id, a.segment_no, a.price_code, a.from_on
),
levied as (
  select distinct f.price_code as price_code,
         f.from_on as from_on,
         f.jurisdiction_code as jurisdiction_code,
         f.surcharge_price as surcharge_price,
         'CN' as nation_code
  from funded as f
),
ruled as (
  select l.price_code as price_code,
         l.from_on as from_on,
         l.surcharge_price as surcharge_price,
         s.is_included as place_surcharge,
         coalesce(t.is_included, n.is_included, false) as is_loss_included
  from levied as l
  left join law.power_factor_rule as s
    on s.jurisdiction_code = l.jurisdiction_code and s.power_factor_part_code = 'surcharge' and l.from_on >= s.valid_from and l.from_on < s.valid_to
  left join law.power_factor_rule as t
    on t.jurisdiction_code = l.jurisdiction_code and t.power_factor_part_code = 'transformer_loss' and l.from_on >= t.valid_from and l.from_on < t.valid_to
  left join law.power_factor_rule as n
    on n.jurisdiction_code = l.nation_code and n.power_factor_part_code = 'transformer_loss' and l.from_on >= n.valid_from and l.from_on < n.valid_to
),
charge as (
  select e.scenario_id as scenario_id,
         e.customer_id as customer_id,
         e.bill_id as bill_id,
         e.segment_no as segment_no,
         cast(coalesce(e.billed_critical_kwh, 0) + coalesce(e.billed_peak_kwh, 0) + coalesce(e.billed_flat_kwh, 0) + coalesce(e.billed_valley_kwh, 0) + coalesce(e.billed_deep_valley_kwh, 0) + coalesce(e.billed_total_kwh, 0) as decimal(14,2)) as billed_kwh,
         cast(coalesce(e.critical_loss_kwh, 0) + coalesce(e.peak_loss_kwh, 0) + coalesce(e.flat_loss_kwh, 0) + coalesce(e.valley_loss_kwh, 0) + coalesce(e.deep_valley_loss_kwh, 0) + coalesce(e.total_loss_kwh, 0) as decimal(14,2)) as loss_kwh,
         cast(coalesce(e.critical_yuan, 0) + coalesce(e.peak_yuan, 0) + coalesce(e.flat_yuan, 0) + coalesce(e.valley_yuan, 0) + coalesce(e.deep_valley_yuan, 0) + coalesce(e.total_yuan, 0) as decimal(14,2)) as energy_charge_yuan,
         e.not_recalculated_code as not_recalculated_code
  from mart.energy_charge as e
),
charged as (
  select a.scenario_id as scenario_id,
         a.customer_id as customer_id,
         a.bill_id as bill_id,
         a.segment_no as segment_no,
         a.month_on as month_on,
         a.from_on as from_on,
         a.power_factor_standard_pct as power_factor_standard_pct,
         a.reactive_kvarh as reactive_kvarh,
         case when r.is_loss_included and coalesce(w.law_choice, 'by_rule_of_the_day') <> 'excluded' then coalesce(l.reactive_loss_kvarh, 0) else 0 end
           as loss_kvarh,
         e.billed_kwh as billed_kwh,
         case when r.is_loss_included and coalesce(w.law_choice, 'by_rule_of_the_day') <> 'excluded' then e.billed_kwh
              else cast(e.billed_kwh - e.loss_kwh as decimal(14,2)) end as active_kwh,
         r.surcharge_price as surcharge_price,
         coalesce(r.place_surcharge, case when g.law_choice = 'included' then true else false end) as is_surcharge_included,
         cast(e.energy_charge_yuan + coalesce(b.basic_yuan, 0) as decimal(14,2)) as base_yuan,
         coalesce(e.not_recalculated_code, b.not_recalculated_code) as not_recalculated_code
  from assessed as a
  join ruled as r on r.price_code = a.price_code and r.from_on = a.from_on
  join charge as e on e.scenario_id = a.scenario_id and e.customer_id = a.customer_id and e.bill_id = a.bill_id and e.segment_no = a.segment_no
  left join mart.basic_charge as b
    on b.scenario_id = a.scenario_id and b.customer_id = a.customer_id and b.bill_id = a.bill_id and b.segment_no = a.segment_no
  left join mart.billed_loss as l
    on l.scenario_id = a.scenario_id and l.customer_id = a.customer_id and l.bill_id = a.bill_id and l.segment_no = a.segment_no
  left join policy.law_setting as g
    on g.org_id = a.org_id and g.law_setting = 'pf_base_surcharge' and a.from_on >= g.valid_from and a.from_on < g.valid_to
  left join policy.law_setting as w
    on w.org_id = a.org_id and w.law_setting = 'power_factor_losses' and a.from_on >= w.valid_from and a.from_on < w.valid_to
),
-- the power factor is one for the bill; each standard adjusts the money charged under it
metered as (
  select c.scenario_id as scenario_id,
         c.customer_id as customer_id,
         c.bill_id as bill_id,
         cast(sum(c.active_kwh) as decimal(16,2)) as active_kwh,
         cast(sum(coalesce(c.reactive_kvarh, 0) + c.loss_kvarh) as decimal(16,2)) as reactive_kvarh,
         count(c.reactive_kvarh) as reactive_count
  from charged as c
  group by c.scenario_id, c.customer_id, c.bill_id
),
based as (
  select c.scenario_id as scenario_id,
         c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.month_on as month_on,
         c.power_factor_standard_pct as power_factor_standard_pct,
         min(c.segment_no) as segment_no,
         min(c.from_on) as from_on,
         cast(sum(c.base_yuan) as decimal(14,2)) as base_yuan,
         cast(round(cast(sum(case when not c.is_surcharge_included then c.billed_kwh else 0 end) as decimal(20,2)) * cast(max(c.surcharge_price) as decimal(12,8)), 2)
           as decimal(14,2)) as surcharge_yuan,
         max(c.not_recalculated_code) as not_recalculated_code
  from charged as c
  group by c.scenario_id, c.customer_id, c.bill_id, c.month_on, c.power_factor_standard_pct
),
measured as (
  select b.scenario_id as scenario_id,
         b.customer_id as customer_id,
         b.bill_id as bill_id,
         b.month_on as month_on,
         b.segment_no as segment_no,
         b.from_on as from_on,
         b.power_factor_standard_pct as power_factor_standard_pct,
         m.active_kwh as active_kwh,
         m.reactive_kvarh as reactive_kvarh,
         m.reactive_count as reactive_count,
         cast(b.base_yuan - b.surcharge_yuan as decimal(14,2)) as base_yuan,
         b.not_recalculated_code as not_recalculated_code,
         case when m.active_kwh > 0 then round(cast(m.active_kwh as double)
           / nullif(sqrt(cast(m.active_kwh as double) * cast(m.active_kwh as double) + cast(m.reactive_kvarh as double) * cast(m.reactive_kvarh as double)), 0), 2)
           end as power_factor_ratio
  from based as b
  join metered as m on m.scenario_id = b.scenario_id and m.customer_id = b.customer_id and m.bill_id = b.bill_id
),
rated as (
  select m.scenario_id as scenario_id,
         m.customer_id as customer_id,
         m.bill_id as bill_id,
         m.month_on as month_on,
         m.segment_no as segment_no,
         m.active_kwh as active_kwh,
         m.reactive_kvarh as reactive_kvarh,
         m.power_factor_ratio as power_factor_ratio,
         m.base_yuan as base_yuan,
         cast(round(cast(r.adjustment_rate_pct as double) / cast(100 as double), 6) as decimal(9,6)) as adjustment_rate,
         r.law_citation as law_citation,
         r.law_confidence_code as law_confidence_code,
         case when m.not_recalculated_code is not null then m.not_recalculated_code
              when m.reactive_count = 0 then 'reactive_missing'
              when m.active_kwh > 0 and r.adjustment_rate_pct is null then 'power_factor_rate_missing' end as not_recalculated_code
  from measured as m
  left join law.power_factor_rate as r
    on r.power_factor_standard_pct = m.power_factor_standard_pct
    and r.power_factor_pct = cast(round(m.power_factor_ratio * 100) as bigint)
    and m.from_on >= r.valid_from and m.from_on < r.valid_to
)
select r.scenario_id as scenario_id,
       r.bill_id as bill_id,
       r.segment_no as segment_no,
       r.customer_id as customer_id,
       r.month_on as month_on,
       r.active_kwh as power_factor_kwh,
       r.reactive_kvarh as power_factor_kvarh,
       r.power_factor_ratio as power_factor_ratio,
       r.base_yuan as power_factor_base_yuan,
       cast(r.adjustment_rate as double) as adjustment_rate_ratio,
       case when r.not_recalculated_code is null
            then cast(round(cast(r.base_yuan as decimal(20,2)) * r.adjustment_rate, 2) as decimal(14,2)) end as power_factor_yuan,
       r.law_citation as law_citation,
       r.law_confidence_code as law_confidence_code,
       r.not_recalculated_code as not_recalculated_code
from rated as r
