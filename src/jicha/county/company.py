"""One county company: its stations founded, lived, billed and written, one after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from jicha.county.answer_key import answers_of
from jicha.county.assets import rehang
from jicha.county.causes.areas import answers as area_answers
from jicha.county.causes.areas import hooked
from jicha.county.chance import lots
from jicha.county.desk import AdjustmentFact, Answer, BillFact, StationRecord
from jicha.county.domains import domains
from jicha.county.electric.collecting import curve_tables
from jicha.county.electric.curve_table import TITLE as CURVES
from jicha.county.exports.bills import put_bill, put_reading
from jicha.county.exports.dirt import Dirt
from jicha.county.exports.shelf import Shelf
from jicha.county.founding.station import found_station
from jicha.county.metering.days import StationDays, live
from jicha.county.metering.freezes import FreezeRows, arrivals, assessment_table, late
from jicha.county.metering.heads import Heads, heads
from jicha.county.metering.months import Arrivals, Months
from jicha.county.office.account import Account
from jicha.county.office.bills import ADJUSTMENT_BILL, Bill
from jicha.county.office.month import bill, bill_unsupplied, leave_unbilled, read
from jicha.county.plan import Planned
from jicha.county.planting import plant
from jicha.county.sharing import part
from jicha.county.tables import habits
from jicha.county.world import City, CountyPlan, Station

_AMI, _FREEZES = "ami_zh", "日冻结"
Wanted = Mapping[str, Sequence[Planned]]


@dataclass(slots=True)
class CompanyResult:
    """What a county company left: rows by file, answers, how many of each kind were planted, what found no place."""

    rows: dict[str, int] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)


def run_company(
    city: City,
    county: CountyPlan,
    wanted: Wanted,
    out: Path,
    *,
    by_nature: bool = True,
    tell: Callable[[int], None] | None = None,
) -> CompanyResult:
    """Live the county's period and write its files below `out`; `tell(customers done)` after each station."""
    shelf = Shelf(out, county.name, Dirt(city.seed, county.name, city.months))
    result = CompanyResult()
    left: dict[str, list[Planned]] = {kind: list(asked) for kind, asked in wanted.items()}
    stations = county.stations
    for number, plan in enumerate(stations):
        share = part(left, len(stations) - number)
        station = found_station(city, plan)
        planted = plant(city, station, share, by_nature=by_nature)
        _count(result.counts, planted.counts)
        shelf.begin_station(share)
        rehang(city, station, shelf)
        record = _live(city, station, county, shelf, result)
        for domain in domains():
            domain.keep(record, shelf)
        for kind, asked in share.items():
            rest = planted.left.get(kind)
            if rest is None:
                rest = list(asked[shelf.taken(kind) :])
            left[kind] = [*rest, *left[kind][len(asked) :]]
        if tell is not None:
            tell(len(plan.trades))
    shelf.close()
    _count(result.counts, shelf.counts)
    result.left = {kind: len(rest) for kind, rest in left.items() if rest}
    result.answers += shelf.answers
    result.rows = shelf.rows
    return result


def _count(counts: dict[str, int], more: Mapping[str, int]) -> None:
    for kind, number in more.items():
        counts[kind] = counts.get(kind, 0) + number


def _live(
    city: City, station: Station, county: CountyPlan, shelf: Shelf, result: CompanyResult
) -> StationRecord:
    days = live(city, station, county.number)
    arrive = arrivals(city, station.customers, days)
    at_heads = _freezes(city, station, days, arrive, shelf)
    record = StationRecord(city, station, days=days, arrivals=arrive)
    for month, table in curve_tables(record, at_heads, city.months[-1:], int(habits()["curve_days"])):
        shelf.add_arrow(_AMI, CURVES, month, table)
    months = Months(city, days, station.customers, arrive)
    accounts = [Account.of(each) for each in station.customers]
    for month in city.months:
        for account, lived in zip(accounts, months.of(month), strict=True):
            if lived is None:
                bills = bill_unsupplied(account, month)
            elif account.customer.story is not None and not account.customer.story.is_billed:
                leave_unbilled(account, lived)
                continue
            else:
                due = account.due(lived)
                if due is None:
                    continue
                readings = read(account, due)
                for reading in readings:
                    put_reading(shelf, account.customer, month, reading)
                bills = bill(account, due, readings[-1])
            for issued in bills:
                put_bill(shelf, issued, month)
                _remember(record, account, issued)
    for row, account in enumerate(accounts):
        result.answers += answers_of(account, row, days)
    return record


def _remember(record: StationRecord, account: Account, issued: Bill) -> None:
    fact = BillFact(
        issued.bill_id,
        issued.customer_id,
        issued.month,
        issued.from_on,
        issued.to_on,
        issued.issued_on,
        issued.bill_type,
        issued.kwh,
        issued.amount,
    )
    record.bills.setdefault(issued.customer_id, []).append(fact)
    story = account.customer.story
    ordered = None if story is None else story.adjustment(issued.month)
    if ordered is None or ordered.wrong_month not in account.misses:
        return
    if ordered.own_bill == (issued.bill_type == ADJUSTMENT_BILL):
        line = issued.lines[-1]
        record.adjustments.append(
            AdjustmentFact(
                issued.bill_id,
                issued.customer_id,
                issued.month,
                ordered.wrong_month,
                issued.issued_on,
                "抄表差错",
                line.kwh,
                line.amount,
            )
        )


def _freezes(city: City, station: Station, days: StationDays, arrive: Arrivals, shelf: Shelf) -> Heads:
    rows = FreezeRows(station.customers, days, arrive, late(city, station.customers, days))
    extra = hooked(city, station, days)
    at_heads = heads(station, days, extra)
    shelf.answers += area_answers(station, extra)
    numbers = [int(each.customer_id) for each in station.assessments]
    count = days.use.shape[1]
    seen = lots(city.seed, "head", numbers, np.arange(count)) >= habits()["missing_freeze_ratio"]
    for story in station.happenings:
        if story.silent is not None:
            begin, end = (max(days.index(each), 0) for each in story.silent)
            for place, head in enumerate(station.assessments):
                if head.area_id == story.area_id:
                    seen[place, begin:end] = False
    for month in city.months:
        shelf.add_arrow(_AMI, _FREEZES, month, rows.of(month))
        table = assessment_table(
            station.assessments, at_heads.forward, at_heads.reverse, days.first, month, seen
        )
        shelf.add_arrow(_AMI, _FREEZES, month, table)
    return at_heads
