/* ---
description:
  en: >-
    Findings and cleared hits that meet a planted cause: the same thing, or its customer, or one holds the other; and
    the days of one overlap those of the other or begin where they end, for a bill that follows shows what was before.
  zh: 与成因相遇的疑似问题和被排除的命中(同一对象、同一客户或一方包含另一方), 时段重叠或首尾相接(后续账单反映此前的问题)。
grain: one row per planted cause and finding or cleared hit
--- */
with pairs as (
  select
    c.cause_no as cause_no,
    f.finding_no as finding_no,
    max(case when c.is_own and f.is_own then 1 else 0 end) as own_count
  from judging.cause_mark as c
  join judging.finding_mark as f on f.mark_kind = c.mark_kind and f.mark_id = c.mark_id
  where c.is_own or f.is_own
  group by c.cause_no, f.finding_no
)
select
  p.cause_no as cause_no,
  p.finding_no as finding_no,
  s.topic as topic,
  s.is_cleared as is_cleared,
  p.own_count > 0 as is_own,
  v.verdict_code as verdict_code,
  date_diff('day', greatest(k.valid_from, s.period_from), least(k.valid_to, s.period_to)) as overlap_days
from pairs as p
join judging.cause as k on k.cause_no = p.cause_no
join judging.seen as s on s.finding_no = p.finding_no
left join judging.sees as v on v.cause = k.cause and v.topic = s.topic
where s.period_from <= k.valid_to and s.period_to >= k.valid_from
