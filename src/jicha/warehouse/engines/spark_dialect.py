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
from jicha.warehouse.portable.inference import round_scale, value_branches
from jicha.warehouse.portable.reading import Reading
from jicha.warehouse.portable.types import Type
from jicha.warehouse.relation import Relation

#: Scales up to this one leave room for a 64-bit number beside them in 38 digits.
_MOST_SCALE = 16


#: Copies of steps that a statement may be planned as before Spark spends its time on planning.
_MOST_COPIES = 12


@dataclass(frozen=True, slots=True)
class Script:
    """Spark SQL: statements to `keep` under names of their own, in order, each naming relations and earlier ones;
    then the statement of the rows."""

    keep: Mapping[str, str]
    rows: str


def script(tree: exp.Query, relations: Mapping[str, Mapping[str, str]]) -> Script:
    """The statement for Spark. `relations` gives the columns (name -> lexicon type) of what it reads."""
    steps = Steps.of(tree)
    statement = steps.statement()
    reading = Reading(statement, {name: Relation(name, columns) for name, columns in relations.items()})
    for node in reversed(list(statement.walk(bfs=False))):
        repair = _REPAIRS.get(type(node))
        if repair is not None:
            repair(node, reading)
    kept = steps.kept(_MOST_COPIES)
    statement.set("with_", None)
    passed: dict[str, str] = {}
    keep: dict[str, str] = {}
    for name, query in steps.named.items():
        if name in kept:
            keep[name] = _with(passed, _sql(query))
        else:
            passed[name] = _sql(query)
    return Script(keep=keep, rows=_with(passed, _sql(statement)))


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


def _known(node: exp.Expr, part: exp.Expr, reading: Reading) -> Type:
    kind = reading.type_of(part)
    if kind == types.UNKNOWN:
        shown, what = part.sql(dialect="duckdb"), node.key.upper()
        raise ContentError(
            "type_unknown",
            en=f"the type of {shown} is not known, so {what} cannot be put into Spark's words; cast it",
            zh=f"无法确定 {shown} 的类型, 因而 {what} 不能转译为 Spark 语句; 请显式转换类型",
        )
    return kind


def _days_between(node: exp.Expr, _: Reading) -> None:
    # Spark's three-part DATEDIFF counts full 24 hours between moments, where DuckDB counts midnights: from 23:00 to
    # 01:00 is one day. Its answer is a 32-bit integer, which a product overflows.
    days = exp.Anonymous(this="DATEDIFF", expressions=[_as(node.this, "DATE"), _as(node.expression, "DATE")])
    node.replace(_as(days, "BIGINT"))


def _truncated(node: exp.Expr, _: Reading) -> None:
    # Spark's DATE_TRUNC gives a moment with a time zone, which compares with the lake's by the session's zone.
    day: exp.Expr = _as(node.this, "DATE")
    unit = node.args["unit"].name.upper()
    if unit != "DAY":  # TRUNC to a day is NULL in Spark
        day = exp.Anonymous(this="TRUNC", expressions=[day, exp.Literal.string(unit)])
    node.replace(_as(day, "TIMESTAMPNTZ"))


def _moved(node: exp.Expr, _: Reading) -> None:
    # A day plus days is a day in Spark and a moment in DuckDB: as an output it would be of another type.
    if isinstance(node.expression, exp.Interval):
        node.set("this", _as(node.this, "TIMESTAMPNTZ"))


def _wide_integer(node: exp.Expr, _: Reading) -> None:
    # Spark gives 32 bits, DuckDB 64: year * 10000000 overflows. A bare comparison needs no more bits, and Spark
    # keeps only the first rows of a ROW_NUMBER it sees compared.
    if isinstance(node, exp.RowNumber):
        window = node.parent
        if not isinstance(window, exp.Window) or isinstance(window.parent, exp.Predicate):
            return
        node = window
    _around(node, lambda inner: _as(inner, "BIGINT"))


def _rounded(node: exp.Expr, reading: Reading) -> None:
    # Spark rounds the shortest decimal spelling of a double, DuckDB the double itself: 1.005 is 1.01 there, 1.00 here.
    scale = round_scale(node)
    if _known(node, node.this, reading).family != "double" or scale == 0:
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


def _floored(node: exp.Expr, reading: Reading) -> None:
    # FLOOR and CEIL of a double are a 64-bit integer in Spark: 3 instead of 3.0, cut at 9.2e18, and 0 for NaN.
    kind = _known(node, node.this, reading)
    if kind.family == "decimal":
        return
    if kind.family != "double":
        _around(node, lambda inner: _as(inner, "DOUBLE"))
        return
    value = node.this.copy()
    small = exp.LT(this=exp.Abs(this=value.copy()), expression=exp.cast(exp.Literal.string("4E15"), "DOUBLE"))
    _around(node, lambda inner: exp.Case(ifs=[exp.If(this=small, true=_as(inner, "DOUBLE"))], default=value))


def _cast(node: exp.Expr, reading: Reading) -> None:
    # Spark casts the shortest spelling of a double to a decimal, DuckDB the double times a power of ten, rounded.
    to = node.args["to"]
    if to.this is not exp.DType.DECIMAL or reading.type_of(node.this).family != "double":
        return
    scale = int(to.expressions[1].name)
    if scale > _MOST_SCALE:
        return
    factor = exp.cast(exp.Literal.string(f"1E{scale}"), "DOUBLE")
    times = exp.Mul(this=exp.paren(node.this), expression=factor)
    whole = _as(exp.Round(this=times, decimals=exp.Literal.number(0)), "BIGINT")
    unit = exp.cast(exp.Literal.string(f"1E-{scale}"), f"DECIMAL({scale + 1}, {scale})")
    node.set("this", exp.Mul(this=whole, expression=unit))


def _root(node: exp.Expr, _: Reading) -> None:
    # The root of a negative number raises in DuckDB and is NaN in Spark, which is greater than every threshold.
    message = exp.Literal.string("square root of a negative number")
    told = _as(exp.Anonymous(this="RAISE_ERROR", expressions=[message]), "DOUBLE")
    negative = exp.LT(this=_as(node.this, "DOUBLE"), expression=exp.Literal.number(0))
    _around(node, lambda inner: exp.Case(ifs=[exp.If(this=negative, true=told)], default=inner))


def _branches(node: exp.Expr, reading: Reading) -> None:
    # Where decimals together need more than 38 digits, DuckDB gives up decimal places and Spark whole digits.
    kind = reading.type_of(node)
    if kind.family != "decimal" or kind.precision < types.WIDEST:
        return
    for branch in value_branches(node):
        if reading.type_of(branch) not in (kind, types.NULL):
            _around(branch, lambda inner: _as(inner, f"DECIMAL({kind.precision}, {kind.scale})"))


def _as(value: exp.Expr, kind: str) -> exp.Cast:
    return exp.Cast(this=value.copy() if value.parent else value, to=exp.DataType.build(kind))


_REPAIRS: Mapping[type[exp.Expr], Callable[[exp.Expr, Reading], None]] = {
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
    **dict.fromkeys((exp.Coalesce, exp.Greatest, exp.Least, exp.Case), _branches),
}
