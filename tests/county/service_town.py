"""Stations of a real city for tests of service and connection: founded, billed plainly, and a desk that remembers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from jicha.county.desk import Answer, BillFact, Cell, StationRecord, Table
from jicha.county.founding.city import found_city
from jicha.county.founding.station import found_station
from jicha.county.plan import Planned, Wish
from jicha.county.service import keep
from jicha.county.tables import PlannedCause, cause_plan
from jicha.county.world import City, Customer
from jicha.kernel.period import Month

Row = dict[str, Cell]
LAST_MONTH = Month(2026, 6)


@dataclass
class Tray:
    """A desk: rows by table's title, answers, and what is wanted of each kind."""

    wishes: dict[str, list[Wish]] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    kinds: dict[str, Table] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, table: Table, *cells: Cell, month: Month | None = None) -> None:
        assert (month is not None) == table.by_month
        self.kinds[table.title] = table
        self.tables[table.title].append(dict(zip(table.columns.split(","), cells, strict=True)))

    def answer(self, answer: Answer) -> None:
        self.answers.append(answer)

    def wanted(self, kind: str) -> Sequence[Planned]:
        cause = cause_plan()[kind]
        return [Planned(cause, turn, wish) for turn, wish in enumerate(self.wishes.get(kind, []))]

    def planted(self, kind: str, count: int = 1) -> None:
        self.counts[kind] += count

    def rows(self, title: str, **wanted: Cell) -> list[Row]:
        return [row for row in self.tables[title] if wanted.items() <= row.items()]

    def row(self, title: str, **wanted: Cell) -> Row:
        (found,) = self.rows(title, **wanted)
        return found

    def of(self, kind: str) -> list[Answer]:
        return [answer for answer in self.answers if answer.plan.kind == kind]


@cache
def city(customers: int = 500, months: int = 24, seed: int = 1) -> City:
    period = tuple(reversed([LAST_MONTH.plus(-step) for step in range(months)]))
    return found_city(seed, period, customers)


def record_of(number: int = 0, customers: int = 500, months: int = 24, seed: int = 1) -> StationRecord:
    """The station of that number, with a bill a month for everybody who is supplied."""
    whole = city(customers, months, seed)
    plan = [each for county in whole.counties for each in county.stations][number]
    record = StationRecord(whole, found_station(whole, plan))
    for customer in record.station.customers:
        record.bills[customer.customer_id] = [_bill(customer, month) for month in whole.months]
    return record


def kept(record: StationRecord, **wishes: Wish) -> Tray:
    """The station's papers with one happening of each kind named."""
    tray = Tray({kind: [wish] for kind, wish in wishes.items()})
    keep(record, tray)
    return tray


def with_all(record: StationRecord) -> Tray:
    """The station's papers with one happening of every kind of the domain."""
    return kept(record, **{kind: Wish() for kind in own_causes()})


def own_causes() -> dict[str, PlannedCause]:
    """The domain's kinds, by name."""
    from jicha.county.tables import facts

    return {row["kind"]: cause_plan()[row["kind"]] for row in facts("causes_service")}


def at(cell: Cell) -> datetime:
    """A cell that holds an instant."""
    return datetime.fromisoformat(str(cell))


def _bill(customer: Customer, month: Month) -> BillFact:
    issued = month.next.first + timedelta(days=customer.book.issue_day - 1)
    kwh = Decimal(int(customer.daily_kwh * 3000)).scaleb(-2)
    yuan = (kwh * Decimal("0.6")).quantize(Decimal("0.01"))
    bill_id = f"{month.year:04d}{month.month:02d}{customer.customer_id}0"
    return BillFact(bill_id, customer.customer_id, month, month.first, month.last, issued, "正常", kwh, yuan)


__all__ = ["Row", "Tray", "at", "city", "date", "kept", "own_causes", "record_of", "with_all"]
