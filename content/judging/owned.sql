/* ---
description: {en: Things that belong to one customer, zh: 归属单一客户的对象}
grain: one row per thing
--- */
with meters as (
  select i.meter_id as meter_id, min(i.customer_id) as customer_id
  from core.meter_installation as i
  group by i.meter_id
  having count(distinct i.customer_id) = 1
)
select 'customer' as mark_kind, c.customer_id as mark_id, c.customer_id as customer_id
from core.customer as c
union all
select 'metering_point' as mark_kind, p.metering_point_id as mark_id, p.customer_id as customer_id
from core.metering_point as p
union all
select 'meter' as mark_kind, m.meter_id as mark_id, m.customer_id as customer_id
from meters as m
