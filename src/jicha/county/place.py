"""Where a story is planted: the customer, its turn, its chance; and how a kind of story is given out."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from jicha.county.chance import stream
from jicha.county.founding import meter_number
from jicha.county.story import Story
from jicha.county.tables import PlannedCause
from jicha.county.world import HUNDREDTHS, Customer, Installation, World
from jicha.kernel.period import Month

VARIANTS = 2
_HIGHEST_NEW_REGISTER = 20 * HUNDREDTHS
_WORKDAYS, _WEEKEND_DAYS = 5, 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where one story is planted; `turn` counts the kind's stories, or its groups where customers of one book
    share a happening; `variant` alternates 0, 1 with it."""

    seed: int
    world: World
    plan: PlannedCause
    customer: Customer
    chance: random.Random
    turn: int
    variant: int

    def together(self) -> random.Random:
        """Chance of the whole group: every member draws the same from it."""
        return stream(self.seed, self.plan.kind, "group", self.turn)

    def month(self, first: int, left: int, chance: random.Random | None = None) -> Month:
        """A month with at least `first` months of the period before it and `left` after it."""
        draw = chance or self.chance
        return self.world.months[draw.randrange(first, len(self.world.months) - left)]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of story: whom it fits (by variant) and how it is told.

    `group`: how many customers of one reading book share one happening; 1: each has its own. `everybody`: all
    whom it fits and who have no story yet are in it, however many were planned."""

    fits: Callable[[Customer, int], bool]
    tell: Callable[[Place], Story]
    group: int = 1
    everybody: bool = False


def fits_anybody(customer: Customer, _variant: int) -> bool:
    """Anybody who is read every month."""
    return customer.book.is_monthly


def other_multipliers(customer: Customer, variant: int) -> list[int]:
    """Multipliers of the trade larger (variant 0) or smaller (variant 1) than the one installed."""
    now = customer.installations[-1].multiplier
    return [value for value in customer.trade.multipliers if (value > now if variant == 0 else value < now)]


def fits_ct(customer: Customer, variant: int) -> bool:
    """Metered through a CT of which there are larger or smaller ones."""
    return customer.book.is_monthly and bool(other_multipliers(customer, variant))


def fits_plain_meter(customer: Customer, _variant: int) -> bool:
    """Metered without a CT, so that a unit of the register is a kilowatt-hour."""
    return customer.book.is_monthly and customer.installations[-1].multiplier == 1


def new_meter(place: Place, installed_on: date, multiplier: int, filed_multiplier: int) -> Installation:
    """The customer's second meter; from the workshop it has counted a little in its test."""
    return Installation(
        meter_id=meter_number(place.customer.index, 2),
        installed_on=installed_on,
        removed_on=None,
        multiplier=multiplier,
        filed_multiplier=filed_multiplier,
        digits=place.customer.installations[-1].digits,
        start_register=place.chance.randrange(_HIGHEST_NEW_REGISTER),
    )


def expected_advance(customer: Customer, months: tuple[Month, ...]) -> float:
    """Hundredths the register is expected to move in whole months."""
    weekday_mean = (_WORKDAYS + _WEEKEND_DAYS * customer.trade.weekend_ratio) / (_WORKDAYS + _WEEKEND_DAYS)
    seasons = sum(customer.trade.month_factors[month.month - 1] * month.days for month in months)
    kwh = customer.daily_kwh * weekday_mean * seasons
    return kwh * HUNDREDTHS / customer.installations[0].multiplier
