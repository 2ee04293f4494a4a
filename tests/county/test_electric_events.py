"""Events and clocks: what follows from effects, what is only noise, and what a station's papers hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from jicha.county.causes import theft
from jicha.county.chance import stream
from jicha.county.desk import Answer, Cell, StationRecord, Table
from jicha.county.electric import papers
from jicha.county.electric.clocks import check_seconds, deviations
from jicha.county.electric.deeds import current_left, current_reversed, voltage_lost, voltages_left
from jicha.county.electric.effect import FOUR_WIRE, QUARTERS, SINGLE, THREE_WIRE, A, B, C, Effect, Load
from jicha.county.electric.events import exchange, noticed, of_effects, ordinary, outage, reported
from jicha.county.electric.story import Report
from jicha.county.founding.city import found_city
from jicha.county.founding.station import found_station
from jicha.county.place import Place
from jicha.county.plan import Planned, Wish
from jicha.county.tables import cause_plan
from jicha.county.world import Customer
from jicha.kernel.period import Month

SHOP = Load(FOUR_WIRE, 0.4, (0.5, 0.3, 0.2))
FLAT = Load(SINGLE, 0.2, (0.0, 1.0, 0.0))
MONTHS = tuple(Month(2025, 1).plus(number) for number in range(12))
FIRST = date(2025, 11, 1).toordinal()
NIGHT = tuple(place < 24 or place >= 80 for place in range(QUARTERS))


def test_what_a_meter_notices() -> None:
    assert noticed(Effect(), SHOP) == ()
    assert noticed(voltage_lost(SHOP, A), SHOP) == (("失压", "A相"),)
    assert noticed(voltages_left((A, C), 0.85), SHOP) == (("欠压", "A相"), ("欠压", "C相"))
    assert noticed(voltage_lost(Load(THREE_WIRE, 0.5), B), Load(THREE_WIRE, 0.5)) == (
        ("失压", "A相"),
        ("失压", "C相"),
    )
    assert ("失流", "B相") in noticed(current_left((B,), 0.0), SHOP)
    assert noticed(current_reversed((C,)), SHOP) == (("潮流反向", "C相"),)
    assert noticed(current_left((B,), 0.4), FLAT) == (("零火线电流不一致", "零线"),)
    assert noticed(Effect(neutral=1.6), FLAT) == (("零火线电流不一致", "零线"),)
    assert noticed(Effect(around=0.9), SHOP) == ()
    assert noticed(Effect(balance=(1.0, 0.0, 0.0)), SHOP) == (
        ("失流", "B相"),
        ("失流", "C相"),
        ("电流不平衡", ""),
    )


def test_a_spell_is_reported_once_and_ends() -> None:
    lost = voltage_lost(SHOP, B)

    def effect_on(day: int) -> Effect | None:
        return lost if FIRST + 3 <= day < FIRST + 8 or day >= FIRST + 12 else None

    found = list(of_effects(1, 9, SHOP, FIRST, FIRST + 20, effect_on))
    assert [(each.event, each.phase, each.day, each.minutes is None) for each in found] == [
        ("失压", "B相", FIRST + 3, False),
        ("失压", "B相", FIRST + 12, True),
    ]
    assert found[0].minutes == 5 * 1440


def test_nights_are_reported_for_the_most_part_and_not_forever() -> None:
    lost = Effect(voltage=(0.0, 1.0, 1.0), quarters=NIGHT)
    found = list(of_effects(1, 9, SHOP, FIRST, FIRST + 40, lambda _: lost))
    assert 12 < len(found) < 36
    assert all(each.minute // 15 == 80 and 9 * 60 < (each.minutes or 0) < 11 * 60 for each in found)
    assert len(list(of_effects(1, 9, SHOP, FIRST, FIRST + 400, lambda _: lost))) == 60


def test_instants_are_in_order() -> None:
    for number in range(300):
        event = reported(1, number, "E1", Report("失压", FIRST, 700, 25, "A相"))
        started, ended = (
            datetime.fromisoformat(event.started_at),
            datetime.fromisoformat(event.ended_at or ""),
        )
        assert started < ended < datetime.fromisoformat(event.received_at)
    assert reported(1, 1, "E1", Report("时钟故障", FIRST, 5)).ended_at is None


def test_exchange_and_outage() -> None:
    assert [each.event for each in exchange(FIRST, 600, 30)] == ["开端钮盖", "掉电", "上电"]
    off, on = outage(datetime.fromisoformat("2025-11-03T08:30"), datetime.fromisoformat("2025-11-03T17:05"))
    assert (off.event, off.minute, on.event, on.minute) == ("掉电", 510, "上电", 1025)


def test_noise_is_rare_and_repeats_itself() -> None:
    numbers = list(range(20_000))
    loads = [SHOP if number % 4 == 0 else FLAT for number in numbers]
    found = list(ordinary(5, Month(2025, 11), numbers, loads))
    counts = Counter(report.event for _, report in found)
    assert {"开表盖", "开端钮盖", "恒定磁场干扰", "失压", "失流", "潮流反向", "零火线电流不一致"} <= set(
        counts
    )
    assert 0.003 < len(found) / len(numbers) < 0.03
    assert all(loads[place] is SHOP for place, report in found if report.event in ("失压", "失流"))
    repeats = Counter((place, report.event) for place, report in found)
    assert max(repeats.values()) >= 5
    alone = list(ordinary(5, Month(2025, 11), [77], [FLAT]))
    assert alone == [(0, report) for place, report in found if place == 77]


def test_clocks() -> None:
    numbers = list(range(20_000))
    today = deviations(5, numbers, FIRST)
    off = abs(today) > 150
    assert 0.002 < off.mean() < 0.015
    assert (abs(today) < 80).mean() > 0.98
    later = abs(deviations(5, numbers, FIRST + 31)) > 150
    assert (off & later).sum() > 0.4 * off.sum()
    month = Month(2025, 11)
    numbers = list(range(300))
    assert (check_seconds(5, numbers, month, [False] * 300) >= 0).sum() == 100
    seconds = check_seconds(5, numbers, month, [True] * 300)
    assert seconds.min() >= 3600 and seconds.max() < month.days * 86_400
    assert set((seconds % 86_400) // 3600) == {1, 2, 3, 4, 5}


class Pile:
    """A desk that keeps what is put on it."""

    def __init__(self) -> None:
        self.rows: dict[str, list[tuple[Cell, ...]]] = {}

    def add(self, table: Table, *cells: Cell, month: Month | None = None) -> None:
        assert len(cells) == len(table.columns.split(","))
        assert month is not None and table in papers.TABLES
        self.rows.setdefault(table.title, []).append(cells)

    def answer(self, answer: Answer) -> None:
        raise AssertionError(answer)

    def wanted(self, kind: str) -> tuple[Planned, ...]:
        return ()

    def planted(self, kind: str, count: int = 1) -> None:
        raise AssertionError(kind)


def kept(seed: int) -> dict[str, list[tuple[Cell, ...]]]:
    city = found_city(seed, MONTHS, 500)
    station = found_station(city, city.counties[0].stations[0])
    shop = next(each for each in station.customers if theft.KINDS["undervoltage_lead_loosened"].fits(each, 0))
    planned = Planned(cause_plan()["undervoltage_lead_loosened"], 0, Wish())
    shop.story = theft.KINDS["undervoltage_lead_loosened"].tell(
        Place(city, station, planned, shop, stream(seed, "t"), 0)
    )
    pile = Pile()
    papers.keep(StationRecord(city, station), pile)
    assert any(row[1] == shop.customer_id and row[4] in ("失压", "欠压") for row in pile.rows["电能表事件"])
    return pile.rows


@dataclass
class Dark:
    """An outage as the service desk keeps it."""

    customers: list[Customer]
    started: datetime
    ended: datetime


@dataclass(slots=True)
class RecordWithOutages(StationRecord):
    outages: list[Dark] = field(default_factory=list)


def test_outages_are_reported_by_those_behind_terminals() -> None:
    city = found_city(4, MONTHS, 500)
    station = found_station(city, city.counties[0].stations[0])
    dark = Dark(
        station.customers,
        datetime.fromisoformat("2025-06-03 08:05:00"),
        datetime.fromisoformat("2025-06-03 14:40:00"),
    )
    pile = Pile()
    papers.keep(RecordWithOutages(city, station, outages=[dark]), pile)
    off = {
        row[1]
        for row in pile.rows["电能表事件"]
        if row[4] == "掉电" and str(row[6]).startswith("2025-06-03 08:05")
    }
    with_terminals = {each.customer_id for each in station.customers if each.trade.is_metered_by_transformers}
    assert with_terminals <= off
    assert len(with_terminals) < len(off) < 0.4 * len(station.customers)


def test_a_stations_papers() -> None:
    rows = kept(4)
    assert rows == kept(4)
    assert rows != kept(5)
    events, clocks = rows["电能表事件"], rows["时钟巡测"]
    assert len({row[0] for row in events}) == len(events)
    assert len({(row[0], row[4]) for row in clocks}) == len(clocks)
    assert {row[1] for row in clocks} == {"电能表", "采集终端"}
    assert all(str(row[6]) <= str(row[7] or row[6]) <= str(row[8]) for row in events)
