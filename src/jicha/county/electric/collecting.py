"""The curves that a station's terminals collected: customers, heads of areas and of feeders, month by month.

A site's curve is its own (`life.shapes.own_parts`), held to what its meters say: as much energy in the quarters in
which a deed acts as the registers were counted with, and no quarter above the measured demand. Powers of many
customers are added as whole numbers, 10⁻⁸ kWh, so that sums do not depend on their order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from jicha.county.chance import Floats, Whole, lots
from jicha.county.desk import StationRecord
from jicha.county.electric.curve_table import concatenated, delivered_with, to_table
from jicha.county.electric.curves import area_voltage, collected, curve
from jicha.county.electric.effect import QUARTERS, Triple
from jicha.county.electric.habits import habit
from jicha.county.electric.points import has_curve, master_of
from jicha.county.electric.station_curves import MeterCurve, customer_curves
from jicha.county.life.shapes import WHOLE, own_parts
from jicha.county.metering.days import StationDays
from jicha.county.metering.heads import Heads
from jicha.county.world import HUNDREDTHS, Area, Assessment, Customer
from jicha.kernel.period import Month

Table = TypeVar("Table")

_QUARTERS_AN_HOUR = 4
_FINE = HUNDREDTHS * WHOLE
_TEN_THOUSANDTHS = 10_000
#: Heads have numbers in chance far from the customers'.
_HEAD_NUMBERS = 1 << 41
_EVEN: Triple = (1 / 3, 1 / 3, 1 / 3)
_LEAST = 1e-9


def curve_tables(
    record: StationRecord, heads: Heads, months: tuple[Month, ...], last_days: int | None = None
) -> Iterator[tuple[Month, pa.Table]]:
    """For each of the months, which follow each other, the rows delivered with it; one table a month.

    `last_days`: only so many days at the end of the months. `record` has its days and arrivals. Raises ValueError
    where it has not."""
    if record.days is None or record.arrivals is None:
        raise ValueError("curves need the station's days and arrivals")
    span = _Span(record, record.days, months, last_days)
    by_month: dict[Month, list[pa.Table]] = {month: [] for month in months}
    for made in (*span.of_customers(), *span.of_heads(heads)):
        for month in months:
            due = delivered_with(made.columns, month)
            if len(due["day"]):
                by_month[month].append(to_table(due, made.point, made.meter_id))
    for month in months:
        yield month, concatenated(by_month[month])


@dataclass(frozen=True, slots=True)
class _Flow:
    """What flows into an area by quarter: whole 10⁻⁸ kWh, days × 96."""

    kwh: Whole
    rows: tuple[int, ...]


class _Span:
    """The days of some months of a station."""

    def __init__(
        self, record: StationRecord, days: StationDays, months: tuple[Month, ...], last_days: int | None
    ) -> None:
        self._record, self._days = record, days
        self._seed = record.city.seed
        self._begin = days.index(months[0].first.toordinal())
        self._end = days.index(months[-1].last.toordinal()) + 1
        if last_days is not None:
            self._begin = max(self._begin, self._end - last_days)
        self._first = days.first + self._begin
        self._count = self._end - self._begin
        self._table = _part(days.table, self._begin, self._end)
        self._weather = _part(days.weather, self._begin, self._end)
        self._customers = record.station.customers
        self._flows = self._by_area()
        self._levels = {each.area_id: self._level(each) for each in record.station.areas}

    def of_customers(self) -> Iterator[MeterCurve]:
        """The customers whose curves are collected."""
        span = slice(self._begin, self._end)
        places = {row: place for flow in self._flows.values() for place, row in enumerate(flow.rows)}
        areas = {each.area_id: each for each in self._record.station.areas}
        for row, customer in enumerate(self._customers):
            if not has_curve(self._seed, customer):
                continue
            supplied = self._days.supplied[row, span]
            if not supplied.any():
                continue
            voltage, ohms = self._at(areas[customer.area_id], places[row])
            yield from customer_curves(
                self._seed,
                customer,
                self._first,
                self._net_kw(row, customer),
                supplied=supplied,
                arrives=self._record.arrivals[row, span] | ~supplied,
                voltage=voltage,
                ohms=ohms,
            )

    def of_heads(self, heads: Heads) -> Iterator[MeterCurve]:
        """The meters at the heads of public areas and of feeders."""
        by_feeder: dict[str, Whole] = {}
        for area in self._record.station.areas:
            flow = self._flows[area.area_id].kwh
            by_feeder[area.feeder_id] = by_feeder.get(area.feeder_id, 0) + flow
        areas = {each.area_id: each for each in self._record.station.areas}
        nothing = np.zeros((self._count, QUARTERS), dtype=np.int64)
        for place, head in enumerate(self._record.station.assessments):
            shares, level = _EVEN, None
            if head.is_feeder:
                flow = by_feeder.get(head.feeder_id, nothing)
            else:
                flow, shares = self._flows[head.area_id].kwh, self._shares(areas[head.area_id])
                level = self._levels[head.area_id]
            net = heads.supply[place] - heads.back[place]
            yield self._head(head, _held_to(flow, net[self._begin : self._end]), shares, level)

    def _head(self, head: Assessment, kilowatts: Floats, shares: Triple, level: Floats | None) -> MeterCurve:
        point = master_of(_HEAD_NUMBERS + int(head.customer_id), head, shares)
        got = collected(self._seed, point, self._first, self._count)
        columns = curve(self._seed, point, self._first, kilowatts, voltage=level, got=got)
        return MeterCurve(point, head.meter_id, columns)

    def _by_area(self) -> dict[str, _Flow]:
        rows: dict[str, list[int]] = {each.area_id: [] for each in self._record.station.areas}
        for row, customer in enumerate(self._customers):
            rows[customer.area_id].append(row)
        span = slice(self._begin, self._end)
        shapes = {
            code: np.rint(shape[span] * WHOLE).astype(np.int64) for code, shape in self._days.shapes.items()
        }
        flows = {}
        for area_id, members in rows.items():
            flow = np.zeros((self._count, QUARTERS), dtype=np.int64)
            by_shape: dict[tuple[str, int], Whole] = {}
            for row in members:
                key = (self._customers[row].trade.code, self._days.shifts[row])
                by_shape[key] = by_shape.get(key, 0) + self._days.load[row, span]
                if row in self._days.generated:
                    flow -= np.rint(self._days.generated[row][span] * _FINE).astype(np.int64)
            for (code, shift), load in by_shape.items():
                flow += load.reshape(-1, 1) * np.roll(shapes[code], shift, axis=1)
            flows[area_id] = _Flow(flow, tuple(members))
        return flows

    def _net_kw(self, row: int, customer: Customer) -> Floats:
        """What the site takes, mean kW of each quarter."""
        days, span = self._days, slice(self._begin, self._end)
        plain = days.shape_of(row, customer)[span]
        parts = own_parts(self._seed, [customer.index], [customer.trade.code], self._table, self._weather)[0]
        own = self._aligned(parts / WHOLE, plain, customer)
        hundredths = days.load[row, span] if row in days.generated else days.use[row, span]
        kilowatts = hundredths.reshape(-1, 1) * (_QUARTERS_AN_HOUR / HUNDREDTHS)
        rates = days.rates.get(row)
        if rates is not None:
            # The demand register keeps the highest quarter: no other may be above it.
            multiplier = customer.installations[-1].multiplier
            highest = rates.used_demand[span].reshape(-1, 1) * (multiplier / _TEN_THOUSANDTHS)
            own = _below(own, plain, highest / np.maximum(kilowatts, _LEAST))
        taken = own * kilowatts
        if row in days.generated:
            taken = taken - days.generated[row][span] * _QUARTERS_AN_HOUR
        return np.asarray(taken, dtype=np.float64)

    def _aligned(self, own: Floats, plain: Floats, customer: Customer) -> Floats:
        """As much of a day in the quarters in which an effect acts as its counted share was found with."""
        story = customer.story
        if story is None:
            return own
        aligned = own.copy()
        for day in range(self._count):
            effect = story.effect(self._first + day)
            if effect is None or not effect.quarters:
                continue
            acts = effect.acts
            for quarters in (acts, ~acts):
                has, due = float(own[day, quarters].sum()), float(plain[day, quarters].sum())
                if has > 0:
                    aligned[day, quarters] *= due / has
        return aligned

    def _level(self, area: Area) -> Floats:
        """The voltage at the transformer, of nominal: lower the more it carries, and as the feeder stands that day."""
        kilowatts = self._flows[area.area_id].kwh * (_QUARTERS_AN_HOUR / _FINE)
        numbers = self._first + np.arange(self._count)
        today = (lots(self._seed, "area/level", [int(area.area_id)], numbers)[0] - 0.5) * habit(
            "level_spread"
        )
        usual = (lots(self._seed, "area/tap", [int(area.area_id)], [0])[0, 0] - 0.5) * habit("tap_spread")
        drop = kilowatts / max(area.capacity_kva, 1) * habit("drop_at_capacity")
        level = habit("level_without_load") + usual + today.reshape(-1, 1) - drop
        return np.asarray(level if area.is_public else (level + area_voltage(self._count)) / 2)

    def _at(self, area: Area, place: int) -> tuple[Floats, float]:
        """The voltage at a customer without its own load, and the ohms of its own drop, both conductors."""
        level, topology = self._levels[area.area_id], area.topology
        if topology is None:
            return level, 0.0
        kilowatts = self._flows[area.area_id].kwh * (_QUARTERS_AN_HOUR / _FINE)
        far = topology.distance_m(place) * habit("drop_a_metre_at_capacity") / max(area.capacity_kva, 1)
        return level - kilowatts * far, 2 * float(topology.drop_ohm[place])

    def _shares(self, area: Area) -> Triple:
        """How the area's load hangs on its phases."""
        rows, topology = self._flows[area.area_id].rows, area.topology
        if topology is None or not rows:
            return _EVEN
        kwh = np.array([round(self._customers[row].daily_kwh * HUNDREDTHS) for row in rows], dtype=np.int64)
        thirds = np.rint(topology.phase_shares * 3).astype(np.int64)
        by_phase = thirds @ kwh
        total = int(by_phase.sum())
        if not total:
            return _EVEN
        return (int(by_phase[0]) / total, int(by_phase[1]) / total, int(by_phase[2]) / total)


def _held_to(flow: Whole, net_hundredths: Whole) -> Floats:
    """Mean kW of each quarter, the day's energy being the one the head's meter saw: what is lost on the lines and
    taken by nobody's account goes along with the load."""
    total = flow.sum(axis=1).astype(np.float64)
    due = net_hundredths.astype(np.float64) * WHOLE
    weights = np.abs(flow).astype(np.float64)
    whole = weights.sum(axis=1)
    share = np.where(whole > 0, (due - total) / np.maximum(whole, 1.0), 0.0)
    even = np.where(whole > 0, 0.0, due / QUARTERS)
    return (flow + weights * share.reshape(-1, 1) + even.reshape(-1, 1)) * (_QUARTERS_AN_HOUR / _FINE)


def _below(own: Floats, plain: Floats, most: Floats) -> Floats:
    """So much of the own shape, beside the plain one, that no quarter passes `most` (shares of the day)."""
    more = own - plain
    room = np.maximum(most - plain, 0.0)
    part = np.where(more > 0, room / np.maximum(more, _LEAST), 1.0).min(axis=1, keepdims=True)
    mixed: Floats = plain + more * np.minimum(part, 1.0)
    return mixed


def _part(table: Table, begin: int, end: int) -> Table:
    """The days `begin` until `end` of a table of days."""
    cut: dict[str, Any] = {
        each.name: value[begin:end]
        for each in fields(table)  # type: ignore[arg-type]
        if isinstance(value := getattr(table, each.name), np.ndarray)
    }
    cut["first"] = getattr(table, "first", 0) + begin
    return replace(table, **cut)  # type: ignore[type-var]
