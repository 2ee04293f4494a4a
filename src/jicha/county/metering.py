"""Living a month: what a site uses, what its meter shows, what the collection system gets.

Energy is used day by day and flows through the meter that hangs at that hour; the register moves by whole
hundredths. On the day of an exchange the old meter counts the first half of the day's energy, the new one
the rest, so the register at the end of the day is the new meter's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from jicha.county.chance import day_before, stream
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

    `is_final`: the supply ends with `last`. `months`: how many months are joined here, of which `month` is the
    last. `marks`: positions at the end of the days a story asked for."""

    month: Month
    first: int
    last: int
    is_final: bool
    meters: list[MeterUse] = field(default_factory=list)
    freezes: list[tuple[int, Installation, int]] = field(default_factory=list)
    rollover_days: list[int] = field(default_factory=list)
    marks: dict[int, int] = field(default_factory=dict)
    months: int = 1

    def following(self, earlier: MonthOfUse) -> MonthOfUse:
        """The months of `earlier` and this one as one stretch of use, to be read and billed at once."""
        meters = [replace(meter) for meter in earlier.meters]
        for meter in self.meters:
            if meter.installation is meters[-1].installation:
                meters[-1].to_position = meter.to_position
                meters[-1].used += meter.used
            else:
                meters.append(meter)
        return replace(self, first=earlier.first, meters=meters, months=earlier.months + self.months)

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
    first, last, is_final = _supplied(customer, month)
    if first > last:
        return None
    _reopen(site, first)
    lived = MonthOfUse(month, first, last, is_final)
    marked = customer.story.marked_days if customer.story is not None else ()
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
            new = site.installation
            if new.meter_id == meter.installation.meter_id:
                # Only the CT is another one: the meter goes on from where it is.
                new.start_register = meter.register
            meter = MeterUse(new, new.start_register, new.start_register)
        _count(lived, customer.story, meter, day, rest)
        if arrives[day - first] and (customer.story is None or customer.story.freeze_arrives(day)):
            lived.freezes.append((day, meter.installation, meter.register))
        if day in marked:
            lived.marks[day] = meter.to_position
    lived.meters.append(meter)
    if lived.is_final:
        meter.installation.end_register = meter.register
    site.position = meter.to_position
    return lived


def _supplied(customer: Customer, month: Month) -> tuple[int, int, bool]:
    """First and last day of supply in the month (none where first is later), and whether a final bill is due."""
    first = max(month.first, customer.opened_on)
    ends = customer.closed_on
    if customer.interruption is not None:
        closed_on, reopened_on = customer.interruption
        if first < closed_on:
            ends = closed_on
        else:
            first = max(first, reopened_on)
    is_final = ends is not None and day_before(ends) <= month.last.toordinal()
    last = day_before(ends) if is_final and ends is not None else month.last.toordinal()
    return first.toordinal(), last, is_final


def _reopen(site: Site, first: int) -> None:
    """On the first day after an interruption another meter hangs at the site."""
    interruption = site.customer.interruption
    if interruption is not None and first == interruption[1].toordinal():
        site.ordinal += 1
        site.position = site.installation.start_register


def _exchange_day(site: Site) -> int | None:
    """The day on which the meter that hangs now gives way to another."""
    removed_on = site.installation.removed_on
    followed = site.ordinal + 1 < len(site.customer.installations)
    return removed_on.toordinal() if removed_on is not None and followed else None


def _count(lived: MonthOfUse, story: Story | None, meter: MeterUse, day: int, kwh_hundredths: float) -> None:
    """Let energy (hundredths of a kWh) be used behind the meter, and counted if the meter counts."""
    used_share = 1.0 if story is None else story.used_share(day)
    advance = int(kwh_hundredths * used_share / meter.installation.multiplier)
    meter.used += advance
    if story is not None:
        advance = int(advance * story.counted_share(day))
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
