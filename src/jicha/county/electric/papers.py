"""What the metering data system exports of the meters' own voices: events and checks of clocks, a station at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from jicha.county.chance import stream
from jicha.county.desk import Desk, Domain, StationRecord, Table
from jicha.county.electric.clocks import check_seconds, deviations
from jicha.county.electric.effect import Load
from jicha.county.electric.events import MeterEvent, exchange, of_effects, ordinary, outage, reported
from jicha.county.electric.habits import habit
from jicha.county.electric.points import load_of
from jicha.county.electric.story import MeterStory, Report
from jicha.county.story import Conduct
from jicha.county.world import City, Customer
from jicha.kernel.period import Month

EVENTS = Table(
    "ami_zh",
    "电能表事件",
    "事件编号,户号,计量点编号,电能表资产号,事件类型,相别,开始时间,结束时间,上报时间",
    by_month=True,
)
CLOCKS = Table("ami_zh", "时钟巡测", "设备编号,设备类型,户号,管理单位,巡测时间,时钟偏差秒", by_month=True)
TABLES = (EVENTS, CLOCKS)

_METER, _TERMINAL = "电能表", "采集终端"
_WORK_BEGINS, _WORK_MINUTES = (8 * 60 + 30, 16 * 60), (15, 50)
_SECONDS_A_QUARTER, _SECONDS_A_DAY, _MINUTES_AN_HOUR = 900, 86_400, 60
#: Terminals have numbers in chance far from the customers'.
_TERMINAL_NUMBERS = 1 << 40


@dataclass(frozen=True, slots=True)
class _Meters:
    """The station's customers with their loads, and which meter hangs when."""

    city: City
    customers: list[Customer]
    loads: list[Load]

    def meter_on(self, place: int, day: int) -> str:
        """The asset number of the meter that hangs on the day, '' where there is none."""
        when = date.fromordinal(day)
        for installation in reversed(self.customers[place].installations):
            if installation.installed_on <= when:
                gone = installation.removed_on is not None and installation.removed_on < when
                return "" if gone else installation.meter_id
        return ""


def keep(record: StationRecord, desk: Desk) -> None:
    """The station's events and clock checks of the whole period; events of the outages that
    the service domain put down, too."""
    city, customers = record.city, record.station.customers
    meters = _Meters(city, customers, [load_of(city.seed, each) for each in customers])
    reports = list(_reports(meters, record.outages))
    by_month: dict[Month, list[tuple[int, MeterEvent]]] = {month: [] for month in city.months}
    for place, report in reports:
        month = Month.parse(date.fromordinal(report.day))
        meter_id = meters.meter_on(place, report.day)
        if month in by_month and meter_id:
            by_month[month].append((place, reported(city.seed, customers[place].index, meter_id, report)))
    for month in city.months:
        _write_events(meters, month, by_month[month], desk)
        _write_clocks(record, meters, month, desk)


class Outage(Protocol):
    """What the service desk knows of an outage."""

    customers: list[Customer]
    started: datetime
    ended: datetime


def _outages(meters: _Meters, outages: Iterable[Outage]) -> Iterator[tuple[int, Report]]:
    """Of an outage the meters behind terminals of their own speak, and a few others."""
    places = {customer.index: place for place, customer in enumerate(meters.customers)}
    seed = meters.city.seed
    for number, each in enumerate(outages):
        for customer in each.customers:
            speaks = stream(seed, "outage", number, customer.index).random() < habit("outage_reported")
            if speaks or customer.trade.is_metered_by_transformers:
                yield from ((places[customer.index], report) for report in outage(each.started, each.ended))


def _reports(meters: _Meters, outages: Iterable[Outage]) -> Iterator[tuple[int, Report]]:
    city = meters.city
    numbers = [each.index for each in meters.customers]
    for month in city.months:
        yield from ordinary(city.seed, month, numbers, meters.loads)
    yield from _outages(meters, outages)
    first, end = city.first_day.toordinal(), city.end.toordinal()
    for place, customer in enumerate(meters.customers):
        for earlier, later in zip(customer.installations, customer.installations[1:], strict=False):
            if earlier.meter_id != later.meter_id:
                yield from ((place, each) for each in _exchanged(city.seed, customer, later.installed_on))
        story = customer.story
        if story is None:
            continue
        if isinstance(story, MeterStory):
            yield from ((place, each) for each in story.reports)
        if type(story).effect is not Conduct.effect:
            begins, ends = max(first, story.valid_from.toordinal()), min(end, story.valid_to.toordinal())
            found = of_effects(city.seed, customer.index, meters.loads[place], begins, ends, story.effect)
            yield from ((place, each) for each in found)


def _exchanged(seed: int, customer: Customer, on: date) -> tuple[Report, ...]:
    chance = stream(seed, "exchange", customer.index, on.toordinal())
    return exchange(on.toordinal(), chance.randrange(*_WORK_BEGINS), chance.randrange(*_WORK_MINUTES))


def _write_events(meters: _Meters, month: Month, events: list[tuple[int, MeterEvent]], desk: Desk) -> None:
    counts: dict[int, int] = {}
    for place, event in sorted(
        events, key=lambda each: (each[0], each[1].started_at, each[1].event, each[1].phase)
    ):
        customer = meters.customers[place]
        counts[place] = counts.get(place, 0) + 1
        desk.add(
            EVENTS,
            f"{month.year}{month.month:02d}{customer.index:08d}{counts[place]:03d}",
            customer.customer_id,
            customer.metering_point_id,
            event.meter_id,
            event.event,
            event.phase or None,
            event.started_at,
            event.ended_at,
            event.received_at,
            month=month,
        )


def _write_clocks(record: StationRecord, meters: _Meters, month: Month, desk: Desk) -> None:
    """Meters with rates every month, the others once a quarter of a year; terminals every month."""
    seed, first = record.city.seed, month.first.toordinal()
    numbers = [each.index for each in meters.customers]
    usual = deviations(seed, numbers, first).tolist()
    checks = check_seconds(seed, numbers, month, [each.has_rates for each in meters.customers]).tolist()
    for place, customer in enumerate(meters.customers):
        if checks[place] < 0:
            continue
        day = first + checks[place] // _SECONDS_A_DAY
        meter_id = meters.meter_on(place, day)
        if meter_id:
            seconds = usual[place] + (0 if customer.story is None else _shift(customer, day))
            at = _instant(first, checks[place])
            desk.add(
                CLOCKS, meter_id, _METER, customer.customer_id, customer.org_id, at, seconds, month=month
            )
    areas = record.station.areas
    numbers = [_TERMINAL_NUMBERS + int(each.area_id) for each in areas]
    usual = deviations(seed, numbers, first).tolist()
    checks = check_seconds(seed, numbers, month, [True] * len(areas)).tolist()
    for place, area in enumerate(areas):
        at = _instant(first, checks[place])
        desk.add(
            CLOCKS,
            terminal_id(area.org_id, place),
            _TERMINAL,
            None,
            area.org_id,
            at,
            usual[place],
            month=month,
        )


def terminal_id(org_id: str, place: int) -> str:
    """The asset number of the terminal of a station's area, as in 采集终端; `place` counts its areas from 0."""
    return f"ZD{org_id}{place + 1:05d}"


def _shift(customer: Customer, day: int) -> int:
    story = customer.story
    seconds = getattr(story, "clock_seconds", None)
    if seconds is not None:
        return int(seconds(day))
    return 0 if story is None else story.clock_shift_quarters(day) * _SECONDS_A_QUARTER


def _instant(first: int, seconds: int) -> str:
    days, rest = divmod(seconds, _SECONDS_A_DAY)
    minutes, second = divmod(rest, _MINUTES_AN_HOUR)
    hour, minute = divmod(minutes, _MINUTES_AN_HOUR)
    return f"{date.fromordinal(first + days).isoformat()} {hour:02d}:{minute:02d}:{second:02d}"


DOMAIN = Domain("electric", TABLES, keep)
