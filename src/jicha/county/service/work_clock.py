"""Working days and office hours, as the offices of the county keep them."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from functools import cache

from jicha.county.life.calendar import day_table

#: Minutes after midnight between which offices work.
OPENS, CLOSES = 8 * 60 + 40, 17 * 60 + 20
_BEFORE, _SPAN = 800, 3200


class WorkClock:
    """Working days around a period's first day; raises IndexError more than two years before or years after it."""

    def __init__(self, first_day: date) -> None:
        start = first_day.toordinal() - _BEFORE
        flags = day_table(start, _SPAN).is_workday.tolist()
        self._start = start
        self._is_workday = flags
        self._days = [start + place for place, works in enumerate(flags) if works]
        # For each day, how many workdays there are up to and with it.
        self._until: list[int] = []
        count = 0
        for works in flags:
            count += bool(works)
            self._until.append(count)

    def is_workday(self, day: date) -> bool:
        return bool(self._is_workday[day.toordinal() - self._start])

    def shift(self, day: date, count: int) -> date:
        """The `count`-th working day after the day (before it, where negative); the day itself for 0."""
        if count == 0:
            return day
        until = self._until[day.toordinal() - self._start]
        if count > 0:
            return date.fromordinal(self._days[until + count - 1])
        before = until - 1 if self.is_workday(day) else until
        return date.fromordinal(self._days[before + count])

    def between(self, first: date, last: date) -> int:
        """Working days after the first day up to and with the last."""
        return self._until[last.toordinal() - self._start] - self._until[first.toordinal() - self._start]

    def workday(self, day: date) -> date:
        """The day, or the next working day."""
        return day if self.is_workday(day) else self.shift(day, 1)


@cache
def work_clock(first_day: date) -> WorkClock:
    """The clock around a period's first day."""
    return WorkClock(first_day)


def instant(day: date, minutes: int, seconds: int = 0) -> datetime:
    """So many minutes after the day's midnight."""
    return datetime(day.year, day.month, day.day) + timedelta(minutes=minutes, seconds=seconds)  # noqa: DTZ001


def in_office_hours(chance: random.Random, day: date) -> datetime:
    """A moment of the day in which offices work."""
    return instant(day, chance.randrange(OPENS, CLOSES), chance.randrange(60))


def at_any_hour(chance: random.Random, day: date) -> datetime:
    """A moment of the day, more often by day than by night."""
    hour = chance.choice((1, 5, 7, 8, 9, 9, 10, 10, 11, 12, 14, 15, 16, 17, 18, 19, 19, 20, 20, 21, 22))
    return instant(day, hour * 60 + chance.randrange(60), chance.randrange(60))


def minutes_after(moment: datetime, minutes: int) -> datetime:
    return moment + timedelta(minutes=minutes)
