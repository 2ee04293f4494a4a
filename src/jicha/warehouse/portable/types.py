"""Column types as DuckDB gives them, narrow enough to find where another engine would differ."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from jicha.kernel.errors import ContentError

#: Digits of a 128-bit decimal, the widest there is, and of a 64-bit one.
WIDEST = 38
WORD = 18

_DECIMAL = re.compile(r"decimal\(([0-9]{1,2}), ?([0-9]{1,2})\)")


class Type(NamedTuple):
    """`family` is a lexicon type's name, or one of the inner ones: hugeint (a SUM of integers), interval,
    null (an untyped NULL), unknown. `precision` and `scale` are decimal digits; an integer's precision is
    that of the decimal it becomes beside a decimal."""

    family: str
    precision: int = 0
    scale: int = 0

    def __str__(self) -> str:
        return f"decimal({self.precision},{self.scale})" if self.family == "decimal" else self.family

    @property
    def is_number(self) -> bool:
        return self.family in {"integer", "hugeint", "decimal", "double"}

    @property
    def is_exact(self) -> bool:
        return self.family in {"integer", "hugeint", "decimal"}

    @property
    def is_moment(self) -> bool:
        return self.family in {"date", "timestamp"}

    @property
    def kind(self) -> str:
        """Types of one kind may be compared; empty when nothing is known."""
        if self.is_number:
            return "number"
        if self.is_moment:
            return "date"
        return "" if self.family in {"null", "unknown", "interval"} else self.family


TEXT = Type("text")
BOOLEAN = Type("boolean")
DATE = Type("date")
TIMESTAMP = Type("timestamp")
DOUBLE = Type("double")
SMALL_INTEGER = Type("integer", 10)
INTEGER = Type("integer", 19)
HUGEINT = Type("hugeint", WIDEST)
INTERVAL = Type("interval")
NULL = Type("null")
UNKNOWN = Type("unknown")

_NAMED = {str(each): each for each in (TEXT, BOOLEAN, DATE, TIMESTAMP, DOUBLE)} | {"integer": INTEGER}


def decimal(precision: int, scale: int) -> Type:
    return Type("decimal", precision, scale)


@lru_cache(maxsize=256)
def lexicon_type(text: str) -> Type:
    """The type a lexicon names; anything else raises `ContentError`."""
    match = _DECIMAL.fullmatch(text)
    if match and int(match[2]) <= int(match[1]) and 1 <= int(match[1]) <= WIDEST:
        return decimal(int(match[1]), int(match[2]))
    if text not in _NAMED:
        raise ContentError(
            "column_type",
            en=f"{text!r} is no column type; there are {', '.join(_NAMED)} and decimal(p,s), "
            f"s <= p <= {WIDEST}",
            zh=f"{text!r} 不是列类型; 可用: {'、'.join(_NAMED)} 和 decimal(p,s), s <= p <= {WIDEST}",
        )
    return _NAMED[text]


def as_decimal(kind: Type) -> Type:
    """The decimal an exact number counts as beside a decimal."""
    return decimal(kind.precision, kind.scale)


def sum_of(left: Type, right: Type) -> Type:
    """Type of `left + right` and `left - right`, both numbers."""
    if DOUBLE in (left, right):
        return DOUBLE
    if "decimal" not in (left.family, right.family):
        return max(left, right, key=lambda each: each.precision)
    scale = max(left.scale, right.scale)
    needed = max(left.precision - left.scale, right.precision - right.scale) + scale + 1
    return decimal(_fit(max(needed, left.precision, right.precision), left, right), scale)


def product_of(left: Type, right: Type) -> Type:
    """Type of `left * right`, both numbers."""
    if DOUBLE in (left, right):
        return DOUBLE
    if "decimal" not in (left.family, right.family):
        return max(left, right, key=lambda each: each.precision)
    scale = left.scale + right.scale
    precision = left.precision + right.precision
    return decimal(_fit(precision, left, right) if scale < WORD else min(precision, WIDEST), scale)


def _fit(precision: int, left: Type, right: Type) -> int:
    # DuckDB stays within the machine word its operands have, and checks for overflow when it runs.
    narrow = max(left.precision, right.precision) <= WORD
    return min(precision, WORD if narrow else WIDEST)


def common(types: Iterable[Type]) -> Type:
    """Type of COALESCE, CASE, GREATEST, LEAST over branches of these types; unknown when they do not mix."""
    known = [each for each in types if each != NULL]
    if not known:
        return NULL
    result = known[0]
    for each in known[1:]:
        result = _pair(result, each)
    return result


def _pair(left: Type, right: Type) -> Type:
    if left == right:
        return left
    if left.is_number and right.is_number:
        if DOUBLE in (left, right):
            return DOUBLE
        if "decimal" not in (left.family, right.family):
            return max(left, right, key=lambda each: each.precision)
        whole = max(left.precision - left.scale, right.precision - right.scale)
        scale = min(max(left.scale, right.scale), WIDEST - whole)
        return decimal(whole + scale, scale)
    if left.is_moment and right.is_moment:
        return TIMESTAMP
    return UNKNOWN
