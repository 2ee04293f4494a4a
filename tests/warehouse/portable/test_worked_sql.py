"""The worked SQL of the design: parameters, a topic, replay, split periods, innocence, identity, absence."""

from __future__ import annotations

import pytest

from jicha.warehouse.portable import Kind, check, output_columns
from jicha.warehouse.relation import Relation

from .statements import engine

SPAN = {"valid_from": "date", "valid_to": "date"}
PERIOD = {"period_from": "date", "period_to": "date"}

WORLD = {
    relation.name: relation
    for relation in (
        Relation("policy_parameter", {"topic": "text", "org_id": "text", "parameter": "text",
                                      "value": "decimal(16,6)"} | SPAN, "organisation", dated=True),
        Relation("org_ancestor", {"org_id": "text", "ancestor_id": "text", "distance": "integer"}, "organisation"),
        Relation("sweep_window", {"from_on": "date", "to_on": "date", "as_of_on": "date"}),
        Relation("parameter", {"org_id": "text", "min_difference_ratio": "decimal(16,6)", "min_kwh": "decimal(16,6)",
                               "needed_ratio": "decimal(16,6)"}),
        Relation("metering_point_month", {"metering_point_id": "text", "customer_id": "text", "org_id": "text",
                                          "month_on": "date", "billed_multiplier": "decimal(10,2)",
                                          "nameplate_multiplier": "decimal(10,2)", "index_kwh": "decimal(14,2)"},
                 "customer"),
        Relation("subject", {"scenario_id": "text", "customer_id": "text"}, "customer"),
        Relation("billing_input", {"scenario_id": "text", "customer_id": "text", "bill_id": "text", "month_on": "date",
                                   "price_code": "text", "index_kwh": "decimal(14,2)", "multiplier": "decimal(14,4)"},
                 "customer"),
        Relation("overrides", {"scenario_id": "text", "customer_id": "text", "field": "text", "value_text": "text",
                               "value_number": "decimal(14,4)"} | SPAN, "customer", dated=True),
        Relation("bill_period", {"bill_id": "text", "customer_id": "text", "from_on": "date", "to_on": "date"},
                 "customer"),
        Relation("capacity_span", {"customer_id": "text", "capacity_kva": "decimal(12,2)"} | SPAN, "customer",
                 dated=True),
        Relation("law.price", {"price_code": "text", "price_yuan_per_kwh": "decimal(12,8)"} | SPAN, dated=True),
        Relation("finding", {"topic": "text", "finding_key": "text", "subject_id": "text"} | PERIOD),
        Relation("topic_innocence", {"topic": "text", "check_name": "text", "clears": "text",
                                     "margin_days": "integer"}),
        Relation("alibi", {"check_name": "text", "subject_id": "text", "reason": "text"} | SPAN, dated=True),
        Relation("hit", {"topic": "text", "subject_key": "text"} | PERIOD),
        Relation("before", {"topic": "text", "subject_key": "text", "finding_key": "text"} | PERIOD),
        Relation("evaluated", {"topic": "text", "subject_key": "text", "from_on": "date", "share_observed": "double",
                               "needed_share": "double"}),
    )
}  # fmt: skip

PARAMETERS = """
with ranked as (
  select a.org_id as org_id, v.parameter as parameter, v.value as value,
         row_number() over (partition by a.org_id, v.parameter order by a.distance) as rank_no
  from policy_parameter as v
  join org_ancestor as a on a.ancestor_id = v.org_id
  cross join sweep_window as w
  where v.topic = 'ME-001' and w.as_of_on >= v.valid_from and w.as_of_on < v.valid_to)
select org_id as org_id, max(case when parameter = 'min_difference_ratio' then value end) as min_difference_ratio,
       max(case when parameter = 'min_kwh' then value end) as min_kwh
from ranked where rank_no = 1 group by org_id
"""

TOPIC = """
select r.metering_point_id as metering_point_id, r.customer_id as customer_id, r.month_on as period_from,
       r.billed_multiplier as observed_value, r.nameplate_multiplier as expected_value,
       r.nameplate_multiplier as replay_multiplier
from metering_point_month as r
join parameter as p on p.org_id = r.org_id
where abs(r.billed_multiplier - r.nameplate_multiplier)
      > p.min_difference_ratio * cast(r.nameplate_multiplier as decimal(20,2))
  and r.index_kwh >= p.min_kwh
"""

REPLAY = """
select s.scenario_id as scenario_id, b.customer_id as customer_id, b.bill_id as bill_id, b.month_on as month_on,
  coalesce(max(case when o.field = 'price_code' then o.value_text end), b.price_code) as price_code,
  b.index_kwh as index_kwh,
  cast(coalesce(max(case when o.field = 'multiplier' then o.value_number end), b.multiplier) as decimal(14,4))
    as multiplier
from subject as s
join billing_input as b on b.customer_id = s.customer_id and b.scenario_id = 'actual'
left join overrides as o on o.scenario_id = s.scenario_id and o.customer_id = s.customer_id
     and b.month_on >= o.valid_from and b.month_on < o.valid_to
group by s.scenario_id, b.customer_id, b.bill_id, b.month_on, b.price_code, b.index_kwh, b.multiplier
"""

SEGMENTS = """
with cut as (
  select b.bill_id as bill_id, b.customer_id as customer_id, b.from_on as cut_on, b.to_on as to_on
  from bill_period as b
  union all
  select b.bill_id, b.customer_id, s.valid_from, b.to_on from bill_period as b
  join capacity_span as s on s.customer_id = b.customer_id and s.valid_from > b.from_on and s.valid_from < b.to_on),
distinct_cut as (
  select c.bill_id as bill_id, c.customer_id as customer_id, c.cut_on as cut_on, c.to_on as to_on
  from cut as c group by c.bill_id, c.customer_id, c.cut_on, c.to_on),
segment as (
  select c.bill_id as bill_id, c.customer_id as customer_id, c.cut_on as from_on,
         lead(c.cut_on, 1, c.to_on) over (partition by c.bill_id order by c.cut_on) as to_on
  from distinct_cut as c)
select g.bill_id as bill_id, g.from_on as from_on, g.to_on as to_on, s.capacity_kva as capacity_kva
from segment as g
left join capacity_span as s
  on s.customer_id = g.customer_id and g.from_on >= s.valid_from and g.from_on < s.valid_to
"""

INNOCENCE = """
select f.topic as topic, f.finding_key as finding_key, a.check_name as cleared_by, a.reason as reason
from finding as f
join topic_innocence as i on i.topic = f.topic
join alibi as a on a.check_name = i.check_name and a.subject_id = f.subject_id
where (i.clears = 'touches' and date_diff('day', a.valid_to, f.period_from) <= i.margin_days
                            and date_diff('day', f.period_to, a.valid_from) <= i.margin_days)
   or (i.clears = 'covers'  and date_diff('day', f.period_from, a.valid_from) <= i.margin_days
                            and date_diff('day', a.valid_to, f.period_to) <= i.margin_days)
"""

IDENTITY = """
with pair as (
  select h.topic as topic, h.subject_key as subject_key, h.period_from as period_from, b.finding_key as finding_key,
         date_diff('day', greatest(h.period_from, b.period_from), least(h.period_to, b.period_to)) as days
  from hit as h
  join before as b on b.topic = h.topic and b.subject_key = h.subject_key
  where h.period_from < b.period_to and b.period_from < h.period_to),
ranked as (
  select p.topic as topic, p.subject_key as subject_key, p.period_from as period_from, p.finding_key as finding_key,
         row_number() over (partition by p.topic, p.subject_key, p.period_from
                            order by p.days desc, p.finding_key) as of_hit,
         row_number() over (partition by p.finding_key order by p.days desc, p.period_from) as of_before
  from pair as p)
select r.topic as topic, r.subject_key as subject_key, r.period_from as period_from, r.finding_key as finding_key
from ranked as r where r.of_hit = 1 and r.of_before = 1
"""

ABSENCE = """
select b.finding_key as finding_key,
       case when h.subject_key is not null then 'merged'
            when e.subject_key is null then 'not_evaluated'
            when b.period_to < e.from_on then 'outside_window'
            when e.share_observed < e.needed_share then 'too_little_data'
            else 'gone' end as absence_reason
from before as b
left join hit as h on h.topic = b.topic and h.subject_key = b.subject_key
left join evaluated as e on e.topic = b.topic and e.subject_key = b.subject_key
"""

WORKED: list[tuple[str, Kind]] = [
    (PARAMETERS, "topic"),
    (TOPIC, "topic"),
    (REPLAY, "mart"),
    (SEGMENTS, "mart"),
    (INNOCENCE, "innocence"),
    (IDENTITY, "topic"),
    (ABSENCE, "topic"),
]


@pytest.mark.parametrize(("sql", "kind"), WORKED)
def test_the_worked_statement_passes_and_runs(sql: str, kind: Kind) -> None:
    tree = check(sql, relations=WORLD, file="x.sql", kind=kind)
    with engine(WORLD) as connection:
        answer = connection.execute(tree.sql("duckdb"))
        assert [column[0] for column in answer.description] == list(output_columns(tree, WORLD))
        assert answer.fetchall() == []


def test_a_product_with_a_wide_parameter_is_refused() -> None:
    """A ratio of 18 digits leaves no room for the 20 of the other factor: Spark would drop places."""
    wide = WORLD | {"parameter": Relation("parameter", dict(WORLD["parameter"].columns) | {
        "min_difference_ratio": "decimal(18,6)"})}  # fmt: skip
    with pytest.raises(Exception, match="38 digits"):
        check(TOPIC, relations=wide, file="x.sql", kind="topic")
