"""What every rule of typing means, in plain Python: slow, one value at a time, and written without regular
expressions, so that it shares no mistake with the SQL it is compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import isfinite

from jicha.warehouse.column_map import EXCHANGED_DATE, MONTH, RawColumn

#: The typed value, or a reason code; both None where nothing was delivered and nothing had to be.
Judged = tuple[object, str | None]

DIGITS = "0123456789"
BLANKS = " \t\r\n\u00a0\u2002\u2003\u2009\u200b\u202f\u3000\ufeff"
UNDECODABLE = "\ufffd"
ERRORS = ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"]
YES, NO = ["1", "true", "TRUE", "True", "是", "Y"], ["0", "false", "FALSE", "False", "否", "N"]


def judged(column: RawColumn, text: str | None) -> Judged:
    """What becomes of one delivered text in a column."""
    seen = (text or "").strip(BLANKS)
    is_identifier = column.type == "text" and column.column.endswith("_id") and column.recode is None
    if is_identifier:
        seen = _bare(text or "")
    if not seen:
        return None, "missing_value" if column.required else None
    value, fault = _READ[column.type](column, text or "") if column.recode is None else _code(column, seen)
    if value is not None:
        return value, None
    if UNDECODABLE in (text or ""):
        return None, "undecodable"
    if seen in ERRORS:
        return None, "formula_error"
    return None, fault


def _narrow(text: str, signs: str = "".join(map(chr, range(0x21, 0x7F)))) -> str:
    """Full-width forms of these signs, and the minus sign, in ASCII."""
    narrow = {chr(0xFF00 + ord(sign) - 0x20): sign for sign in signs} | {"\u2212": "-"}
    return "".join(narrow.get(sign, sign) for sign in text)


def _figures(text: str) -> str:
    return _narrow(text, DIGITS + "+-.,/:").strip(BLANKS)


def _all_digits(text: str, *lengths: int) -> bool:
    return all(sign in DIGITS for sign in text) and (len(text) in lengths if lengths else len(text) > 0)


# --- text ---------------------------------------------------------------------------------------------------


def _text(column: RawColumn, text: str) -> Judged:
    if column.column.endswith("_id"):
        return _identifier(text)
    seen = text.strip(BLANKS)
    return (None, None) if UNDECODABLE in seen or seen in ERRORS else (seen, None)


def _bare(text: str) -> str:
    seen = _narrow(text).strip(BLANKS)
    if len(seen) >= 3 and seen.startswith('="') and seen.endswith('"') and seen.count('"') == 2:
        seen = seen[2:-1]
    elif seen.startswith("'"):
        seen = seen[1:]
    return seen.strip(BLANKS)


def _identifier(text: str) -> Judged:
    seen = _bare(text)
    if UNDECODABLE in seen or seen in ERRORS:
        return None, None
    return (None, "number_form_lost") if _is_lost(seen) else (seen, None)


def _is_lost(seen: str) -> bool:
    if set(seen) == {"#"}:
        return True
    unsigned = seen[1:] if seen[0] in "+-" else seen
    mantissa, has_power, power = unsigned.replace("E", "e").partition("e")
    whole, point, rest = mantissa.partition(".")
    if not _all_digits(whole) or (rest and not _all_digits(rest)):
        return False
    if not has_power:
        return bool(point and rest) and set(rest) == {"0"}
    if power.startswith("+"):
        return _all_digits(power[1:])
    return bool(point) and _all_digits(power.removeprefix("-"))


def _code(column: RawColumn, seen: str) -> Judged:
    recode = column.recode or {}
    if seen in recode:
        return recode[seen], None
    alike = {code for word, code in recode.items() if _narrow(word) == _narrow(seen)}
    return (alike.pop(), None) if len(alike) == 1 else (None, "unknown_code")


def _boolean(column: RawColumn, text: str) -> Judged:
    seen = _narrow(text).strip(BLANKS)
    return (seen in YES, None) if seen in YES + NO else (None, "not_a_boolean")


# --- numbers ------------------------------------------------------------------------------------------------


def number(text: str) -> Fraction | None:
    """The exact number, None where it is none."""
    seen = _figures(text)
    if seen.endswith("-"):
        behind = _unsigned(seen[:-1])
        return None if behind is None else -behind
    sign = -1 if seen.startswith("-") else 1
    unsigned = seen[1:] if seen[:1] in ("+", "-") else seen
    mantissa, has_power, power = unsigned.replace("E", "e").partition("e")
    value = _unsigned(mantissa)
    if value is None:
        return None
    if has_power:
        digits = power[1:] if power[:1] in ("+", "-") else power
        if "," in mantissa or not _all_digits(digits) or len(digits.lstrip("0")) > 2:
            return None
        value *= Fraction(10) ** int(power)
    return sign * value


def _unsigned(text: str) -> Fraction | None:
    whole, _, rest = text.partition(".")
    first, *groups = whole.split(",")
    if groups:
        if not (_all_digits(first, 1, 2, 3) and first[0] != "0" and all(_all_digits(g, 3) for g in groups)):
            return None
        whole = first + "".join(groups)
    if not (_all_digits(whole) or (not whole and rest)) or (rest and not _all_digits(rest)):
        return None
    return Fraction(int(whole or "0")) + Fraction(int(rest or "0"), 10 ** len(rest))


def _decimal(column: RawColumn, text: str) -> Judged:
    precision, scale = (int(part) for part in column.type[len("decimal(") : -1].split(","))
    value = number(text)
    if value is None:
        return None, "not_a_number"
    fits = abs(value) < 10 ** (precision - scale) and (value * 10**scale).denominator == 1
    return (value, None) if fits else (None, "too_many_digits")


def _integer(column: RawColumn, text: str) -> Judged:
    value = number(text)
    if value is None or value.denominator != 1:
        return None, "not_an_integer"
    if not -(2**63) <= value < 2**63:
        return None, "too_many_digits"
    too_small = column.least is not None and value < column.least
    too_large = column.most is not None and value > column.most
    return (None, "out_of_range") if too_small or too_large else (int(value), None)


def _double(column: RawColumn, text: str) -> Judged:
    value = number(text)
    if value is None:
        return None, "not_a_number"
    try:
        near = value.numerator / value.denominator
    except OverflowError:
        return None, "not_a_number"
    return (near, None) if isfinite(near) else (None, "not_a_number")


# --- days and times -----------------------------------------------------------------------------------------


def _split(text: str) -> tuple[str, str | None]:
    """A day and the time behind it; None where nothing stands between them."""
    for place, sign in enumerate(text):
        if sign == "T":
            return text[:place], text[place + 1 :]
        if sign in BLANKS:
            return text[:place], text[place:].lstrip(BLANKS)
    return text, None


def _parts(text: str) -> list[str] | None:
    """Year, month and day as written, None where the text has not the shape of a day."""
    if _all_digits(text, 8):
        return [text[:4], text[4:6], text[6:]]
    if text.endswith("日"):
        year, _, rest = text[:-1].partition("年")
        parts = [year, *rest.split("月")]
    else:
        parts = next((text.split(mark) for mark in "-/." if mark in text), [])
    if len(parts) != 3 or not _all_digits(parts[0], 4) or not all(_all_digits(p, 1, 2) for p in parts[1:]):
        return None
    return parts


def _day(text: str) -> date | None:
    parts = _parts(text)
    if parts is None:
        return None
    try:
        day = date(*map(int, parts))
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2999 or day == date(9999, 12, 31) else None


def _is_midnight(time: str | None) -> bool:
    if time is None:
        return True
    clock, point, fraction = time.partition(".")
    if point and (clock.count(":") < 2 or not fraction or set(fraction) != {"0"}):
        return False
    return clock in ("0:00", "00:00", "0:00:00", "00:00:00")


def _date(column: RawColumn, text: str) -> Judged:
    written, time = _split(_figures(text))
    day = _day(written)
    return (day, None) if day and _is_midnight(time) else (None, "not_a_date")


def _exchanged_date(column: RawColumn, text: str) -> Judged:
    written, time = _split(_figures(text))
    day = _day(written)
    if day is None or not _is_midnight(time) or written != day.isoformat():
        return None, "not_a_date"
    return (day.replace(month=day.day, day=day.month) if day.day <= 12 else day), None


def _month(column: RawColumn, text: str) -> Judged:
    seen = _figures(text)
    first = None
    if _all_digits(seen, 6):
        first = _day(seen + "01")
    elif seen.endswith("月") and "日" not in seen:
        first = _day(seen + "1日")
    elif seen.count("-") == 1:
        first = _day(seen + "-1")
    elif seen.count("/") == 1:
        first = _day(seen + "/1")
    elif seen.count(".") == 1 and len(seen) == 7:
        first = _day(seen + ".1")
    else:
        written, time = _split(seen)
        first = _day(written) if _is_midnight(time) else None
    return (first, None) if first and first.day == 1 else (None, "not_a_month")


def _timestamp(column: RawColumn, text: str) -> Judged:
    fault: Judged = (None, "not_a_timestamp")
    seen = _figures(text)
    if _all_digits(seen, 14):
        seen = f"{seen[:8]} {seen[8:10]}:{seen[10:12]}:{seen[12:]}"
        if seen.startswith("9999") or seen[9:11] == "24":
            return fault
    written, time = _split(seen)
    day = _day(written)
    if day is None or time is None:
        return fault
    clock, point, fraction = time.partition(".")
    fields = clock.split(":")
    if len(fields) not in (2, 3) or not _all_digits(fields[0], 1, 2):
        return fault
    if not all(_all_digits(field, 2) and int(field) < 60 for field in fields[1:]):
        return fault
    if point and (len(fields) == 2 or not _all_digits(fraction) or len(fraction.rstrip("0")) > 6):
        return fault
    length = timedelta(
        hours=int(fields[0]),
        minutes=int(fields[1]),
        seconds=int(fields[2]) if len(fields) == 3 else 0,
        microseconds=int(f"{fraction:0<6}"[:6]) if point else 0,
    )
    if int(fields[0]) >= 24 and (length != timedelta(days=1) or day.year == 9999):
        return fault
    return datetime.combine(day, datetime.min.time()) + length, None


_READ: Mapping[str, Callable[[RawColumn, str], Judged]] = {
    "text": _text,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
    "integer": _integer,
    "double": _double,
    "decimal(14,2)": _decimal,
    "decimal(4,4)": _decimal,
    "decimal(38,0)": _decimal,
    MONTH: _month,
    EXCHANGED_DATE: _exchanged_date,
}
