"""The days of the county: workdays, holidays, the distance to Spring Festival, school terms.

Holidays of 2023 to 2026 are transcribed in `facts/holidays.csv`; other years get the fixed-date holidays (元旦, 清明,
劳动节, 国庆) and Spring Festival from its table, without shifted workdays, 端午 and 中秋.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from jicha.county.chance import Whole
from jicha.county.tables import facts
from jicha.kernel.errors import JichaError

Flags = NDArray[np.bool_]

NO_HOLIDAY, NEW_YEAR, SPRING_FESTIVAL, QINGMING, LABOUR, DRAGON_BOAT, MID_AUTUMN, NATIONAL = range(8)

_DAYS_A_WEEK, _SATURDAY = 7, 5
# Fixed dates (month, day of the first, days) for years whose notice is not transcribed.
_FIXED = (
    (NEW_YEAR, 1, 1, 1),
    (QINGMING, 4, 4, 3),
    (LABOUR, 5, 1, 5),
    (NATIONAL, 10, 1, 7),
)
# 除夕 and the seven days that follow it.
_FESTIVAL_FROM, _FESTIVAL_DAYS = -1, 8
# School holidays: winter from 20 days before to 16 after Spring Festival; summer in July and August.
_WINTER_BREAK = (-20, 16)
_SUMMER_BREAK = ((7, 5), (8, 31))


@dataclass(frozen=True, slots=True, eq=False)
class DayTable:
    """A span of consecutive days; every array has one entry a day.

    `ordinals`: proleptic (date.toordinal()); `month` 1–12; `day` of the month; `day_of_year` from 0; `weekday`
    0 = Monday. `is_workday` counts shifted workdays (调休) in and holidays out. `holiday`: a code of this module,
    0 for none. `from_festival`: days since the nearest 春节 (negative before it). `in_term`: schools teach."""

    first: int
    ordinals: Whole
    year: Whole
    month: Whole
    day: Whole
    day_of_year: Whole
    weekday: Whole
    is_workday: Flags
    holiday: Whole
    from_festival: Whole
    in_term: Flags

    def __len__(self) -> int:
        return len(self.ordinals)

    def at(self, first: int, count: int) -> slice:
        """Where the `count` days from the ordinal `first` stand in the arrays; days outside are left out."""
        start = first - self.first
        return slice(max(start, 0), max(start + count, 0))


@cache
def spring_festivals() -> dict[int, int]:
    """The ordinal of 春节 by year."""
    days = (date.fromisoformat(row["on"]) for row in facts("spring_festivals"))
    return {day.year: day.toordinal() for day in days}


@cache
def _notices() -> tuple[dict[int, int], frozenset[int], frozenset[int]]:
    """Holiday code by ordinal, shifted workdays, and the years transcribed."""
    holidays: dict[int, int] = {}
    shifted: set[int] = set()
    years: set[int] = set()
    for row in facts("holidays"):
        first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        years.add(last.year)
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            holidays[ordinal] = int(row["code"])
        for day in filter(None, row["workdays"].split("|")):
            shifted.add(date.fromisoformat(day).toordinal())
    return holidays, frozenset(shifted), frozenset(years)


def _festival(year: int) -> int:
    try:
        return spring_festivals()[year]
    except KeyError:
        raise JichaError(
            "county_calendar_ends",
            en=f"the county's calendar has no Spring Festival of {year}",
            zh=f"县城日历没有{year}年的春节日期",
        ) from None


@cache
def _holidays_of(year: int) -> dict[int, int]:
    """Holiday code by ordinal of a year that has no notice here."""
    days: dict[int, int] = {}
    for code, month, day, count in _FIXED:
        first = date(year, month, day).toordinal()
        days.update(dict.fromkeys(range(first, first + count), code))
    first = _festival(year) + _FESTIVAL_FROM
    days.update(dict.fromkeys(range(first, first + _FESTIVAL_DAYS), SPRING_FESTIVAL))
    return days


@cache
def day_table(first_ordinal: int, count: int) -> DayTable:
    """The `count` days from the ordinal on. Raises JichaError beyond the table of Spring Festivals."""
    ordinals = np.arange(first_ordinal, first_ordinal + count, dtype=np.int64)
    dates = [date.fromordinal(int(ordinal)) for ordinal in ordinals]
    notices, shifted, years = _notices()
    holiday, workday, distance, term = [], [], [], []
    for day in dates:
        ordinal = day.toordinal()
        code = notices.get(ordinal, NO_HOLIDAY)
        if code == NO_HOLIDAY and day.year not in years:
            code = _holidays_of(day.year).get(ordinal, NO_HOLIDAY)
        holiday.append(code)
        is_weekday = day.weekday() < _SATURDAY
        workday.append(code == NO_HOLIDAY and (is_weekday or ordinal in shifted))
        distance.append(_from_festival(day))
        term.append(_teaches(day, distance[-1]))
    return DayTable(
        first=first_ordinal,
        ordinals=ordinals,
        year=np.array([day.year for day in dates], dtype=np.int64),
        month=np.array([day.month for day in dates], dtype=np.int64),
        day=np.array([day.day for day in dates], dtype=np.int64),
        day_of_year=np.array([day.timetuple().tm_yday - 1 for day in dates], dtype=np.int64),
        # Day ordinal 1 was a Monday.
        weekday=(ordinals - 1) % _DAYS_A_WEEK,
        is_workday=np.array(workday, dtype=np.bool_),
        holiday=np.array(holiday, dtype=np.int64),
        from_festival=np.array(distance, dtype=np.int64),
        in_term=np.array(term, dtype=np.bool_),
    )


def _from_festival(day: date) -> int:
    ordinal = day.toordinal()
    near = [_festival(day.year)]
    near += [spring_festivals()[year] for year in (day.year - 1, day.year + 1) if year in spring_festivals()]
    return min((ordinal - festival for festival in near), key=abs)


def _teaches(day: date, from_festival: int) -> bool:
    if _WINTER_BREAK[0] <= from_festival <= _WINTER_BREAK[1]:
        return False
    return not _SUMMER_BREAK[0] <= (day.month, day.day) <= _SUMMER_BREAK[1]
