/* ---
uid: g9wy5bl6
code: LL-008
title: {en: Grid change not followed by marketing, zh: 营配调变更未同步}
description:
  en: >-
    Production moved an area to another feeder, or a customer to another area, and days later marketing's files still
    show the old place. Until they follow, losses of both sides are wrong and theft hides in them.
  zh: >-
    生产侧已实施台区切改线路或用户切改台区, 逾期后营销档案仍为原关系。同步前两侧线损均失真, 易掩盖窃电。
severity: medium
status: active
identity: event
subject: area
reach: all
population: mart.area_month
needs: {}
verify_days: 35
parameters:
  max_days: {value: 7, unit: days, why: {en: "catalogue LL-008: five working days, which are seven with a weekend", zh: "主题库 LL-008: 五个工作日, 含周末为七天"}}
innocence: []
resolved_when: state_gone
playbook: grid_file
check:
  en: [look on site or in dispatching at which feeder or transformer the area or customer really hangs, correct marketing's file, recompute the balance of both sides since the change]
  zh: [现场或向调度核实实际所属线路(台区), 更正营销档案, 重算切改以来两侧线损]
--- */
-- of several changes of one area or customer only the last says where it hangs now
with last_change as (
  select g.grid_change_id as grid_change_id,
         g.grid_change_type_code as grid_change_type_code,
         g.org_id as org_id,
         g.area_id as area_id,
         g.customer_id as customer_id,
         g.from_feeder_id as from_feeder_id,
         g.to_feeder_id as to_feeder_id,
         g.from_area_id as from_area_id,
         g.to_area_id as to_area_id,
         cast(g.executed_at as date) as executed_on,
         cast(g.synchronised_at as date) as synchronised_on
  from core.grid_change as g
  cross join sweep_window as w
  where cast(g.executed_at as date) <= w.as_of_on
    and (g.grid_change_type_code is null or g.grid_change_type_code <> 'temporary_transfer')
    and g.ended_at is null
  qualify row_number() over (partition by g.area_id, g.customer_id order by g.executed_at desc, g.grid_change_id desc) = 1
),
filed as (
  select l.grid_change_id as grid_change_id,
         l.grid_change_type_code as grid_change_type_code,
         l.org_id as org_id,
         l.area_id as area_id,
         cast(null as text) as customer_id,
         l.from_feeder_id as from_feeder_id,
         l.to_feeder_id as to_feeder_id,
         l.from_area_id as from_area_id,
         l.to_area_id as to_area_id,
         l.executed_on as executed_on,
         l.synchronised_on as synchronised_on,
         a.feeder_id as filed_feeder_id,
         a.area_id as filed_area_id
  from last_change as l
  join core.area as a on a.area_id = l.area_id
  where l.customer_id is null
    and l.to_feeder_id is not null
    and (a.feeder_id is null or a.feeder_id <> l.to_feeder_id)
  union all
  select l.grid_change_id, l.grid_change_type_code, l.org_id, l.from_area_id, l.customer_id, l.from_feeder_id, l.to_feeder_id,
         l.from_area_id, l.to_area_id, l.executed_on, l.synchronised_on, cast(null as text), c.area_id
  from last_change as l
  join core.customer as c on c.customer_id = l.customer_id
  where l.from_area_id is not null
    and l.to_area_id is not null
    and (c.area_id is null or c.area_id <> l.to_area_id)
)
select f.area_id as area_id,
       f.customer_id as customer_id,
       f.grid_change_id as event_id,
       f.executed_on as period_from,
       w.to_on as period_to,
       cast(date_diff('day', f.executed_on, w.to_on) as decimal(18,4)) as observed_value,
       cast(round(p.max_days, 4) as decimal(18,4)) as expected_value,
       cast(null as decimal(14,2)) as impact_kwh,
       cast(null as decimal(14,2)) as impact_yuan,
       'none' as impact_method,
       f.grid_change_type_code as grid_change_type_code,
       f.from_feeder_id as from_feeder_id,
       f.to_feeder_id as to_feeder_id,
       f.from_area_id as from_area_id,
       f.to_area_id as to_area_id,
       f.filed_feeder_id as filed_feeder_id,
       f.filed_area_id as filed_area_id
from filed as f
join parameter as p on p.org_id = f.org_id
cross join sweep_window as w
where (f.synchronised_on is null or f.synchronised_on > w.as_of_on)
  and date_diff('day', f.executed_on, w.to_on) > p.max_days
