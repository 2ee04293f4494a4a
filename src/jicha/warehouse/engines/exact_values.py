"""Python values as an engine takes them: exactly as they are, or refused. Never rounded, never cut.

Every engine registers small tables through these functions, so that what one refuses no other takes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Context, Decimal
from typing import Any

from jicha.kernel.errors import ContentError
from jicha.lexicon.arrow import arrow_type

#: Tables up to this many rows are written as SQL text: that needs no Arrow and is quicker.
FEW_ROWS = 50

#: Wide enough for any decimal a column can hold, so that no digit is lost while looking at it.
_WIDE = Context(prec=100)


def _truth(text: str) -> bool:
    return {"true": True, "false": False}[text]


#: By lexicon type: how a text is read, and the Python types taken as they are.
_READ: dict[str, tuple[Callable[[str], Any], frozenset[type]]] = {
    "text": (str, frozenset({str})),
    "integer": (int, frozenset({int})),
    "boolean": (_truth, frozenset({bool})),
    "date": (date.fromisoformat, frozenset({date})),
    "timestamp": (datetime.fromisoformat, frozenset({datetime})),
    "double": (float, frozenset({float, int})),
    "decimal": (Decimal, frozenset({Decimal, int})),
}

_UNFIT = (ArithmeticError, LookupError, TypeError, ValueError)


def texts(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> list[list[str | None]]:
    """The rows' values spelt so that a CAST of each to its lexicon type gives the value back; None is null."""
    return [
        [_text(column, kind, value) for (column, kind), value in zip(columns.items(), row, strict=True)]
        for row in rows
    ]


def table(columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> Any:
    """The rows as a `pyarrow.Table` of the lexicon's types; at least one row."""
    import pyarrow as pa

    values = zip(*rows, strict=True)
    arrays = [
        _array(column, kind, found) for (column, kind), found in zip(columns.items(), values, strict=True)
    ]
    return pa.table(arrays, names=list(columns))


def _array(column: str, kind: str, values: Sequence[Any]) -> Any:
    """Python values as an Arrow array of a lexicon type."""
    import pyarrow as pa

    try:
        return pa.array([_exact(kind, value) for value in values], arrow_type(kind))
    except (pa.ArrowException, *_UNFIT) as error:
        raise _value_type(column, kind, error) from error


def _text(column: str, kind: str, value: Any) -> str | None:
    """One Python value as text of a lexicon type; refuses what would lose a digit."""
    try:
        exact = _exact(kind, value)
        if isinstance(exact, Decimal):
            _require_digits(kind, exact)
    except _UNFIT as error:
        raise _value_type(column, kind, error) from error
    return None if exact is None else str(exact)


def _require_digits(kind: str, value: Decimal) -> None:
    precision, scale = (int(part) for part in kind.removeprefix("decimal(").rstrip(")").split(","))
    if not value.is_finite():
        raise ValueError(f"{value} is no number")
    whole = value.scaleb(scale, _WIDE)
    if whole != whole.to_integral_value(context=_WIDE) or abs(whole) >= 10**precision:
        raise ValueError(f"{value} has too many digits")


def _value_type(column: str, kind: str, error: Exception) -> ContentError:
    return ContentError(
        "value_type",
        en=f"a value of column {column} does not fit {kind}: {first_line(error)}",
        zh=f"列 {column} 有值与类型 {kind} 不符: {first_line(error)}",
    )


def _exact(kind: str, value: Any) -> Any:
    """The value as Arrow takes it for a lexicon type. Arrow itself cuts 1.5 to 1 and a timestamp to its date.

    A text is read where a number or a date is wanted; what would lose a digit is a `ValueError`.
    """
    if value is None:
        return None
    read, taken = _READ[kind.partition("(")[0]]
    if isinstance(value, str) and str not in taken:
        value = read(value)
    if type(value) not in taken:
        if type(value) is Decimal and kind == "integer" and value == value.to_integral_value():
            return int(value)
        raise ValueError(f"{value!r} is a {type(value).__name__}")
    if kind == "timestamp" and value.tzinfo is not None:
        raise ValueError(f"{value.isoformat()} carries a time zone")
    return value


def first_line(error: Exception) -> str:
    """The first line of an engine's message, or the error's name where it has none."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
