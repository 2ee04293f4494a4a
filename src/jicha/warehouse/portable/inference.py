"""The type of an expression, from the types of its parts. Unknown parts give unknown, never a guess."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlglot.expressions as exp

from jicha.warehouse.portable import types
from jicha.warehouse.portable.grammar import CAST_TYPES, COMPARISONS, Node
from jicha.warehouse.portable.types import Type

#: Types of the parts already inferred.
TypeOf = Callable[[exp.Expr | None], Type]

_BIGGEST_SMALL_INTEGER = 2**31 - 1


def infer(node: exp.Expr, type_of: TypeOf) -> Type:
    """Type of `node`, whose parts `type_of` knows. A column is not inferred here but looked up."""
    fixed = _FIXED.get(type(node))
    if fixed is not None:
        return fixed
    rule = _RULES.get(type(node))
    return rule(node, type_of) if rule else types.UNKNOWN


def cast_type(to: exp.Expr | None) -> Type:
    """Type a CAST names; unknown when the subset does not allow it."""
    if not isinstance(to, exp.DataType):
        return types.UNKNOWN
    family = CAST_TYPES.get(to.this)
    if family == "decimal":
        digits = [part.name for part in to.expressions]
        if len(digits) == 2 and all(map(_is_short_number, digits)):
            return types.decimal(int(digits[0]), int(digits[1]))
        return types.UNKNOWN
    if to.this is exp.DType.INT:
        return types.SMALL_INTEGER
    return types.lexicon_type(family) if family else types.UNKNOWN


def round_scale(node: exp.Expr) -> int | None:
    """The literal scale of a ROUND, 0 when left out, None when it is not a literal."""
    decimals = node.args.get("decimals")
    if decimals is None:
        return 0
    sign = -1 if isinstance(decimals, exp.Neg) else 1
    digits = decimals.this if isinstance(decimals, exp.Neg) else decimals
    if isinstance(digits, exp.Literal) and not digits.is_string and _is_short_number(digits.name):
        return sign * int(digits.name)
    return None


def _is_short_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 3


def _literal(node: exp.Expr, _: TypeOf) -> Type:
    if node.args.get("is_string"):
        return types.TEXT
    whole, point, fraction = node.name.partition(".")
    if not (whole + fraction).isdecimal():
        return types.DOUBLE
    if point:
        return types.decimal(len(whole) + len(fraction), len(fraction))
    if len(whole) > 18:
        return types.UNKNOWN
    return types.SMALL_INTEGER if int(whole) <= _BIGGEST_SMALL_INTEGER else types.INTEGER


def _this(node: exp.Expr, type_of: TypeOf) -> Type:
    return type_of(node.this)


def _add(node: exp.Expr, type_of: TypeOf) -> Type:
    left, right = type_of(node.this), type_of(node.args.get("expression"))
    if left.is_moment and right == types.INTERVAL:
        return types.TIMESTAMP
    if left.is_number and right.is_number:
        return types.sum_of(left, right)
    return types.UNKNOWN


def _mul(node: exp.Expr, type_of: TypeOf) -> Type:
    left, right = type_of(node.this), type_of(node.args.get("expression"))
    return types.product_of(left, right) if left.is_number and right.is_number else types.UNKNOWN


def _round(node: exp.Expr, type_of: TypeOf) -> Type:
    kind, scale = type_of(node.this), round_scale(node)
    if kind.family != "decimal":
        return kind
    return types.UNKNOWN if scale is None else types.decimal(kind.precision, max(0, min(scale, kind.scale)))


def _floor(node: exp.Expr, type_of: TypeOf) -> Type:
    kind = type_of(node.this)
    if kind.family == "decimal":
        return types.decimal(kind.precision, 0)
    return types.DOUBLE if kind.is_number else types.UNKNOWN


def _sum(node: exp.Expr, type_of: TypeOf) -> Type:
    kind = type_of(node.this)
    if kind.family == "decimal":
        return types.decimal(types.WIDEST, kind.scale)
    if kind == types.DOUBLE:
        return types.DOUBLE
    return types.HUGEINT if kind.is_exact else types.UNKNOWN


def _branches(node: exp.Expr, type_of: TypeOf) -> Type:
    return types.common(type_of(part) for part in value_branches(node))


def value_branches(node: exp.Expr) -> list[exp.Expr]:
    """The expressions one of which is the value of a COALESCE, GREATEST, LEAST or CASE."""
    if isinstance(node, exp.Case):
        values = [branch.args.get("true") for branch in node.args.get("ifs") or []]
        return [value for value in (*values, node.args.get("default")) if value is not None]
    return [part for part in (node.this, *node.expressions) if part is not None]


def _cast(node: exp.Expr, _: TypeOf) -> Type:
    return cast_type(node.args.get("to"))


_FIXED: Mapping[Node, Type] = {
    **dict.fromkeys((*COMPARISONS, exp.And, exp.Or, exp.Not, exp.Is), types.BOOLEAN),
    **dict.fromkeys((exp.In, exp.Between, exp.Exists, exp.Boolean), types.BOOLEAN),
    **dict.fromkeys((exp.Count, exp.RowNumber, exp.DateDiff, exp.Extract), types.INTEGER),
    **dict.fromkeys((exp.Div, exp.Avg, exp.Median, exp.StddevPop, exp.Corr, exp.Sqrt), types.DOUBLE),
    **dict.fromkeys((exp.DPipe, exp.Trim, exp.Upper, exp.Substring, exp.Replace), types.TEXT),
    exp.TimestampTrunc: types.TIMESTAMP,
    exp.LastDay: types.DATE,
    exp.Interval: types.INTERVAL,
    exp.Null: types.NULL,
}

_RULES: Mapping[Node, Callable[[exp.Expr, TypeOf], Type]] = {
    **dict.fromkeys((exp.Alias, exp.Paren, exp.Neg, exp.Abs, exp.Filter, exp.Window), _this),
    **dict.fromkeys((exp.Min, exp.Max, exp.Lag, exp.Lead, exp.Nullif), _this),
    **dict.fromkeys((exp.Coalesce, exp.Greatest, exp.Least, exp.Case), _branches),
    **dict.fromkeys((exp.Add, exp.Sub), _add),
    **dict.fromkeys((exp.Floor, exp.Ceil), _floor),
    **dict.fromkeys((exp.Cast, exp.TryCast), _cast),
    exp.Literal: _literal,
    exp.Mul: _mul,
    exp.Round: _round,
    exp.Sum: _sum,
}
