/* ---
description:
  en: >-
    Planted causes that a running topic ought to see, and what became of each: by topic, and over all topics (topic
    empty). Money of a finding goes to one cause, the one it shares most days with; over all topics that of one
    topic counts, the one that gives most, for two topics tell two sides of one wrong.
  zh: >-
    运行中的主题应当发现的成因及结果: 按主题, 以及不分主题(主题为空)。一条疑似问题的金额只归于重叠天数最多的成因;
    不分主题时只计金额最大的一个主题, 因为多个主题说的是同一件事。
grain: one row per planted cause and topic, and one per planted cause
--- */
with giving as (
  select
    l.finding_no as finding_no,
    l.cause_no as cause_no,
    l.topic as topic,
    row_number() over (
      partition by l.finding_no
      order by case when l.is_own then 0 else 1 end, l.overlap_days desc, l.cause_no
    ) as place_no
  from judging.link as l
  where l.verdict_code = 'ought' and not l.is_cleared
),
given as (
  select g.cause_no as cause_no, g.topic as topic, cast(sum(coalesce(s.impact_yuan, 0)) as decimal(14,2)) as found_yuan
  from giving as g
  join judging.seen as s on s.finding_no = g.finding_no
  where g.place_no = 1
  group by g.cause_no, g.topic
),
met as (
  select
    l.cause_no as cause_no,
    l.topic as topic,
    max(case when l.is_cleared then 0 else 1 end) as found_count,
    max(case when l.is_cleared then 1 else 0 end) as cleared_count
  from judging.link as l
  where l.verdict_code = 'ought'
  group by l.cause_no, l.topic
),
by_topic as (
  select
    k.cause_no as cause_no,
    v.topic as topic,
    case when t.is_priced then 1 else 0 end as priced_count,
    coalesce(m.found_count, 0) as found_count,
    coalesce(m.cleared_count, 0) as cleared_count,
    coalesce(g.found_yuan, 0) as found_yuan
  from judging.cause as k
  join judging.sees as v on v.cause = k.cause and v.verdict_code = 'ought'
  join judging.topic as t on t.topic = v.topic
  left join met as m on m.cause_no = k.cause_no and m.topic = v.topic
  left join given as g on g.cause_no = k.cause_no and g.topic = v.topic
),
ordered as (
  select
    b.cause_no as cause_no,
    b.found_yuan as found_yuan,
    row_number() over (partition by b.cause_no order by abs(b.found_yuan) desc, b.topic) as place_no
  from by_topic as b
),
overall as (
  select
    b.cause_no as cause_no,
    max(b.priced_count) as priced_count,
    max(b.found_count) as found_count,
    max(b.cleared_count) as cleared_count
  from by_topic as b
  group by b.cause_no
)
select
  b.topic as topic,
  k.cause_no as cause_no,
  k.cause as cause,
  k.blame_code as blame_code,
  k.size_class as size_class,
  k.gap_class as gap_class,
  k.is_whole as is_whole,
  b.priced_count > 0 as is_priced,
  b.found_count > 0 as is_found,
  b.cleared_count > 0 as is_cleared,
  k.energy_yuan as energy_yuan,
  cast(b.found_yuan as decimal(14,2)) as found_yuan
from by_topic as b
join judging.cause as k on k.cause_no = b.cause_no
where k.blame_code in ('guilty', 'data')
union all
select
  cast(null as text) as topic,
  k.cause_no as cause_no,
  k.cause as cause,
  k.blame_code as blame_code,
  k.size_class as size_class,
  k.gap_class as gap_class,
  k.is_whole as is_whole,
  a.priced_count > 0 as is_priced,
  a.found_count > 0 as is_found,
  a.cleared_count > 0 as is_cleared,
  k.energy_yuan as energy_yuan,
  cast(o.found_yuan as decimal(14,2)) as found_yuan
from overall as a
join judging.cause as k on k.cause_no = a.cause_no
join ordered as o on o.cause_no = a.cause_no
where o.place_no = 1 and k.blame_code in ('guilty', 'data')
