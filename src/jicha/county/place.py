"""Where a story is planted: the customer, its turn, its chance, its wish; and how a kind of story is given out."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from jicha.county.chance import between, day_between, stream
from jicha.county.founding import supply
from jicha.county.founding.customer import meter_number, mid_month_day
from jicha.county.plan import Planned, Wish
from jicha.county.story import Story
from jicha.county.tables import PlannedCause
from jicha.county.world import HUNDREDTHS, City, Customer, Installation, Station
from jicha.kernel.period import Month, month_of

VARIANTS = 2
_HIGHEST_NEW_REGISTER = 20 * HUNDREDTHS
_DAYS_OF_MONTH = 30


@dataclass(frozen=True, slots=True)
class Place:
    """Where one story is planted; `planned.turn` counts the kind's stories in the city, or its groups where
    customers of one book share a happening; `variant` alternates 0, 1 with it."""

    city: City
    station: Station
    planned: Planned
    customer: Customer
    chance: random.Random
    variant: int

    @property
    def plan(self) -> PlannedCause:
        return self.planned.cause

    @property
    def turn(self) -> int:
        return self.planned.turn

    @property
    def wish(self) -> Wish:
        return self.planned.wish

    @property
    def world(self) -> City:
        """The period: its months, first day and end."""
        return self.city

    def together(self) -> random.Random:
        """Chance of the whole group: every member draws the same from it."""
        return stream(self.city.seed, self.plan.kind, "group", self.turn)

    def month(self, first: int, left: int, chance: random.Random | None = None) -> Month:
        """A month with at least `first` months of the period before it and `left` after it; as wished, where a
        plan from outside wishes an onset inside those bounds: one that begins within it, if there is any."""
        draw = chance or self.chance
        months = wished_months(self.city.months[first : len(self.city.months) - left], self.wish)
        return months[draw.randrange(len(months))]

    def onset(self, first: int, left: int, chance: random.Random | None = None) -> date:
        """A day on which something begins, with that many months before and after; in mid-month, or as wished."""
        return wished_day(chance or self.chance, self.month(first, left, chance), self.wish)

    def left(self, months: int) -> int:
        """How many months are to be left after an onset: as many as show it well, or one where a plan wishes an onset,
        which is to be honoured."""
        return months if self.wish.onset is None else 1

    def end(self, onset: date) -> date:
        """The first day on which it is over: the end of the period, or as long after the onset as wished."""
        if self.wish.days is None:
            return self.city.end
        return min(onset + timedelta(days=self.length(1, 2)), self.city.end)

    def month_end(self, onset: date) -> date:
        """The same for what ends with a month: the last month's end that is not too late, but one month at least."""
        end = self.end(onset)
        if end >= self.city.end:
            return self.city.end
        earliest = onset + timedelta(days=self.wish.days[0]) if self.wish.days is not None else onset
        floor = end.replace(day=1)
        floor = floor if floor >= earliest else month_of(end).next.first
        return min(max(floor, month_of(onset).next.first), self.city.end)

    def length(self, least: int, most: int, chance: random.Random | None = None) -> int:
        """How many days: as wished, else `least` up to, not including, `most`."""
        if self.wish.days is not None:
            least, most = self.wish.days[0], self.wish.days[1] + 1
        return (chance or self.chance).randrange(least, most)

    def length_in_months(self, least: int, most: int, chance: random.Random | None = None) -> int:
        """The same in whole months, one at least."""
        if self.wish.days is None:
            return (chance or self.chance).randrange(least, most)
        return max(round(self.length(0, 1, chance) / _DAYS_OF_MONTH), 1)

    def size(self, low: float, high: float) -> float:
        """How large it is in its own measure: as wished, else between the kind's bounds."""
        return between(self.chance, *(self.wish.size or (low, high)))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of story: whom it fits (by variant) and how it is told.

    `group`: how many customers of one reading book share one happening; 1: each has its own. `everybody`: all
    whom it fits and who have no story yet are in it, however many were planned."""

    fits: Callable[[Customer, int], bool]
    tell: Callable[[Place], Story]
    group: int = 1
    everybody: bool = False


def wished_months(months: tuple[Month, ...], wish: Wish) -> tuple[Month, ...]:
    """Those that begin within the wished onset, else those that touch it, else all of them."""
    if wish.onset is None:
        return months
    begin, end = wish.onset
    beginning = tuple(each for each in months if begin <= each.first <= end)
    touching = tuple(each for each in months if begin < each.next.first and each.first <= end)
    return beginning or touching or months


def wished_day(chance: random.Random, month: Month, wish: Wish) -> date:
    """A day of the month within the wished onset; else one on which field work happens."""
    if wish.onset is not None:
        begin, end = max(wish.onset[0], month.first), min(wish.onset[1], month.last)
        if begin <= end:
            return day_between(chance, begin, end)
    return mid_month_day(chance, month)


def fits_anybody(customer: Customer, _variant: int) -> bool:
    """Anybody who is read every month from one register, and feeds nothing in."""
    return customer.book.is_monthly and not customer.has_rates and customer.photovoltaic is None


def fits_any_meter(customer: Customer, _variant: int) -> bool:
    """Anybody who is read every month, whatever the meter."""
    return customer.book.is_monthly and customer.photovoltaic is None


def other_primaries(customer: Customer, variant: int) -> list[int]:
    """Primary currents larger (variant 0) or smaller (variant 1) than the installed one, the next three."""
    now = customer.installations[-1].ct_ratio
    if not now:
        return []
    present = int(now.partition("/")[0])
    known = supply.primaries(customer.trade)
    others = [each for each in known if (each > present if variant == 0 else each < present)]
    return others[:3] if variant == 0 else others[-3:]


def other_multipliers(customer: Customer, variant: int) -> list[int]:
    """Multipliers larger (variant 0) or smaller (variant 1) than the one installed, of transformers that are made."""
    return [supply.multiplier(customer.trade, each) for each in other_primaries(customer, variant)]


def fits_ct(customer: Customer, variant: int) -> bool:
    """Metered through a CT of which there are larger or smaller ones."""
    return customer.book.is_monthly and bool(other_primaries(customer, variant))


def fits_plain_ct(customer: Customer, variant: int) -> bool:
    """The same, read from one register."""
    return fits_ct(customer, variant) and not customer.has_rates


def fits_plain_meter(customer: Customer, variant: int) -> bool:
    """Metered without a CT, so that a unit of the register is a kilowatt-hour."""
    return fits_anybody(customer, variant) and customer.installations[-1].multiplier == 1


def new_meter(place: Place, installed_on: date, multiplier: int, filed_multiplier: int) -> Installation:
    """The customer's second meter; from the workshop it has counted a little in its test."""
    old = place.customer.installations[-1]
    return Installation(
        meter_id=meter_number(place.customer.index, 2),
        installed_on=installed_on,
        removed_on=None,
        multiplier=multiplier,
        filed_multiplier=filed_multiplier,
        digits=old.digits,
        start_register=place.chance.randrange(_HIGHEST_NEW_REGISTER),
        ct_ratio=_ct_ratio(place.customer, multiplier),
        pt_ratio=old.pt_ratio,
    )


def _ct_ratio(customer: Customer, multiplier: int) -> str:
    for primary in supply.primaries(customer.trade):
        if supply.multiplier(customer.trade, primary) == multiplier:
            return supply.ratios(customer.trade, primary)[0]
    return ""


def expected_advance(customer: Customer, months: tuple[Month, ...]) -> float:
    """Hundredths the register is expected to move in whole months, by the year's mean."""
    days = sum(month.days for month in months)
    return customer.daily_kwh * days * HUNDREDTHS / customer.installations[0].multiplier
