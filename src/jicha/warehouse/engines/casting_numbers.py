"""Numbers typed in bulk, exactly: a value never passes through binary floating point.

Taken are digits with a sign and a point, thousands commas where they stand right, a minus behind the number
as some accounting systems print it, and powers of ten. Parentheses are refused: (5) may be minus five, or a
footnote. So are currencies, units and percent signs: a number is a number in the column's unit.
"""

from __future__ import annotations

import re

from jicha.warehouse.column_map import RawColumn
from jicha.warehouse.engines.casting_text import Typing, Written, full_match, once, padded, part
from jicha.warehouse.engines.duckdb import literal

_GROUPED = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+"
_UNSIGNED = rf"(?:(?:[0-9]+|{_GROUPED})(?:\.[0-9]*)?|\.[0-9]+)"
_SIGNED = rf"[+-]?{_UNSIGNED}"
_MINUS_BEHIND = rf"{_UNSIGNED}-"

_MANTISSA, _EXPONENT = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)", "[+-]?0*[0-9]{1,2}"
_POWER = f"{_MANTISSA}[eE]{_EXPONENT}"

#: Zeros that let the point of a number be moved by any power of ten that `_POWER` knows.
_ZEROS = 100

#: Whole numbers of this many digits fit into 64 bits whatever they are; those of one more may.
_SURE_DIGITS = 18


def decimal(written: Written, kind: str) -> Typing:
    """`kind` is decimal(p,s). Digits beyond the column's are refused, not rounded; zeros at either end are
    no digits."""
    precision, scale = (int(digits) for digits in re.findall(r"\d+", kind))
    before = precision - scale
    plain = f"-?[0-9]{{1,{before}}}" if before else "-?0"
    if scale:
        plain += rf"(?:\.[0-9]{{1,{scale}}})?"
    fitting = rf"[+-]?0*[0-9]{{0,{before}}}(?:\.[0-9]{{0,{scale}}}0*)?"
    return written.typing(
        plain=full_match(written.raw, plain),
        plain_value=f"TRY_CAST({written.raw} AS {kind})",
        close=once(written.folded(), _plainly, "folded"),
        value=lambda number: f"TRY_CAST({_only(number, fitting)} AS {kind})",
        fault=lambda number: f"CASE WHEN {number} IS NULL THEN 'not_a_number' ELSE 'too_many_digits' END",
    )


def integer(written: Written, column: RawColumn) -> Typing:
    """A whole number within the column's bounds; 6.0 and 1.5E+3 are whole."""
    digits = rf"[+-]?0*[0-9]{{0,{_SURE_DIGITS + 1}}}(?:\.0*)?"
    bounds = bounds_of(column)

    def unbounded(number: str) -> str:
        return f"TRY_CAST(TRY_CAST({_only(number, digits)} AS DECIMAL(38,0)) AS BIGINT)"

    def value(number: str) -> str:
        whole = unbounded(number)
        return f"CASE WHEN {whole} {bounds} THEN {whole} END" if bounds else whole

    def fault(number: str) -> str:
        is_whole = full_match(number, r"[+-]?[0-9]*(?:\.0*)?")
        return (
            f"CASE WHEN {unbounded(number)} IS NOT NULL THEN 'out_of_range'"
            f" WHEN {is_whole} THEN 'too_many_digits' ELSE 'not_an_integer' END"
        )

    plain_value = f"TRY_CAST({written.raw} AS BIGINT)"
    plain = full_match(written.raw, f"-?[0-9]{{1,{_SURE_DIGITS}}}")
    return written.typing(
        plain=f"({plain} AND {plain_value} {bounds})" if bounds else plain,
        plain_value=plain_value,
        close=once(written.folded(), _plainly, "folded"),
        value=value,
        fault=fault,
    )


def bounds_of(column: RawColumn) -> str:
    """What an integer expression is compared with, such as `BETWEEN 0 AND 600`; empty without bounds."""
    least, most = column.least, column.most
    if least is not None and most is not None:
        return f"BETWEEN {least} AND {most}"
    if least is not None:
        return f">= {least}"
    return "" if most is None else f"<= {most}"


def one_zero(number: str) -> str:
    """A double without the sign of a zero. -0.0 equals 0.0, so whether a row keeps the sign is left to how an
    engine stores equal values; but it is written otherwise, and the digest of the row would be another."""
    return f"CASE WHEN {number} = 0 THEN CAST(0 AS DOUBLE) ELSE {number} END"


def double(written: Written) -> Typing:
    """The one type that is binary: of measurements without a fixed scale. It must be finite."""

    def number(text: str) -> str:
        is_power = full_match(text, padded(_POWER))
        digits = f"CASE WHEN {is_power} THEN {part(text, f'({_POWER})')} ELSE {_plainly(text)} END"
        return f"TRY_CAST({digits} AS DOUBLE)"

    return written.typing(
        plain=full_match(written.raw, r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?"),
        plain_value=one_zero(f"TRY_CAST({written.raw} AS DOUBLE)"),
        close=once(written.folded(), number, "folded"),
        value=lambda number: f"CASE WHEN isfinite({number}) THEN {one_zero(number)} END",
        fault=lambda _: "'not_a_number'",
    )


def _plainly(text: str) -> str:
    """The number as digits, a point and a sign in front; null where it is no number."""
    signed, behind = (part(text, shape) for shape in (f"({_SIGNED})", f"({_UNSIGNED})-"))
    return (
        f"CASE WHEN {full_match(text, padded(_SIGNED))} THEN replace({signed}, ',', '')"
        f" WHEN {full_match(text, padded(_MINUS_BEHIND))} THEN '-' || replace({behind}, ',', '')"
        f" WHEN {full_match(text, padded(_POWER))} THEN {_moved(text)} END"
    )


def _only(number: str, shape: str) -> str:
    """The number if it has this shape, else an empty text, which no cast takes for a number."""
    return f"regexp_extract({number}, {literal(f'^(?:{shape})$')})"


def _moved(power: str) -> str:
    """A number with a power of ten as digits and a point: the point is moved, nothing is computed."""
    pieces = f"({_MANTISSA})[eE]({_EXPONENT})"
    exponent = f"TRY_CAST({part(power, pieces, 2)} AS INTEGER)"

    def moved(mantissa: str) -> str:
        unsigned = f"ltrim({mantissa}, '+-')"
        digits = f"repeat('0', {_ZEROS}) || replace({unsigned}, '.', '') || repeat('0', {_ZEROS})"
        point = f"CAST({_ZEROS} + length(split_part({unsigned}, '.', 1)) + {exponent} AS INTEGER)"
        return (
            f"regexp_extract({mantissa}, '^-') || left({digits}, {point}) || '.'"
            f" || substr({digits}, {point} + 1)"
        )

    return once(part(power, pieces), moved, "mantissa")
