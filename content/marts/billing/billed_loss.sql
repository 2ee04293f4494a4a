/* ---
owner: billing
description:
  en: Energy billed by segment where it is more than the meter shows, with the losses of the customer's transformer and line, shared over the registers
  zh: 计费电量超过抄见电量的计费段 - 加计用户变压器与专线损耗, 并分摊到各示数
grain: one row per scenario, bill and segment whose losses are billed
key: [scenario_id, bill_id, segment_no]
reach: customer
partition_on: month_on
policy: which load shape and which way of loss an organisation reckons with is its own choice
--- */
with lossy as (
  select i.scenario_id as scenario_id,
         i.customer_id as customer_id,
         i.org_id as org_id,
         i.bill_id as bill_id,
         i.month_on as month_on,
         i.metering_point_id as metering_point_id,
         i.segment_no as segment_no,
         i.from_on as from_on,
         i.price_code as price_code,
         i.charged_months as charged_months,
         i.charged_days as charged_days,
         i.has_transformer_loss as has_transformer_loss,
         date_diff('day', i.from_on, i.to_on) as days,
         i.line_loss_ratio as line_loss_ratio,
         i.rated_capacity_kva as rated_capacity_kva,
         i.no_load_loss_kw as no_load_loss_kw,
         i.load_loss_kw as load_loss_kw,
         i.no_load_current_pct as no_load_current_pct,
         i.impedance_pct as impedance_pct,
         cast(round(cast(i.critical_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)) as critical_kwh,
         cast(round(cast(i.peak_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)) as peak_kwh,
         cast(round(cast(i.flat_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)) as flat_kwh,
         cast(round(cast(i.valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)) as valley_kwh,
         cast(round(cast(i.deep_valley_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)) as deep_valley_kwh,
         cast(round(cast(i.total_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)) as total_kwh,
         coalesce(cast(round(cast(i.reactive_index as decimal(20,4)) * i.multiplier, 2) as decimal(14,2)), i.import_kvarh, 0) as reactive_kvarh
  from mart.billing_input as i
  where (i.has_transformer_loss or i.line_loss_ratio > 0) and i.input_reason_code is null
),
metered as (
  select l.scenario_id as scenario_id,
         l.customer_id as customer_id,
         l.org_id as org_id,
         l.bill_id as bill_id,
         l.month_on as month_on,
         l.metering_point_id as metering_point_id,
         l.segment_no as segment_no,
         l.from_on as from_on,
         l.price_code as price_code,
         l.charged_months as charged_months,
         l.charged_days as charged_days,
         l.has_transformer_loss as has_transformer_loss,
         l.days as days,
         l.line_loss_ratio as line_loss_ratio,
         l.rated_capacity_kva as rated_capacity_kva,
         l.no_load_loss_kw as no_load_loss_kw,
         l.load_loss_kw as load_loss_kw,
         l.no_load_current_pct as no_load_current_pct,
         l.impedance_pct as impedance_pct,
         l.critical_kwh as critical_kwh,
         l.peak_kwh as peak_kwh,
         l.flat_kwh as flat_kwh,
         l.valley_kwh as valley_kwh,
         l.deep_valley_kwh as deep_valley_kwh,
         l.total_kwh as total_kwh,
         l.reactive_kvarh as reactive_kvarh,
         case when coalesce(l.critical_kwh, l.peak_kwh, l.flat_kwh, l.valley_kwh, l.deep_valley_kwh) is null then 0 else 1 end as has_bands,
         case when coalesce(l.critical_kwh, l.peak_kwh, l.flat_kwh, l.valley_kwh, l.deep_valley_kwh) is null then l.total_kwh
              else cast(coalesce(l.critical_kwh, 0) + coalesce(l.peak_kwh, 0) + coalesce(l.flat_kwh, 0) + coalesce(l.valley_kwh, 0)
                + coalesce(l.deep_valley_kwh, 0) as decimal(14,2)) end as read_kwh
  from lossy as l
),
-- one transformer behind all the meters of a metering point: reckoned once for a bill
point as (
  select m.scenario_id as scenario_id,
         m.customer_id as customer_id,
         m.org_id as org_id,
         m.bill_id as bill_id,
         m.metering_point_id as metering_point_id,
         'CN' as nation_code,
         'metered_share' as method_code,
         min(m.from_on) as from_on,
         min(m.segment_no) as first_segment_no,
         max(m.price_code) as price_code,
         max(m.charged_months) as charged_months,
         max(m.charged_days) as charged_days,
         max(case when m.has_transformer_loss then 1 else 0 end) as transformer_count,
         max(m.line_loss_ratio) as line_loss_ratio,
         max(m.rated_capacity_kva) as rated_capacity_kva,
         max(m.no_load_loss_kw) as no_load_loss_kw,
         max(m.load_loss_kw) as load_loss_kw,
         max(m.no_load_current_pct) as no_load_current_pct,
         max(m.impedance_pct) as impedance_pct,
         cast(sum(m.days) as bigint) as days,
         cast(sum(m.read_kwh) as decimal(14,2)) as read_kwh,
         cast(sum(m.reactive_kvarh) as decimal(14,2)) as reactive_kvarh
  from metered as m
  group by m.scenario_id, m.customer_id, m.org_id, m.bill_id, m.metering_point_id
),
timed as (
  select p.scenario_id as scenario_id,
         p.customer_id as customer_id,
         p.bill_id as bill_id,
         p.metering_point_id as metering_point_id,
         p.first_segment_no as first_segment_no,
         p.transformer_count as transformer_count,
         p.line_loss_ratio as line_loss_ratio,
         p.rated_capacity_kva as rated_capacity_kva,
         p.no_load_loss_kw as no_load_loss_kw,
         p.load_loss_kw as load_loss_kw,
         p.no_load_current_pct as no_load_current_pct,
         p.impedance_pct as impedance_pct,
         p.read_kwh as read_kwh,
         -- the squares of what a customer takes in a month have more digits than an exact product holds
         cast(p.read_kwh as double) * cast(p.read_kwh as double) + cast(p.reactive_kvarh as double) * cast(p.reactive_kvarh as double) as apparent_square,
         cast(cast(p.charged_months as decimal(4,0)) * cast(coalesce(h.full_month_hours, n.full_month_hours) as decimal(7,2)) + p.charged_days * 24 as decimal(9,2)) as loss_hours,
         b.load_shape_factor_ratio as load_shape_factor_ratio,
         -- a province's share of the metered energy goes before the formula; a quantity fixed in the contract no table holds
         case when v.law_choice = 'formula_only' then null else cast(round(f.copper_loss_ratio, 6) as decimal(9,6)) end as copper_loss_ratio,
         case when p.line_loss_ratio > 0 and e.law_choice = 'formula' then 1 else 0 end as is_line_by_formula,
         coalesce(h.law_citation, n.law_citation) as law_citation,
         coalesce(h.law_confidence_code, n.law_confidence_code) as law_confidence_code
  from point as p
  left join law.price_code as c on c.price_code = p.price_code and p.from_on >= c.valid_from and p.from_on < c.valid_to
  left join law.iron_loss as h on h.jurisdiction_code = c.jurisdiction_code and p.from_on >= h.valid_from and p.from_on < h.valid_to
  left join law.iron_loss as n on n.jurisdiction_code = p.nation_code and p.from_on >= n.valid_from and p.from_on < n.valid_to
  left join law.copper_loss as f
    on f.jurisdiction_code = c.jurisdiction_code and f.copper_loss_method_code = p.method_code and p.from_on >= f.valid_from and p.from_on < f.valid_to
  left join policy.billing as b on b.org_id = p.org_id and p.from_on >= b.valid_from and p.from_on < b.valid_to
  left join policy.law_setting as v
    on v.org_id = p.org_id and v.law_setting = 'copper_loss_method' and p.from_on >= v.valid_from and p.from_on < v.valid_to
  left join policy.law_setting as e
    on e.org_id = p.org_id and e.law_setting = 'dedicated_line_loss' and p.from_on >= e.valid_from and p.from_on < e.valid_to
),
reckoned as (
  select t.scenario_id as scenario_id,
         t.customer_id as customer_id,
         t.bill_id as bill_id,
         t.metering_point_id as metering_point_id,
         t.first_segment_no as first_segment_no,
         t.law_citation as law_citation,
         t.law_confidence_code as law_confidence_code,
         t.is_line_by_formula as is_line_by_formula,
         case when t.transformer_count = 0 then 0
              else cast(round(cast(t.no_load_loss_kw as decimal(20,4)) * t.loss_hours, 2) as decimal(14,2)) end as iron_loss_kwh,
         case when t.transformer_count = 0 then 0
              when t.copper_loss_ratio is not null then cast(round(cast(t.read_kwh as decimal(20,2)) * t.copper_loss_ratio, 2) as decimal(14,2))
              else cast(round(cast(t.load_loss_kw as double) * cast(t.load_shape_factor_ratio as double) * t.apparent_square
                / nullif(cast(t.rated_capacity_kva as double) * cast(t.rated_capacity_kva as double) * cast(t.loss_hours as double), 0), 2)
                as decimal(14,2)) end as copper_loss_kwh,
         cast(round(coalesce(t.line_loss_ratio, 0) * cast(t.read_kwh as double), 2) as decimal(14,2)) as line_loss_kwh,
         case when t.transformer_count = 0 then 0
              else cast(round(t.no_load_current_pct / cast(100 as double) * cast(t.rated_capacity_kva as double) * cast(t.loss_hours as double), 2) as decimal(14,2))
                + cast(round(t.impedance_pct / cast(100 as double) * cast(t.load_shape_factor_ratio as double) * t.apparent_square
                  / nullif(cast(t.rated_capacity_kva as double) * cast(t.loss_hours as double), 0), 2) as decimal(14,2)) end as reactive_loss_kvarh
  from timed as t
),
shared as (
  select m.scenario_id as scenario_id,
         m.customer_id as customer_id,
         m.bill_id as bill_id,
         m.month_on as month_on,
         m.metering_point_id as metering_point_id,
         m.segment_no as segment_no,
         m.critical_kwh as critical_kwh,
         m.peak_kwh as peak_kwh,
         m.flat_kwh as flat_kwh,
         m.valley_kwh as valley_kwh,
         m.deep_valley_kwh as deep_valley_kwh,
         m.total_kwh as total_kwh,
         m.has_bands as has_bands,
         m.days as days,
         p.days as whole_days,
         p.read_kwh as read_kwh,
         cast(r.iron_loss_kwh + r.copper_loss_kwh + r.line_loss_kwh as decimal(14,2)) as loss_kwh
  from metered as m
  join point as p
    on p.scenario_id = m.scenario_id and p.customer_id = m.customer_id and p.bill_id = m.bill_id and p.metering_point_id = m.metering_point_id
  join reckoned as r
    on r.scenario_id = m.scenario_id and r.customer_id = m.customer_id and r.bill_id = m.bill_id and r.metering_point_id = m.metering_point_id
),
part as (
  select l.scenario_id as scenario_id, l.customer_id as customer_id, l.bill_id as bill_id, l.metering_point_id as metering_point_id, l.segment_no as segment_no,
         'active_critical' as register_code, l.critical_kwh as read_kwh, l.read_kwh as whole_kwh, l.loss_kwh as loss_kwh,
         l.days as days, l.whole_days as whole_days
  from shared as l
  where l.critical_kwh is not null
  union all
  select l.scenario_id as scenario_id, l.customer_id as customer_id, l.bill_id as bill_id, l.metering_point_id as metering_point_id, l.segment_no as segment_no,
         'active_peak' as register_code, l.peak_kwh as read_kwh, l.read_kwh as whole_kwh, l.loss_kwh as loss_kwh,
         l.days as days, l.whole_days as whole_days
  from shared as l
  where l.peak_kwh is not null
  union all
  select l.scenario_id as scenario_id, l.customer_id as customer_id, l.bill_id as bill_id, l.metering_point_id as metering_point_id, l.segment_no as segment_no,
         'active_flat' as register_code, l.flat_kwh as read_kwh, l.read_kwh as whole_kwh, l.loss_kwh as loss_kwh,
         l.days as days, l.whole_days as whole_days
  from shared as l
  where l.flat_kwh is not null
  union all
  select l.scenario_id as scenario_id, l.customer_id as customer_id, l.bill_id as bill_id, l.metering_point_id as metering_point_id, l.segment_no as segment_no,
         'active_valley' as register_code, l.valley_kwh as read_kwh, l.read_kwh as whole_kwh, l.loss_kwh as loss_kwh,
         l.days as days, l.whole_days as whole_days
  from shared as l
  where l.valley_kwh is not null
  union all
  select l.scenario_id as scenario_id, l.customer_id as customer_id, l.bill_id as bill_id, l.metering_point_id as metering_point_id, l.segment_no as segment_no,
         'active_deep_valley' as register_code, l.deep_valley_kwh as read_kwh, l.read_kwh as whole_kwh, l.loss_kwh as loss_kwh,
         l.days as days, l.whole_days as whole_days
  from shared as l
  where l.deep_valley_kwh is not null
  union all
  select l.scenario_id as scenario_id, l.customer_id as customer_id, l.bill_id as bill_id, l.metering_point_id as metering_point_id, l.segment_no as segment_no,
         'active_total' as register_code, l.total_kwh as read_kwh, l.read_kwh as whole_kwh, l.loss_kwh as loss_kwh,
         l.days as days, l.whole_days as whole_days
  from shared as l
  where l.total_kwh is not null and l.has_bands = 0
),
-- by the largest remainder: hundredths cut off go to the parts that lost most, where nothing was metered, by days and all to flat
cutting as (
  select p.scenario_id as scenario_id,
         p.customer_id as customer_id,
         p.bill_id as bill_id,
         p.metering_point_id as metering_point_id,
         p.segment_no as segment_no,
         p.register_code as register_code,
         p.loss_kwh as loss_kwh,
         case when p.whole_kwh > 0 then cast(round(cast(p.loss_kwh as double) * cast(p.read_kwh as double) / nullif(cast(p.whole_kwh as double), 0) * 100, 6)
              as decimal(18,6))
              when p.register_code in ('active_flat', 'active_total') then cast(round(cast(p.loss_kwh as double) * cast(p.days as double) / nullif(cast(p.whole_days as double), 0) * 100, 6)
                as decimal(18,6))
              else 0 end as share_hundredths
  from part as p
),
ranked as (
  select c.scenario_id as scenario_id,
         c.customer_id as customer_id,
         c.bill_id as bill_id,
         c.metering_point_id as metering_point_id,
         c.segment_no as segment_no,
         c.register_code as register_code,
         c.loss_kwh as loss_kwh,
         floor(c.share_hundredths) as floor_hundredths,
         row_number() over (partition by c.scenario_id, c.customer_id, c.bill_id, c.metering_point_id
           order by c.share_hundredths - floor(c.share_hundredths) desc, c.segment_no, c.register_code) as remainder_rank,
         sum(floor(c.share_hundredths)) over (partition by c.scenario_id, c.customer_id, c.bill_id, c.metering_point_id) as floor_total
  from cutting as c
),
lost as (
  select k.scenario_id as scenario_id,
         k.customer_id as customer_id,
         k.bill_id as bill_id,
         k.segment_no as segment_no,
         k.register_code as register_code,
         cast(round(cast(k.floor_hundredths + case when k.remainder_rank <= k.loss_kwh * 100 - k.floor_total then 1 else 0 end as double) / cast(100 as double), 2)
           as decimal(14,2)) as loss_kwh
  from ranked as k
),
gathered as (
  select k.scenario_id as scenario_id,
         k.customer_id as customer_id,
         k.bill_id as bill_id,
         k.segment_no as segment_no,
         cast(sum(case when k.register_code = 'active_critical' then k.loss_kwh end) as decimal(14,2)) as critical_loss_kwh,
         cast(sum(case when k.register_code = 'active_peak' then k.loss_kwh end) as decimal(14,2)) as peak_loss_kwh,
         cast(sum(case when k.register_code = 'active_flat' then k.loss_kwh end) as decimal(14,2)) as flat_loss_kwh,
         cast(sum(case when k.register_code = 'active_valley' then k.loss_kwh end) as decimal(14,2)) as valley_loss_kwh,
         cast(sum(case when k.register_code = 'active_deep_valley' then k.loss_kwh end) as decimal(14,2)) as deep_valley_loss_kwh,
         cast(sum(case when k.register_code = 'active_total' then k.loss_kwh end) as decimal(14,2)) as total_loss_kwh
  from lost as k
  group by k.scenario_id, k.customer_id, k.bill_id, k.segment_no
)
select m.scenario_id as scenario_id,
       m.bill_id as bill_id,
       m.segment_no as segment_no,
       m.customer_id as customer_id,
       m.month_on as month_on,
       g.critical_loss_kwh as critical_loss_kwh,
       g.peak_loss_kwh as peak_loss_kwh,
       g.flat_loss_kwh as flat_loss_kwh,
       g.valley_loss_kwh as valley_loss_kwh,
       g.deep_valley_loss_kwh as deep_valley_loss_kwh,
       -- a meter that shows the whole beside its bands has the whole loss there
       case when m.has_bands = 0 then g.total_loss_kwh
            when m.total_kwh is not null then cast(coalesce(g.critical_loss_kwh, 0) + coalesce(g.peak_loss_kwh, 0) + coalesce(g.flat_loss_kwh, 0)
              + coalesce(g.valley_loss_kwh, 0) + coalesce(g.deep_valley_loss_kwh, 0) as decimal(14,2)) end as total_loss_kwh,
       case when m.segment_no = r.first_segment_no then cast(r.iron_loss_kwh as decimal(14,2)) end as iron_loss_kwh,
       case when m.segment_no = r.first_segment_no then cast(r.copper_loss_kwh as decimal(14,2)) end as copper_loss_kwh,
       case when m.segment_no = r.first_segment_no then r.line_loss_kwh end as line_loss_kwh,
       case when m.segment_no = r.first_segment_no then cast(r.reactive_loss_kvarh as decimal(14,2)) end as reactive_loss_kvarh,
       case when r.iron_loss_kwh is null or r.copper_loss_kwh is null then 'transformer_data_missing'
            -- the resistance of a user's line no table holds
            when r.is_line_by_formula = 1 then 'line_data_missing' end as not_recalculated_code,
       r.law_citation as law_citation,
       r.law_confidence_code as law_confidence_code
from metered as m
join reckoned as r
  on r.scenario_id = m.scenario_id and r.customer_id = m.customer_id and r.bill_id = m.bill_id and r.metering_point_id = m.metering_point_id
left join gathered as g
  on g.scenario_id = m.scenario_id and g.customer_id = m.customer_id and g.bill_id = m.bill_id and g.segment_no = m.segment_no
