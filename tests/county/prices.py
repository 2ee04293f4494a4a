"""The county's price sheet (`facts/price_sheet.csv`), read by itself: what a line on a bill should cost."""

from __future__ import annotations

import csv
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import jicha.county

from .exported import Row

FEN = Decimal("0.01")
_SHEET = Path(jicha.county.__file__).parent / "facts" / "price_sheet.csv"


def sheet() -> dict[tuple[str, str, str, str], Row]:
    """By (code, charge, rate, tier)."""
    with _SHEET.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {(row["code"], row["charge"], row["rate"], row["tier"]): row for row in rows}


def bought(row: Row, energy: Decimal) -> Decimal:
    """The price of a line of the sheet if the energy itself costs so much."""
    parts = Decimal(row["ratio"]) * (energy + Decimal(row["line_loss"]))
    parts += Decimal(row["transmission"]) + Decimal(row["system_operation"]) + Decimal(row["funds"])
    return parts.quantize(Decimal("0.000001"), rounding=ROUND_HALF_UP)


def to_fen(yuan: Decimal) -> Decimal:
    return yuan.quantize(FEN, rounding=ROUND_HALF_UP)


def agreed(agreements: list[Row], day: str) -> Row:
    """The one agreement in force on the day."""
    (row,) = [
        each
        for each in agreements
        if each["生效日期"] <= day and (not each["失效日期"] or day < each["失效日期"])
    ]
    return row
