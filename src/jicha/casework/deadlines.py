"""Limits of steps: working days of the Chinese calendar, calendar days, or hours where law says hours.

A limit in days does not count the day it starts on and ends with its last day, a working one. Half a working day ends
at noon of the working day after the whole ones. Hours run on the wall clock, nights and holidays included.

A year without a book of holidays is not guessed silently: its weekdays are counted and the due time is provisional.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache

from django.utils.timezone import localtime, make_aware

from jicha.casework.models import Organisation
from jicha.casework.ownership import nearest
from jicha.law.calendar import Arrangement, CalendarYear, WorkCalendar, calendar_year
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text

LIMITS, WARNINGS = "inspection_deadline", "deadline_warning"
_DAY = timedelta(days=1)
_NOON = time(12)

#: Years after the last book for which weekdays are counted.
_PROVISIONAL_YEARS = 3


@dataclass(frozen=True, slots=True)
class Limit:
    """One of the three is given."""

    workdays: Decimal | None = None
    days: int | None = None
    hours: int | None = None

    @property
    def is_wall_clock(self) -> bool:
        return self.hours is not None


@dataclass(frozen=True, slots=True)
class Due:
    """When a step is due. `is_provisional`: it lies in a year whose holidays are not known yet."""

    at: datetime
    is_wall_clock: bool
    is_provisional: bool


@dataclass(frozen=True)
class Calendar:
    """Working days; `known_until` is the first day no book knows."""

    days: WorkCalendar
    known_until: date

    def start(self, day: date) -> datetime:
        return make_aware(datetime.combine(day, time()))

    def worked(self, start: datetime, end: datetime) -> timedelta:
        """Time of working days between two moments, whole days taken as 24 hours."""
        if end <= start:
            return timedelta()
        first, last = localtime(start).date(), localtime(end).date()
        if first == last:
            return end - start if self.days.is_workday(first) else timedelta()
        whole = self.days.workdays_between(first, last) - int(self.days.is_workday(last))
        found = whole * _DAY
        if self.days.is_workday(first):
            found += self.start(first + _DAY) - start
        if self.days.is_workday(last):
            found += end - self.start(last)
        return found

    def after(self, start: datetime, worked: timedelta) -> datetime:
        """The moment at which so much time of working days has passed."""
        moment = start
        while worked > timedelta():
            day = localtime(moment).date()
            tomorrow = self.start(day + _DAY)
            if self.days.is_workday(day):
                step = min(worked, tomorrow - moment)
                worked -= step
                if not worked:
                    return moment + step
            moment = tomorrow
        return moment


@cache
def calendar() -> Calendar:
    """The working-day calendar of this installation."""
    roots = ContentRoots.find()
    years = [
        calendar_year(read_text(path, roots.shown(path)), file=roots.shown(path))
        for path in roots.files("law/calendar/cn", "*.yaml")
    ]
    last = max(years, key=lambda year: year.year)
    known_until = date(last.year + 1, 1, 1)
    for ahead in range(1, _PROVISIONAL_YEARS + 1):
        nothing = Arrangement(last.arrangements[0].cite, "unverified", known_until)
        years.append(CalendarYear(last.jurisdiction_code, last.year + ahead, (nothing,), last.file))
    return Calendar(WorkCalendar(years), known_until)


def limit(step: str, severity: str, organisation: Organisation, on: date) -> Limit | None:
    """What policy gives the step there on that day; None where it gives nothing."""
    row = nearest(LIMITS, (step, severity), organisation, on)
    if row is None:
        return None
    values = row.values
    return Limit(values["order_limit_workdays"], values["limit_days"], values["limit_hours"])


def due(start: datetime, given: Limit) -> Due:
    """When a step that begins now is due."""
    book = calendar()
    if given.hours is not None:
        return Due(start + timedelta(hours=given.hours), True, False)
    first = localtime(start).date()
    if given.days is not None:
        last = book.days.workday_on_or_after(first + timedelta(days=given.days))
        return _by_end_of(last)
    workdays = given.workdays or Decimal(0)
    whole = int(workdays)
    if workdays == whole:
        return _by_end_of(book.days.add_workdays(first, whole))
    last = book.days.add_workdays(first, whole + 1)
    return Due(make_aware(datetime.combine(last, _NOON)), False, last >= book.known_until)


def used(start: datetime, end: datetime, moment: datetime, *, is_wall_clock: bool) -> Decimal:
    """The share of a limit that has passed; above 1 it is overdue."""
    if moment >= end:
        # A limit that ends on a day off is over then, though no working time has passed since.
        return max(Decimal(1), _share(start, end, moment, is_wall_clock))
    return _share(start, end, moment, is_wall_clock)


def shifted(end: datetime, stopped: datetime, moment: datetime, *, is_wall_clock: bool) -> datetime:
    """The due time of a clock that stood still between two moments: what was left then is left now."""
    if is_wall_clock:
        return moment + max(end - stopped, timedelta())
    return calendar().after(moment, calendar().worked(stopped, end))


def warning_shares(organisation: Organisation, on: date) -> list[tuple[str, Decimal]]:
    """Kinds of warnings with the share of the limit at which each is given, in order."""
    row = nearest(WARNINGS, (), organisation, on)
    if row is None:
        return []
    kinds = ("first_warning", "second_warning")
    return [(kind, Decimal(row.values[f"{kind}_pct"]) / 100) for kind in kinds]


def _share(start: datetime, end: datetime, moment: datetime, is_wall_clock: bool) -> Decimal:
    passed, whole = (
        (moment - start, end - start)
        if is_wall_clock
        else (calendar().worked(start, moment), calendar().worked(start, end))
    )
    if whole <= timedelta():
        return Decimal(int(moment >= end))
    return Decimal(passed // timedelta(seconds=1)) / Decimal(whole // timedelta(seconds=1))


def _by_end_of(day: date) -> Due:
    book = calendar()
    return Due(book.start(day + _DAY), False, day >= book.known_until)
