"""What hangs at a site: meter models, runs of instrument transformers, metering boxes, and their asset numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from jicha.county.tables import facts
from jicha.county.world import Assessment, Customer, Installation

SINGLE, DIRECT, CT_LOW, CT_HIGH = "single", "direct", "ct_low", "ct_high"
_CUSTOMERS_A_BOX = 6
_HEAD_VOLTAGES = (10000, 100)
_HEADS_AGE_YEARS = 6


@dataclass(frozen=True, slots=True)
class Model:
    """One model of meter: voltages in V, currents in A, accuracy classes as on the nameplate."""

    kind: str
    from_year: int
    name: str
    wiring: str
    voltage_v: str
    basic_a: str
    maximum_a: str
    accuracy: str
    reactive_accuracy: str


@dataclass(frozen=True, slots=True)
class TransformerRun:
    """Current and voltage transformers that hung at a point together, from a day until, not including, another."""

    customer_id: str
    metering_point_id: str
    number: int
    valid_from: date
    valid_to: date | None
    primary_a: int
    secondary_a: int
    primary_v: int
    secondary_v: int

    @property
    def multiplier(self) -> int:
        """CT × PT."""
        voltage = self.primary_v // self.secondary_v if self.secondary_v else 1
        return self.primary_a // self.secondary_a * voltage

    @property
    def is_high_voltage(self) -> bool:
        return bool(self.secondary_v)

    def pieces(self) -> Iterator[tuple[str, str, str]]:
        """Asset number, kind and phase of each piece: three current transformers, or two of each kind at 10 kV."""
        phases = ("A相", "C相") if self.is_high_voltage else ("A相", "B相", "C相")
        for phase in phases:
            yield f"4230002{self.customer_id:0>12}{self.number}{phase[0]}", "电流互感器", phase
        if self.is_high_voltage:
            for phase in phases:
                yield f"4230003{self.customer_id:0>12}{self.number}{phase[0]}", "电压互感器", phase


@cache
def _models() -> dict[str, tuple[Model, ...]]:
    by_kind: dict[str, list[Model]] = {}
    for row in facts("meter_models"):
        by_kind.setdefault(row["kind"], []).append(
            Model(
                row["kind"], int(row["from_year"]), row["model"], row["wiring"], row["voltage_v"], row["basic_a"],
                row["maximum_a"], row["accuracy"], row["reactive_accuracy"],
            )
        )  # fmt: skip
    return {kind: tuple(reversed(models)) for kind, models in by_kind.items()}


@cache
def model_of(kind: str, year: int) -> Model:
    """The model of that kind bought in a year."""
    return next(each for each in _models()[kind] if each.from_year <= year)


def kind_of(customer: Customer) -> str:
    """Which kind of meter the customer's supply asks for."""
    if customer.trade.metering_mode == "高供高计":
        return CT_HIGH
    if customer.trade.is_metered_by_transformers:
        return CT_LOW
    return SINGLE if customer.trade.phases == 1 else DIRECT


def category_of(customer: Customer) -> str:
    """The category of the metering installation (DL/T 448): by voltage of supply, single phase in the last."""
    if customer.trade.is_high_voltage:
        return "Ⅲ类"
    return "Ⅴ类" if customer.trade.phases == 1 else "Ⅳ类"


def box_of(customer: Customer) -> str:
    """The metering box: neighbours share one, whoever is metered through transformers has one alone."""
    if customer.trade.is_metered_by_transformers:
        return f"JX{customer.customer_id}"
    return f"JX{customer.area_id}{customer.index // _CUSTOMERS_A_BOX:08d}"


@dataclass(frozen=True, slots=True)
class MeterRun:
    """One meter's whole stay at a point, whatever transformers hung before it: its first and its last span."""

    first: Installation
    last: Installation

    @property
    def meter_id(self) -> str:
        return self.first.meter_id

    @property
    def hung_on(self) -> date:
        return self.first.installed_on

    @property
    def removed_on(self) -> date | None:
        return self.last.removed_on


def meter_runs(customer: Customer) -> list[MeterRun]:
    """The customer's meters one after another."""
    runs: list[MeterRun] = []
    for stay in customer.installations:
        if runs and runs[-1].meter_id == stay.meter_id:
            runs[-1] = MeterRun(runs[-1].first, stay)
        else:
            runs.append(MeterRun(stay, stay))
    return runs


def transformer_runs(customer: Customer) -> Iterator[TransformerRun]:
    """The customer's instrument transformers: those of meters in a row with the same ratios stayed where they were."""
    number = 0
    stays = [each for each in customer.installations if each.ct_ratio]
    at = 0
    while at < len(stays):
        last = at
        while last + 1 < len(stays) and _goes_on(stays[last], stays[last + 1]):
            last += 1
        number += 1
        primary_a, secondary_a = _ratio(stays[at].ct_ratio)
        primary_v, secondary_v = _ratio(stays[at].pt_ratio)
        yield TransformerRun(
            customer.customer_id, customer.metering_point_id, number, stays[at].installed_on, stays[last].removed_on,
            primary_a, secondary_a, primary_v, secondary_v,
        )  # fmt: skip
        at = last + 1


def assessment_run(assessment: Assessment, installed_on: date) -> TransformerRun:
    """The transformers at an area's or a feeder's head."""
    primary_a, secondary_a = _ratio(assessment.ct_ratio)
    primary_v, secondary_v = _HEAD_VOLTAGES if assessment.is_feeder else (0, 0)
    return TransformerRun(
        assessment.customer_id, assessment.metering_point_id, 1, installed_on, None,
        primary_a, secondary_a, primary_v, secondary_v,
    )  # fmt: skip


def head_installed_on(first_day: date) -> date:
    """When the meters at heads were hung, six years before the period; `masters` says the same."""
    return first_day.replace(year=first_day.year - _HEADS_AGE_YEARS)


def stock_meter_id(org_id: str, number: int) -> str:
    """Asset number of a station's meter that hangs nowhere."""
    return f"4230008{org_id:0>12}{number:03d}"


def _goes_on(before: Installation, after: Installation) -> bool:
    same = (before.ct_ratio, before.pt_ratio) == (after.ct_ratio, after.pt_ratio)
    return same and before.removed_on == after.installed_on


def _ratio(text: str) -> tuple[int, int]:
    """'150/5' as two whole numbers; zeros for no transformer."""
    if not text:
        return 0, 0
    primary, secondary = text.split("/")
    return int(primary), int(secondary)
