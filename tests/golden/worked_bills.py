"""Golden bills: whole bills under published price sheets, each with the steps a person would write.

`bills/worked/<id>.yaml` is one bill: rows of core tables, the working of every line with its clause, and what must come
out. `core/worked_bills.yaml` holds what all share, the ways in which bills differ, and which pairs of ways no law
asks for. The amounts were worked by hand, apart from the marts; here they are only compared.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from jicha.inspection.content_rows import ROW, compared
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed

from .bills import BILLS, BillBench

HERE = Path(__file__).parent
WORKED = BILLS.joinpath("worked")
SHARED = HERE.joinpath("core", "worked_bills.yaml")

BILL, LINE, SEGMENT = (
    "mart.recalculated_bill",
    "mart.recalculated_bill_line",
    "mart.recalculated_bill_segment",
)
PRICE_CODE = "law.price_code"

#: Tables of which a bill has one row each, made of its id where it gives none.
IMPLIED = ("core.metering_point", "core.meter_installation")

Row = dict[str, Any]

#: One value of one way, and two of them.
Trait = tuple[str, str]
Pair = frozenset[Trait]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of the bill: how a person works it, on which clauses, and what the marts must say of it."""

    working: list[str]
    clauses: list[str]
    line: Row
    segment: Row = {}


class WorkedBill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`ways`: its value of every way."""

    id: str
    title: Bilingual
    ways: dict[str, str]
    given: dict[str, list[Row]]
    steps: list[Step]
    expect: Row
    note: Bilingual | None = None

    @property
    def issued(self) -> Row:
        """The bill itself; others before it in its tier year have an id of their own."""
        (row,) = [row for row in self.given["core.bill"] if "bill_id" not in row]
        return row

    @property
    def pairs(self) -> frozenset[Pair]:
        return frozenset(frozenset(pair) for pair in itertools.combinations(self.ways.items(), 2))


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Bilingual
    values: dict[str, Bilingual]


class NoLaw(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every value of the one way with every value of the other."""

    pairs: dict[str, list[str]]
    why: Bilingual

    @property
    def all(self) -> frozenset[Pair]:
        one, other = self.pairs
        return frozenset(
            frozenset(((one, value), (other, second)))
            for value in self.pairs[one]
            for second in self.pairs[other]
        )


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A price sheet, or all of them: the bills whose id begins so, values it does not have, pairs without a law."""

    name: Bilingual
    bills: str
    lacks: dict[str, list[str]]
    no_law_for: list[NoLaw]


class Shared(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    defaults: dict[str, Row]
    price_codes: list[Row]
    ways: dict[str, Way]
    places: list[Place]

    def possible(self, place: Place) -> frozenset[Pair]:
        """Every pair of values of two ways that the place has."""
        traits = {
            name: [(name, value) for value in way.values if value not in place.lacks.get(name, ())]
            for name, way in self.ways.items()
        }
        return frozenset(
            frozenset(pair)
            for one, other in itertools.combinations(self.ways, 2)
            for pair in itertools.product(traits[one], traits[other])
        )


@cache
def worked_bills() -> tuple[WorkedBill, ...]:
    """All of them, by id."""
    files = sorted(WORKED.glob("*.yaml"))
    return tuple(typed(read_text(file, file.name), WorkedBill, file=file.name) for file in files)


@cache
def shared() -> Shared:
    return typed(read_text(SHARED, SHARED.name), Shared, file=SHARED.name)


def reckoned(bench: BillBench) -> Mapping[str, list[Row]]:
    """All bills in one run of all models: rows of the recalculated bills, their lines and segments."""
    given: dict[str, list[Row]] = {PRICE_CODE: list(shared().price_codes)}
    for bill in worked_bills():
        implied: dict[str, list[Row]] = {table: [{}] for table in IMPLIED}
        for table, rows in (implied | bill.given).items():
            columns = bench.catalogue.relation(table).columns
            given.setdefault(table, []).extend(_named(bill, row, columns) for row in rows)
    return bench.all_from_core(given, shared().defaults, (BILL, LINE, SEGMENT))


def unmet(bill: WorkedBill, found: Mapping[str, list[Row]], bench: BillBench) -> Iterator[str]:
    """What does not come out as it was worked: the bill, each of its lines, what a line rests on."""
    own = {name: [row for row in rows if row["bill_id"] == bill.id] for name, rows in found.items()}
    rested = [row for row in own[SEGMENT] if row["power_factor_yuan"] is not None]
    for name, rows, wanted in (
        (BILL, own[BILL], [bill.expect]),
        (LINE, own[LINE], [step.line for step in bill.steps]),
        (SEGMENT, rested, [step.segment for step in bill.steps if step.segment]),
    ):
        for problem in compared(ROW, rows, wanted, bench.catalogue.relation(name).columns):
            yield f"{bill.id}: {problem.en}"


def of_place(place: Place) -> list[WorkedBill]:
    return [bill for bill in worked_bills() if bill.id.startswith(place.bills)]


def covered(bills: Iterable[WorkedBill]) -> frozenset[Pair]:
    return frozenset(itertools.chain.from_iterable(bill.pairs for bill in bills))


def _named(bill: WorkedBill, row: Row, columns: Mapping[str, str]) -> Row:
    """A row with the ids the bill implies; every one is called after it."""
    ids = {
        "customer_id": bill.id,
        "bill_id": bill.id,
        "month_on": bill.issued["month_on"],
        "metering_point_id": f"{bill.id}-P",
        "meter_id": f"{bill.id}-M",
        "power_transformer_id": f"{bill.id}-T",
    }
    return {name: value for name, value in ids.items() if name in columns} | row
