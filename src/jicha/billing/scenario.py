"""Scenarios: what bills would be reckoned from if facts on file were others (overrides), as rows of the same contract.

An override is a row: in a scenario, for a customer and the days [valid_from, valid_to), one field of
`mart.billing_input` has another value. The scenario's input holds every bill of the tier years the overrides
touch, under the scenario's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from jicha.kernel.period import Month
from jicha.warehouse.slices import Window

#: What the charges are reckoned from; its columns are those of every scenario.
INPUT = "mart.billing_input"

#: Facts of the account: an override of one holds for all its meters.
ACCOUNT_FIELDS = frozenset(
    {
        "price_code",
        "purchase_mode_code",
        "purchase_group_code",
        "retail_price_yuan_per_kwh",
        "basic_charge_mode_code",
        "billed_capacity_kva",
        "contract_demand_kw",
        "power_factor_standard_ratio",
    }
)
#: Facts of a metering point, and what a meter counted in one bill: that is shared out by nobody and never cut.
POINT_FIELDS = frozenset(
    {
        "multiplier",
        "has_transformer_loss",
        "rated_capacity_kva",
        "no_load_loss_kw",
        "load_loss_kw",
        "no_load_current_pct",
        "impedance_pct",
        "line_loss_ratio",
    }
)
QUANTITY_FIELDS = frozenset(
    {
        "critical_index",
        "peak_index",
        "flat_index",
        "valley_index",
        "deep_valley_index",
        "total_index",
        "reactive_index",
        "import_kvarh",
        "demand_index",
        "fixed_kwh",
    }
)
FIELDS = ACCOUNT_FIELDS | POINT_FIELDS | QUANTITY_FIELDS

#: The relation of overrides as an engine holds it.
OVERRIDE_COLUMNS = {
    "override_no": "integer",
    "scenario_id": "text",
    "customer_id": "text",
    "metering_point_id": "text",
    "meter_id": "text",
    "valid_from": "date",
    "valid_to": "date",
    "field": "text",
    "value_number": "decimal(20,8)",
    "value_text": "text",
    "is_quantity": "boolean",
}
SUBJECT_COLUMNS = {"scenario_id": "text", "customer_id": "text", "year_from": "integer", "year_to": "integer"}


@dataclass(frozen=True, slots=True)
class Override:
    """One field's other value on the days [valid_from, valid_to). Numbers in `value_number`, texts and
    'true'/'false' in `value_text`. None as metering point or meter: the whole account."""

    scenario_id: str
    customer_id: str
    valid_from: date
    valid_to: date
    field: str
    value_number: Decimal | None = None
    value_text: str | None = None
    metering_point_id: str | None = None
    meter_id: str | None = None

    @property
    def value(self) -> Decimal | str | None:
        return self.value_text if self.value_number is None else self.value_number

    @property
    def is_quantity(self) -> bool:
        return self.field in QUANTITY_FIELDS

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What is overridden, whatever the days and the value; sorts."""
        return (self.customer_id, self.field, self.metering_point_id or "", self.meter_id or "")

    def collides(self, other: Override) -> bool:
        """Whether both speak of the same field, meter and day with different values: not both can be true."""
        return (
            self.customer_id == other.customer_id
            and self.field == other.field
            and self.value != other.value
            and self.valid_from < other.valid_to
            and other.valid_from < self.valid_to
            and _may_be_one(self.metering_point_id, other.metering_point_id)
            and _may_be_one(self.meter_id, other.meter_id)
        )

    def of(self, scenario_id: str) -> Override:
        return replace(self, scenario_id=scenario_id)


def _may_be_one(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def joined(overrides: Iterable[Override]) -> list[Override]:
    """The overrides of one scenario sorted, spans of the same value that touch or overlap made one.

    Quantities are those of one bill each: only equal ones of the same days are one.
    """
    ordered = sorted(
        overrides, key=lambda each: (each.place, each.valid_from, each.valid_to, str(each.value))
    )
    found: list[Override] = []
    for _, group in groupby(ordered, key=lambda each: each.place):
        open_ones: dict[object, Override] = {}
        for each in group:
            key = (each.value, each.valid_from, each.valid_to) if each.is_quantity else each.value
            before = open_ones.get(key)
            if before is not None and each.valid_from <= before.valid_to:
                open_ones[key] = replace(before, valid_to=max(before.valid_to, each.valid_to))
                continue
            if before is not None:
                found.append(before)
            open_ones[key] = each
        found += open_ones.values()
    return sorted(found, key=lambda each: (each.place, each.valid_from, each.valid_to, str(each.value)))


def collisions(overrides: Sequence[Override]) -> list[tuple[Override, Override]]:
    """Pairs of overrides that cannot both hold, in order."""
    return [
        (one, other)
        for number, one in enumerate(overrides)
        for other in overrides[number + 1 :]
        if one.collides(other)
    ]


@dataclass(frozen=True, slots=True)
class Subject:
    """The bills a scenario holds: those of a customer whose last day lies in these calendar years."""

    scenario_id: str
    customer_id: str
    year_from: int
    year_to: int


def subjects(overrides: Iterable[Override]) -> list[Subject]:
    """One for each scenario and customer: the years in which bills end that its overrides touch. A tier year is a
    calendar year."""
    years: dict[tuple[str, str], tuple[int, int]] = {}
    for each in overrides:
        first = each.valid_from.year
        end = Month.parse(each.valid_to - timedelta(days=1))
        # A bill that begins in December may end in the next year, and then belongs to that one.
        last = Window(end, end).widened(0, MONTHS_BESIDE_A_YEAR).last.year
        before = years.get((each.scenario_id, each.customer_id), (first, last))
        years[each.scenario_id, each.customer_id] = (min(first, before[0]), max(last, before[1]))
    return [Subject(*key, *span) for key, span in sorted(years.items())]


#: A bill's month may be that of its issue: so far from the year its days lie in.
MONTHS_BESIDE_A_YEAR = 3


def window(wanted: Sequence[Subject]) -> Window:
    """The months in which the bills of all subjects lie."""
    first, last = min(each.year_from for each in wanted), max(each.year_to for each in wanted)
    held = Window(Month(first, 1), Month(last, 12))
    return held.widened(MONTHS_BESIDE_A_YEAR, MONTHS_BESIDE_A_YEAR)


def override_rows(overrides: Iterable[Override]) -> list[tuple[object, ...]]:
    """Rows of `OVERRIDE_COLUMNS`, numbered from 0 in the order given."""
    return [
        (
            number,
            each.scenario_id,
            each.customer_id,
            each.metering_point_id,
            each.meter_id,
            each.valid_from,
            each.valid_to,
            each.field,
            each.value_number,
            each.value_text,
            each.is_quantity,
        )
        for number, each in enumerate(overrides)
    ]
