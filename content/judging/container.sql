/* ---
description: {en: "What holds a customer: area, feeder, reading book, station", zh: 客户所属的台区、线路、抄表段、供电所}
grain: one row per customer and thing that holds it
--- */
select c.customer_id as customer_id, 'area' as mark_kind, c.area_id as mark_id
from core.customer as c
where c.area_id is not null
union all
select c.customer_id as customer_id, 'reading_book' as mark_kind, c.reading_book_id as mark_id
from core.customer as c
where c.reading_book_id is not null
union all
select c.customer_id as customer_id, 'organisation' as mark_kind, c.org_id as mark_id
from core.customer as c
where c.org_id is not null
union all
select c.customer_id as customer_id, 'feeder' as mark_kind, a.feeder_id as mark_id
from core.customer as c
join core.area as a on a.area_id = c.area_id
where a.feeder_id is not null
