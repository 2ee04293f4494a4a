"""Spark's SQL of a statement in the portable subset.

SQLGlot writes the words; what follows repairs where the words would mean something else. Each repair says what
goes wrong, silently, without it. Types are those the linter infers, so a repair that depends on a type (ROUND of
a double is not ROUND of a decimal) is refused where the type is not known, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlglot.expressions as exp

from jicha.kernel.errors import ContentError
from jicha.warehouse.engines.spark_steps import Steps
from jicha.warehouse.portable import types
from jicha.warehouse.portable.grammar import CONSTRUCT_OF, FUNCTION_OF
from jicha.warehouse.portable.inference import round_scale
from jicha.warehouse.portable.reading import Reading
from jicha.warehouse.portable.types import Type
from jicha.warehouse.relation import Relation

#: Scales up to this one leave room for a 64-bit number beside them in 38 digits.
_MOST_SCALE = 16

#: What a query may hold when it reaches Spark: the linter's own list, and what the house puts around content.
#: DuckDB's connection is locked; here this list stands a second time, for a query that came past the linter.
_ALLOWED = frozenset({*CONSTRUCT_OF, *FUNCTION_OF, exp.Limit})


@dataclass(frozen=True, slots=True)
class Script:
    """Spark SQL: statements to `keep` under names of their own, in order, each naming relations and earlier ones;
    then the statement of the rows."""

    keep: Mapping[str, str]
    rows: str


def script(tree: exp.Query, relations: Mapping[str, Mapping[str, str]], *, most_copies: int) -> Script:
    """The statement for Spark. `relations` gives the columns (name -> lexicon type) of what it may read; a step is
    kept where the statement would else be planned as more than about `most_copies` copies of its steps.

    Raises `ContentError` for a query outside the portable subset or naming another relation.
    """
    steps = Steps.of(tree)
    statement = steps.statement()
    for node in statement.walk():
        if type(node) not in _ALLOWED or (
            isinstance(node, exp.Table)
            and (node.args.get("db") or node.name not in {*relations, *steps.named})
        ):
            raise _refused(node)
    reading = Reading(statement, {name: Relation(name, columns) for name, columns in relations.items()})
    # Types first: a repair puts nodes in whose type nobody has read.
    wanting = [(node, reading.type_of(node.args.get("this"))) for node in statement.walk(bfs=False)]
    for node, kind in reversed(wanting):
        repair = _REPAIRS.get(type(node))
        if repair is not None:
            repair(node, kind)
    kept = steps.kept(most_copies)
    statement.set("with_", None)
    passed: dict[str, str] = {}
    keep: dict[str, str] = {}
    for name, query in steps.named.items():
        if name in kept:
            keep[name] = _with(passed, _sql(query))
        else:
            passed[name] = _sql(query)
    return Script(keep=keep, rows=_with(passed, _sql(statement)))


def _refused(node: exp.Expr) -> ContentError:
    shown = node.sql(dialect="duckdb", comments=False)[:80]
    return ContentError(
        "not_portable",
        en=f"the engine spark runs the portable subset over given relations only, not {node.key.upper()} ({shown})",
        zh=f"引擎 spark 只在给定的表上执行可移植子集, 不执行 {node.key.upper()} ({shown})",
    )


def _with(steps: Mapping[str, str], sql: str) -> str:
    named = ", ".join(f"`{name}` AS ({text})" for name, text in steps.items())
    return f"WITH {named} {sql}" if named else sql


def _sql(query: exp.Query) -> str:
    # No comments: `/*+ … */` is a hint to Spark. Every name in quotes: some are words of Spark's own.
    return query.sql(dialect="spark", identify=True, comments=False, copy=True)


# -- repairs ------------------------------------------------------------------------------------------


def _around(node: exp.Expr, make: Callable[[exp.Expr], exp.Expr]) -> None:
    """Puts `make(node)` where the node stands."""
    place = exp.Placeholder()
    node.replace(place)
    place.replace(make(node))


def _require_known(node: exp.Expr, kind: Type) -> None:
    if kind == types.UNKNOWN:
        shown, what = node.this.sql(dialect="duckdb"), node.key.upper()
        raise ContentError(
            "type_unknown",
            en=f"the type of {shown} is not known, so {what} cannot be put into Spark's words; cast it",
            zh=f"无法确定 {shown} 的类型, 因而 {what} 不能转译为 Spark 语句; 请显式转换类型",
        )


def _days_between(node: exp.Expr, _: Type) -> None:
    # Spark's three-part DATEDIFF counts full 24 hours between moments, where DuckDB counts midnights: from 23:00 to
    # 01:00 is one day. Its answer is a 32-bit integer, which a product overflows.
    days = exp.Anonymous(this="DATEDIFF", expressions=[_as(node.this, "DATE"), _as(node.expression, "DATE")])
    node.replace(_as(days, "BIGINT"))


def _truncated(node: exp.Expr, _: Type) -> None:
    # Spark's DATE_TRUNC gives a moment with a time zone, which compares with the lake's by the session's zone.
    day: exp.Expr = _as(node.this, "DATE")
    unit = node.args["unit"].name.upper()
    if unit != "DAY":  # TRUNC to a day is NULL in Spark
        day = exp.Anonymous(this="TRUNC", expressions=[day, exp.Literal.string(unit)])
    node.replace(_as(day, "TIMESTAMPNTZ"))


def _moved(node: exp.Expr, _: Type) -> None:
    # A day plus days is a day in Spark and a moment in DuckDB: as an output it would be of another type.
    if isinstance(node.expression, exp.Interval):
        node.set("this", _as(node.this, "TIMESTAMPNTZ"))


def _wide_integer(node: exp.Expr, _: Type) -> None:
    # Spark gives 32 bits, DuckDB 64: year * 10000000 overflows. A bare comparison needs no more bits, and Spark
    # keeps only the first rows of a ROW_NUMBER it sees compared.
    if isinstance(node, exp.RowNumber):
        window = node.parent
        if not isinstance(window, exp.Window) or isinstance(window.parent, exp.Predicate):
            return
        node = window
    _around(node, lambda inner: _as(inner, "BIGINT"))


def _rounded(node: exp.Expr, kind: Type) -> None:
    # Spark rounds the shortest decimal spelling of a double, DuckDB the double itself: 1.005 is 1.01 there, 1.00 here.
    scale = round_scale(node)
    _require_known(node, kind)
    if kind.family != "double" or scale == 0:
        return
    if scale is None:
        raise ContentError(
            "scale_unknown",
            en="ROUND of a double needs its scale as a number to be put into Spark's words",
            zh="DOUBLE 的 ROUND 须以数字给出位数, 方能转译为 Spark 语句",
        )
    factor = exp.cast(exp.Literal.string(f"1E{abs(scale)}"), "DOUBLE")
    by, back = (exp.Mul, exp.Div) if scale > 0 else (exp.Div, exp.Mul)
    moved = by(this=exp.paren(node.this), expression=factor)
    whole = exp.Round(this=moved, decimals=exp.Literal.number(0))
    node.replace(exp.paren(back(this=whole, expression=factor.copy(), typed=True)))


def _floored(node: exp.Expr, kind: Type) -> None:
    # FLOOR and CEIL of a double are a 64-bit integer in Spark: 3 instead of 3.0, cut at 9.2e18, and 0 for NaN.
    _require_known(node, kind)
    if kind.family == "decimal":
        return
    if kind.family != "double":
        _around(node, lambda inner: _as(inner, "DOUBLE"))
        return
    value = node.this.copy()
    small = exp.LT(this=exp.Abs(this=value.copy()), expression=exp.cast(exp.Literal.string("4E15"), "DOUBLE"))
    _around(node, lambda inner: exp.Case(ifs=[exp.If(this=small, true=_as(inner, "DOUBLE"))], default=value))


def _cast(node: exp.Expr, kind: Type) -> None:
    # Spark casts the shortest spelling of a double to a decimal, DuckDB the double times a power of ten, rounded.
    to = node.args["to"]
    if to.this is not exp.DType.DECIMAL or kind.family != "double":
        return
    scale = int(to.expressions[1].name)
    if scale > _MOST_SCALE:
        return
    factor = exp.cast(exp.Literal.string(f"1E{scale}"), "DOUBLE")
    times = exp.Mul(this=exp.paren(node.this), expression=factor)
    whole = _as(exp.Round(this=times, decimals=exp.Literal.number(0)), "BIGINT")
    unit = exp.cast(exp.Literal.string(f"1E-{scale}"), f"DECIMAL({scale + 1}, {scale})")
    node.set("this", exp.Mul(this=whole, expression=unit))


def _root(node: exp.Expr, _: Type) -> None:
    # The root of a negative number raises in DuckDB and is NaN in Spark, which is greater than every threshold.
    message = exp.Literal.string("square root of a negative number")
    told = _as(exp.Anonymous(this="RAISE_ERROR", expressions=[message]), "DOUBLE")
    negative = exp.LT(this=_as(node.this, "DOUBLE"), expression=exp.Literal.number(0))
    _around(node, lambda inner: exp.Case(ifs=[exp.If(this=negative, true=told)], default=inner))


def _as(value: exp.Expr, kind: str) -> exp.Cast:
    return exp.Cast(this=value.copy() if value.parent else value, to=exp.DataType.build(kind))


_REPAIRS: Mapping[type[exp.Expr], Callable[[exp.Expr, Type], None]] = {
    exp.DateDiff: _days_between,
    exp.TimestampTrunc: _truncated,
    exp.Add: _moved,
    exp.Sub: _moved,
    exp.Extract: _wide_integer,
    exp.RowNumber: _wide_integer,
    exp.Round: _rounded,
    exp.Floor: _floored,
    exp.Ceil: _floored,
    exp.Cast: _cast,
    exp.Sqrt: _root,
}
