"""A violation names the line where the author has to look."""

from __future__ import annotations

import pytest

from jicha.kernel.errors import ContentError
from jicha.warehouse.portable import lint, parse
from jicha.warehouse.portable.examples import RELATIONS

TOPIC = """\
with usual as (
  select m.customer_id as customer_id,
         avg(m.used_kwh) as usual_kwh
  from mart.customer_month as m
  group by m.customer_id
)
select b.bill_id as bill_id,
       b.billed_kwh
         / u.usual_kwh as usual_ratio,
       b.customer_id,
       null as closed_on,
       row_number() over (
         partition by b.customer_id) as bill_no
from core.bill as b
join core.area as a
  on a.org_id > b.customer_id
left join usual as u
  on u.customer_id = b.customer_id
cross join setting as s
where b.billed_kwh > 500
  and b.from_on > date '2024-01-01'
  and b.to_on - b.from_on > 0
  and b.bill_idd = 'x'
order by
  b.bill_id
"""


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("avg_double", 3),
        ("decimal_division", 8),
        ("alias_every_output", 10),
        ("typed_output", 11),
        ("window_order", 12),
        ("join_needs_equality", 15),
        ("context_relation", 19),
        ("literal_number", 20),
        ("literal_date", 21),
        ("date_minus_date", 22),
        ("unknown_column", 23),
        ("order_by", 25),
    ],
)
def test_the_line_is_that_of_the_text(rule: str, line: int) -> None:
    tree = parse(TOPIC, file="content/topics/t.sql", first_line=31)
    violations = lint(tree, relations=RELATIONS, file="t.sql", first_line=31, kind="topic")
    found = next(each for each in violations if each.rule == rule)
    assert (found.file, found.line) == ("t.sql", line + 30)


def test_violations_come_in_the_order_of_the_lines() -> None:
    tree = parse(TOPIC, file="t.sql")
    lines = [each.line for each in lint(tree, relations=RELATIONS, file="t.sql", kind="topic")]
    assert lines == sorted(lines)


@pytest.mark.parametrize(
    ("sql", "line"),
    [
        ("select b.bill_id as bill_id\nfrom core.bill as b\nwhere (b.billed_kwh > 0\n", 3),
        ("select b.bill_id as bill_id\nfrom core.bill as b;\n\ndelete from core.bill", 2),
        ("-- a comment\n\ndelete from core.bill", 3),
        ("select b.bill_id as bill_id\nfrom core.bill\u202e as b", 2),
        ("select 1 as one\nfrom core.bill as b\nwhere " + "(" * 50 + "true" + ")" * 50, 3),
    ],
)
def test_a_text_that_cannot_be_parsed_has_a_line_too(sql: str, line: int) -> None:
    with pytest.raises(ContentError) as caught:
        parse(sql, file="t.sql", first_line=11)
    assert caught.value.line == line + 10
