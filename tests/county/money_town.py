"""A station made by hand for the tests of the money: customers with bills, staff, and a desk that remembers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from jicha.county.desk import Answer, BillFact, Cell, Planned, StationRecord, Table, Wish
from jicha.county.money import keep
from jicha.county.tables import Trade, cause_plan, trades
from jicha.county.tariff.terms import BELOW_1KV, RESIDENTIAL, Terms
from jicha.county.world import Book, City, CountyPlan, Customer, Organisation, Staff, Station, StationPlan
from jicha.kernel.period import Month

Row = dict[str, Cell]
PROVINCE, CITY, COUNTY, STATION = "42", "42408", "4240801", "424080101"
FIRST_MONTH = Month(2024, 7)


@dataclass
class Tray:
    """A desk: rows by table's title, answers, and what is wanted of each kind."""

    wishes: dict[str, list[Wish]] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    months: dict[str, Counter[Month | None]] = field(default_factory=lambda: defaultdict(Counter))
    answers: list[Answer] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, table: Table, *cells: Cell, month: Month | None = None) -> None:
        names = table.columns.split(",")
        self.tables[table.title].append(dict(zip(names, cells, strict=True)))
        assert (month is not None) == table.by_month
        self.months[table.title][month] += 1

    def answer(self, answer: Answer) -> None:
        self.answers.append(answer)

    def wanted(self, kind: str) -> Sequence[Planned]:
        cause = cause_plan()[kind]
        return [Planned(cause, turn, wish) for turn, wish in enumerate(self.wishes.get(kind, []))]

    def planted(self, kind: str, count: int = 1) -> None:
        self.counts[kind] += count

    def rows(self, title: str, **wanted: Cell) -> list[Row]:
        return [row for row in self.tables[title] if wanted.items() <= row.items()]

    def total(self, title: str, column: str, **wanted: Cell) -> Decimal:
        return sum((number(row[column]) for row in self.rows(title, **wanted)), Decimal(0))


def number(cell: Cell) -> Decimal:
    """A cell that holds money, as a number."""
    return Decimal(str(cell))


def record_of(customers: int = 120, months: int = 24, seed: int = 5) -> StationRecord:
    """A station with so many customers of the usual trades, each with a bill a month issued on its book's day."""
    period = tuple(FIRST_MONTH.plus(step) for step in range(months))
    kinds = _trades(customers)
    plan = StationPlan(STATION, "青禾县", "柳林", 0, "431", 0, kinds, "S1")
    organisations = (
        Organisation(PROVINCE, None, "省", "省公司"),
        Organisation(CITY, PROVINCE, "市", "市公司"),
        Organisation(COUNTY, CITY, "县", "县公司"),
        Organisation(STATION, COUNTY, "所", "柳林供电所"),
    )
    joined = date(2010, 1, 1)
    staff = tuple(
        Staff(f"0{number:05d}", org, f"员工{number}", post, "", joined)
        for number, (org, post) in enumerate(
            [
                (STATION, "收费员"),
                (STATION, "收费员"),
                (STATION, "业务受理员"),
                (COUNTY, "核算员"),
                (COUNTY, "核算员"),
                (COUNTY, "审批负责人"),
                (CITY, "审批负责人"),
            ],
            start=1,
        )
    )
    city = City(
        seed, period, customers, organisations, (CountyPlan(1, COUNTY, "青禾县", (plan,)),), (), staff
    )
    book = Book("B1", STATION, "R1", 5)
    record = StationRecord(city, Station(plan))
    for index, trade in enumerate(kinds):
        record.station.customers.append(_customer(index, trade, book))
        customer_id = record.station.customers[-1].customer_id
        record.bills[customer_id] = [_bill(index, trade, customer_id, month) for month in period]
    return record


def kept(record: StationRecord, **wishes: Wish) -> Tray:
    """The station's papers with one happening of each kind named."""
    tray = Tray({kind: [wish] for kind, wish in wishes.items()})
    keep(record, tray)
    return tray


def _trades(customers: int) -> tuple[Trade, ...]:
    kinds: list[Trade] = []
    for trade in trades().values():
        kinds += [trade] * max(1, trade.per_mille * customers // 1000)
    return tuple(kinds[:customers] if len(kinds) >= customers else kinds + kinds[: customers - len(kinds)])


def _customer(index: int, trade: Trade, book: Book) -> Customer:
    return Customer(
        index=index,
        customer_id=f"431{index:07d}",
        name=f"用户{index}",
        address="示例路1号",
        phone_number="19900000000",
        trade=trade,
        org_id=STATION,
        area_id=f"T{index // 60}",
        filed_area_id=f"T{index // 60}",
        feeder_id="L1",
        book=book,
        phase="A",
        terms=Terms(RESIDENTIAL, BELOW_1KV),
        contract_capacity_kva=Decimal(8),
        opened_on=date(2018, 1, 1),
        closed_on=None,
        daily_kwh=5.0,
        opening_register=0,
        installations=[],
        agreements=[],
    )


def _bill(index: int, trade: Trade, customer_id: str, month: Month) -> BillFact:
    size = {"低压居民": 90, "低压非居民": 900, "高压": 42_000}[trade.customer_type]
    yuan = Decimal(size * 100 + (index * 7919 + month.month * 4513) % (size * 60)).scaleb(-2)
    issued = month.next.first + timedelta(days=4)
    kwh = Decimal(int(yuan * 160)).scaleb(-2)
    bill_id = f"{month.year:04d}{month.month:02d}{customer_id}"
    return BillFact(bill_id, customer_id, month, month.first, month.last, issued, "正常", kwh, yuan)
