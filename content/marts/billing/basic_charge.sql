/* ---
owner: billing
description:
  en: The basic charge of two-part users by capacity or demand, one for each run of days with the same terms, at the first segment of the run
  zh: 两部制用户基本电费 (按容量或需量) - 条件相同的连续日期计一笔, 记在其首个计费段
grain: one row per scenario, bill and segment that bears a basic charge
key: [scenario_id, bill_id, segment_no]
reach: customer
partition_on: month_on
policy: how a part of a month and an excess of demand are charged are readings an organisation chooses
--- */
with two_part as (
  select i.scenario_id as scenario_id,
         i.customer_id as customer_id,
         i.org_id as org_id,
         i.bill_id as bill_id,
         i.segment_no as segment_no,
         i.month_on as month_on,
         i.bill_from_on as bill_from_on,
         i.bill_to_on as bill_to_on,
         i.from_on as from_on,
         i.to_on as to_on,
         i.charged_months as charged_months,
         i.charged_days as charged_days,
         coalesce(i.metering_point_id, i.bill_id) as metering_point_id,
         i.price_code as price_code,
         coalesce(i.basic_charge_mode_code, 'none') as mode_code,
         coalesce(i.billed_capacity_kva, 0) as capacity_kva,
         coalesce(i.contract_demand_kw, 0) as contract_demand_kw,
         case when i.supply_source_type_code = 'backup' then 1 else 0 end as is_backup,
         cast(round(cast(i.demand_index as decimal(20,4)) * i.multiplier, 2) as decimal(12,2)) as demand_kw,
         case when coalesce(i.critical_index, i.peak_index, i.flat_index, i.valley_index, i.deep_valley_index) is null
              then cast(round(cast(i.total_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2))
              else cast(coalesce(cast(round(cast(i.critical_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0)
                + coalesce(cast(round(cast(i.peak_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0)
                + coalesce(cast(round(cast(i.flat_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0)
                + coalesce(cast(round(cast(i.valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0)
                + coalesce(cast(round(cast(i.deep_valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), 0) as decimal(14,2)) end as read_kwh,
         i.input_reason_code as input_reason_code,
         -- a new sheet at the old price is no new run
         case when i.basic_charge_mode_code in ('contract_demand', 'actual_demand') then b.price_yuan_per_kw_month else b.price_yuan_per_kva_month end as run_price,
         'CN' as nation_code
  from mart.billing_input as i
  left join law.price_code as c on c.price_code = i.price_code and i.from_on >= c.valid_from and i.from_on < c.valid_to
  left join law.basic_charge_price as b
    on b.jurisdiction_code = c.jurisdiction_code and b.usage_category_code = c.usage_category_code
    and b.tariff_structure_code = c.tariff_structure_code and b.voltage_class_code = c.voltage_class_code
    and i.from_on >= b.valid_from and i.from_on < b.valid_to
  where coalesce(c.tariff_structure_code, i.tariff_structure_code) = 'two_part' and i.input_reason_code is null
),
point as (
  select t.scenario_id as scenario_id,
         t.customer_id as customer_id,
         t.bill_id as bill_id,
         t.metering_point_id as metering_point_id,
         t.price_code as price_code,
         t.mode_code as mode_code,
         t.capacity_kva as capacity_kva,
         t.contract_demand_kw as contract_demand_kw,
         t.run_price as run_price,
         min(t.segment_no) as segment_no,
         min(t.from_on) as from_on,
         max(t.to_on) as to_on,
         cast(sum(date_diff('day', t.from_on, t.to_on)) as bigint) as days,
         max(t.is_backup) as is_backup,
         max(t.demand_kw) as demand_kw
  from two_part as t
  group by t.scenario_id, t.customer_id, t.bill_id, t.metering_point_id, t.price_code, t.mode_code, t.capacity_kva, t.contract_demand_kw, t.run_price
),
-- the first metering point tells the days; the demands of several are added up, or of those alone that may run together: a line that
-- stands by takes over from the others
run as (
  select p.scenario_id as scenario_id,
         p.customer_id as customer_id,
         p.bill_id as bill_id,
         p.price_code as price_code,
         p.mode_code as mode_code,
         p.capacity_kva as capacity_kva,
         p.contract_demand_kw as contract_demand_kw,
         p.run_price as run_price,
         min(p.segment_no) as segment_no,
         min(p.from_on) as from_on,
         max(p.to_on) as to_on,
         max(p.days) as days,
         cast(sum(p.demand_kw) as decimal(12,2)) as all_lines_kw,
         greatest(cast(sum(case when p.is_backup = 0 then p.demand_kw end) as decimal(12,2)),
           cast(sum(case when p.is_backup = 1 then p.demand_kw end) as decimal(12,2))) as together_kw
  from point as p
  group by p.scenario_id, p.customer_id, p.bill_id, p.price_code, p.mode_code, p.capacity_kva, p.contract_demand_kw, p.run_price
),
used as (
  select t.scenario_id as scenario_id,
         t.customer_id as customer_id,
         t.bill_id as bill_id,
         cast(sum(coalesce(t.read_kwh, 0) + coalesce(q.critical_moved_kwh, 0) + coalesce(q.peak_moved_kwh, 0) + coalesce(q.flat_moved_kwh, 0)
           + coalesce(q.valley_moved_kwh, 0) + coalesce(q.deep_valley_moved_kwh, 0) + coalesce(q.total_moved_kwh, 0)) as decimal(14,2)) as read_kwh
  from two_part as t
  left join mart.shared_quantity as q
    on q.scenario_id = t.scenario_id and q.customer_id = t.customer_id and q.bill_id = t.bill_id and q.segment_no = t.segment_no
  group by t.scenario_id, t.customer_id, t.bill_id
),
lost as (
  select l.scenario_id as scenario_id,
         l.customer_id as customer_id,
         l.bill_id as bill_id,
         cast(sum(l.iron_loss_kwh + l.copper_loss_kwh + l.line_loss_kwh) as decimal(14,2)) as loss_kwh
  from mart.billed_loss as l
  group by l.scenario_id, l.customer_id, l.bill_id
),
-- a run that is the whole bill charges what the bill charges; another one its whole months of the calendar, and its days
spanned as (
  select r.scenario_id as scenario_id,
         r.customer_id as customer_id,
         t.org_id as org_id,
         r.bill_id as bill_id,
         r.segment_no as segment_no,
         t.month_on as month_on,
         r.from_on as from_on,
         r.price_code as price_code,
         r.mode_code as mode_code,
         r.capacity_kva as capacity_kva,
         r.contract_demand_kw as contract_demand_kw,
         r.all_lines_kw as all_lines_kw,
         r.together_kw as together_kw,
         u.read_kwh as read_kwh,
         coalesce(l.loss_kwh, 0) as loss_kwh,
         t.nation_code as nation_code,
         -- the odd days of a run lie at its end where it begins with a month
         case when extract(day from r.from_on) = 1 then extract(day from last_day(cast(r.to_on - interval 1 day as date)))
              else extract(day from last_day(r.from_on)) end as calendar_days,
         t.charged_months as bill_months,
         t.charged_days as bill_days,
         case when r.days >= date_diff('day', t.bill_from_on, t.bill_to_on) then t.charged_months else 0 end as charged_months,
         case when r.days >= date_diff('day', t.bill_from_on, t.bill_to_on) then t.charged_days else r.days end as charged_days,
         date_diff('day', t.bill_from_on, t.bill_to_on) as period_days
  from run as r
  join two_part as t
    on t.scenario_id = r.scenario_id and t.customer_id = r.customer_id and t.bill_id = r.bill_id and t.segment_no = r.segment_no
  join used as u on u.scenario_id = r.scenario_id and u.customer_id = r.customer_id and u.bill_id = r.bill_id
  left join lost as l on l.scenario_id = r.scenario_id and l.customer_id = r.customer_id and l.bill_id = r.bill_id
),
chosen as (
  select s.scenario_id as scenario_id,
         s.customer_id as customer_id,
         s.bill_id as bill_id,
         s.segment_no as segment_no,
         s.month_on as month_on,
         s.from_on as from_on,
         s.mode_code as mode_code,
         s.capacity_kva as capacity_kva,
         s.contract_demand_kw as contract_demand_kw,
         case when y.law_choice = 'all_lines' then s.all_lines_kw else s.together_kw end as demand_kw,
         s.bill_months as bill_months,
         s.bill_days as bill_days,
         case when f.law_choice = 'by_days' then 0 else s.charged_months end as charged_months,
         case when f.law_choice = 'by_days' and s.charged_days = 0 then s.period_days else s.charged_days end as charged_days,
         case when d.law_choice = 'thirty_days' then a.month_divisor_days
              else coalesce(m.month_divisor_days, n.month_divisor_days, s.calendar_days) end as divisor_days,
         case when e.law_choice = 'with_losses' then cast(s.read_kwh + s.loss_kwh as decimal(14,2)) else s.read_kwh end as discount_kwh,
         case when x.law_choice = 'contract_demand' then true else false end as is_contract_base,
         case when z.law_choice = 'ended' and s.from_on >= g.valid_from and g.law_confidence_code = 'unverified' then true else false end as is_discount_ended,
         c.jurisdiction_code as jurisdiction_code,
         b.price_yuan_per_kva_month as price_yuan_per_kva_month,
         b.price_yuan_per_kw_month as price_yuan_per_kw_month,
         b.law_citation as law_citation,
         b.law_confidence_code as law_confidence_code,
         coalesce(r.is_demand_priced, k.is_demand_priced) as is_demand_priced,
         coalesce(r.contract_demand_floor_ratio, k.contract_demand_floor_ratio) as floor_ratio,
         coalesce(r.demand_tolerance_ratio, k.demand_tolerance_ratio) as tolerance_ratio,
         coalesce(r.excess_demand_multiple_ratio, k.excess_demand_multiple_ratio) as excess_ratio,
         g.discount_from_kwh_per_kva as discount_from_kwh_per_kva,
         g.demand_price_ratio as demand_price_ratio
  from spanned as s
  left join law.price_code as c on c.price_code = s.price_code and s.from_on >= c.valid_from and s.from_on < c.valid_to
  left join law.basic_charge_price as b
    on b.jurisdiction_code = c.jurisdiction_code and b.usage_category_code = c.usage_category_code
    and b.tariff_structure_code = c.tariff_structure_code and b.voltage_class_code = c.voltage_class_code
    and s.from_on >= b.valid_from and s.from_on < b.valid_to
  left join law.basic_charge_rule as r
    on r.jurisdiction_code = c.jurisdiction_code and r.basic_charge_mode_code = s.mode_code and s.from_on >= r.valid_from and s.from_on < r.valid_to
  left join law.basic_charge_rule as k
    on k.jurisdiction_code = s.nation_code and k.basic_charge_mode_code = s.mode_code and s.from_on >= k.valid_from and s.from_on < k.valid_to
  left join law.basic_charge_proration as m on m.jurisdiction_code = c.jurisdiction_code and s.from_on >= m.valid_from and s.from_on < m.valid_to
  left join law.basic_charge_proration as n on n.jurisdiction_code = s.nation_code and s.from_on >= n.valid_from and s.from_on < n.valid_to
  left join law.demand_discount as g
    on g.jurisdiction_code = s.nation_code and g.basic_charge_mode_code = s.mode_code and s.from_on >= g.valid_from and s.from_on < g.valid_to
  left join policy.billing as a on a.org_id = s.org_id and s.from_on >= a.valid_from and s.from_on < a.valid_to
  left join policy.law_setting as d
    on d.org_id = s.org_id and d.law_setting = 'basic_charge_day_share' and s.from_on >= d.valid_from and s.from_on < d.valid_to
  left join policy.law_setting as f
    on f.org_id = s.org_id and f.law_setting = 'basic_charge_full_month' and s.from_on >= f.valid_from and s.from_on < f.valid_to
  left join policy.law_setting as e
    on e.org_id = s.org_id and e.law_setting = 'demand_discount_energy' and s.from_on >= e.valid_from and s.from_on < e.valid_to
  left join policy.law_setting as x
    on x.org_id = s.org_id and x.law_setting = 'excess_demand_base' and s.from_on >= x.valid_from and s.from_on < x.valid_to
  left join policy.law_setting as y
    on y.org_id = s.org_id and y.law_setting = 'line_demand_sum' and s.from_on >= y.valid_from and s.from_on < y.valid_to
  left join policy.law_setting as z
    on z.org_id = s.org_id and z.law_setting = 'demand_discount_after_2026' and s.from_on >= z.valid_from and s.from_on < z.valid_to
),
declared as (
  select c.scenario_id as scenario_id,
         c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.segment_no as segment_no,
         c.month_on as month_on,
         c.mode_code as mode_code,
         c.is_demand_priced as is_demand_priced,
         c.jurisdiction_code as jurisdiction_code,
         c.charged_months as charged_months,
         c.charged_days as charged_days,
         c.capacity_kva as capacity_kva,
         c.demand_kw as demand_kw,
         c.contract_demand_kw as contract_demand_kw,
         c.is_contract_base as is_contract_base,
         c.tolerance_ratio as tolerance_ratio,
         c.excess_ratio as excess_ratio,
         c.price_yuan_per_kva_month as price_yuan_per_kva_month,
         c.price_yuan_per_kw_month as price_yuan_per_kw_month,
         c.law_citation as law_citation,
         c.law_confidence_code as law_confidence_code,
         c.divisor_days as divisor_days,
         v.reciprocal_ratio as reciprocal_ratio,
         greatest(c.contract_demand_kw, cast(round(cast(c.capacity_kva as decimal(20,2)) * coalesce(c.floor_ratio, 0), 2) as decimal(12,2))) as agreed_kw,
         case when not c.is_discount_ended and c.capacity_kva > 0 and c.discount_kwh >=
                cast(round(cast(cast(round(cast(c.capacity_kva as decimal(20,2)) * c.discount_from_kwh_per_kva, 2) as decimal(14,2)) as decimal(20,2))
                  * cast(c.bill_months as decimal(4,0)), 2) as decimal(18,2))
                + cast(round(round(cast(cast(cast(round(cast(c.capacity_kva as decimal(20,2)) * c.discount_from_kwh_per_kva, 2) as decimal(14,2)) as decimal(20,2))
                  * cast(c.bill_days as decimal(4,0)) as decimal(19,4)) * v.reciprocal_ratio, 8), 2) as decimal(18,2))
              then c.demand_price_ratio else 1 end as discount_ratio
  from chosen as c
  left join reference.reciprocal as v on v.divisor = c.divisor_days
),
agreed as (
  select d.scenario_id as scenario_id,
         d.customer_id as customer_id,
         d.bill_id as bill_id,
         d.segment_no as segment_no,
         d.month_on as month_on,
         d.mode_code as mode_code,
         d.is_demand_priced as is_demand_priced,
         d.jurisdiction_code as jurisdiction_code,
         d.charged_months as charged_months,
         d.charged_days as charged_days,
         d.capacity_kva as capacity_kva,
         d.demand_kw as demand_kw,
         d.contract_demand_kw as contract_demand_kw,
         d.is_contract_base as is_contract_base,
         d.agreed_kw as agreed_kw,
         d.excess_ratio as excess_ratio,
         cast(round(cast(d.agreed_kw as decimal(20,2)) * d.tolerance_ratio, 2) as decimal(12,2)) as tolerated_kw,
         d.price_yuan_per_kva_month as price_yuan_per_kva_month,
         d.price_yuan_per_kw_month as price_yuan_per_kw_month,
         d.discount_ratio as discount_ratio,
         d.law_citation as law_citation,
         d.law_confidence_code as law_confidence_code,
         d.reciprocal_ratio as reciprocal_ratio
  from declared as d
),
counted as (
  select a.scenario_id as scenario_id,
         a.customer_id as customer_id,
         a.bill_id as bill_id,
         a.segment_no as segment_no,
         a.month_on as month_on,
         a.charged_months as charged_months,
         a.charged_days as charged_days,
         a.reciprocal_ratio as reciprocal_ratio,
         a.is_demand_priced as is_demand_priced,
         case when not a.is_demand_priced then a.capacity_kva
              when a.mode_code = 'actual_demand' then a.demand_kw
              when a.demand_kw <= a.tolerated_kw then a.agreed_kw
              else cast(case when a.is_contract_base then a.agreed_kw else a.tolerated_kw end
                + cast(round(cast(a.demand_kw - a.tolerated_kw as decimal(20,2)) * a.excess_ratio, 2) as decimal(12,2)) as decimal(12,2)) end as quantity,
         case when a.is_demand_priced then cast(round(cast(a.price_yuan_per_kw_month as decimal(20,8)) * a.discount_ratio, 8) as decimal(12,8))
              else a.price_yuan_per_kva_month end as price,
         a.law_citation as law_citation,
         a.law_confidence_code as law_confidence_code,
         case when a.jurisdiction_code is null then 'price_code_unknown'
              when a.is_demand_priced is null then 'basic_charge_mode_unknown'
              when a.price_yuan_per_kw_month is null or a.price_yuan_per_kva_month is null then 'basic_charge_price_missing'
              when a.capacity_kva = 0 then 'capacity_missing'
              when a.is_demand_priced and a.demand_kw is null then 'demand_missing'
              when a.mode_code = 'contract_demand' and a.contract_demand_kw = 0 then 'contract_demand_missing' end as not_recalculated_code
  from agreed as a
)
select c.scenario_id as scenario_id,
       c.bill_id as bill_id,
       c.segment_no as segment_no,
       c.customer_id as customer_id,
       c.month_on as month_on,
       c.charged_months as charged_months,
       c.charged_days as charged_days,
       case when not c.is_demand_priced then c.quantity end as billed_capacity_kva,
       case when c.is_demand_priced then c.quantity end as billed_demand_kw,
       case when not c.is_demand_priced then c.price end as price_yuan_per_kva_month,
       case when c.is_demand_priced then c.price end as price_yuan_per_kw_month,
       cast(round(cast(round(cast(cast(c.quantity as decimal(20,2)) * cast(c.charged_months as decimal(4,0)) as decimal(20,2)) * c.price, 8) as decimal(22,8))
         + case when c.charged_days = 0 then 0
                else round(cast(round(cast(cast(c.quantity as decimal(20,2)) * cast(c.charged_days as decimal(4,0)) as decimal(20,2)) * c.price, 4) as decimal(19,4))
                  * c.reciprocal_ratio, 8) end, 2) as decimal(14,2)) as basic_yuan,
       c.law_citation as law_citation,
       c.law_confidence_code as law_confidence_code,
       c.not_recalculated_code as not_recalculated_code
from counted as c
