/* ---
description: {en: "What a finding concerns: its subject, its customer, and what holds that customer", zh: 疑似问题所涉对象、客户及其所属}
grain: one row per finding and thing
--- */
with whose as (
  select s.finding_no as finding_no, coalesce(s.customer_id, o.customer_id) as customer_id
  from judging.seen as s
  left join judging.owned as o on o.mark_kind = s.subject_type_code and o.mark_id = s.subject_id
)
select s.finding_no as finding_no, s.subject_type_code as mark_kind, s.subject_id as mark_id, true as is_own
from judging.seen as s
union all
select w.finding_no as finding_no, 'customer' as mark_kind, w.customer_id as mark_id, true as is_own
from whose as w
where w.customer_id is not null
union all
select w.finding_no as finding_no, h.mark_kind as mark_kind, h.mark_id as mark_id, false as is_own
from whose as w
join judging.container as h on h.customer_id = w.customer_id
