/* ---
description: {en: "What a planted cause concerns: its subject, its customer, and what holds that customer", zh: 成因所涉对象、客户及其所属}
grain: one row per planted cause and thing
--- */
select c.cause_no as cause_no, c.planted_subject as mark_kind, c.subject_id as mark_id, true as is_own
from judging.cause as c
union all
select c.cause_no as cause_no, 'customer' as mark_kind, c.customer_id as mark_id, true as is_own
from judging.cause as c
where c.customer_id is not null
union all
select c.cause_no as cause_no, h.mark_kind as mark_kind, h.mark_id as mark_id, false as is_own
from judging.cause as c
join judging.container as h on h.customer_id = c.customer_id
