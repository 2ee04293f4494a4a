"""The allow-list: every syntax node, argument and function a statement may hold.

This is the one table that the linter enforces, `docs/sql.md` prints and the tests walk. A node that is not
here is refused, so a construct a later parser learns is refused until somebody adds it on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlglot.expressions as exp

from jicha.warehouse.portable.rule import KINDS, Kind

Node = type[exp.Expr]


@dataclass(frozen=True, slots=True)
class Construct:
    """A node that may stand, with the arguments it may have and, if `under` is given, the only parents.

    `sql` is how an author writes it; parts of a larger construct have none of their own.
    """

    node: Node
    arguments: frozenset[str]
    sql: str = ""
    under: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A function that may be called, in statements of these kinds."""

    node: Node
    arguments: frozenset[str]
    sql: str
    kinds: tuple[Kind, ...] = KINDS


def _construct(node: Node, arguments: str, sql: str = "", under: tuple[Node, ...] = ()) -> Construct:
    return Construct(node, frozenset(arguments.split()), sql, under)


def _function(node: Node, arguments: str, sql: str, kinds: tuple[Kind, ...] = KINDS) -> Function:
    return Function(node, frozenset(arguments.split()), sql, kinds)


CONSTRUCTS: tuple[Construct, ...] = (
    _construct(
        exp.Select,
        "expressions from_ joins where group having qualify distinct with_",
        "`SELECT [DISTINCT] … FROM … WHERE … GROUP BY … HAVING … QUALIFY …`",
        under=(exp.CTE, exp.Union, exp.Exists),
    ),
    _construct(
        exp.Union,
        "this expression with_",
        "`… UNION ALL …`, columns by position",
        under=(exp.CTE, exp.Union),
    ),
    _construct(exp.With, "expressions", "`WITH name AS (SELECT …), …` once, at the top"),
    _construct(exp.CTE, "this alias", under=(exp.With,)),
    _construct(exp.TableAlias, "this", under=(exp.CTE, exp.Table)),
    _construct(exp.From, "this", under=(exp.Select,)),
    _construct(exp.Table, "this db alias", "`FROM schema.name AS alias`", under=(exp.From, exp.Join)),
    _construct(
        exp.Join,
        "this on side kind",
        "`JOIN … ON …`, `LEFT JOIN … ON …`, `CROSS JOIN sweep_window`",
        under=(exp.Select,),
    ),
    _construct(exp.Where, "this", under=(exp.Select, exp.Filter)),
    _construct(exp.Group, "expressions", "`GROUP BY` expressions, not positions", under=(exp.Select,)),
    _construct(exp.Having, "this", under=(exp.Select,)),
    _construct(exp.Qualify, "this", under=(exp.Select,)),
    _construct(exp.Distinct, "expressions", "`COUNT(DISTINCT x)`", under=(exp.Select, exp.Count)),
    _construct(exp.Alias, "this alias", "`expression AS name`", under=(exp.Select,)),
    _construct(exp.Identifier, "this quoted"),
    _construct(exp.Column, "this table", "`alias.column`, `column`"),
    _construct(exp.Star, "", "`COUNT(*)`", under=(exp.Count,)),
    _construct(exp.Literal, "this is_string", "`0`, `1`, `'text'` (see the rules on literals)"),
    _construct(exp.Null, "", "`NULL`"),
    _construct(exp.Boolean, "this", "`TRUE`, `FALSE`"),
    _construct(exp.Paren, "this", "`( … )`"),
    _construct(exp.And, "this expression", "`AND`, `OR`, `NOT`"),
    _construct(exp.Or, "this expression"),
    _construct(exp.Not, "this"),
    _construct(exp.EQ, "this expression", "`=`, `<>`, `<`, `<=`, `>`, `>=`"),
    _construct(exp.NEQ, "this expression"),
    _construct(exp.LT, "this expression"),
    _construct(exp.LTE, "this expression"),
    _construct(exp.GT, "this expression"),
    _construct(exp.GTE, "this expression"),
    _construct(exp.Is, "this expression", "`IS NULL`, `IS NOT NULL`, `IS TRUE`"),
    _construct(exp.Between, "this low high", "`x BETWEEN a AND b` (numbers)"),
    _construct(exp.In, "this expressions", "`x IN ('a', 'b')`, literals only"),
    _construct(
        exp.Exists, "this", "`NOT EXISTS (SELECT … FROM another table …)`", under=(exp.Not, exp.Paren)
    ),
    _construct(exp.Add, "this expression", "`+`, `-`, `*`, `/` (see the rules on arithmetic)"),
    _construct(exp.Sub, "this expression"),
    _construct(exp.Mul, "this expression"),
    _construct(exp.Div, "this expression typed safe"),
    _construct(exp.Neg, "this"),
    _construct(exp.DPipe, "this expression safe", "`a || b`"),
    _construct(exp.Case, "this ifs default", "`CASE WHEN … THEN … ELSE … END`"),
    _construct(exp.If, "this true", under=(exp.Case,)),
    _construct(exp.Interval, "this unit", "`day + INTERVAL 1 DAY`", under=(exp.Add, exp.Sub)),
    _construct(exp.Var, "this", under=(exp.Interval, exp.Extract, exp.DateDiff, exp.TimestampTrunc)),
    _construct(
        exp.Window,
        "this partition_by order spec over",
        "`SUM(x) OVER (PARTITION BY … ORDER BY … ROWS BETWEEN … AND …)`",
    ),
    _construct(exp.WindowSpec, "kind start start_side end end_side", under=(exp.Window,)),
    _construct(exp.Order, "expressions", under=(exp.Window,)),
    _construct(exp.Ordered, "this desc nulls_first", under=(exp.Order,)),
    _construct(exp.Filter, "this expression", "`SUM(x) FILTER (WHERE …)`"),
    _construct(exp.DataType, "this expressions nested", under=(exp.Cast, exp.TryCast)),
    _construct(exp.DataTypeParam, "this", under=(exp.DataType,)),
)

FUNCTIONS: tuple[Function, ...] = (
    _function(exp.Cast, "this to", "`CAST(x AS type)`"),
    _function(exp.TryCast, "this to safe", "`TRY_CAST(x AS type)`", kinds=("to_core",)),
    _function(exp.Coalesce, "this expressions", "`COALESCE(a, b, …)`"),
    _function(exp.Nullif, "this expression", "`NULLIF(a, b)`"),
    _function(exp.Least, "this expressions ignore_nulls", "`LEAST(a, b, …)`"),
    _function(exp.Greatest, "this expressions ignore_nulls", "`GREATEST(a, b, …)`"),
    _function(exp.Abs, "this", "`ABS(x)`"),
    _function(exp.Sqrt, "this", "`SQRT(x)`"),
    _function(exp.Round, "this decimals", "`ROUND(x, n)`"),
    _function(exp.Floor, "this", "`FLOOR(x)`"),
    _function(exp.Ceil, "this", "`CEIL(x)`"),
    _function(exp.Sum, "this", "`SUM(x)`"),
    _function(exp.Count, "this big_int", "`COUNT(*)`, `COUNT(x)`, `COUNT(DISTINCT x)`"),
    _function(exp.Min, "this", "`MIN(x)`"),
    _function(exp.Max, "this", "`MAX(x)`"),
    _function(exp.Avg, "this", "`AVG(x)` of a DOUBLE"),
    _function(exp.Median, "this", "`MEDIAN(x)` of a DOUBLE"),
    _function(exp.StddevPop, "this", "`STDDEV_POP(x)` of a DOUBLE"),
    _function(exp.Corr, "this expression", "`CORR(x, y)` of DOUBLEs that vary"),
    _function(exp.Lag, "this offset default", "`LAG(x, n, default) OVER (…)`"),
    _function(exp.Lead, "this offset default", "`LEAD(x, n, default) OVER (…)`"),
    _function(exp.RowNumber, "", "`ROW_NUMBER() OVER (…)`"),
    _function(exp.DateDiff, "this expression unit date_part_boundary", "`DATE_DIFF('day', a, b)`"),
    _function(exp.TimestampTrunc, "this unit", "`DATE_TRUNC('month', day)`"),
    _function(exp.LastDay, "this", "`LAST_DAY(day)`"),
    _function(exp.Extract, "this expression", "`EXTRACT(YEAR FROM day)`, MONTH, DAY"),
    _function(exp.Trim, "this", "`TRIM(x)`", kinds=("to_core",)),
    _function(exp.Upper, "this", "`UPPER(x)`", kinds=("to_core",)),
    _function(exp.Substring, "this start length", "`SUBSTRING(x, start, length)`", kinds=("to_core",)),
    _function(exp.Replace, "this expression replacement", "`REPLACE(x, from, to)`", kinds=("to_core",)),
)

CONSTRUCT_OF: Mapping[Node, Construct] = {each.node: each for each in CONSTRUCTS}
FUNCTION_OF: Mapping[Node, Function] = {each.node: each for each in FUNCTIONS}

AGGREGATES: tuple[Node, ...] = (
    exp.Sum,
    exp.Count,
    exp.Min,
    exp.Max,
    exp.Avg,
    exp.Median,
    exp.StddevPop,
    exp.Corr,
)
#: Aggregates over DOUBLE only: engines differ in the type and the digits they give for decimals.
OVER_DOUBLE: tuple[Node, ...] = (exp.Avg, exp.Median, exp.StddevPop, exp.Corr)
#: Aggregates that may also stand before OVER.
WINDOWED: tuple[Node, ...] = (exp.Sum, exp.Count, exp.Min, exp.Max, exp.Avg)
#: Functions that stand before OVER and nowhere else.
POSITIONAL: tuple[Node, ...] = (exp.Lag, exp.Lead, exp.RowNumber)
COMPARISONS: tuple[Node, ...] = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)

#: Types a CAST may name, with their lexicon names; DECIMAL needs its two numbers.
CAST_TYPES: Mapping[exp.DType, str] = {
    exp.DType.TEXT: "text",
    exp.DType.INT: "integer",
    exp.DType.BIGINT: "integer",
    exp.DType.BOOLEAN: "boolean",
    exp.DType.DATE: "date",
    exp.DType.TIMESTAMPNTZ: "timestamp",
    exp.DType.DOUBLE: "double",
    exp.DType.DECIMAL: "decimal",
}

EXTRACT_PARTS = ("YEAR", "MONTH", "DAY")
TRUNC_UNITS = ("YEAR", "QUARTER", "MONTH", "DAY")

#: Whole numbers anybody may write, and those that convert units: months, hours, minutes, per cent, metres
#: and kilos, seconds.
PLAIN_NUMBERS = frozenset({"0", "1"})
UNIT_NUMBERS = frozenset({"12", "24", "60", "100", "365", "1000", "3600"})
#: Numbers of months and days whose reciprocals prorate a charge.
RECIPROCALS_OF = (12, 28, 29, 30, 31, 365, 366)
RECIPROCAL_DIGITS = 17
#: A span without an end is written with this day; every other date is data.
OPEN_END = "9999-12-31"
#: Last words of output columns that may be given a text by the statement itself.
LABEL_WORDS = frozenset({"code", "method", "reason", "outcome", "status", "kind"})
