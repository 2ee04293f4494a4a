"""The world lived again: who was told what, and what every site really used. What bills should be, only it knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from jicha.county.assets.rehanging import LIGHTNING_TWICE, rehang, rehung
from jicha.county.building import _period, _wanted
from jicha.county.desk import Answer, Cell, Table
from jicha.county.faults import read_plan
from jicha.county.founding.city import found_city
from jicha.county.founding.station import found_station
from jicha.county.metering.days import StationDays, live
from jicha.county.plan import Planned
from jicha.county.planting import plant
from jicha.county.sharing import part, shared
from jicha.county.tariff.terms import Terms
from jicha.county.world import City, Customer, Station
from jicha.kernel.period import Month

from .exported import month_of


@dataclass
class Lived:
    """A station with its stories and its days."""

    station: Station
    days: StationDays
    county_number: int

    @cached_property
    def rows(self) -> dict[str, int]:
        return {each.customer_id: row for row, each in enumerate(self.station.customers)}


@dataclass
class _Desk:
    """A desk at which nothing is written: it only says what is wanted."""

    asked: Mapping[str, Sequence[Planned]]
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, table: Table, *cells: Cell, month: Month | None = None) -> None:
        return

    def answer(self, answer: Answer) -> None:
        return

    def wanted(self, kind: str) -> Sequence[Planned]:
        return self.asked.get(kind, ())

    def planted(self, kind: str, count: int = 1) -> None:
        self.counts[kind] += count


class Truth:
    """The county of (customers, seed, months, plan) before anything is written."""

    def __init__(self, customers: int, seed: int, months: int = 24, faults: Path | None = None) -> None:
        period = _period(customers, months, date(2026, 6, 1))
        plan = None if faults is None else read_plan(faults)
        by_nature = plan is None or plan.keep != "nothing"
        self.city: City = found_city(seed, period, customers)
        wanted, _ = _wanted(self.city, plan)
        self._planned: list[tuple[Station, int]] = []
        shares = shared(self.city, wanted, by_nature=by_nature)
        for county, share in zip(self.city.counties, shares, strict=True):
            left = dict(share)
            for number, each in enumerate(county.stations):
                desk = _Desk(part(left, len(county.stations) - number))
                station = found_station(self.city, each)
                planted = plant(self.city, station, desk.asked, by_nature=by_nature)
                rehang(self.city, station, desk)
                desk.planted(LIGHTNING_TWICE, len(rehung(self.city, station, desk)))
                left = {
                    kind: [*planted.left.get(kind, tried[desk.counts[kind] :]), *left[kind][len(tried) :]]
                    for kind, tried in desk.asked.items()
                }
                self._planned.append((station, county.number))

    @cached_property
    def lived(self) -> list[Lived]:
        return [Lived(each, live(self.city, each, number), number) for each, number in self._planned]

    @cached_property
    def customers(self) -> dict[str, Customer]:
        return {each.customer_id: each for station, _ in self._planned for each in station.customers}

    @cached_property
    def _homes(self) -> dict[str, Lived]:
        return {name: lived for lived in self.lived for name in lived.rows}

    @cached_property
    def founded(self) -> dict[str, Terms]:
        """The terms every customer was founded with, before anything was filed otherwise."""
        return {
            each.customer_id: each.terms
            for county in self.city.counties
            for plan in county.stations
            for each in found_station(self.city, plan).customers
        }

    def home(self, name: str) -> tuple[Lived, int]:
        lived = self._homes[name]
        return lived, lived.rows[name]

    def used(self, name: str) -> dict[date, Decimal]:
        """kWh taken from the grid by day, counted or not, as far as a right meter resolves them."""
        lived, row = self.home(name)
        return {
            lived.days.day(index): Decimal(int(kwh)).scaleb(-2)
            for index, kwh in enumerate(lived.days.use[row])
        }

    def used_by_month(self, name: str) -> dict[str, Decimal]:
        months: dict[str, Decimal] = {}
        for day, kwh in self.used(name).items():
            month = month_of(day.isoformat())
            months[month] = months.get(month, Decimal(0)) + kwh
        return months

    def uncounted(self, lived: Lived) -> dict[str, list[int]]:
        """Hundredths of a kWh by day that were used and not counted (+), or counted and not used, by customer."""
        days = lived.days
        found = {}
        for name, row in lived.rows.items():
            multiplier = [1] * days.use.shape[1]
            for segment in days.segments[row]:
                multiplier[segment.begins :] = [segment.installation.multiplier] * (
                    len(multiplier) - segment.begins
                )
            missing = days.used_advance[row] - days.advance[row]
            if lived.station.customers[row].photovoltaic is None:
                # What a meter counts backwards stands in its other register.
                missing[1:] += (days.reverse[row, 1:] - days.reverse[row, :-1]).clip(min=0)
            missing = missing.tolist()
            by_day = [each * factor for each, factor in zip(missing, multiplier, strict=True)]
            for segment in days.segments[row]:
                if segment.used_closing and segment.ends < len(by_day):
                    lost = segment.used_closing - segment.closing
                    by_day[segment.ends] += lost * segment.installation.multiplier
            if any(by_day):
                found[name] = by_day
        return found
