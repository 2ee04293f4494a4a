/* ---
title: {en: Areas or customers were moved to or from the feeder, zh: 线路负荷切改}
reason:
  en: >-
    The production system moved areas or customers to or from this feeder, and until marketing follows or the transfer ends the balance compares other meters than the head measures.
  zh: >-
    生产系统切改了线路所带台区或用户, 营销同步或恢复前关口与所带表计不对应。
subject: feeder
reach: all
--- */
with moved as (
  select g.grid_change_id as grid_change_id,
         g.grid_change_type_code as grid_change_type_code,
         g.from_feeder_id as feeder_id,
         cast(g.executed_at as date) as executed_on,
         case when g.synchronised_at is not null then cast(g.synchronised_at as date)
              when g.ended_at is not null then cast(g.ended_at as date) end as settled_on
  from core.grid_change as g
  union all
  select g.grid_change_id, g.grid_change_type_code, g.to_feeder_id, cast(g.executed_at as date),
         case when g.synchronised_at is not null then cast(g.synchronised_at as date)
              when g.ended_at is not null then cast(g.ended_at as date) end
  from core.grid_change as g
)
select m.feeder_id as feeder_id,
       m.executed_on as valid_from,
       cast(case when m.settled_on is null or m.settled_on > w.as_of_on then w.to_on
                 else greatest(m.settled_on, m.executed_on) + interval 1 day end as date) as valid_to,
       m.grid_change_id as grid_change_id,
       m.grid_change_type_code as grid_change_type_code
from moved as m
cross join sweep_window as w
where m.feeder_id is not null
  and m.executed_on <= w.as_of_on
