"""Days, months and half-open periods, and the small algebra on them.

A `Period` holds the days from `start` up to, not including, `end`; `end=None` means still running. There is
no empty period: what would be empty is absent (`None` or an empty tuple). All days are days of the source's
own calendar (Asia/Shanghai); nothing here knows a time zone.

**Registers and days.** `reading_on` D is the register at the END of day D. The instant 24:00 of D is written
00:00 of D + 1, and belongs to D: see `end_of_day` and `reading_on`. Hence two readings on D0 and D1 measure
the days D0 + 1 … D1, the period [D0 + 1, D1 + 1): see `between_readings`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta

from jicha.kernel.errors import JichaError

# Tables hold no NULL in valid_to: a span that still runs ends on this day.
OPEN_VALID_TO = date.max

_DAY = timedelta(days=1)
_MONTHS_A_YEAR = 12
_MONTH_TEXT = re.compile(r"([0-9]{4})-?([0-9]{2})")


class PeriodError(JichaError):
    """A month or period that cannot be: empty, reversed, unreadable, or open where an end is needed."""


class PeriodTypeError(PeriodError, TypeError):
    """Not a calendar day: a `datetime` or anything else where a plain `date` is needed."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month; months are ordered, and in tables written as the DATE of their first day."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (MINYEAR <= self.year <= MAXYEAR and 1 <= self.month <= _MONTHS_A_YEAR):
            raise PeriodError(
                "no_such_month",
                en=f"there is no month {self.month} of year {self.year}",
                zh=f"不存在 {self.year} 年 {self.month} 月",
            )

    @classmethod
    def parse(cls, value: str | date) -> Month:
        """`2026-01`, `202601`, or any day of the month; everything else is refused."""
        if isinstance(value, date):
            return month_of(value)
        match = _MONTH_TEXT.fullmatch(value)
        if match is None:
            raise PeriodError(
                "unreadable_month",
                en=f"{value!r} is not a month; write 2026-01 or 202601",
                zh=f"{value!r} 不是月份;请写成 2026-01 或 202601",
            )
        return cls(int(match[1]), int(match[2]))

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """The last day, still in the month."""
        return date(self.year, self.month, self.days)

    @property
    def days(self) -> int:
        """How many days the month has."""
        return monthrange(self.year, self.month)[1]

    @property
    def next(self) -> Month:
        return self.plus(1)

    @property
    def previous(self) -> Month:
        return self.minus(1)

    @property
    def period(self) -> Period:
        """The days of the month. December 9999, which no day follows, has no half-open period."""
        return Period(self.first, self.next.first)

    def plus(self, months: int) -> Month:
        year, month = divmod(self._ordinal + months, _MONTHS_A_YEAR)
        return Month(year, month + 1)

    def minus(self, months: int) -> Month:
        return self.plus(-months)

    def months_since(self, earlier: Month) -> int:
        """Whole months from `earlier` to this one; negative if this one is the earlier."""
        return self._ordinal - earlier._ordinal

    def canonical(self) -> str:
        return str(self)

    @property
    def _ordinal(self) -> int:
        return self.year * _MONTHS_A_YEAR + self.month - 1

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True)
class Period:
    """The days `start` ≤ day < `end`; `end=None` runs on without end. Never empty.

    The end that tables write for a span still in force, 9999-12-31, is taken as None, so that the columns
    valid_from and valid_to can be passed as they are.
    """

    start: date
    end: date | None

    def __post_init__(self) -> None:
        require_day(self.start)
        if self.end is None:
            return
        require_day(self.end)
        if self.end == OPEN_VALID_TO:
            object.__setattr__(self, "end", None)
        elif self.end <= self.start:
            raise PeriodError(
                "empty_period",
                en=f"the period from {self.start} to before {self.end} holds no day",
                zh=f"期间 {self.start} 至 {self.end}(不含)不包含任何一天",
            )

    @classmethod
    def inclusive(cls, first: date, last: date) -> Period:
        """Both ends belong to it, as exports write 起始日期 and 截止日期."""
        require_day(last)
        return cls(first, _day_after(last))

    @classmethod
    def day(cls, day: date) -> Period:
        return cls.inclusive(day, day)

    @property
    def valid_to(self) -> date:
        """The end as tables hold it: never null."""
        return OPEN_VALID_TO if self.end is None else self.end

    @property
    def is_open(self) -> bool:
        return self.end is None

    @property
    def last(self) -> date:
        """The last day that belongs to it; refused for an open period."""
        return self._closed_end() - _DAY

    @property
    def days(self) -> int:
        """How many days; refused for an open period."""
        return (self._closed_end() - self.start).days

    @property
    def sort_key(self) -> tuple[date, bool, date]:
        """By start, then by end, open last."""
        return self.start, self.end is None, self.valid_to

    def __iter__(self) -> Iterator[date]:
        """Day by day; refused for an open period."""
        end = self._closed_end()
        return (self.start + timedelta(days=offset) for offset in range((end - self.start).days))

    def contains(self, other: date | Period) -> bool:
        """Whether a day, or every day of another period, belongs to it."""
        if isinstance(other, Period):
            return self.start <= other.start and (
                self.end is None or (other.end is not None and other.end <= self.end)
            )
        require_day(other)
        return self.start <= other and (self.end is None or other < self.end)

    def __contains__(self, other: date | Period) -> bool:
        return self.contains(other)

    def overlaps(self, other: Period) -> bool:
        """Whether they share a day; periods that only touch do not."""
        return self.intersect(other) is not None

    def intersect(self, other: Period) -> Period | None:
        """The days of both, or None."""
        start = max(self.start, other.start)
        end = min((end for end in (self.end, other.end) if end is not None), default=None)
        return Period(start, end) if end is None or start < end else None

    def subtract(self, *others: Period) -> tuple[Period, ...]:
        """The days of this period that are in none of the others, in order."""
        left: list[Period] = []
        start: date | None = self.start
        for taken in merge(shared for other in others if (shared := self.intersect(other))):
            if start is not None and start < taken.start:
                left.append(Period(start, taken.start))
            start = taken.end
        if start is not None and (self.end is None or start < self.end):
            left.append(Period(start, self.end))
        return tuple(left)

    def split_at(self, days: Iterable[date]) -> tuple[Period, ...]:
        """Its parts, in order, cut before each of these days; days outside and repeated ones cut nothing."""
        cuts = sorted({require_day(day) for day in days})
        starts = [self.start, *(day for day in cuts if day > self.start and self.contains(day))]
        ends: list[date | None] = [*starts[1:], self.end]
        return tuple(Period(start, end) for start, end in zip(starts, ends, strict=True))

    def split_by_months(self) -> tuple[Period, ...]:
        """Its parts in each calendar month, in order; refused for an open period."""
        return self.split_at(month.first for month in self.months())

    def months(self) -> tuple[Month, ...]:
        """Every month it has a day in; refused for an open period."""
        return (*months_between(month_of(self.start), month_of(self.last)), month_of(self.last))

    def canonical(self) -> str:
        return str(self)

    def _closed_end(self) -> date:
        if self.end is None:
            raise PeriodError(
                "open_period",
                en=f"the period from {self.start} has no end; cut it first",
                zh=f"自 {self.start} 起的期间没有截止日;请先截取",
            )
        return self.end

    def __str__(self) -> str:
        """ISO 8601, `..` for the open end; the end is exclusive."""
        return f"{self.start}/{self.end or '..'}"


def month_of(day: date) -> Month:
    require_day(day)  # an instant at 00:00 belongs to the day before, perhaps to the month before
    return Month(day.year, day.month)


def months_between(first: Month, end: Month) -> tuple[Month, ...]:
    """The months from `first` up to, not including, `end`; none if `end` is not later."""
    return tuple(first.plus(step) for step in range(end.months_since(first)))


def merge(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The same days in as few periods as possible: overlapping and touching ones become one; sorted."""
    merged: list[Period] = []
    for period in sorted(periods, key=lambda each: each.sort_key):
        last = merged[-1] if merged else None
        if last is None or (last.end is not None and last.end < period.start):
            merged.append(period)
        else:
            ends_open = last.end is None or period.end is None
            merged[-1] = Period(last.start, None if ends_open else max(last.valid_to, period.valid_to))
    return tuple(merged)


def gaps(periods: Iterable[Period], within: Period | None = None) -> tuple[Period, ...]:
    """The days no period holds: inside `within`, or, without it, between the first start and the last end."""
    joined = merge(periods)
    if within is None:
        if not joined:
            return ()
        within = Period(joined[0].start, joined[-1].end)
    return within.subtract(*joined)


def end_of_day(day: date) -> datetime:
    """24:00 of the day, written as 00:00 of the next: the instant its reading is of."""
    return datetime.combine(_day_after(require_day(day)), time.min)


def reading_on(at: datetime) -> date:
    """The day whose end a frozen reading (日冻结) stamped `at` stands for.

    00:00 of D + 1 belongs to D; any later time of a day belongs to that day. Local time, without zone.
    """
    if at.tzinfo is not None:
        raise PeriodTypeError(
            "timestamp_with_zone",
            en=f"{at.isoformat()} carries a time zone; give the local time of the source",
            zh=f"{at.isoformat()} 带有时区;请给出数据源的当地时间",
        )
    return at.date() - _DAY if at.time() == time.min else at.date()


def between_readings(previous_on: date, current_on: date) -> Period:
    """The days two registers measure: from the day after the earlier reading to the later one's own day."""
    return Period.inclusive(_day_after(require_day(previous_on)), current_on)


def require_day(day: object) -> date:
    """The day itself; refuses a `datetime`, which would compare wrongly, and everything that is no day."""
    if not isinstance(day, date) or isinstance(day, datetime):
        kind = type(day).__name__
        raise PeriodTypeError(
            "not_a_day", en=f"{day!r} is a {kind}, not a calendar day", zh=f"{day!r} 的类型是 {kind},不是日期"
        )
    return day


def _day_after(day: date) -> date:
    if day == date.max:
        raise PeriodError(
            "no_next_day",
            en=f"no day follows {day}; it only marks an open end",
            zh=f"{day} 之后没有日期;它只表示未截止",
        )
    return day + _DAY
