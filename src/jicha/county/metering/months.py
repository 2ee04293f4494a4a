"""A station's months as its office sees them: for every customer what its meters did from reading to reading."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jicha.county.chance import Whole, lots
from jicha.county.metering.days import Rates, Segment, StationDays
from jicha.county.metering.use import MeterUse, MonthOfUse
from jicha.county.tables import habits
from jicha.county.world import City, Customer
from jicha.kernel.period import Month

Arrivals = NDArray[np.bool_]


class Months:
    """The months of a station's customers, one after another."""

    def __init__(self, city: City, days: StationDays, customers: list[Customer], arrivals: Arrivals) -> None:
        self._days, self._customers = days, customers
        self._arrivals = arrivals
        indices = [each.index for each in customers]
        draws = lots(city.seed, "reading", indices, np.arange(len(city.months)))
        self._by_hand: Arrivals = np.less(draws, habits()["manual_reading_ratio"])
        self._first = city.months[0]

    def of(self, month: Month) -> list[MonthOfUse | None]:
        """What every customer's meters did in the month, None where there was no supply."""
        days = self._days
        begin = days.index(month.first.toordinal())
        end = begin + month.days
        stands = days.position[:, end - 1].tolist()
        before = days.position[:, begin - 1].tolist() if begin else None
        used = days.used_advance[:, begin:end].sum(axis=1).tolist()
        by_hand: Any = self._by_hand[:, month.months_since(self._first)]
        remote = (self._arrivals[:, end - 1] & ~by_hand).tolist()
        whole: Any = days.supplied[:, begin:end].all(axis=1).tolist()
        first, last = month.first.toordinal(), month.last.toordinal()
        uses: list[MonthOfUse | None] = []
        for row, customer in enumerate(self._customers):
            segments = days.segments[row]
            if len(segments) == 1 and whole[row] and row not in days.rates and customer.closed_on is None:
                meter = MeterUse(
                    segments[0].installation,
                    segments[0].start if before is None else before[row],
                    stands[row],
                    used[row],
                )
                lived = MonthOfUse(month, first, last, False, remote[row], [meter])
                if customer.story is not None:
                    self._mark(lived, row, customer)
                uses.append(lived)
            else:
                uses.append(self._one(row, customer, month, begin, end, by_hand=bool(by_hand[row])))
        return uses

    def _one(
        self, row: int, customer: Customer, month: Month, begin: int, end: int, *, by_hand: bool
    ) -> MonthOfUse | None:
        """A month in which supply, meter or rates need a closer look."""
        days = self._days
        supplied = np.flatnonzero(days.supplied[row, begin:end])
        if not len(supplied):
            return None
        first, last = begin + int(supplied[0]), begin + int(supplied[-1])
        is_final = last < end - 1 or (
            customer.closed_on is not None and days.index(customer.closed_on.toordinal()) == end
        )
        remote = bool(self._arrivals[row, last]) and not by_hand
        lived = MonthOfUse(month, days.first + first, days.first + last, is_final, remote)
        for segment, after in zip(days.segments[row], [*days.segments[row][1:], None], strict=True):
            closes = after is not None and segment.ends == after.begins
            reach = segment.ends if closes and segment.closing + segment.used_closing else segment.ends - 1
            if segment.begins <= last and reach >= first:
                lived.meters.append(self._meter(row, segment, first, last))
        self._mark(lived, row, customer)
        return lived

    def _meter(self, row: int, segment: Segment, first: int, last: int) -> MeterUse:
        """One meter from the evening before `first` to the evening of `last`, or to its removal."""
        days = self._days
        begins, evening = max(segment.begins, first), min(segment.ends - 1, last)
        removed = segment.ends <= last
        position = days.position[row]
        fresh = begins == segment.begins
        start = segment.start if fresh else int(position[begins - 1])
        stop = int(position[evening]) if evening >= begins else start
        if removed:
            stop = segment.final
        used = int(days.used_advance[row, begins : evening + 1].sum()) + (
            segment.used_closing if removed else 0
        )
        meter = MeterUse(segment.installation, start, stop, used)
        meter.to_reverse = int(days.reverse[row, max(evening, 0)])
        rates = days.rates.get(row)
        if rates is not None:
            self._read_rates(meter, rates, segment, begins, evening, fresh=fresh, removed=removed)
        return meter

    def _read_rates(
        self,
        meter: MeterUse,
        rates: Rates,
        segment: Segment,
        begins: int,
        evening: int,
        *,
        fresh: bool,
        removed: bool,
    ) -> None:
        span = slice(begins, evening + 1)
        meter.from_rates = segment.start_rates if fresh else _whole(rates.position[begins - 1])
        meter.to_rates = segment.final_rates if removed else _whole(rates.position[max(evening, begins - 1)])
        used = _whole(rates.used_advance[span].sum(axis=0))
        if removed and segment.used_closing:
            # And the half day before the exchange.
            used = tuple(a + b for a, b in zip(used, segment.used_closing_rates, strict=True))
        meter.used_rates = used
        meter.from_reactive, meter.to_reactive = self._reactive(segment, rates, begins, evening)
        meter.used_reactive = int(rates.used_reactive[span].sum())
        meter.demand = int(rates.demand[span].max(initial=0))
        meter.used_demand = int(rates.used_demand[span].max(initial=0))

    def _reactive(self, segment: Segment, rates: Rates, begins: int, evening: int) -> tuple[int, int]:
        before = int(rates.reactive[segment.begins : begins].sum())
        start = segment.start_reactive + before
        return start, start + int(rates.reactive[begins : evening + 1].sum())

    def _mark(self, lived: MonthOfUse, row: int, customer: Customer) -> None:
        story = customer.story
        if story is None or not story.marked_days:
            return
        for day in story.marked_days:
            if lived.first <= day <= lived.last:
                lived.marks[day] = int(self._days.position[row, self._days.index(day)])


def _whole(numbers: Whole | Any) -> tuple[int, ...]:
    return tuple(int(each) for each in numbers)
