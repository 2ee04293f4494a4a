"""Rows of content tests: YAML values as lexicon types, and the rows expected against those found."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text

Row = dict[str, Any]

#: Width of the lexicon's integers, sign included.
INTEGER_BITS = 64


def typed_rows(
    rows: Iterable[Row], columns: Mapping[str, str], defaults: Row, relation: str
) -> list[tuple[Any, ...]]:
    """YAML rows as rows of a relation, `defaults` filled in, what is left out null. Raises `ContentError`."""
    made = []
    for row in rows:
        unknown = sorted({*row, *defaults} - set(columns))
        if unknown:
            raise ContentError(
                "unknown_column",
                en=f"{relation} has no column {', '.join(unknown)}",
                zh=f"{relation} 没有列 {'、'.join(unknown)}",
            )
        merged = {**defaults, **row}
        made.append(tuple(value_of(kind, merged.get(name), relation, name) for name, kind in columns.items()))
    return made


def value_of(kind: str, value: Any, relation: str, column: str) -> Any:
    """A YAML value as the lexicon type `kind`. Raises `ContentError` naming `relation` and `column`."""
    if value is None:
        return None
    try:
        return _converted(kind, value)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise ContentError(
            "bad_value",
            en=f"{value!r} is no value of the type {kind}",
            zh=f"{value!r} 不是 {kind} 类型的值",
            column=f"{relation}.{column}",
        ) from error


def _converted(kind: str, value: Any) -> Any:
    if isinstance(value, list | dict) or (isinstance(value, bool) != (kind == "boolean")):
        raise TypeError(kind)
    if kind == "date":
        return date.fromisoformat(str(value))
    if kind == "timestamp":
        return datetime.fromisoformat(str(value))
    if kind.startswith("decimal"):
        digits, scale = map(int, kind.removeprefix("decimal(").rstrip(")").split(","))
        made = Decimal(str(value)).quantize(Decimal(1).scaleb(-scale))
        if not made.is_finite() or made.adjusted() >= digits - scale:
            raise InvalidOperation(kind)
        return made
    if kind == "double":
        return float(value)
    if kind == "integer":
        whole = int(value)
        if (isinstance(value, float) and not value.is_integer()) or whole.bit_length() >= INTEGER_BITS:
            raise ValueError(kind)
        return whole
    return value if kind == "boolean" else str(value)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a list of a case speaks of: the list's key, and what a row of it is called."""

    part: str
    called: Text


ROW = Outcome("expect", Text("row", "行"))
HIT = Outcome("expect", Text("hit", "命中"))
CLEARED = Outcome("cleared", Text("cleared hit", "已排除的命中"))
FINDING = Outcome("findings", Text("finding", "疑似问题"))

OVERRIDE = Outcome("overrides", Text("override", "改写"))


def compared(
    outcome: Outcome, found: list[Row], expected: list[Row], columns: Mapping[str, str]
) -> Iterable[Text]:
    """Every expected row must match exactly one found row on the columns it names, and none be left over."""
    left, part, called = list(found), outcome.part, outcome.called
    for row in expected:
        unknown = sorted(set(row) - set(columns))
        if unknown:
            names = ", ".join(unknown)
            yield Text(f"`{part}` names unknown columns: {names}", f"{part} 含未知列: {names}")
            return
        wanted = {name: value_of(columns[name], value, part, name) for name, value in row.items()}
        match = next((f for f in left if all(_same(f[name], value) for name, value in wanted.items())), None)
        if match is None:
            there = [_shown({name: f[name] for name in wanted}) for f in left]
            yield Text(
                f"no {called.en} like {_shown(wanted)}; found {there}",
                f"没有符合 {_shown(wanted)} 的{called.zh}; 实际为 {there}",
            )
        else:
            left.remove(match)
    for row in left:
        yield Text(f"a {called.en} nobody expected: {_shown(row)}", f"出现未预期的{called.zh}: {_shown(row)}")


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, float) and isinstance(found, float):
        return math.isclose(found, wanted)
    return bool(found == wanted)


def _shown(row: Row) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in row.items()) + "}"
