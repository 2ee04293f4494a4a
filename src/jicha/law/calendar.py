"""The working-day calendar: yearly books of holidays become one row per day, and deadlines are counted on them.

A book under `content/law/calendar/` says only what a holiday notice says: which days are off, and which days of
a weekend are worked in exchange. Every other day is what its weekday makes it. A year that has no book is
unknown: nothing here takes an unknown Saturday for a day off or an unknown Monday for a working day.

**Counting.** A period of working days does not count the day it starts on and counts the day it ends on: the
days counted from `after` up to `until` are `after` < day ≤ `until`. The column `workday_no` counts the same way
(working days from the first known day up to and including the day), so that in SQL the working days that passed
between two days are `until.workday_no - after.workday_no`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby, pairwise

import msgspec

from jicha.kernel.dated import DatedError
from jicha.kernel.errors import ContentError
from jicha.kernel.period import Period, require_day
from jicha.kernel.text import Text
from jicha.law.files import Confidence
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.yaml_file import line_of, typed

_DAY = timedelta(days=1)
_SATURDAY = 5  # of date.weekday(), Monday is 0


class Arrangement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one notice makes of some days. Spans are half-open: the second day is the first one not off.

    `holidays`: code of the list `holiday` -> its spans. `workdays`: days of a weekend worked in exchange.
    """

    cite: str
    confidence: Confidence
    confirmed_on: date
    holidays: dict[str, tuple[tuple[date, date], ...]] = {}
    workdays: tuple[date, ...] = ()
    note: Bilingual | None = None


class _Book(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A yearly book as its file is written; `further` are notices beside the year's own."""

    title: Bilingual
    jurisdiction_code: str
    year: int
    cite: str
    confidence: Confidence
    confirmed_on: date
    holidays: dict[str, tuple[tuple[date, date], ...]]
    workdays: tuple[date, ...]
    note: Bilingual | None = None
    further: tuple[Arrangement, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The notices that arrange one year of one place, the year's own first. A day is arranged at most once.

    `file` is the book's path as a person knows it, `text` the book itself, in which errors look up their line.
    """

    jurisdiction_code: str
    year: int
    arrangements: tuple[Arrangement, ...]
    file: str
    text: str = field(default="", repr=False)

    @property
    def period(self) -> Period:
        return Period(date(self.year, 1, 1), date(self.year + 1, 1, 1))


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of `law.calendar_day`. `holiday_code` is None on all other days than holidays."""

    jurisdiction_code: str
    calendar_on: date
    day_type_code: str
    holiday_code: str | None
    workday_no: int
    law_citation: str
    law_confidence_code: Confidence

    @property
    def is_workday(self) -> bool:
        return self.day_type_code in ("workday", "shifted_workday")


def calendar_year(text: str, *, file: str) -> CalendarYear:
    """The year a book states. Raises `ContentError`, with the line, for a book that contradicts itself."""
    book = typed(text, _Book, file=file)
    own = Arrangement(book.cite, book.confidence, book.confirmed_on, book.holidays, book.workdays, book.note)
    year = CalendarYear(book.jurisdiction_code, book.year, (own, *book.further), file, text)
    _arranged(year)
    return year


def calendar_days(years: Iterable[CalendarYear]) -> list[CalendarDay]:
    """Every day of the years, by place and day. Raises `ContentError` for a year that stands twice, a hole
    between years, and what `calendar_year` refuses."""
    days: list[CalendarDay] = []
    ordered = sorted(years, key=lambda year: (year.jurisdiction_code, year.year))
    for _, of_place in groupby(ordered, key=lambda year: year.jurisdiction_code):
        following = list(of_place)
        _refuse_twice_and_holes(following)
        workday_no = 0
        for year in following:
            for day in _days_of(year, workday_no):
                days.append(day)
                workday_no = day.workday_no
    return days


class WorkCalendar:
    """Deadlines in working days. What needs a day of an unknown year raises `DatedError`, naming that year."""

    def __init__(self, years: Iterable[CalendarYear]) -> None:
        """From the years of one place; at least one."""
        days = calendar_days(years)
        places = sorted({day.jurisdiction_code for day in days})
        if len(places) != 1:
            raise DatedError(
                "not_one_calendar",
                en=f"a working-day calendar is of one place, not of {', '.join(places) or 'none'}",
                zh=f"工作日历须且只能属于一个地区, 现有: {'、'.join(places) or '无'}",
            )
        self.jurisdiction_code = places[0]
        self.known = Period.inclusive(days[0].calendar_on, days[-1].calendar_on)
        self._days = days
        self._workdays = [day.calendar_on for day in days if day.is_workday]

    def day(self, day: date) -> CalendarDay:
        """What the calendar says of the day, with the notice it rests on."""
        if not self.known.contains(require_day(day)):
            raise self._unknown(day.year)
        return self._days[(day - self.known.start).days]

    def is_workday(self, day: date) -> bool:
        return self.day(day).is_workday

    def workday_on_or_after(self, day: date) -> date:
        """The day itself if it is worked, else the next one that is: where a period ending on it ends."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def add_workdays(self, day: date, workdays: int) -> date:
        """The n-th working day after the day, which does not count itself; for n < 0 the n-th one before it.

        0 gives the day itself, worked or not.
        """
        start = self.day(day)
        if workdays == 0:
            return day
        before = start.workday_no - 1 if start.is_workday else start.workday_no
        place = start.workday_no - 1 + workdays if workdays > 0 else before + workdays
        if place < 0:
            raise self._unknown(self.known.start.year - 1)
        if place >= len(self._workdays):
            raise self._unknown(self.known.last.year + 1)
        return self._workdays[place]

    def workdays_between(self, after: date, until: date) -> int:
        """How many days in `after` < day ≤ `until` are worked; `until` may not lie before `after`.

        For n ≥ 0, `workdays_between(day, add_workdays(day, n)) == n`.
        """
        start, end = self.day(after), self.day(until)
        if until < after:
            raise DatedError(
                "reversed_days",
                en=f"working days are counted forward; {until} lies before {after}",
                zh=f"工作日须按时间先后计算; {until} 早于 {after}",
            )
        return end.workday_no - start.workday_no

    def _unknown(self, year: int) -> DatedError:
        first, last = self.known.start.year, self.known.last.year
        return DatedError(
            "calendar_year_unknown",
            en=f"the working-day calendar of {self.jurisdiction_code} does not know the year {year}; "
            f"it knows {first} to {last}",
            zh=f"{self.jurisdiction_code} 的工作日历没有 {year} 年的安排; 已有 {first} 至 {last} 年",
        )


def _days_of(year: CalendarYear, workdays_before: int) -> Iterator[CalendarDay]:
    arranged = _arranged(year)
    workday_no = workdays_before
    for day in year.period:
        by_weekday = "weekend" if _is_weekend(day) else "workday"
        day_type, holiday, notice = arranged.get(day, (by_weekday, None, year.arrangements[0]))
        workday_no += day_type in ("workday", "shifted_workday")
        yield CalendarDay(
            year.jurisdiction_code, day, day_type, holiday, workday_no, notice.cite, notice.confidence
        )


#: Kind of day, holiday, and the notice that says so.
_Arranged = tuple[str, str | None, Arrangement]


def _arranged(year: CalendarYear) -> dict[date, _Arranged]:
    """The days the year's notices speak of; refuses what cannot stand together."""
    arranged: dict[date, _Arranged] = {}

    def arrange(day: date, what: _Arranged, steps: tuple[str | int, ...]) -> None:
        if not year.period.contains(day):
            raise _fault(
                year,
                steps,
                "day_outside_year",
                Text(f"{day} is no day of {year.year}", f"{day} 不在 {year.year} 年内"),
            )
        if day in arranged:
            raise _fault(
                year, steps, "day_arranged_twice", Text(f"{day} is arranged twice", f"{day} 被重复安排")
            )
        arranged[day] = what

    for number, notice in enumerate(year.arrangements):
        above: tuple[str | int, ...] = ("further", number - 1) if number else ()
        for holiday, spans in notice.holidays.items():
            for place, (start, end) in enumerate(spans):
                steps = (*above, "holidays", holiday, place)
                if end <= start:
                    raise _fault(
                        year,
                        steps,
                        "empty_span",
                        Text(
                            f"from {start} to before {end} is no day", f"{start} 至 {end}(不含)不包含任何一天"
                        ),
                    )
                for day in Period(start, end):
                    arrange(day, ("holiday", holiday, notice), steps)
        for place, day in enumerate(notice.workdays):
            steps = (*above, "workdays", place)
            if not _is_weekend(day):
                raise _fault(
                    year,
                    steps,
                    "not_a_weekend_day",
                    Text(
                        f"{day} is no Saturday or Sunday, so it is worked without exchange",
                        f"{day} 不是周六或周日, 无须调休",
                    ),
                )
            arrange(day, ("shifted_workday", None, notice), steps)
    return arranged


def _refuse_twice_and_holes(years: list[CalendarYear]) -> None:
    """Of one place, in order."""
    for earlier, later in pairwise(years):
        if later.year == earlier.year:
            raise _fault(
                later,
                ("year",),
                "year_twice",
                Text(
                    f"{later.year} already stands in {earlier.file}",
                    f"{later.year} 年已在 {earlier.file} 中给出",
                ),
            )
        if later.year != earlier.year + 1:
            raise _fault(
                later,
                ("year",),
                "year_missing",
                Text(
                    f"no book for {earlier.year + 1}; working days cannot be counted over a hole",
                    f"缺少 {earlier.year + 1} 年的安排; 年份中断无法累计工作日",
                ),
            )


def _fault(year: CalendarYear, steps: tuple[str | int, ...], code: str, text: Text) -> ContentError:
    line = 1 + line_of(year.text, steps) if year.text else None
    return ContentError(code, en=text.en, zh=text.zh, file=year.file, line=line)


def _is_weekend(day: date) -> bool:
    return day.weekday() >= _SATURDAY
