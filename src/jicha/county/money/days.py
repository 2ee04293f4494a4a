"""The days the books know: their texts, months, and which of them the bank is open on."""

from __future__ import annotations

from datetime import date

from jicha.county.life.calendar import day_table
from jicha.county.money.habits import money_habits
from jicha.county.world import City
from jicha.kernel.period import Month

SECONDS_A_DAY, SECONDS_AN_HOUR, SECONDS_A_MINUTE = 86_400, 3_600, 60
_SUNDAY = 6
# A deposit, a note or a write-off may be asked for a little beyond the day the books are drawn.
_MARGIN = 60


class Days:
    """`first` … `last` (ordinals, both included) is what the books hold. Moments are whole seconds:
    ordinal × 86,400 + second of the day."""

    def __init__(self, city: City) -> None:
        self.first = city.first_day.toordinal()
        self.last = city.end.toordinal() + int(money_habits()["export_lag_days"])
        self.months = city.months
        count = self.last - self.first + 1 + _MARGIN
        table = day_table(self.first, count)
        is_open = (table.holiday == 0) & (table.weekday != _SUNDAY)
        self.is_bank_day = [bool(each) for each in is_open]
        days = [date.fromordinal(self.first + place) for place in range(count)]
        self.dates = days
        self.texts = [day.isoformat() for day in days]
        start = city.months[0]
        self.month_places = [(day.year - start.year) * 12 + day.month - start.month for day in days]
        self._months = [start.plus(place) for place in range(self.month_places[-1] + 1)]
        self.end = (self.last + 1) * SECONDS_A_DAY

    def text(self, moment: int) -> str:
        """`YYYY-MM-DD HH:MM:SS`."""
        day, second = divmod(moment, SECONDS_A_DAY)
        minutes, seconds = divmod(second, SECONDS_A_MINUTE)
        hours, minutes = divmod(minutes, SECONDS_A_MINUTE)
        return f"{self.texts[day - self.first]} {hours:02d}:{minutes:02d}:{seconds:02d}"

    def date(self, ordinal: int) -> date:
        return self.dates[ordinal - self.first]

    def month(self, ordinal: int) -> Month:
        return self._months[self.month_places[ordinal - self.first]]

    def place(self, ordinal: int) -> int:
        """Which month of the period the day lies in, from 0; the period's number of months and more after it."""
        return self.month_places[ordinal - self.first]

    def bank_day(self, ordinal: int) -> int:
        """The day itself if the bank is open, else the next on which it is."""
        place = ordinal - self.first
        while not self.is_bank_day[place]:
            place += 1
        return place + self.first
