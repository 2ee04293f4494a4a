/* ---
owner: billing
description:
  en: The lines of recalculated bills, one a charge, register and tier
  zh: 重算账单明细 - 每项电费、示数、档次一行
grain: one row per scenario, bill and line
key: [scenario_id, bill_id, line_no]
reach: customer
partition_on: month_on
view: lines say nothing that the wide rows do not say, and stored they would be five times as many bytes
--- */
with line as (
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'a0' as order_code,
         'energy' as charge_code,
         'active_critical' as register_code,
         cast(null as bigint) as tier_no,
         cast(s.billed_critical_kwh - coalesce(s.critical_loss_kwh, 0) as decimal(14,2)) as line_kwh,
         s.critical_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         cast(s.critical_yuan - coalesce(s.critical_loss_yuan, 0) as decimal(14,2)) as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.billed_critical_kwh is not null
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'a0b' as order_code,
         'transformer_loss' as charge_code,
         'active_critical' as register_code,
         cast(null as bigint) as tier_no,
         s.critical_loss_kwh as line_kwh,
         s.critical_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         s.critical_loss_yuan as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.critical_loss_kwh <> 0
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'a1' as order_code,
         'energy' as charge_code,
         'active_peak' as register_code,
         cast(null as bigint) as tier_no,
         cast(s.billed_peak_kwh - coalesce(s.peak_loss_kwh, 0) as decimal(14,2)) as line_kwh,
         s.peak_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         cast(s.peak_yuan - coalesce(s.peak_loss_yuan, 0) as decimal(14,2)) as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.billed_peak_kwh is not null
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'a1b' as order_code,
         'transformer_loss' as charge_code,
         'active_peak' as register_code,
         cast(null as bigint) as tier_no,
         s.peak_loss_kwh as line_kwh,
         s.peak_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         s.peak_loss_yuan as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.peak_loss_kwh <> 0
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'a2' as order_code,
         'energy' as charge_code,
         'active_flat' as register_code,
         cast(null as bigint) as tier_no,
         cast(s.billed_flat_kwh - coalesce(s.flat_loss_kwh, 0) as decimal(14,2)) as line_kwh,
         s.flat_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         cast(s.flat_yuan - coalesce(s.flat_loss_yuan, 0) as decimal(14,2)) as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.billed_flat_kwh is not null
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'a2b' as order_code,
         'transformer_loss' as charge_code,
         'active_flat' as register_code,
         cast(null as bigint) as tier_no,
         s.flat_loss_kwh as line_kwh,
         s.flat_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         s.flat_loss_yuan as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.flat_loss_kwh <> 0
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'a3' as order_code,
         'energy' as charge_code,
         'active_valley' as register_code,
         cast(null as bigint) as tier_no,
         cast(s.billed_valley_kwh - coalesce(s.valley_loss_kwh, 0) as decimal(14,2)) as line_kwh,
         s.valley_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         cast(s.valley_yuan - coalesce(s.valley_loss_yuan, 0) as decimal(14,2)) as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.billed_valley_kwh is not null
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'a3b' as order_code,
         'transformer_loss' as charge_code,
         'active_valley' as register_code,
         cast(null as bigint) as tier_no,
         s.valley_loss_kwh as line_kwh,
         s.valley_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         s.valley_loss_yuan as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.valley_loss_kwh <> 0
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'a4' as order_code,
         'energy' as charge_code,
         'active_deep_valley' as register_code,
         cast(null as bigint) as tier_no,
         cast(s.billed_deep_valley_kwh - coalesce(s.deep_valley_loss_kwh, 0) as decimal(14,2)) as line_kwh,
         s.deep_valley_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         cast(s.deep_valley_yuan - coalesce(s.deep_valley_loss_yuan, 0) as decimal(14,2)) as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.billed_deep_valley_kwh is not null
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'a4b' as order_code,
         'transformer_loss' as charge_code,
         'active_deep_valley' as register_code,
         cast(null as bigint) as tier_no,
         s.deep_valley_loss_kwh as line_kwh,
         s.deep_valley_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         s.deep_valley_loss_yuan as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.deep_valley_loss_kwh <> 0
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'a5' as order_code,
         'energy' as charge_code,
         'active_total' as register_code,
         cast(null as bigint) as tier_no,
         cast(s.billed_total_kwh - coalesce(s.total_loss_kwh, 0) as decimal(14,2)) as line_kwh,
         s.total_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         cast(s.total_yuan - coalesce(s.total_loss_yuan, 0) as decimal(14,2)) as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.billed_total_kwh is not null
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'a5b' as order_code,
         'transformer_loss' as charge_code,
         'active_total' as register_code,
         cast(null as bigint) as tier_no,
         s.total_loss_kwh as line_kwh,
         s.total_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         s.total_loss_yuan as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.total_loss_kwh <> 0
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'b1' as order_code,
         'energy' as charge_code,
         'active_total' as register_code,
         cast(1 as bigint) as tier_no,
         s.tier_1_kwh as line_kwh,
         s.tier_1_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         s.tier_1_yuan as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.tier_1_kwh <> 0 or (s.tier_1_kwh = 0 and s.tier_2_kwh = 0 and s.tier_3_kwh = 0)
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'b2' as order_code,
         'energy' as charge_code,
         'active_total' as register_code,
         s.tier_2_no as tier_no,
         s.tier_2_kwh as line_kwh,
         s.tier_2_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         s.tier_2_yuan as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.tier_2_kwh <> 0
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'b3' as order_code,
         'energy' as charge_code,
         'active_total' as register_code,
         s.tier_3_no as tier_no,
         s.tier_3_kwh as line_kwh,
         s.tier_3_price_yuan_per_kwh as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         s.tier_3_yuan as line_amount_yuan,
         s.energy_law_citation as law_citation,
         s.energy_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.tier_3_kwh <> 0
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'c1' as order_code,
         'basic_capacity' as charge_code,
         cast(null as text) as register_code,
         cast(null as bigint) as tier_no,
         cast(null as decimal(14,2)) as line_kwh,
         cast(null as decimal(12,8)) as price_yuan_per_kwh,
         s.billed_capacity_kva as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         s.price_yuan_per_kva_month as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         s.basic_yuan as line_amount_yuan,
         s.basic_law_citation as law_citation,
         s.basic_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.billed_capacity_kva is not null and s.basic_yuan is not null
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'c2' as order_code,
         'basic_demand' as charge_code,
         cast(null as text) as register_code,
         cast(null as bigint) as tier_no,
         cast(null as decimal(14,2)) as line_kwh,
         cast(null as decimal(12,8)) as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         s.billed_demand_kw as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         s.price_yuan_per_kw_month as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         s.basic_yuan as line_amount_yuan,
         s.basic_law_citation as law_citation,
         s.basic_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.billed_demand_kw is not null and s.basic_yuan is not null
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'd1' as order_code,
         'power_factor' as charge_code,
         cast(null as text) as register_code,
         cast(null as bigint) as tier_no,
         cast(null as decimal(14,2)) as line_kwh,
         cast(null as decimal(12,8)) as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         s.adjustment_rate_ratio as adjustment_rate_ratio,
         s.power_factor_yuan as line_amount_yuan,
         s.power_factor_law_citation as law_citation,
         s.power_factor_confidence_code as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.power_factor_yuan is not null
  union all
  select
         s.scenario_id as scenario_id,
         s.bill_id as bill_id,
         s.customer_id as customer_id,
         s.month_on as month_on,
         s.segment_no as segment_no,
         s.metering_point_id as metering_point_id,
         s.meter_id as meter_id,
         'e1' as order_code,
         'adjustment' as charge_code,
         cast(null as text) as register_code,
         cast(null as bigint) as tier_no,
         s.adjustment_kwh as line_kwh,
         cast(null as decimal(12,8)) as price_yuan_per_kwh,
         cast(null as decimal(12,2)) as billed_capacity_kva,
         cast(null as decimal(12,2)) as billed_demand_kw,
         cast(null as decimal(12,8)) as price_yuan_per_kva_month,
         cast(null as decimal(12,8)) as price_yuan_per_kw_month,
         cast(null as double) as adjustment_rate_ratio,
         s.adjustment_yuan as line_amount_yuan,
         cast(null as text) as law_citation,
         cast(null as text) as law_confidence_code,
         s.not_recalculated_code as not_recalculated_code
  from mart.recalculated_bill_segment as s
  where s.adjustment_yuan is not null
)
select l.scenario_id as scenario_id,
       l.bill_id as bill_id,
       row_number() over (partition by l.scenario_id, l.customer_id, l.bill_id order by l.segment_no, l.order_code) as line_no,
       l.customer_id as customer_id,
       l.month_on as month_on,
       l.segment_no as segment_no,
       l.metering_point_id as metering_point_id,
       l.meter_id as meter_id,
       l.charge_code as charge_code,
       l.register_code as register_code,
       l.tier_no as tier_no,
       l.line_kwh as line_kwh,
       l.price_yuan_per_kwh as price_yuan_per_kwh,
       l.billed_capacity_kva as billed_capacity_kva,
       l.billed_demand_kw as billed_demand_kw,
       l.price_yuan_per_kva_month as price_yuan_per_kva_month,
       l.price_yuan_per_kw_month as price_yuan_per_kw_month,
       l.adjustment_rate_ratio as adjustment_rate_ratio,
       l.line_amount_yuan as line_amount_yuan,
       l.law_citation as law_citation,
       l.law_confidence_code as law_confidence_code,
       l.not_recalculated_code as not_recalculated_code
from line as l
