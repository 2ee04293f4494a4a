"""The county's own facts, read from the CSV files in `facts/`: trades, habits, cause plans.

Nothing here is shared with the law the inspection works with, so that the two can disagree and be found out.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from jicha.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Trade:
    """How one kind of customer is supplied, metered and billed. How it lives is in `life`.

    `min_daily`, `max_daily`: mean kWh a day, for each kVA of `capacities` where `by_capacity`. `story_kind`: the
    innocent story of every customer of the trade, by its very nature; empty for most."""

    code: str
    name_zh: str
    per_mille: int
    customer_type: str
    category: str
    industry: str
    voltage: str
    metering_mode: str
    usage: str
    structure: str
    is_time_of_use: bool
    is_tiered: bool
    basic: str
    power_factor: str
    capacities: tuple[int, ...]
    min_daily: float
    max_daily: float
    min_tan_phi: float
    max_tan_phi: float
    phases: int
    digits: tuple[int, ...]
    story_kind: str

    @property
    def is_high_voltage(self) -> bool:
        """Supplied at high voltage from a transformer of its own (专变)."""
        return self.customer_type == "高压"

    @property
    def is_dwelling(self) -> bool:
        return self.customer_type == "低压居民"

    @property
    def by_capacity(self) -> bool:
        """Whether energies are for each kVA."""
        return (len(self.capacities) > 1 and not self.is_dwelling) or self.capacities[0] >= _LARGE_KVA

    @property
    def is_metered_by_transformers(self) -> bool:
        """Whether its meter hangs behind current transformers."""
        return self.capacities[-1] >= _LARGE_KVA


_LARGE_KVA = 40


@dataclass(frozen=True, slots=True)
class PlannedCause:
    """One kind of happening: how often it is planted (per mille of customers, at least one where not 0) and how
    long a period it needs, in months.

    `theme` is one of the sixteen themes' prefixes (BE SV BI MR PR ME AQ BM FA LL UC AT PV EV MK IC). `blame`:
    guilty (somebody is to answer for it), data (a fault of data or device that is nobody's guilt), innocent."""

    kind: str
    theme: str
    per_mille: float
    min_months: int
    blame: str
    name: Text

    @property
    def is_innocent(self) -> bool:
        return self.blame == "innocent"


def _rows(name: str) -> list[dict[str, str]]:
    text = (files(__package__) / "facts" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def facts(name: str) -> tuple[dict[str, str], ...]:
    """The rows of `facts/<name>.csv`, as text; nobody may change them."""
    return tuple(_rows(f"{name}.csv"))


@cache
def habits() -> dict[str, float]:
    """The world's plain parameters by name; `habits.csv` says why each is what it is."""
    return {row["name"]: float(row["value"]) for row in _rows("habits.csv")}


@cache
def trades() -> dict[str, Trade]:
    """Kinds of customers by code, in the order of the file."""
    return {row["trade"]: _trade(row) for row in _rows("trades.csv")}


@cache
def cause_plan() -> dict[str, PlannedCause]:
    """Kinds of happenings by name, from every `facts/causes_<domain>.csv`, in the order of files and rows."""
    names = sorted(
        each.name for each in (files(__package__) / "facts").iterdir() if each.name.startswith("causes_")
    )
    plan: dict[str, PlannedCause] = {}
    for name in names:
        for row in _rows(name):
            if row["kind"] in plan:
                raise ValueError(f"{name}: {row['kind']} is planned twice")
            plan[row["kind"]] = PlannedCause(
                kind=row["kind"],
                theme=row["theme"],
                per_mille=float(row["per_mille"]),
                min_months=int(row["min_months"]),
                blame=row["blame"],
                name=Text(en=row["name_en"], zh=row["name_zh"]),
            )
    return plan


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("|"))


def _trade(row: dict[str, str]) -> Trade:
    return Trade(
        code=row["trade"],
        name_zh=row["name_zh"],
        per_mille=int(row["per_mille"]),
        customer_type=row["customer_type"],
        category=row["category"],
        industry=row["industry"],
        voltage=row["voltage"],
        metering_mode=row["metering_mode"],
        usage=row["usage"],
        structure=row["structure"],
        is_time_of_use=row["is_time_of_use"] == "yes",
        is_tiered=row["is_tiered"] == "yes",
        basic=row["basic"],
        power_factor=row["power_factor"],
        capacities=_numbers(row["capacities"]),
        min_daily=float(row["min_daily"]),
        max_daily=float(row["max_daily"]),
        min_tan_phi=float(row["min_tan_phi"] or 0),
        max_tan_phi=float(row["max_tan_phi"] or 0),
        phases=int(row["phases"]),
        digits=_numbers(row["digits"]),
        story_kind=row["story_kind"],
    )
