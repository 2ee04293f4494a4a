"""Days, months and times typed in bulk, in the forms in which utilities' systems write them.

A form is taken only where it can be read in one way: the year stands first and has four digits. Years are
1900 to 2999; 9999-12-31, the systems' word for "never", is the one day beyond.
"""

from __future__ import annotations

from jicha.warehouse.engines.casting_text import BLANKS, Typing, Written, full_match, padded, rewritten
from jicha.warehouse.engines.duckdb import literal

_FIRST, _LAST, _NEVER = "1900-01-01", "2999-12-31", "9999-12-31"

_YEAR = "(?:19|2[0-9])[0-9]{2}"
_MONTH = "(?:0?[1-9]|1[0-2])"
_DAY = "(?:0?[1-9]|[12][0-9]|3[01])"
_TWO_DIGIT_MONTH = "(?:0[1-9]|1[0-2])"
_TWO_DIGIT_DAY = "(?:0[1-9]|[12][0-9]|3[01])"


def _day_forms(day: str, two_digit_day: str) -> str:
    """2024-1-5, 2024/1/5, 2024.1.5, 2024年1月5日, 20240105: one separator throughout."""
    separated = "|".join(f"{mark}{_MONTH}{mark}{day}" for mark in ("-", "/", r"\."))
    return f"{_YEAR}(?:{separated}|年{_MONTH}月{day}日|{_TWO_DIGIT_MONTH}{two_digit_day})"


_DAYS = _day_forms(_DAY, _TWO_DIGIT_DAY)
_FIRST_DAYS = _day_forms("0?1", "01")
_NEVER_FORMS = r"9999(?:-12-31|/12/31|\.12\.31|年12月31日|1231)"
#: 2024.1 is left out: it is also what becomes of 2024.10 as a number.
_MONTHS = rf"{_YEAR}(?:[-/]{_MONTH}|\.?{_TWO_DIGIT_MONTH}|年{_MONTH}月)"

#: Between a day and a time.
_GAP = f"(?:T|[{BLANKS}]+)"
_MIDNIGHT = rf"(?:{_GAP}0?0:00(?::00(?:\.0+)?)?)?"
_FRACTION = r"(?:\.[0-9]{1,6}0*)?"
_TIME = rf"{_GAP}(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9]{_FRACTION})?"
_END_OF_DAY = rf"{_GAP}24:00(?::00(?:\.0+)?)?"
#: 20240105083000, as interfaces write it.
_COMPACT = rf"{_YEAR}{_TWO_DIGIT_MONTH}{_TWO_DIGIT_DAY}(?:[01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]"

#: Parts of a text that has one of the shapes above.
_YM = f"^[{BLANKS}]*([0-9]{{4}})[-/.年]?([0-9]{{1,2}})"
_YMD = _YM + "[-/.月]?([0-9]{1,2})日?"
_CLOCK = r"([0-9:]+(?:\.[0-9]{1,6})?)"
_PIECES = f"^[{BLANKS}]*([0-9]{{4}})" + 5 * "([0-9]{2})"
_REST = "(?s:.*)"


def date(written: Written) -> Typing:
    """A day; a time beside it must be midnight, or the day would hide something."""
    shape = padded(f"(?:{_DAYS}|{_NEVER_FORMS}){_MIDNIGHT}")

    def day(text: str) -> str:
        spread = rewritten(text, _YMD + _REST, r"\1-\2-\3")
        return f"CASE WHEN {full_match(text, shape)} THEN TRY_CAST({spread} AS DATE) END"

    return written.typing(
        plain=_is_iso(written.raw),
        plain_value=f"TRY_CAST({written.raw} AS DATE)",
        close=written.folded(),
        value=day,
        fault=lambda _: "'not_a_date'",
    )


def month(written: Written) -> Typing:
    """A month as its first day."""
    shape = padded(f"{_MONTHS}|{_FIRST_DAYS}{_MIDNIGHT}")

    def first_day(text: str) -> str:
        spread = rewritten(text, _YM + _REST, r"\1-\2-1")
        return f"CASE WHEN {full_match(text, shape)} THEN TRY_CAST({spread} AS DATE) END"

    number = f"TRY_CAST({written.raw} AS INTEGER)"
    return written.typing(
        plain=full_match(written.raw, _YEAR + _TWO_DIGIT_MONTH),
        plain_value=f"make_date({number} // 100, {number} % 100, 1)",
        close=written.folded(),
        value=first_day,
        fault=lambda _: "'not_a_month'",
    )


def timestamp(written: Written) -> Typing:
    """A day and a time to the minute or finer; 24:00 is the next day's 00:00. A day alone is no time."""
    shape = padded(f"{_DAYS}(?:{_TIME}|{_END_OF_DAY})|{_NEVER_FORMS}{_TIME}")

    def time(text: str) -> str:
        spread = rewritten(text, _YMD + _GAP + _CLOCK + _REST, r"\1-\2-\3 \4")
        compact = rewritten(text, _PIECES + _REST, r"\1-\2-\3 \4:\5:\6")
        return (
            f"CASE WHEN {full_match(text, shape)} THEN TRY_CAST({spread} AS TIMESTAMP)"
            f" WHEN {full_match(text, padded(_COMPACT))} THEN TRY_CAST({compact} AS TIMESTAMP) END"
        )

    moment = f"TRY_CAST({written.raw} AS TIMESTAMP)"
    return written.typing(
        # What the engine reads and writes back unchanged is a time in its plain form, or in years (BC).
        plain=(
            f"({_in_years(written.raw)} AND NOT contains({written.raw}, '(')"
            f" AND CAST({moment} AS VARCHAR) = {written.raw})"
        ),
        plain_value=moment,
        close=written.folded(),
        value=time,
        fault=lambda _: "'not_a_timestamp'",
    )


def exchanged_date(written: Written) -> Typing:
    """An ISO day whose day and month were exchanged wherever that gave a day: 2006-06-12 is 6 December."""
    shape = padded(f"(?:{_YEAR}-{_TWO_DIGIT_MONTH}-{_TWO_DIGIT_DAY}|{_NEVER}){_MIDNIGHT}")

    def day(text: str) -> str:
        delivered = rewritten(text, _YMD + _REST, r"\1-\2-\3")
        return f"CASE WHEN {full_match(text, shape)} THEN {exchanged(f'TRY_CAST({delivered} AS DATE)')} END"

    return written.typing(
        plain=_is_iso(written.raw),
        plain_value=exchanged(f"TRY_CAST({written.raw} AS DATE)"),
        close=written.folded(),
        value=day,
        fault=lambda _: "'not_a_date'",
    )


def exchanged(day: str) -> str:
    """A DATE expression with its day and month exchanged where both can be either."""
    swapped = f"make_date(year({day}), day({day}), month({day}))"
    return f"CASE WHEN day({day}) <= 12 THEN {swapped} ELSE {day} END"


def is_known_day(day: str) -> str:
    """Whether a DATE or TIMESTAMP expression lies in the years taken; no infinity does."""
    return (
        f"(TRY_CAST({day} AS DATE) BETWEEN DATE {literal(_FIRST)} AND DATE {literal(_LAST)}"
        f" OR TRY_CAST({day} AS DATE) = DATE {literal(_NEVER)})"
    )


def _is_iso(raw: str) -> str:
    """YYYY-MM-DD and a day of the calendar. What the engine reads and writes back unchanged is both."""
    return f"(strlen({raw}) = {len(_NEVER)} AND {_in_years(raw)} AND CAST(TRY_CAST({raw} AS DATE) AS VARCHAR) = {raw})"


def _in_years(raw: str) -> str:
    """Of texts in ISO form, those in the years taken: they sort as their days do."""
    first, after, never = literal(_FIRST), literal(_LAST + "~"), literal(_NEVER)
    return f"({raw} >= {first} AND {raw} < {after} OR starts_with({raw}, {never}))"
