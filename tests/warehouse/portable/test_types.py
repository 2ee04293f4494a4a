"""Types and names as the reading gives them, held against DuckDB itself."""

from __future__ import annotations

import pytest
import sqlglot.expressions as exp

from jicha.kernel.errors import ContentError
from jicha.warehouse.portable import RULES, output_columns, parse, tables
from jicha.warehouse.portable.examples import RELATIONS
from jicha.warehouse.portable.grammar import CONSTRUCTS, FUNCTIONS
from jicha.warehouse.relation import Relation

from .statements import engine, engine_type

COLUMNS = {
    "n": "integer",
    "d14": "decimal(14,2)",
    "p12": "decimal(12,8)",
    "d20": "decimal(20,2)",
    "d38": "decimal(38,2)",
    "x": "double",
    "s": "text",
    "o": "boolean",
    "dt": "date",
    "ts": "timestamp",
}
WORLD = {"t": Relation("t", COLUMNS)}

#: At least one call of every function of the table.
CALLS = {
    exp.Cast: ["cast(d14 as decimal(20,2))", "cast(s as date)", "cast(dt as text)", "cast(x as bigint)"],
    exp.TryCast: ["try_cast(s as decimal(14,2))", "try_cast(s as double)"],
    exp.Coalesce: ["coalesce(d14, p12)", "coalesce(d14, 0)", "coalesce(n, 0)", "coalesce(d14, n)", "coalesce(d14, x)",
                   "coalesce(null, dt)", "coalesce(d38, p12)", "coalesce(cast(1 as decimal(3,2)), 12)"],
    exp.Nullif: ["nullif(d14, 0)", "nullif(x, 0)", "nullif(n, 0)"],
    exp.Least: ["least(dt, ts)", "least(d14, -1)"],
    exp.Greatest: ["greatest(d14, 0)", "greatest(d14, p12, n)"],
    exp.Abs: ["abs(d14)", "abs(n)", "abs(x)"],
    exp.Sqrt: ["sqrt(d14)", "sqrt(x)"],
    exp.Round: ["round(d14, 1)", "round(d14, 4)", "round(d14)", "round(p12, -1)", "round(x, 2)", "round(n, 0)",
                "round(d20 * p12, 8)"],
    exp.Floor: ["floor(d14)", "floor(n)", "floor(x)"],
    exp.Ceil: ["ceil(p12)", "ceil(d38)", "ceil(x)"],
    exp.Sum: ["sum(d14)", "sum(x)", "sum(d20 * p12)", "sum(d14) over ()"],
    exp.Count: ["count(*)", "count(s)", "count(distinct dt)"],
    exp.Min: ["min(d14)", "min(s)"],
    exp.Max: ["max(dt)", "max(o)"],
    exp.Avg: ["avg(x)"],
    exp.Median: ["median(x)"],
    exp.StddevPop: ["stddev_pop(x)"],
    exp.Corr: ["corr(x, x)"],
    exp.Lag: ["lag(d14, 1, 0) over (order by n)", "lag(s) over (order by n)"],
    exp.Lead: ["lead(dt, 1, dt) over (order by n)"],
    exp.RowNumber: ["row_number() over (order by n)"],
    exp.DateDiff: ["date_diff('day', dt, ts)"],
    exp.TimestampTrunc: ["date_trunc('month', dt)", "date_trunc('day', ts)"],
    exp.LastDay: ["last_day(dt)", "last_day(ts)"],
    exp.Extract: ["extract(year from dt)", "extract(month from ts)"],
    exp.Trim: ["trim(s)"],
    exp.Upper: ["upper(s)"],
    exp.Substring: ["substring(s, 1, 2)"],
    exp.Replace: ["replace(s, 'a', 'b')"],
}  # fmt: skip

ARITHMETIC = [
    "d14 * p12", "d20 * p12", "d14 * n", "n * d20", "d14 * 100", "p12 * 0", "d14 * -1", "d14 * x", "n * n",
    "d38 * d38", "d14 * 2147483648", "d14 * p12 * p12", "d14 + d14", "d14 + p12", "d14 + n", "d14 - 1",
    "n - 1", "x + 1", "d38 + d38", "cast(d14 as decimal(18,16)) + 1", "cast(d14 as decimal(18,16)) + n",
    "-d14", "-(n)", "x / nullif(x, 0)", "dt + interval 1 day", "ts - interval 1 day", "s || '-' || s",
    "d14 > 1", "d14 <= 1 or d14 <> 0", "s in ('a', 'b')", "o and not o", "dt is null",
    "case when o then d14 else p12 end", "case when o then null else dt end", "case when o then 'a' end",
    "case s when 'a' then d14 else 0 end", "max(case when o then d14 end)", "count(*) filter (where o)",
    "d14 between 0 and 1", "cast('0.03333333333333333' as decimal(17,17)) * cast(d14 as decimal(19,4))",
    "true", "'text'", "(d14)",
]  # fmt: skip

EXPRESSIONS = [call for calls in CALLS.values() for call in calls] + ARITHMETIC


def described(sql: str) -> dict[str, str]:
    rows = engine({**RELATIONS, **WORLD}).execute(f"describe {sql}").fetchall()
    return {row[0]: row[1] for row in rows}


def integers_alike(types: dict[str, str]) -> dict[str, str]:
    """The lexicon has one integer."""
    return {name: "BIGINT" if kind in {"INTEGER", "HUGEINT"} else kind for name, kind in types.items()}


def test_every_function_of_the_table_is_tried() -> None:
    assert set(CALLS) == {function.node for function in FUNCTIONS}


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_has_the_type_duckdb_gives_it(expression: str) -> None:
    sql = f"select {expression} as value from t"
    inferred = output_columns(parse(sql, file="x.sql"), WORLD)
    assert {name: engine_type(kind) for name, kind in inferred.items()} == integers_alike(described(sql))


def test_every_construct_of_the_table_stands_in_a_good_example() -> None:
    statements = [sql for rule in RULES for sql in rule.good]
    statements += [f"select {expression} as value from t" for expression in EXPRESSIONS]
    seen = {type(node) for sql in statements for node in parse(sql, file="x.sql").walk()}
    assert {construct.node for construct in CONSTRUCTS} <= seen


def test_columns_pass_through_with_and_union_all() -> None:
    sql = """
        with a as (select b.customer_id as customer_id, sum(b.billed_kwh) as kwh
                   from core.bill as b group by b.customer_id),
        c as (select a.customer_id as customer_id, cast(a.kwh as decimal(16,2)) as kwh from a as a
              union all select m.customer_id, m.days from mart.customer_month as m)
        select c.customer_id as customer_id, kwh as kwh, lag(c.kwh) over (order by c.customer_id) as before_kwh from c
    """
    assert output_columns(parse(sql, file="x.sql"), RELATIONS) == {
        "customer_id": "text",
        "kwh": "decimal(21,2)",
        "before_kwh": "decimal(21,2)",
    }
    assert {
        k: engine_type(v) for k, v in output_columns(parse(sql, file="x.sql"), RELATIONS).items()
    } == described(sql)


def test_what_cannot_be_told_is_unknown() -> None:
    tree = parse(
        "select b.nothing as a, x.b as b from core.bill as b join core.nothing as x on true", file="x.sql"
    )
    assert output_columns(tree, RELATIONS) == {"a": "unknown", "b": "unknown"}


def test_a_relation_with_a_type_the_lexicon_has_not_is_refused() -> None:
    with pytest.raises(ContentError):
        output_columns(
            parse("select t.a as a from t", file="x.sql"), {"t": Relation("t", {"a": "varchar(3)"})}
        )


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("select b.x as x from core.bill as b", {"core.bill"}),
        ("with c as (select b.x as x from core.bill as b) select c.x as x from c join parameter as p on p.x = c.x",
         {"core.bill", "parameter"}),
        ("select 1 as x from core.bill as b where not exists (select 1 from mart.m as m where m.x = b.x)",
         {"core.bill", "mart.m"}),
        ("with c as (select b.x as x from core.c as b) select d.x as x from core.c as d join c on c.x = d.x",
         {"core.c"}),
        # A WITH does not see itself nor those below it.
        ("with c as (select c.x as x from c) select c.x as x from c", {"c"}),
        ("with a as (select d.x as x from d), d as (select b.x as x from b) select a.x as x from a", {"b", "d"}),
        ("with a as (select 1 as x), d as (select a.x as x from a) select d.x as x from d "
         "union all select a.x from a",
         set()),
    ],
)  # fmt: skip
def test_tables_are_the_relations_a_statement_reads(sql: str, expected: set[str]) -> None:
    assert tables(parse(sql, file="x.sql")) == expected
