"""The county's own facts, read from the CSV files beside this module: prices, trades, habits, cause plan.

Prices are the county's own transcription of a published catalogue; nothing here is shared with the law the
inspection works with, so that the two can disagree and be found out.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from jicha.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Trade:
    """How one kind of customer lives and is supplied; energies in kWh a day at the customer's side.

    `month_factors` has twelve entries, January first; a factor of 0 means that nothing is used at all.
    `story_kind`: the innocent story of every customer of the trade, by its very nature; empty for most.
    """

    code: str
    name_zh: str
    per_mille: int
    customer_type: str
    category: str
    industry: str
    voltage: str
    metering_mode: str
    price_code: str
    capacity_kva: str
    min_daily_kwh: float
    max_daily_kwh: float
    noise_ratio: float
    weekend_ratio: float
    multipliers: tuple[int, ...]
    digits: tuple[int, ...]
    month_factors: tuple[float, ...]
    story_kind: str

    @property
    def is_high_voltage(self) -> bool:
        """Supplied at high voltage from a transformer of its own (专变)."""
        return self.customer_type == "高压"


@dataclass(frozen=True, slots=True)
class PlannedCause:
    """One kind of story: how often it is planted and how long a period it needs, in months."""

    kind: str
    per_mille: int
    min_months: int
    is_innocent: bool
    name: Text


def _rows(name: str) -> list[dict[str, str]]:
    text = (files(__package__) / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def prices() -> dict[str, Decimal]:
    """Yuan per kWh by price code."""
    return {row["code"]: Decimal(row["price"]) for row in _rows("price_sheet.csv")}


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
    """Kinds of stories by name, in the order of the file, which is the order of planting."""
    return {
        row["kind"]: PlannedCause(
            kind=row["kind"],
            per_mille=int(row["per_mille"]),
            min_months=int(row["min_months"]),
            is_innocent=row["is_innocent"] == "true",
            name=Text(en=row["name_en"], zh=row["name_zh"]),
        )
        for row in _rows("cause_plan.csv")
    }


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
        price_code=row["price_code"],
        capacity_kva=row["capacity_kva"],
        min_daily_kwh=float(row["min_daily_kwh"]),
        max_daily_kwh=float(row["max_daily_kwh"]),
        noise_ratio=float(row["noise_ratio"]),
        weekend_ratio=float(row["weekend_ratio"]),
        multipliers=tuple(int(part) for part in row["multipliers"].split("|")),
        digits=tuple(int(part) for part in row["digits"].split("|")),
        month_factors=tuple(float(row[f"m{month:02d}"]) for month in range(1, 13)),
        story_kind=row["story_kind"],
    )
