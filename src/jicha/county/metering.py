"""Living a month: what a site uses, what its meter shows, what the collection system gets.

Energy is used day by day and flows through the meter that hangs at that hour; the register moves by whole
hundredths. On the day of an exchange the old meter counts the first half of the day's energy, the new one
the rest, so the register at the end of the day is the new meter's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from jicha.county.chance import stream
from jicha.county.story import Story
from jicha.county.tables import habits
from jicha.county.world import HUNDREDTHS, Customer, Installation
from jicha.kernel.period import Month

_DAYS_A_WEEK, _SATURDAY = 7, 5


@dataclass(slots=True)
class MeterUse:
    """One meter in one month. Positions count on without rolling over: the display is `% modulus`.

    `used` is the energy used behind the meter in the meter's own hundredths, counted or not."""

    installation: Installation
    from_position: int
    to_position: int
    used: int = 0

    @property
    def counted(self) -> int:
        return self.to_position - self.from_position

    @property
    def register(self) -> int:
        """What the display shows in the end, hundredths."""
        return self.to_position % self.installation.modulus


@dataclass(slots=True)
class MonthOfUse:
    """A site's month; days are proleptic ordinals, `freezes` holds (day, meter, register) as they arrived.

    `is_final`: the supply ends with `last`."""

    month: Month
    first: int
    last: int
    is_final: bool
    meters: list[MeterUse] = field(default_factory=list)
    freezes: list[tuple[int, Installation, int]] = field(default_factory=list)
    rollover_days: list[int] = field(default_factory=list)

    @property
    def last_freeze_arrived(self) -> bool:
        return bool(self.freezes) and self.freezes[-1][0] == self.last


@dataclass(slots=True)
class Site:
    """A customer's place with the meter that hangs there now and how far it has counted."""

    customer: Customer
    ordinal: int
    position: int

    @property
    def installation(self) -> Installation:
        return self.customer.installations[self.ordinal]


def sites(customers: list[Customer]) -> list[Site]:
    """Every customer's site as the period, or its supply, begins."""
    return [Site(customer, 0, customer.opening_register) for customer in customers]


def live(site: Site, month: Month, seed: int) -> MonthOfUse | None:
    """Let the month pass at the site; None where it is not supplied. Moves the site's meter on."""
    customer = site.customer
    first = max(month.first, customer.opened_on).toordinal()
    last = month.last.toordinal()
    is_final = customer.closed_on is not None and customer.closed_on.toordinal() - 1 <= last
    if is_final and customer.closed_on is not None:
        last = customer.closed_on.toordinal() - 1
    if first > last:
        return None
    lived = MonthOfUse(month, first, last, is_final)
    arrives = _arrivals(customer, lived, seed)
    meter = MeterUse(site.installation, site.position, site.position)
    exchange_day = _exchange_day(site)
    for day, used in enumerate(_daily_uses(customer, lived, seed), start=first):
        rest = used
        if day == exchange_day:
            rest = used / 2
            _count(lived, customer.story, meter, day, rest)
            meter.installation.end_register = meter.register
            lived.meters.append(meter)
            site.ordinal += 1
            start = site.installation.start_register
            meter = MeterUse(site.installation, start, start)
        _count(lived, customer.story, meter, day, rest)
        if arrives[day - first] and (customer.story is None or customer.story.freeze_arrives(day)):
            lived.freezes.append((day, meter.installation, meter.register))
    lived.meters.append(meter)
    if lived.is_final:
        meter.installation.end_register = meter.register
    site.position = meter.to_position
    return lived


def _exchange_day(site: Site) -> int | None:
    """The day on which the meter that hangs now gives way to another."""
    removed_on = site.installation.removed_on
    followed = site.ordinal + 1 < len(site.customer.installations)
    return removed_on.toordinal() if removed_on is not None and followed else None


def _count(lived: MonthOfUse, story: Story | None, meter: MeterUse, day: int, kwh_hundredths: float) -> None:
    """Let energy (hundredths of a kWh) be used behind the meter, and counted if the meter counts."""
    if story is not None and not story.uses_energy(day):
        return
    advance = int(kwh_hundredths / meter.installation.multiplier)
    meter.used += advance
    if story is None or story.meter_counts(day):
        modulus = meter.installation.modulus
        if (meter.to_position + advance) // modulus > meter.to_position // modulus:
            lived.rollover_days.append(day)
        meter.to_position += advance


def _daily_uses(customer: Customer, lived: MonthOfUse, seed: int) -> Iterator[float]:
    """Hundredths of a kWh for each day: mean, season, weekday, noise."""
    trade = customer.trade
    level = customer.daily_kwh * trade.month_factors[lived.month.month - 1] * HUNDREDTHS
    draw = stream(seed, "use", customer.index, str(lived.month)).random
    low, width = 1 - trade.noise_ratio, 2 * trade.noise_ratio
    # Day ordinal 1 was a Monday.
    for day in range(lived.first, lived.last + 1):
        weekend = (day - 1) % _DAYS_A_WEEK >= _SATURDAY
        yield level * (trade.weekend_ratio if weekend else 1) * (low + width * draw())


def _arrivals(customer: Customer, lived: MonthOfUse, seed: int) -> list[bool]:
    """Which daily freezes the collection system gets: single ones are lost, and some terminals go silent."""
    chance = stream(seed, "freeze", customer.index, str(lived.month))
    missing = habits()["missing_freeze_ratio"]
    arrives = [chance.random() >= missing for _ in range(lived.first, lived.last + 1)]
    if chance.random() < habits()["offline_month_ratio"]:
        length = chance.randrange(int(habits()["offline_min_days"]), int(habits()["offline_max_days"]) + 1)
        start = chance.randrange(len(arrives))
        arrives[start : start + length] = [False] * len(arrives[start : start + length])
    return arrives
