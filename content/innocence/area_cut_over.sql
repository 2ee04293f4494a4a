/* ---
title: {en: Customers were moved to or from the area, zh: 台区用户切改}
reason:
  en: >-
    The production system moved customers to or from this area, and until marketing follows the balance compares other meters than the master measures.
  zh: >-
    生产系统切改了台区用户, 营销同步前总表与用户表不对应, 线损不能反映实际。
subject: area
reach: all
--- */
-- an area that moves to another feeder as a whole keeps its balance; only customers that change areas disturb it
with moved as (
  select g.grid_change_id as grid_change_id,
         g.grid_change_type_code as grid_change_type_code,
         g.from_area_id as area_id,
         cast(g.executed_at as date) as executed_on,
         case when g.synchronised_at is not null then cast(g.synchronised_at as date)
              when g.ended_at is not null then cast(g.ended_at as date) end as settled_on
  from core.grid_change as g
  union all
  select g.grid_change_id, g.grid_change_type_code, g.to_area_id, cast(g.executed_at as date),
         case when g.synchronised_at is not null then cast(g.synchronised_at as date)
              when g.ended_at is not null then cast(g.ended_at as date) end
  from core.grid_change as g
  union all
  select g.grid_change_id, g.grid_change_type_code, g.area_id, cast(g.executed_at as date),
         case when g.synchronised_at is not null then cast(g.synchronised_at as date)
              when g.ended_at is not null then cast(g.ended_at as date) end
  from core.grid_change as g
  where g.grid_change_type_code in ('new_area', 'area_removed')
)
select m.area_id as area_id,
       m.executed_on as valid_from,
       cast(case when m.settled_on is null or m.settled_on > w.as_of_on then w.to_on
                 else greatest(m.settled_on, m.executed_on) + interval 1 day end as date) as valid_to,
       m.grid_change_id as grid_change_id,
       m.grid_change_type_code as grid_change_type_code
from moved as m
cross join sweep_window as w
where m.area_id is not null
  and m.executed_on <= w.as_of_on
