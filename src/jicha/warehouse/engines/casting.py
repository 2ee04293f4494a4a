"""Values typed in bulk: one expression gives a column's value, one the reason why there is none.

Many forms, no guesses: a value is taken where it can be read in one way only and fits its column exactly. A
decimal is never rounded, an identifier never repaired, an undecodable character never filled in.

Text is typed by `casting_text`, `casting_numbers` and `casting_dates`. Files with types of their own (Parquet,
number cells of a workbook) keep them where they are wide enough, and go through their text elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from jicha.warehouse.column_map import EXCHANGED_DATE, MONTH, RawColumn
from jicha.warehouse.engines.casting_dates import (
    date,
    exchanged,
    exchanged_date,
    is_known_day,
    month,
    timestamp,
)
from jicha.warehouse.engines.casting_numbers import bounds_of, decimal, double, integer, one_zero
from jicha.warehouse.engines.casting_text import Typing, Written, once, rewritten
from jicha.warehouse.engines.duckdb import sql_type

#: Decimal digits of the engine's whole numbers.
_DIGITS = {
    "TINYINT": 3,
    "UTINYINT": 3,
    "SMALLINT": 5,
    "USMALLINT": 5,
    "INTEGER": 10,
    "UINTEGER": 10,
    "BIGINT": 19,
}
_FLOATS = ("FLOAT", "DOUBLE")
_DECIMAL = re.compile(r"decimal\((\d+), ?(\d+)\)", re.IGNORECASE)

#: Delivered types that no identifier survives: 1-2 has become a day, a number a yes or no.
_NO_IDENTIFIER = ("DATE", "TIME", "TIMESTAMP", "BOOLEAN")

#: Whole numbers below this (10 to the 15th) are exact in a workbook: it keeps fifteen digits, no more.
_EXACT_IN_A_WORKBOOK = 10**15


@dataclass(frozen=True, slots=True)
class TypedColumn:
    """SQL over one delivered value: `text` as it was delivered (trimmed, null where empty), `value` typed,
    `reason` the code of a `REASONS` entry or null; `reason` is None where nothing can go wrong.

    `is_plain` is a cheap test, true where `plain_value` is the value and nothing is wrong with it; both are None
    where the column has no such form.
    """

    column: RawColumn
    text: str
    value: str
    reason: str | None
    is_plain: str | None = None
    plain_value: str | None = None

    def when_all_plain(self) -> TypedColumn:
        """The column of a file in which every value is plain: a tenth of the SQL."""
        return replace(self, value=self.plain_value or self.value, reason=None)


def typed_column(column: RawColumn, delivered: str, delivered_type: str) -> TypedColumn:
    """How to type one column. `delivered` is an SQL name, `delivered_type` its DuckDB type.

    A null and a text of blanks are empty: a required column tells `missing_value`, another one nothing.
    """
    is_text = delivered_type == "VARCHAR"
    as_delivered = Written(delivered if is_text else f"CAST({delivered} AS VARCHAR)")
    typing = _kept(column, delivered, delivered_type) or _sound(
        column, delivered, delivered_type, _typing(column, Written(_as_text(delivered, delivered_type)))
    )
    nothing = f"({delivered} IS NULL OR {delivered} = '')" if is_text else f"{delivered} IS NULL"
    missing = "'missing_value'" if column.required else "NULL"

    def reason(close: str) -> str:
        return (
            f"CASE WHEN ({typing.value(close)}) IS NOT NULL THEN NULL"
            f" WHEN {typing.is_empty(close)} THEN {missing} ELSE {typing.fault(close)} END"
        )

    plain_value = f"CASE WHEN {nothing} THEN NULL ELSE {typing.plain_value} END"
    return TypedColumn(
        column,
        text=f"nullif({as_delivered.trimmed}, '')",
        value=(
            f"CASE WHEN {typing.plain} THEN {typing.plain_value} WHEN {nothing} THEN NULL"
            f" ELSE {once(typing.close, typing.value, 'close')} END"
        ),
        reason=(
            f"CASE WHEN {typing.plain} THEN NULL WHEN {nothing} THEN {missing}"
            f" ELSE {once(typing.close, reason, 'close')} END"
        ),
        is_plain=f"coalesce({typing.plain}, false)" + ("" if column.required else f" OR {nothing}"),
        plain_value=typing.plain_value if column.required else plain_value,
    )


def absent_column(column: RawColumn) -> TypedColumn:
    """A column that is not in the file, and need not be: null in every row."""
    return TypedColumn(column, "CAST(NULL AS VARCHAR)", f"CAST(NULL AS {sql_type(column.stored_type)})", None)


def _typing(column: RawColumn, written: Written) -> Typing:
    """Of a value as text."""
    if column.recode is not None:
        return written.code(column.recode)
    match column.type:
        case "text":
            return written.identifier() if column.is_identifier else written.text()
        case "date":
            return date(written)
        case _ if column.type == MONTH:
            return month(written)
        case _ if column.type == EXCHANGED_DATE:
            return exchanged_date(written)
        case "timestamp":
            return timestamp(written)
        case "integer":
            return integer(written, column)
        case "double":
            return double(written)
        case "boolean":
            return written.boolean()
    return decimal(written, column.type)


def _kept(column: RawColumn, delivered: str, delivered_type: str) -> Typing | None:
    """Of a value that keeps the type the file gave it, or one that is wide enough; None if it cannot."""
    kind, target = column.type, sql_type(column.stored_type)
    cast, test = f"TRY_CAST({delivered} AS {target})", None
    if delivered_type in ("DATE", "TIMESTAMP") and kind in ("date", EXCHANGED_DATE):
        test = f"{is_known_day(delivered)} AND TRY_CAST({cast} AS TIMESTAMP) = {delivered}"
        cast = exchanged(cast) if kind == EXCHANGED_DATE else cast
        fault = "not_a_date"
    elif delivered_type == "TIMESTAMP" and kind == "timestamp":
        test, fault = is_known_day(delivered), "not_a_timestamp"
    elif delivered_type in _DIGITS and kind == "integer":
        test, fault = f"{delivered} {bounds_of(column) or 'IS NOT NULL'}", "out_of_range"
    elif delivered_type in _FLOATS and kind == "double":
        test, fault = f"isfinite({delivered})", "not_a_number"
        cast = one_zero(cast)
    elif delivered_type == "BOOLEAN" and kind == "boolean":
        test, fault = f"{delivered} IS NOT NULL", "not_a_boolean"
    elif _is_wide_enough(kind, delivered_type):
        test, fault = f"{delivered} IS NOT NULL", "too_many_digits"
    if test is None:
        return None
    return Typing(
        plain=test,
        plain_value=cast,
        close="NULL",
        value=lambda _: f"CAST(NULL AS {target})",
        is_empty=lambda _: "false",
        fault=lambda _: f"'{fault}'",
    )


def _is_wide_enough(kind: str, delivered_type: str) -> bool:
    """Whether every number of the delivered type fits into the decimal `kind`."""
    target, source = _DECIMAL.fullmatch(kind), _DECIMAL.fullmatch(delivered_type)
    if not target:
        return False
    precision, scale = int(target[1]), int(target[2])
    if source:
        return int(source[2]) <= scale and int(source[1]) - int(source[2]) <= precision - scale
    return delivered_type in _DIGITS and _DIGITS[delivered_type] <= precision - scale


def _as_text(delivered: str, delivered_type: str) -> str:
    """A whole number's text has no point, whatever type carried it: 123456.0 is 123456."""
    if delivered_type == "VARCHAR":
        return delivered
    text = f"CAST({delivered} AS VARCHAR)"
    if delivered_type in _FLOATS:
        is_whole = f"abs({delivered}) < {_EXACT_IN_A_WORKBOOK} AND {delivered} = trunc({delivered})"
        return f"CASE WHEN {is_whole} THEN CAST(CAST({delivered} AS BIGINT) AS VARCHAR) ELSE {text} END"
    if _DECIMAL.fullmatch(delivered_type):
        return rewritten(text, r"\.0*$", "")
    return text


def _sound(column: RawColumn, delivered: str, delivered_type: str, typing: Typing) -> Typing:
    """Text from a file's numbers and days: what can no longer be told for certain is refused."""
    if column.type != "text" or delivered_type == "VARCHAR":
        return typing
    is_whole = f"{delivered} = trunc({delivered})"
    if delivered_type in _FLOATS:
        sound = f"abs({delivered}) < {_EXACT_IN_A_WORKBOOK}"
        sound += f" AND {is_whole}" if column.is_identifier else ""
    elif column.is_identifier and _DECIMAL.fullmatch(delivered_type):
        sound = is_whole
    elif column.is_identifier and delivered_type.startswith(_NO_IDENTIFIER):
        sound = "false"
    else:
        return typing
    return Typing(
        plain=f"(({sound}) AND {typing.plain})",
        plain_value=typing.plain_value,
        close=typing.close,
        value=lambda close: f"CASE WHEN {sound} THEN {typing.value(close)} END",
        is_empty=typing.is_empty,
        fault=lambda close: f"CASE WHEN {sound} THEN {typing.fault(close)} ELSE 'number_form_lost' END",
    )
