/* ---
description: {en: "Customers in whom nothing was planted, and whether a finding accuses them", zh: 未植入任何成因的客户及其是否被指认}
grain: one row per customer outside the answer key
--- */
with keyed as (
  select coalesce(p.customer_id, o.customer_id) as customer_id
  from core.planted_cause as p
  left join judging.owned as o on o.mark_kind = p.planted_subject and o.mark_id = p.subject_id
  where p.customer_id is not null or o.customer_id is not null
  group by coalesce(p.customer_id, o.customer_id)
),
accused as (
  select f.mark_id as customer_id
  from judging.finding_mark as f
  join judging.seen as s on s.finding_no = f.finding_no
  left join judging.explained as e on e.finding_no = f.finding_no
  where f.mark_kind = 'customer' and f.is_own and not s.is_cleared and e.finding_no is null
  group by f.mark_id
)
select
  c.customer_id as customer_id,
  g.gap_class as gap_class,
  case when a.customer_id is not null then true else false end as is_accused
from core.customer as c
left join keyed as k on k.customer_id = c.customer_id
left join accused as a on a.customer_id = c.customer_id
left join judging.customer_gap as g on g.customer_id = c.customer_id
where k.customer_id is null
