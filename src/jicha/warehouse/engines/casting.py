"""Values typed in bulk: one expression gives a column's value, one the reason why there is none.

Strict on purpose: a date is YYYY-MM-DD, a decimal has no more digits than its column, a whole number no
point. A value that has to be guessed is not taken.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jicha.warehouse.engines.duckdb import literal, sql_type
from jicha.warehouse.source import MONTH, RawColumn

_NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_TRUE = ("1", "true", "TRUE", "True", "是", "Y")
_FALSE = ("0", "false", "FALSE", "False", "否", "N")

#: What is cut off at both ends of a text: blank, tab, ideographic space, no-break space.
_BLANKS = literal(" \t\u3000\u00a0")


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """SQL over one delivered value: `text` as it was delivered (trimmed, null where empty), `value` typed,
    `reason` the code of a `REASONS` entry or null; `reason` is None where nothing can go wrong."""

    column: RawColumn
    text: str
    value: str
    reason: str | None


def typed_column(column: RawColumn, delivered: str, delivered_type: str) -> TypedColumn:
    """How to type one column. `delivered` is an SQL name, `delivered_type` its DuckDB type."""
    target = sql_type(column.stored_type)
    if delivered_type == target and target != "VARCHAR":
        text, value, fault = f"CAST({delivered} AS VARCHAR)", delivered, None
        empty = f"{delivered} IS NULL"
    else:
        as_text = delivered if delivered_type == "VARCHAR" else f"CAST({delivered} AS VARCHAR)"
        text = f"nullif(trim({as_text}, {_BLANKS}), '')"
        value, fault = _from_text(column, text)
        empty = f"{text} IS NULL"
    branches = []
    if column.required:
        branches.append(f"WHEN {empty} THEN 'missing_value'")
    if fault is not None:
        branches.append(f"WHEN NOT ({empty}) AND ({value}) IS NULL THEN {fault}")
    reason = f"CASE {' '.join(branches)} END" if branches else None
    return TypedColumn(column, text, value, reason)


def _from_text(column: RawColumn, text: str) -> tuple[str, str | None]:
    """The typed value of a text, null where it has none, and the reason code (SQL) for that case."""
    kind = column.type
    if column.recode is not None:
        words = " ".join(f"WHEN {literal(word)} THEN {literal(code)}" for word, code in column.recode.items())
        return f"CASE {text} {words} END", "'unknown_code'"
    if kind == "text":
        return text, None
    if kind == "date":
        return _where(text, r"[0-9]{4}-[0-9]{2}-[0-9]{2}", f"TRY_CAST({text} AS DATE)"), "'not_a_date'"
    if kind == MONTH:
        first = f"TRY_CAST(left({text}, 4) || '-' || right({text}, 2) || '-01' AS DATE)"
        return _where(text, r"[0-9]{6}", first), "'not_a_month'"
    if kind == "timestamp":
        shape = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
        return _where(text, shape, f"TRY_CAST({text} AS TIMESTAMP)"), "'not_a_timestamp'"
    if kind == "integer":
        return _where(text, r"[+-]?[0-9]+", f"TRY_CAST({text} AS BIGINT)"), "'not_an_integer'"
    if kind == "double":
        return _where(text, _NUMBER + r"([eE][+-]?[0-9]+)?", f"TRY_CAST({text} AS DOUBLE)"), "'not_a_number'"
    if kind == "boolean":
        yes, no = (", ".join(literal(word) for word in words) for words in (_TRUE, _FALSE))
        return (
            f"CASE WHEN {text} IN ({yes}) THEN true WHEN {text} IN ({no}) THEN false END",
            "'not_a_boolean'",
        )
    return _decimal(kind, text)


def _decimal(kind: str, text: str) -> tuple[str, str]:
    """Digits beyond the column's are refused, not rounded; zeros at either end are no digits."""
    precision, scale = (int(part) for part in re.findall(r"\d+", kind))
    shape = rf"[+-]?0*[0-9]{{0,{precision - scale}}}(\.[0-9]{{0,{scale}}}0*)?"
    number = f"regexp_full_match({text}, {literal(_NUMBER)})"
    fits = f"{number} AND regexp_full_match({text}, {literal(shape)})"
    value = f"CASE WHEN {fits} THEN TRY_CAST({text} AS {kind}) END"
    return value, f"CASE WHEN {number} THEN 'too_many_digits' ELSE 'not_a_number' END"


def _where(text: str, shape: str, value: str) -> str:
    return f"CASE WHEN regexp_full_match({text}, {literal(shape)}) THEN {value} END"
