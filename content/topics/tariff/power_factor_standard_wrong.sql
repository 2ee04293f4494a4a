/* ---
uid: dtec8t3b
code: PR-007
title: {en: Power-factor adjustment missing or by a wrong standard, zh: 功率因数考核未执行/标准错误}
description:
  en: >-
    The standard of the power factor on file is not the one due for the kind of user, its voltage and its capacity: none
    though assessment is due, one though nobody of this kind is assessed, or one that is too strict or too lax. The
    adjustment by the standard due is replayed; reward and penalty both change.
  zh: >-
    档案功率因数标准与用户类别、供电电压、容量应执行的标准不符: 应考核未考核、不应考核而考核, 或标准偏严、偏宽。
    按应执行标准重放力调电费, 奖惩均随之变化。
severity: high
status: active
identity: state
subject: customer
population: mart.billing_input
verify_days: 35
parameters:
  strict_from_kva: {value: 100, unit: kva, why: {en: "many utilities hold high-voltage industry from 100 kVA on to the strict standard by its supply plan, below the limit of the method: neither reading is a finding",
    zh: "不少单位按供电方案对100千伏安及以上高压工业用户即执行0.90, 低于办法界限; 两种执行均不作为问题"}}
law: [power_factor/power_factor_standard]
replay: {power_factor_standard_ratio: lawful_power_factor_standard_ratio}
resolved_when: state_gone
remedy: power_factor_correction
playbook: tariff_check
check:
  en: ["read trade, voltage and capacity on site", look whether reactive energy is metered, compare with the standard in contract and supply plan]
  zh: [现场核实行业、供电电压与受电容量, 核查无功计量是否具备, 对照供用电合同与供电方案约定的考核标准]
--- */
with segment as (
  select i.customer_id as customer_id,
         i.org_id as org_id,
         i.bill_id as bill_id,
         i.segment_no as segment_no,
         i.from_on as from_on,
         i.to_on as to_on,
         i.price_code as price_code,
         i.power_factor_standard_ratio as power_factor_standard_ratio,
         coalesce(cast(round(i.power_factor_standard_ratio * 100) as bigint), 0) as filed_pct,
         c.usage_category_code as usage_category_code,
         c.supply_voltage_code as supply_voltage_code,
         c.industry_code as industry_code,
         case when c.supply_voltage_code in ('ac_220v', 'ac_380v') then true else false end as is_low_voltage,
         least(coalesce(i.billed_capacity_kva, c.contract_capacity_kva), coalesce(c.contract_capacity_kva, i.billed_capacity_kva)) as least_kva,
         greatest(coalesce(i.billed_capacity_kva, c.contract_capacity_kva), coalesce(c.contract_capacity_kva, i.billed_capacity_kva)) as most_kva,
         'CN' as nation_code
  from mart.billing_input as i
  join core.customer as c on c.customer_id = i.customer_id
  where i.scenario_id = 'actual' and i.from_on < i.to_on and i.price_code is not null
    and (i.input_reason_code is null or i.input_reason_code <> 'adjustment_bill')
    and c.usage_category_code <> 'assessment' and c.supply_voltage_code is not null
),
-- whoever is not assessed and is too small for any standard is out of the question at once
candidate as (
  select s.customer_id as customer_id,
         s.org_id as org_id,
         s.bill_id as bill_id,
         s.segment_no as segment_no,
         s.from_on as from_on,
         s.to_on as to_on,
         s.price_code as price_code,
         s.power_factor_standard_ratio as power_factor_standard_ratio,
         s.filed_pct as filed_pct,
         s.usage_category_code as usage_category_code,
         s.supply_voltage_code as supply_voltage_code,
         s.industry_code as industry_code,
         s.is_low_voltage as is_low_voltage,
         s.least_kva as least_kva,
         s.most_kva as most_kva,
         s.nation_code as nation_code,
         k.strict_from_kva as strict_from_kva,
         case when s.usage_category_code in ('residential', 'residential_untiered', 'residential_rural') then 'residential'
              when s.usage_category_code = 'agriculture' then 'agricultural'
              when s.usage_category_code = 'irrigation' and not s.is_low_voltage then 'high_voltage_irrigation_station'
              when s.usage_category_code = 'irrigation' then 'irrigation_station'
              when u.power_factor_user_code is not null and not s.is_low_voltage then 'high_voltage_industrial'
              when u.power_factor_user_code is not null then u.power_factor_user_code
              else 'non_industrial' end as power_factor_user_code,
         case when s.usage_category_code = 'irrigation' then 'irrigation_station'
              when s.usage_category_code in ('residential', 'residential_untiered', 'residential_rural') then 'residential'
              when s.usage_category_code = 'agriculture' then 'agricultural'
              when u.power_factor_user_code is not null then u.power_factor_user_code
              else 'non_industrial' end as lesser_user_code
  from segment as s
  join parameter as k on k.org_id = s.org_id
  left join policy.power_factor_user as u
    on u.org_id = s.org_id and u.industry_code = s.industry_code and s.from_on >= u.valid_from and s.from_on < u.valid_to
  where s.filed_pct > 0 or s.least_kva >= k.strict_from_kva
),
tapped as (
  select t.customer_id as customer_id, count(*) as tap_changer_count
  from core.power_transformer as t
  where t.has_on_load_tap_changer and t.removed_on is null
  group by t.customer_id
),
exempt as (
  select d.customer_id as customer_id, d.bill_id as bill_id, d.segment_no as segment_no
  from candidate as d
  join core.eligibility as e on e.customer_id = d.customer_id and d.from_on >= e.valid_from and d.from_on < e.valid_to
  where e.eligibility_type_code = 'power_factor_exempt'
  group by d.customer_id, d.bill_id, d.segment_no
),
-- a charging station is no industry, whatever section it is filed under, and some provinces do not assess it
station as (
  select d.customer_id as customer_id, d.bill_id as bill_id, d.segment_no as segment_no
  from candidate as d
  join core.charging_facility as f on f.customer_id = d.customer_id
  where f.charging_facility_type_code in ('centralised_station', 'dispersed', 'dedicated')
    and (f.commissioned_on is null or f.commissioned_on <= d.from_on)
  group by d.customer_id, d.bill_id, d.segment_no
),
ruled as (
  select d.customer_id as customer_id,
         d.bill_id as bill_id,
         d.from_on as from_on,
         d.to_on as to_on,
         d.power_factor_standard_ratio as power_factor_standard_ratio,
         d.filed_pct as filed_pct,
         d.usage_category_code as usage_category_code,
         d.supply_voltage_code as supply_voltage_code,
         d.industry_code as industry_code,
         d.power_factor_user_code as power_factor_user_code,
         d.least_kva as least_kva,
         d.most_kva as most_kva,
         d.strict_from_kva as strict_from_kva,
         case when x.bill_id is not null then true else false end as is_exempt,
         case when s.bill_id is not null then true else false end as is_station,
         case when coalesce(w.tap_changer_count, 0) > 0 and not d.is_low_voltage then true else false end as has_on_load_tap_changer,
         case when j.power_factor_user_code is not null then j.power_factor_standard_pct else n.power_factor_standard_pct end as strict_pct,
         case when j.power_factor_user_code is not null then coalesce(j.minimum_capacity_kva, 0) else coalesce(n.minimum_capacity_kva, 0) end as strict_minimum_kva,
         case when d.power_factor_user_code = 'high_voltage_industrial' and v.law_choice = 'at_or_above' then true
              when j.power_factor_user_code is not null then coalesce(j.is_minimum_included, true)
              else coalesce(n.is_minimum_included, true) end as is_strict_minimum_included,
         t.power_factor_standard_pct as tap_changing_pct,
         case when l.power_factor_user_code is not null then l.power_factor_standard_pct else m.power_factor_standard_pct end as lesser_pct,
         case when l.power_factor_user_code is not null then coalesce(l.minimum_capacity_kva, 0) else coalesce(m.minimum_capacity_kva, 0) end as lesser_minimum_kva
  from candidate as d
  left join law.price_code as p on p.price_code = d.price_code and d.from_on >= p.valid_from and d.from_on < p.valid_to
  left join law.power_factor_standard as j
    on j.jurisdiction_code = p.jurisdiction_code and j.power_factor_user_code = d.power_factor_user_code and d.from_on >= j.valid_from and d.from_on < j.valid_to
  left join law.power_factor_standard as n
    on n.jurisdiction_code = d.nation_code and n.power_factor_user_code = d.power_factor_user_code and d.from_on >= n.valid_from and d.from_on < n.valid_to
  left join law.power_factor_standard as l
    on l.jurisdiction_code = p.jurisdiction_code and l.power_factor_user_code = d.lesser_user_code and d.from_on >= l.valid_from and d.from_on < l.valid_to
  left join law.power_factor_standard as m
    on m.jurisdiction_code = d.nation_code and m.power_factor_user_code = d.lesser_user_code and d.from_on >= m.valid_from and d.from_on < m.valid_to
  left join law.power_factor_standard as t
    on t.jurisdiction_code = d.nation_code and t.power_factor_user_code = 'high_voltage_on_load_tap_changing' and d.from_on >= t.valid_from and d.from_on < t.valid_to
  left join policy.law_setting as v
    on v.org_id = d.org_id and v.law_setting = 'pf_standard_160kva' and d.from_on >= v.valid_from and d.from_on < v.valid_to
  left join tapped as w on w.customer_id = d.customer_id
  left join exempt as x on x.customer_id = d.customer_id and x.bill_id = d.bill_id and x.segment_no = d.segment_no
  left join station as s on s.customer_id = d.customer_id and s.bill_id = d.bill_id and s.segment_no = d.segment_no
),
-- by the smaller and by the greater of the capacities on file
due as (
  select r.customer_id as customer_id,
         r.bill_id as bill_id,
         r.from_on as from_on,
         r.to_on as to_on,
         r.power_factor_standard_ratio as power_factor_standard_ratio,
         r.filed_pct as filed_pct,
         r.usage_category_code as usage_category_code,
         r.supply_voltage_code as supply_voltage_code,
         r.industry_code as industry_code,
         r.power_factor_user_code as power_factor_user_code,
         r.is_station as is_station,
         r.least_kva as least_kva,
         case when r.is_exempt then 0
              when r.has_on_load_tap_changer then coalesce(r.tap_changing_pct, r.strict_pct, 0)
              when r.least_kva > r.strict_minimum_kva or (r.least_kva = r.strict_minimum_kva and r.is_strict_minimum_included) then coalesce(r.strict_pct, 0)
              when r.least_kva >= r.lesser_minimum_kva then coalesce(r.lesser_pct, 0)
              else 0 end as least_pct,
         case when r.is_exempt then 0
              when r.has_on_load_tap_changer then coalesce(r.tap_changing_pct, r.strict_pct, 0)
              when r.most_kva > r.strict_minimum_kva or (r.most_kva = r.strict_minimum_kva and r.is_strict_minimum_included) then coalesce(r.strict_pct, 0)
              when r.most_kva >= r.lesser_minimum_kva then coalesce(r.lesser_pct, 0)
              else 0 end as most_pct,
         case when r.most_kva >= r.strict_from_kva then coalesce(r.strict_pct, 0) else 0 end as practice_pct
  from ruled as r
)
select d.customer_id as customer_id,
       d.from_on as period_from,
       d.to_on as period_to,
       cast(d.filed_pct as decimal(18,4)) as observed_value,
       cast(d.least_pct as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       d.bill_id as bill_id,
       case when d.filed_pct = 0 then 'standard_missing'
            when d.least_pct = 0 then 'standard_not_due'
            when d.filed_pct > d.least_pct then 'standard_too_strict'
            else 'standard_too_lax' end as tariff_fault_code,
       d.power_factor_standard_ratio as power_factor_standard_ratio,
       cast(d.least_pct as double) / cast(100 as double) as lawful_power_factor_standard_ratio,
       d.power_factor_user_code as power_factor_user_code,
       d.usage_category_code as usage_category_code,
       d.industry_code as industry_code,
       d.supply_voltage_code as supply_voltage_code,
       d.least_kva as contract_capacity_kva
from due as d
where d.filed_pct <> d.least_pct and d.filed_pct <> d.most_pct and d.filed_pct <> d.practice_pct
  -- the supply of electricity, gas and water is filed as industry here and as service there
  and (d.industry_code is null or d.industry_code not in ('D44', 'D45', 'D46') or d.filed_pct = 0 or d.is_station)
  and (not d.is_station or d.filed_pct > 0)
