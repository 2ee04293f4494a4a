/* ---
uid: fhmmg649
code: PR-024
title: {en: Price code of another voltage or category, zh: 电价电压等级/目录代码错误}
description:
  en: >-
    The price code in force does not fit the file: the price of another voltage class than the account is supplied at, the
    price of another category of use than the account is filed under, or a code that the price tables no longer know.
    The customer pays too little or too much for every kilowatt-hour. Residential prices with and without tiers are
    tariff/tiers_not_applied.
  zh: >-
    执行的电价码与档案不符: 电价电压等级与供电电压不一致、电价类别与用电类别不一致, 或电价码在价目中已失效,
    每度电少收或多收。居民阶梯与合表之间的差错另见 tariff/tiers_not_applied。
severity: high
status: active
identity: state
subject: customer
population: mart.billing_input
verify_days: 35
law: [tariffs/price_code, price_category/price_class]
innocence:
  - {check: category_change_approved, clears: covers}
replay: {price_code: lawful_price_code, purchase_mode_code: lawful_purchase_mode_code}
resolved_when: state_gone
remedy: price_correction
playbook: tariff_check
check:
  en: [compare the price code with the supply contract and the supply voltage, look on site at what the energy is used for, find the order that changed the code]
  zh: [核对电价码与供用电合同、供电电压, 现场核实用电性质, 查找改码工单及经办人]
--- */
with segment as (
  select i.customer_id as customer_id,
         i.bill_id as bill_id,
         i.segment_no as segment_no,
         i.from_on as from_on,
         i.to_on as to_on,
         i.price_code as price_code,
         i.purchase_mode_code as purchase_mode_code,
         a.valid_from as agreed_from,
         c.usage_category_code as usage_category_code,
         c.supply_voltage_code as supply_voltage_code,
         case when c.supply_voltage_code in ('ac_220v', 'ac_380v') then true else false end as is_low_voltage,
         'CN' as nation_code
  from mart.billing_input as i
  join core.customer as c on c.customer_id = i.customer_id
  join core.price_agreement as a on a.customer_id = i.customer_id and i.from_on >= a.valid_from and i.from_on < a.valid_to
  where i.scenario_id = 'actual' and i.from_on < i.to_on and a.price_code = i.price_code
    and (i.input_reason_code is null or i.input_reason_code <> 'adjustment_bill')
    and c.usage_category_code <> 'assessment'
),
coded as (
  select s.customer_id as customer_id,
         s.bill_id as bill_id,
         s.segment_no as segment_no,
         s.from_on as from_on,
         s.to_on as to_on,
         s.price_code as price_code,
         s.purchase_mode_code as purchase_mode_code,
         s.usage_category_code as usage_category_code,
         s.supply_voltage_code as supply_voltage_code,
         s.is_low_voltage as is_low_voltage,
         s.nation_code as nation_code,
         case when p.price_code is null and o.price_code is not null then true else false end as is_out_of_date,
         p.jurisdiction_code as jurisdiction_code,
         p.usage_category_code as price_category_code,
         p.tariff_structure_code as tariff_structure_code,
         p.voltage_class_code as voltage_class_code,
         coalesce(p.is_time_of_use, false) as is_time_of_use
  from segment as s
  left join law.price_code as p on p.price_code = s.price_code and s.from_on >= p.valid_from and s.from_on < p.valid_to
  left join law.price_code as o on o.price_code = s.price_code and s.agreed_from >= o.valid_from and s.agreed_from < o.valid_to
),
classed as (
  select d.customer_id as customer_id,
         d.bill_id as bill_id,
         d.segment_no as segment_no,
         d.from_on as from_on,
         d.to_on as to_on,
         d.price_code as price_code,
         d.purchase_mode_code as purchase_mode_code,
         d.usage_category_code as usage_category_code,
         d.supply_voltage_code as supply_voltage_code,
         d.is_low_voltage as is_low_voltage,
         d.nation_code as nation_code,
         d.is_out_of_date as is_out_of_date,
         d.jurisdiction_code as jurisdiction_code,
         d.price_category_code as price_category_code,
         d.tariff_structure_code as tariff_structure_code,
         d.voltage_class_code as voltage_class_code,
         d.is_time_of_use as is_time_of_use,
         v.voltage_class_code as listed_class_code,
         coalesce(f.price_class_code, g.price_class_code, d.usage_category_code) as file_class_code,
         coalesce(q.price_class_code, r.price_class_code, d.price_category_code) as price_class_code
  from coded as d
  left join law.voltage_class_of_supply as v
    on v.jurisdiction_code = d.jurisdiction_code and v.usage_category_code = d.price_category_code
    and v.tariff_structure_code = d.tariff_structure_code and v.supply_voltage_code = d.supply_voltage_code
    and d.from_on >= v.valid_from and d.from_on < v.valid_to
  left join law.price_class as f
    on f.jurisdiction_code = d.jurisdiction_code and f.usage_category_code = d.usage_category_code and d.from_on >= f.valid_from and d.from_on < f.valid_to
  left join law.price_class as g
    on g.jurisdiction_code = d.nation_code and g.usage_category_code = d.usage_category_code and d.from_on >= g.valid_from and d.from_on < g.valid_to
  left join law.price_class as q
    on q.jurisdiction_code = d.jurisdiction_code and q.usage_category_code = d.price_category_code and d.from_on >= q.valid_from and d.from_on < q.valid_to
  left join law.price_class as r
    on r.jurisdiction_code = d.nation_code and r.usage_category_code = d.price_category_code and d.from_on >= r.valid_from and d.from_on < r.valid_to
),
wrong as (
  select k.customer_id as customer_id,
         k.bill_id as bill_id,
         k.segment_no as segment_no,
         k.from_on as from_on,
         k.to_on as to_on,
         k.price_code as price_code,
         k.price_category_code as price_category_code,
         k.purchase_mode_code as purchase_mode_code,
         k.usage_category_code as usage_category_code,
         k.supply_voltage_code as supply_voltage_code,
         k.voltage_class_code as voltage_class_code,
         k.jurisdiction_code as jurisdiction_code,
         k.nation_code as nation_code,
         k.tariff_structure_code as tariff_structure_code,
         k.is_time_of_use as is_time_of_use,
         case when k.is_out_of_date then 'code_out_of_date'
              when k.file_class_code <> k.price_class_code then 'category_differs'
              else 'voltage_differs' end as tariff_fault_code,
         case when k.file_class_code <> k.price_class_code then k.file_class_code else k.price_category_code end as wanted_category_code,
         case when k.listed_class_code is not null then k.listed_class_code
              when k.is_low_voltage then 'below_1kv'
              when k.voltage_class_code <> 'below_1kv' then k.voltage_class_code
              when k.supply_voltage_code = 'ac_10kv' then 'kv_1_10' end as wanted_class_code
  from classed as k
  where k.is_out_of_date
    -- with and without tiers is another question
    or (k.file_class_code <> k.price_class_code
      and (k.file_class_code not in ('residential', 'residential_untiered', 'residential_rural')
        or k.price_class_code not in ('residential', 'residential_untiered', 'residential_rural')))
    or (k.listed_class_code is not null and k.listed_class_code <> k.voltage_class_code)
    or (k.listed_class_code is null and k.is_low_voltage and k.voltage_class_code not in ('below_1kv', 'below_35kv'))
    or (k.listed_class_code is null and not k.is_low_voltage and k.voltage_class_code = 'below_1kv')
),
offered as (
  select w.customer_id as customer_id,
         w.bill_id as bill_id,
         w.segment_no as segment_no,
         w.from_on as from_on,
         w.to_on as to_on,
         w.price_code as price_code,
         w.purchase_mode_code as purchase_mode_code,
         w.usage_category_code as usage_category_code,
         w.supply_voltage_code as supply_voltage_code,
         w.voltage_class_code as voltage_class_code,
         w.tariff_fault_code as tariff_fault_code,
         n.price_code as lawful_price_code,
         coalesce(j.is_catalogue_priced, t.is_catalogue_priced) as is_catalogue_priced,
         row_number() over (partition by w.customer_id, w.bill_id, w.segment_no
           order by case when n.tariff_structure_code = w.tariff_structure_code then 0 else 1 end,
                    case when n.tariff_structure_code = 'single_part' then 0 else 1 end,
                    case when coalesce(n.is_time_of_use, false) = w.is_time_of_use then 0 else 1 end,
                    n.price_code) as place_no
  from wrong as w
  left join law.price_code as n
    on n.jurisdiction_code = w.jurisdiction_code and n.usage_category_code = w.wanted_category_code and n.voltage_class_code = w.wanted_class_code
    and w.from_on >= n.valid_from and w.from_on < n.valid_to
  left join law.catalogue_pricing as j
    on j.jurisdiction_code = w.jurisdiction_code and j.usage_category_code = w.wanted_category_code and w.from_on >= j.valid_from and w.from_on < j.valid_to
  left join law.catalogue_pricing as t
    on t.jurisdiction_code = w.nation_code and t.usage_category_code = w.wanted_category_code and w.from_on >= t.valid_from and w.from_on < t.valid_to
)
select o.customer_id as customer_id,
       o.from_on as period_from,
       o.to_on as period_to,
       cast(null as decimal(18,4)) as observed_value,
       cast(null as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       o.bill_id as bill_id,
       o.tariff_fault_code as tariff_fault_code,
       o.price_code as price_code,
       o.lawful_price_code as lawful_price_code,
       o.purchase_mode_code as purchase_mode_code,
       -- who buys on the market goes on buying there; only between catalogue and agency the category decides
       case when o.is_catalogue_priced and o.purchase_mode_code = 'agency' then 'catalogue'
            when not o.is_catalogue_priced and o.purchase_mode_code = 'catalogue' then 'agency' end as lawful_purchase_mode_code,
       o.usage_category_code as usage_category_code,
       o.supply_voltage_code as supply_voltage_code,
       o.voltage_class_code as voltage_class_code
from offered as o
where o.place_no = 1
