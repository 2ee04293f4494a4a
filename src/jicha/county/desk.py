"""The desk where domains meet: what a station's period left behind, and where its papers go.

A domain (`money`, `service`, `assets`, `control`, …) is a module with `TABLES`, its tables, and
`keep(record, desk)`, which writes a station's papers of the whole period and plants the domain's own causes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from jicha.county.plan import Planned, Wish
from jicha.county.tables import PlannedCause
from jicha.county.world import City, Station
from jicha.kernel.period import Month
from jicha.kernel.text import Text

if TYPE_CHECKING:
    from jicha.county.metering.days import StationDays

#: What a cell of a text file or workbook may be; None is an empty cell. Instants are texts `YYYY-MM-DD HH:MM:SS`.
Cell = str | int | date | Decimal | None

CSV, XLSX = "csv", "xlsx"


@dataclass(frozen=True, slots=True)
class Table:
    """One export table of one system.

    `system` is the source's name (`cis_zh`), `title` the file's name, `columns` its Chinese headers, separated by
    commas. `form` is csv (gb18030, CRLF) or xlsx (small tables). `by_month`: one file a county and month, else one
    a county. `whole_city`: one file in all, its rows put there by the first station of the first county alone."""

    system: str
    title: str
    columns: str
    form: str = CSV
    by_month: bool = False
    whole_city: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the answer key; the span is half-open.

    `subject_type`: metering_point, customer, area, feeder, meter, application, service_case, staff, payment,
    organisation, reading_book, … – the id of the row of that kind in the exports. `true_kwh`, `energy_yuan`: a right
    bill minus the bills issued, + owed to the utility. `breach_yuan`: the breach charge or penal money the
    law would add, other money. `size`: how large the cause is in its own measure (share not counted, days
    late, ratio of multipliers), for the scorecard's classes."""

    plan: PlannedCause
    subject_type: str
    subject_id: str
    customer_id: str
    valid_from: date
    valid_to: date
    note: Text
    true_kwh: Decimal = Decimal("0.00")
    energy_yuan: Decimal = Decimal("0.00")
    breach_yuan: Decimal = Decimal("0.00")
    size: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BillFact:
    """What other offices know of an issued bill; `to_on` is the last day billed."""

    bill_id: str
    customer_id: str
    month: Month
    from_on: date
    to_on: date
    issued_on: date
    bill_type: str
    kwh: Decimal
    yuan: Decimal


@dataclass(frozen=True, slots=True)
class AdjustmentFact:
    """A correction that the office made: the bill it stands on, the month it was wrong, why (退补原因)."""

    bill_id: str
    customer_id: str
    month: Month
    wrong_month: Month
    issued_on: date
    reason: str
    kwh: Decimal
    yuan: Decimal


@dataclass(slots=True)
class StationRecord:
    """A station after its last day: founded things, and what was billed, by customer in order of issue.

    `days`: the station's days as arrays, `arrivals` which freezes came [customers, T]; None where only papers are
    made. `outages`: what the service domain put down, for those whose meters tell of it."""

    city: City
    station: Station
    bills: dict[str, list[BillFact]] = field(default_factory=dict)
    adjustments: list[AdjustmentFact] = field(default_factory=list)
    days: StationDays | None = None
    arrivals: Any = None
    outages: list[Any] = field(default_factory=list)

    @property
    def is_first(self) -> bool:
        """Whether it is the city's first station, which puts down what there is once in the city."""
        return self.station.plan.number == 0

    @property
    def is_first_of_county(self) -> bool:
        """Whether it is its county's first station, which puts down what there is once in a county."""
        county = next(each for each in self.city.counties if self.station.plan in each.stations)
        return self.station.plan is county.stations[0] or self.station.plan == county.stations[0]


class Desk(Protocol):
    """Where a station's papers go."""

    def add(self, table: Table, *cells: Cell, month: Month | None = None) -> None:
        """One row; `month` for tables by month."""

    def answer(self, answer: Answer) -> None:
        """One row of the answer key."""

    def wanted(self, kind: str) -> Sequence[Planned]:
        """How many happenings of a kind are to be planted at this station, one entry each, with what a plan from
        outside wishes of it; empty for most."""

    def planted(self, kind: str, count: int = 1) -> None:
        """So many were planted."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A module of papers: its tables and what keeps them."""

    name: str
    tables: tuple[Table, ...]
    keep: Callable[[StationRecord, Desk], None]


__all__ = [
    "CSV",
    "XLSX",
    "AdjustmentFact",
    "Answer",
    "BillFact",
    "Cell",
    "Desk",
    "Domain",
    "Planned",
    "StationRecord",
    "Table",
    "Wish",
]
