"""A station's days as arrays: what every site uses, what its meter counts, where its registers stand.

Rows are the station's customers in their order, columns the days of the whole period. Energies are whole
hundredths of a kWh, registers whole hundredths of a unit. A meter's advance of a day is the energy divided by
its multiplier, rounded down, and that is what was used: nothing is rounded between meter and bill.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jicha.county.chance import Floats, Whole, lots
from jicha.county.electric.effect import Effect, counted_quarters, counted_share
from jicha.county.electric.points import load_of
from jicha.county.life.calendar import DayTable, day_table
from jicha.county.life.loads import daily_kwh
from jicha.county.life.shapes import day_shape, own_shift, shifted
from jicha.county.life.solar import exchange, generated_kwh, own_yield
from jicha.county.life.weather import Weather, weather
from jicha.county.story import Conduct
from jicha.county.tables import habits
from jicha.county.tariff.rates import rate_of_quarters
from jicha.county.world import HUNDREDTHS, City, Customer, Installation, Station

_RATES, _QUARTERS = 4, 96
_FLAT = 2
_TEN_THOUSANDTHS = 10_000
_OPENING_SHARES = (0.09, 0.24, 0.42, 0.25)


@dataclass(slots=True)
class Segment:
    """One meter's stay in days of the period: from day `begins` (index), on which it may share the day with the meter
    before, until `ends`, on whose first half it still counts if another follows at once."""

    installation: Installation
    begins: int
    ends: int
    start: int
    closing: int = 0
    used_closing: int = 0
    final: int = 0
    start_rates: tuple[int, ...] = ()
    start_reactive: int = 0
    closing_rates: tuple[int, ...] = ()
    used_closing_rates: tuple[int, ...] = ()
    final_rates: tuple[int, ...] = ()


@dataclass(slots=True)
class Rates:
    """Registers by rate, reactive energy and demand of one customer: arrays over the days."""

    advance: Whole
    position: Whole
    used_advance: Whole
    reactive: Whole
    reactive_stand: Whole
    used_reactive: Whole
    demand: Whole
    used_demand: Whole


@dataclass(slots=True)
class StationDays:
    """Everything that happened at the station's meters. `first` is the ordinal of day 0.

    `supplied` [n, T]; `use` true energy taken from the grid, hundredths of kWh [n, T]; `load` what was used on site
    whatever its origin; `export` fed in [n, T] or zeros; `position` [n, T] of the meter hanging in the evening;
    `advance` and `used_advance` of a day in that meter's hundredths; `segments` by customer."""

    first: int
    table: DayTable
    weather: Weather
    supplied: NDArray[np.bool_]
    use: Whole
    load: Whole
    export: Whole
    advance: Whole
    used_advance: Whole
    position: Whole
    reverse: Whole
    modulus: Whole
    segments: list[list[Segment]]
    rates: dict[int, Rates] = field(default_factory=dict)
    shapes: dict[str, Floats] = field(default_factory=dict)
    shifts: list[int] = field(default_factory=list)
    sun: Floats | None = None
    generated: dict[int, Floats] = field(default_factory=dict)

    def index(self, ordinal: int) -> int:
        return ordinal - self.first

    def day(self, index: int) -> date:
        return date.fromordinal(self.first + index)

    def shape_of(self, row: int, customer: Customer) -> Floats:
        """The customer's own day shapes [T, 96]: its trade's, a little earlier or later."""
        shape = self.shapes[customer.trade.code]
        return shifted(shape, self.shifts[row])


def live(city: City, station: Station, county_number: int) -> StationDays:
    """Let the whole period pass at the station's sites."""
    first, end = city.first_day.toordinal(), city.end.toordinal()
    table = day_table(first, end - first)
    sky = weather(city.seed, county_number, table)
    customers = station.customers
    supplied = _supplied(customers, first, end - first)
    kwh = daily_kwh(
        city.seed,
        np.array([each.index for each in customers], dtype=np.int64),
        [each.trade.code for each in customers],
        np.array([each.daily_kwh for each in customers]),
        table,
        sky,
    )
    load = np.floor(kwh * HUNDREDTHS).astype(np.int64) * supplied
    days = StationDays(
        first=first,
        table=table,
        weather=sky,
        supplied=supplied,
        use=load,
        load=load,
        export=np.zeros_like(load),
        advance=np.zeros_like(load),
        used_advance=np.zeros_like(load),
        position=np.zeros_like(load),
        reverse=np.zeros_like(load),
        modulus=np.ones_like(load),
        segments=[_segments(each, first, end - first) for each in customers],
    )
    for code in {each.trade.code: None for each in customers}:
        days.shapes[code] = day_shape(code, table, sky)
    days.shifts = own_shift(city.seed, [each.index for each in customers]).tolist()
    if any(each.photovoltaic is not None for each in customers):
        days.sun = generated_kwh(city.seed, table, sky)
    _use(city, customers, days)
    _count(city, customers, days)
    return days


def _supplied(customers: list[Customer], first: int, count: int) -> NDArray[np.bool_]:
    supplied = np.ones((len(customers), count), dtype=np.bool_)
    for row, customer in enumerate(customers):
        opened = customer.opened_on.toordinal() - first
        if opened > 0:
            supplied[row, :opened] = False
        if customer.closed_on is not None:
            supplied[row, max(customer.closed_on.toordinal() - first, 0) :] = False
        if customer.interruption is not None:
            closed, reopened = (each.toordinal() - first for each in customer.interruption)
            supplied[row, closed:reopened] = False
    return supplied


def _segments(customer: Customer, first: int, count: int) -> list[Segment]:
    """Stays of its meters; before the period only the opening register matters."""
    segments = []
    for number, installation in enumerate(customer.installations):
        begins = max(installation.installed_on.toordinal() - first, 0)
        ends = count
        if installation.removed_on is not None:
            ends = min(installation.removed_on.toordinal() - first, count)
        start = customer.opening_register if number == 0 else installation.start_register
        segments.append(Segment(installation, begins, ends, start))
    return segments


def _use(city: City, customers: list[Customer], days: StationDays) -> None:
    """What stories and panels make of the ordinary load."""
    for row, customer in enumerate(customers):
        story = customer.story
        if story is not None and type(story).used_share is not Conduct.used_share:
            share = np.array([story.used_share(days.first + day) for day in range(days.load.shape[1])])
            days.load[row] = np.floor(days.load[row] * share).astype(np.int64)
    days.use = days.load.copy()
    for row, customer in enumerate(customers):
        panels = customer.photovoltaic
        if panels is None or days.sun is None:
            continue
        generated = days.sun * (panels.kw * float(own_yield(city.seed, [customer.index])[0]))
        begins = max(days.index(panels.connected_on.toordinal()), 0)
        generated[:begins] = 0.0
        generated *= days.supplied[row][:, None]
        days.generated[row] = generated
        taken, given = exchange(days.load[row] / HUNDREDTHS, days.shape_of(row, customer), generated)
        days.use[row] = np.floor(taken * HUNDREDTHS).astype(np.int64)
        days.export[row] = np.floor(given * HUNDREDTHS).astype(np.int64)


def _count(city: City, customers: list[Customer], days: StationDays) -> None:
    """From energy to registers: the plain rows at once, those with more than one meter segment by segment."""
    multiplier = np.ones_like(days.use)
    for row, segments in enumerate(days.segments):
        for segment in segments:
            multiplier[row, segment.begins :] = segment.installation.multiplier
            days.modulus[row, segment.begins :] = segment.installation.modulus
    whole = days.use.copy()
    for row, segments in enumerate(days.segments):
        for segment, after in pairwise(segments):
            if segment.ends == after.begins < whole.shape[1]:
                # The old meter counts the first half of the day, the new one the rest.
                half = whole[row, segment.ends] // 2
                segment.used_closing = int(half // segment.installation.multiplier)
                segment.closing = segment.used_closing
                whole[row, segment.ends] -= half
    days.used_advance = whole // multiplier
    days.advance = days.used_advance.copy()
    days.reverse = np.cumsum(days.export // multiplier, axis=1)
    for row, customer in enumerate(customers):
        days.reverse[row] += customer.opening_reverse + customer.installations[0].reverse_register
        if customer.story is not None:
            _apply_story(city.seed, customer, row, days)
    days.position = np.cumsum(days.advance, axis=1)
    for row, segments in enumerate(days.segments):
        _stand(days, row, segments)
    # What was used, as far as the grid is concerned, is what a right meter would have counted.
    days.use = days.used_advance * multiplier
    for row, segments in enumerate(days.segments):
        for segment in segments:
            if segment.used_closing:
                days.use[row, segment.ends] += segment.used_closing * segment.installation.multiplier
    for row, customer in enumerate(customers):
        if customer.has_rates or customer.terms.power_factor is not None:
            days.rates[row] = _rates(city, customer, row, days)


def _stand(days: StationDays, row: int, segments: list[Segment]) -> None:
    """Where the row's registers stand every evening, and in the end where each meter went off the wall."""
    count = days.position.shape[1]
    before: Segment | None = None
    for segment in segments:
        installation, begins = segment.installation, segment.begins
        if before is not None and before.installation.meter_id == installation.meter_id:
            # Only the CT is another one: the meter goes on from where it is.
            segment.start = before.final
            installation.start_register = before.final % installation.modulus
        elif before is not None and begins < count:
            days.reverse[row, begins:] -= days.reverse[row, begins - 1]
        if before is None and begins == 0:
            days.position[row] += segment.start
        else:
            days.position[row, begins:] = segment.start + np.cumsum(days.advance[row, begins:])
        evening = min(segment.ends, count) - 1
        segment.final = (
            int(days.position[row, evening]) if evening >= begins else segment.start
        ) + segment.closing
        if installation.removed_on is not None:
            installation.end_register = segment.final % installation.modulus
        before = segment


def _apply_story(seed: int, customer: Customer, row: int, days: StationDays) -> None:
    story = customer.story
    if story is None:
        return
    count = days.advance.shape[1]
    if type(story).counted_share is not Conduct.counted_share:
        share = np.array([story.counted_share(days.first + day) for day in range(count)])
        _counted(days, row, share)
    if type(story).effect is not Conduct.effect:
        shape = days.shape_of(row, customer)
        share = np.ones(count)
        usual = load_of(seed, customer)
        for day in range(count):
            effect: Effect | None = story.effect(days.first + day)
            if effect is not None:
                share[day] = counted_share(effect, effect.load or usual, shape[day])
        _counted(days, row, share)


def _counted(days: StationDays, row: int, share: Floats) -> None:
    counted = np.floor(days.advance[row] * share).astype(np.int64)
    days.reverse[row] += np.cumsum(np.maximum(-counted, 0))
    days.advance[row] = np.maximum(counted, 0)
    for segment in days.segments[row]:
        if segment.closing and segment.ends < len(share):
            segment.closing = max(int(segment.used_closing * share[segment.ends]), 0)


def _rates(city: City, customer: Customer, row: int, days: StationDays) -> Rates:
    shape = days.shape_of(row, customer)
    count = shape.shape[0]
    seen = shape
    story = customer.story
    if story is not None and type(story).clock_shift_quarters is not Conduct.clock_shift_quarters:
        seen = shape.copy()
        for day in range(count):
            shift = story.clock_shift_quarters(days.first + day)
            if shift:
                seen[day] = np.roll(shape[day], shift)
    if story is not None and type(story).effect is not Conduct.effect:
        seen = _seen_under_effects(city.seed, customer, days, seen)
    swing = (lots(city.seed, "reactive", [customer.index], np.arange(count))[0] - 0.5) * 2
    tan_phi = customer.tan_phi * (1 + swing * habits()["reactive_spread"])
    reactive = np.floor(days.advance[row] * tan_phi).astype(np.int64)
    used_reactive = np.floor(days.used_advance[row] * tan_phi).astype(np.int64)
    band = _band_of_days(days)
    advance = _split(days.advance[row], seen, band)
    used = _split(days.used_advance[row], shape, band)
    position = np.zeros_like(advance)
    before: Segment | None = None
    for segment in days.segments[row]:
        begins, evening = segment.begins, min(segment.ends, count) - 1
        if before is None:
            segment.start_rates = _opening_rates(segment.start)
            segment.start_reactive = customer.opening_reactive if segment.start else 0
        elif before.installation.meter_id == segment.installation.meter_id:
            segment.start_rates = before.final_rates
            segment.start_reactive = before.start_reactive + int(reactive[before.begins : begins].sum())
        else:
            segment.start_rates = (0, 0, segment.start, 0)
        position[begins:] = np.cumsum(advance[begins:], axis=0) + np.array(segment.start_rates)
        segment.closing_rates = (0, 0, segment.closing, 0)
        if segment.used_closing:
            that_day = slice(segment.ends, segment.ends + 1)
            segment.closing_rates, segment.used_closing_rates = (
                tuple(int(each) for each in _split(np.array([half]), by[that_day], band[that_day])[0])
                for half, by in ((segment.closing, seen), (segment.used_closing, shape))
            )
        stand = position[evening] if evening >= begins else np.array(segment.start_rates)
        segment.final_rates = tuple(
            int(each) + more for each, more in zip(stand, segment.closing_rates, strict=True)
        )
        before = segment
    lift = (
        1
        + lots(city.seed, "demand", [customer.index], np.arange(count))[0]
        * habits()["measured_demand_spread"]
    )
    # A day's highest quarter-hour: kWh × share × 4 quarters an hour; hundredths of a unit to ten-thousandths of a kW.
    highest = shape.max(axis=1) * (_QUARTERS // 24) * lift * (_TEN_THOUSANDTHS // HUNDREDTHS)
    demand = np.floor(days.advance[row] * highest).astype(np.int64)
    used_demand = np.floor(days.used_advance[row] * highest).astype(np.int64)
    stand = np.zeros_like(reactive)
    for segment in days.segments[row]:
        stand[segment.begins :] = segment.start_reactive + np.cumsum(reactive[segment.begins :])
    return Rates(advance, position, used, reactive, stand, used_reactive, demand, used_demand)


def _seen_under_effects(seed: int, customer: Customer, days: StationDays, seen: Floats) -> Floats:
    """The day shapes that the meter counts: a deed that acts by night takes from the rates of the night."""
    story, usual = customer.story, load_of(seed, customer)
    counted = seen.copy()
    for day in range(len(seen)):
        effect = None if story is None else story.effect(days.first + day)
        if effect is None or not effect.quarters:
            continue
        part = effect.shaped(seen[day]) * np.maximum(counted_quarters(effect, effect.load or usual), 0.0)
        total = float(part.sum())
        if total > 0:
            # Twelve places: the order of adding shows in the fifteenth.
            counted[day] = np.round(part / total, 12)
    return counted


def _opening_rates(opening: int) -> tuple[int, ...]:
    starts = [int(opening * share) for share in _OPENING_SHARES]
    starts[_FLAT] += opening - sum(starts)
    return tuple(starts)


def _split(advance: Whole, shape: Floats, band: NDArray[np.int64]) -> Whole:
    """A day's advance by rate [T, 4]; what rounding leaves goes to flat, so that the four sum to the whole."""
    parts = np.zeros((len(advance), _RATES), dtype=np.int64)
    for rate in range(_RATES):
        if rate != _FLAT:
            share = np.where(band == rate, shape, 0.0).sum(axis=1)
            parts[:, rate] = np.floor(advance * share).astype(np.int64)
    parts[:, _FLAT] = advance - parts.sum(axis=1)
    return parts


def _band_of_days(days: StationDays) -> NDArray[np.int64]:
    """The rate of every quarter-hour of every day [T, 96]."""
    known: dict[int, NDArray[np.int64]] = {}
    return np.stack(
        [
            known.setdefault(int(month), rate_of_quarters(int(month)).astype(np.int64))
            for month in days.table.month
        ]
    )
