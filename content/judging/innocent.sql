/* ---
description:
  en: >-
    Innocents of the window and whether a topic that must not accuse them does: a finding on the thing itself or its
    customer that no other cause explains. By topic, and over all topics (topic empty).
  zh: 窗口内的无辜对象, 以及是否被不得指认的主题指认(对象本身或其客户, 且无其他成因可解释)。按主题, 以及不分主题(主题为空)。
grain: one row per innocent and topic, and one per innocent
--- */
with accusing as (
  select l.cause_no as cause_no, l.topic as topic
  from judging.link as l
  left join judging.explained as e on e.finding_no = l.finding_no
  where l.verdict_code = 'must_not' and l.is_own and not l.is_cleared and e.finding_no is null
  group by l.cause_no, l.topic
),
accused as (
  select a.cause_no as cause_no
  from accusing as a
  group by a.cause_no
)
select
  v.topic as topic,
  k.cause_no as cause_no,
  k.cause as cause,
  k.size_class as size_class,
  k.gap_class as gap_class,
  case when a.cause_no is not null then true else false end as is_accused
from judging.cause as k
join judging.sees as v on v.cause = k.cause and v.verdict_code = 'must_not'
left join accusing as a on a.cause_no = k.cause_no and a.topic = v.topic
where k.blame_code = 'innocent'
union all
select
  cast(null as text) as topic,
  k.cause_no as cause_no,
  k.cause as cause,
  k.size_class as size_class,
  k.gap_class as gap_class,
  case when a.cause_no is not null then true else false end as is_accused
from judging.cause as k
left join accused as a on a.cause_no = k.cause_no
where k.blame_code = 'innocent'
