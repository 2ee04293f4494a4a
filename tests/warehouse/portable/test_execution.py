"""What the linter accepts really runs: on DuckDB as it stands, and as Spark text it can be written."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from jicha.warehouse.portable import RULES, Rule, output_columns, parse
from jicha.warehouse.portable.examples import RELATIONS
from jicha.warehouse.portable.literals import reciprocals

from .statements import engine, engine_type

GOOD = [pytest.param(rule, sql, id=f"{rule.id}-{n}") for rule in RULES for n, sql in enumerate(rule.good)]


@pytest.mark.parametrize(("rule", "sql"), GOOD)
def test_a_good_example_runs_with_the_types_foretold(rule: Rule, sql: str) -> None:
    tree = parse(sql, file="x.sql")
    with engine() as connection:
        answer = connection.execute(tree.sql("duckdb"))
        described = {name: str(kind) for name, kind, *_ in answer.description}
        assert answer.fetchall() in ([], [(0,)], [(None,)]) or "side" in sql
    foretold = {name: engine_type(kind) for name, kind in output_columns(tree, RELATIONS).items()}
    assert {name: "BIGINT" if kind == "INTEGER" else kind for name, kind in described.items()} == foretold


@pytest.mark.parametrize(("rule", "sql"), GOOD)
def test_a_good_example_can_be_written_for_spark(rule: Rule, sql: str) -> None:
    assert parse(sql, file="x.sql").sql("spark")


@pytest.mark.parametrize("reciprocal", sorted(reciprocals()))
def test_proration_by_a_reciprocal_is_right_to_the_fen(reciprocal: str) -> None:
    """Against exact fractions, half-fens included, up to ten million yuan."""
    days = round(1 / Fraction(reciprocal))
    amounts = [
        Decimal(fen) / 100 for fen in (*range(1, 4000, 7), *range(days // 2, 10**9, 10**9 // 400 * days // 2))
    ]
    sql = (
        f"select n, cast(round(round(cast(n as decimal(19,4)) * cast('{reciprocal}' as decimal(17,17)), 8), 2) "
        "as decimal(14,2)) from (select unnest(?::decimal(19,4)[]) as n)"
    )
    with engine() as connection:
        for amount, part in connection.execute(sql, [amounts]).fetchall():
            exact = Fraction(amount) / days
            fen = Decimal(exact.numerator) * 100 / Decimal(exact.denominator)
            assert part * 100 == fen.quantize(Decimal(1), rounding=ROUND_HALF_UP), amount
