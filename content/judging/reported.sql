/* ---
description: {en: "Findings, and whether a planted cause explains each: by topic, and over all topics (topic empty)", zh: 疑似问题及其是否有成因可解释}
grain: one row per finding and topic, and one per finding
--- */
with listed as (
  select
    s.finding_no as finding_no,
    s.topic as topic,
    case when e.finding_no is not null then true else false end as is_explained,
    g.gap_class as gap_class
  from judging.seen as s
  left join judging.explained as e on e.finding_no = s.finding_no
  left join judging.customer_gap as g on g.customer_id = s.customer_id
  where not s.is_cleared
)
select l.topic as topic, l.finding_no as finding_no, l.is_explained as is_explained, l.gap_class as gap_class
from listed as l
union all
select cast(null as text) as topic, l.finding_no as finding_no, l.is_explained as is_explained, l.gap_class as gap_class
from listed as l
