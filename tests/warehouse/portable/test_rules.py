"""Each rule refuses its bad examples, accepts its good ones, and speaks both languages."""

from __future__ import annotations

import pytest
import sqlglot.expressions as exp

from jicha.kernel.errors import ContentError
from jicha.warehouse.portable import RULES, Rule, check, lint, parse
from jicha.warehouse.portable.examples import RELATIONS
from jicha.warehouse.portable.grammar import CONSTRUCT_OF, FUNCTION_OF

from .statements import broken_rules

GOOD = [pytest.param(rule, sql, id=f"{rule.id}-{n}") for rule in RULES for n, sql in enumerate(rule.good)]
BAD = [pytest.param(rule, sql, id=f"{rule.id}-{n}") for rule in RULES for n, sql in enumerate(rule.bad)]

#: What only a test with data can find.
NOT_LINTED = {"corr_constant"}


@pytest.mark.parametrize(("rule", "sql"), GOOD)
def test_a_good_example_breaks_no_rule(rule: Rule, sql: str) -> None:
    assert broken_rules(sql) == []


@pytest.mark.parametrize(("rule", "sql"), BAD)
def test_a_bad_example_breaks_its_rule(rule: Rule, sql: str) -> None:
    assert rule.id in broken_rules(sql)


def test_rules_are_whole() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.good, rule.id
        assert bool(rule.bad) != (rule.id in NOT_LINTED), rule.id
        assert "Why:" in rule.en, rule.id
        assert "原因:" in rule.zh, rule.id


def test_every_rule_reported_is_documented() -> None:
    reported = {found for rule in RULES for sql in rule.bad for found in broken_rules(sql)}
    assert reported == {rule.id for rule in RULES} - NOT_LINTED


def test_check_lists_all_violations_at_the_first_place() -> None:
    sql = "select\n  b.amount_yuan / b.billed_kwh as price_code,\n  now() as seen_at\nfrom core.bills as b"
    with pytest.raises(ContentError) as caught:
        check(sql, relations=RELATIONS, file="content/topics/t.sql", first_line=40, kind="topic")
    error = caught.value
    assert (error.file, error.line, error.code) == ("content/topics/t.sql", 41, "decimal_division")
    for language, words in (("en", "line 42"), ("zh", "第 42 行")):
        message = error.text.in_(language)  # type: ignore[arg-type]
        assert words in message
        assert "[now_random]" in message
        assert "[unknown_relation]" in message


def test_check_returns_the_tree_it_was_given() -> None:
    tree = check(
        "select b.bill_id as bill_id from core.bill as b", relations=RELATIONS, file="x.sql", kind="mart"
    )
    assert tree.sql("duckdb") == "SELECT b.bill_id AS bill_id FROM core.bill AS b"


def test_linting_leaves_the_tree_alone() -> None:
    tree = parse(RULES[0].good[0], file="x.sql")
    before = repr(tree)
    lint(tree, relations=RELATIONS, file="x.sql", kind="topic")
    assert repr(tree) == before


def _node_classes() -> list[type[exp.Expr]]:
    found = {
        value for value in vars(exp).values() if isinstance(value, type) and issubclass(value, exp.Expression)
    }
    return sorted(found - {exp.Expression}, key=lambda each: each.__name__)


@pytest.mark.parametrize("node", _node_classes(), ids=lambda each: each.__name__)
def test_what_the_table_does_not_name_is_refused(node: type[exp.Expr]) -> None:
    """Every node class the parser has, put where an expression may stand."""
    if node in CONSTRUCT_OF or node in FUNCTION_OF:
        return
    tree = parse("select b.bill_id as bill_id, 1 as one from core.bill as b", file="x.sql")
    tree.selects[1].set("this", node(this="f") if node is exp.Anonymous else node())
    rules = {each.rule for each in lint(tree, relations=RELATIONS, file="x.sql", kind="to_core")}
    assert rules & {"forbidden_construct", "forbidden_function", "now_random", "dow"}


def test_suggestions_name_the_near_ones() -> None:
    tree = parse("select b.biled_kwh as x from core.bill as b join core.custmer as c on true", file="x.sql")
    texts = [each.text for each in lint(tree, relations=RELATIONS, file="x.sql", kind="topic")]
    assert any("did you mean billed_kwh" in text.en and "billed_kwh" in text.zh for text in texts)
    assert any("did you mean core.customer" in text.en for text in texts)


@pytest.mark.parametrize(
    ("relation", "kind", "expected"),
    [
        ("sweep_window", "mart", ["context_relation"]),
        ("sweep_window", "to_core", ["context_relation"]),
        ("sweep_window", "innocence", []),
        ("setting", "topic", ["context_relation"]),
        ("setting", "mart", []),
    ],
)
def test_runtime_relations_stand_where_the_runner_makes_them(relation, kind, expected) -> None:
    column = next(iter(RELATIONS[relation].columns))
    sql = f"select b.bill_id as bill_id from core.bill as b cross join {relation} as w where w.{column} is not null"
    absent = {name: each for name, each in RELATIONS.items() if name != relation}
    assert broken_rules(sql, kind=kind) == expected
    if expected:
        assert broken_rules(sql, kind=kind, relations=absent) == expected


@pytest.mark.parametrize(
    "sql",
    [
        "select trim(upper(c.kind)) as kind_code from raw_cis.customer as c",
        "select substring(c.customer_no, 3, 4) as customer_id from raw_cis.customer as c",
        "select replace(c.customer_no, ' ', '') as customer_id from raw_cis.customer as c",
        "select try_cast(c.customer_no as decimal(14,2)) as number from raw_cis.customer as c",
        "select coalesce(c.closed_on, cast('9999-12-31' as date)) as valid_to from raw_cis.customer as c",
        "select case c.kind when '居民' then 'residential' else 'other' end as kind_code from raw_cis.customer as c",
    ],
)
def test_to_core_may_clean_texts(sql: str) -> None:
    assert broken_rules(sql, kind="to_core") == []


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        # The key is known by where a column comes from, not by its name.
        (
            "with x as (select m.area_id as customer_id, m.month_on as month_on from mart.customer_month as m) "
            "select b.bill_id as bill_id from core.bill as b join x as x on x.customer_id = b.customer_id",
            "reach_key",
        ),
        # A WITH that reads law and facts loses facts, whichever stands first.
        (
            "with x as (select l.price_code as price_code from law.price as l join core.price_agreement as a "
            "on a.price_code = l.price_code) select x.price_code as price_code from x as x",
            "law_left_join",
        ),
        ("select b.bill_id as bill_id from core.bill as b where b.billed_kwh > -(500)", "literal_number"),
        ("select b.bill_id as bill_id from core.bill as b where b.billed_kwh in (7, 8)", "literal_number"),
        ("select round(b.billed_kwh, b.bill_id) as kwh from core.bill as b", "forbidden_construct"),
        ("select lag(b.billed_kwh, 3) over (order by b.month_on) as kwh from core.bill as b", "literal_number"),
        ("select b.bill_id as bill_id from core.bill as b where b.month_on between b.from_on and b.to_on",
         "forbidden_construct"),
        ("select count(distinct b.bill_id, b.customer_id) as bills from core.bill as b", "forbidden_construct"),
        ("select cast(b.billed_kwh as decimal(39,2)) as kwh from core.bill as b", "forbidden_construct"),
        ("select cast(b.issued_at as timestamptz) as issued_at from core.bill as b", "now_random"),
        ("select max(b.bill_id order by b.month_on) as bill_id from core.bill as b", "forbidden_construct"),
        ("select b.bill_id as bill_id from core.bill as b join core.customer as c on c.customer_id = d.customer_id "
         "join core.area as d on d.area_id = c.area_id", "unknown_column"),
        ("select b.bill_id as bill_id from core.bill as b where b.from_on + interval 1 day > interval 1 day",
         "forbidden_construct"),
    ],
)  # fmt: skip
def test_ways_around_a_rule_are_closed(sql: str, rule: str) -> None:
    assert rule in broken_rules(sql)


@pytest.mark.parametrize(
    "sql",
    [
        # A renamed key is still the key.
        "with x as (select m.customer_id as user_id, m.month_on as month_on from mart.customer_month as m) "
        "select b.bill_id as bill_id from core.bill as b join x as x on x.user_id = b.customer_id",
        # A CASE without ELSE, TRUE and IS, flipped comparisons, -1.
        "select case when b.billed_kwh > -1 and true then b.billed_kwh end as kwh from core.bill as b "
        "where (b.billed_kwh > 0) is true",
        # Unit constants through casts and parentheses; a divisor that is a unit.
        "select cast(b.billed_kwh as double) / cast(1000 as double) as mwh, (100) * b.billed_kwh as kwh_pct "
        "from core.bill as b",
        "select b.bill_id as bill_id from core.bill as b left join core.price_agreement as a "
        "on a.customer_id = b.customer_id and a.valid_from <= b.month_on and a.valid_to > b.month_on",
    ],
)
def test_harmless_spellings_pass(sql: str) -> None:
    assert broken_rules(sql) == []
