"""The biller: registers, multiplier and price to bill lines, row by row in Decimal.

A single-rate catalogue tariff: energy of a line is the register difference times the multiplier, kept at two
decimals; its amount is energy times price, rounded half up to the fen; the bill is the sum of its lines.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from jicha.county.world import units
from jicha.kernel.period import Month

ENERGY_CHARGE, ADJUSTMENT_CHARGE = "电度电费", "退补电费"
REGULAR_BILL, ADJUSTMENT_BILL = "正常", "退补"
NOTHING = units(0)
_FEN = units(1)


@dataclass(frozen=True, slots=True)
class Indices:
    """What a line is billed on: a meter's two registers (units), their integer digits, the multiplier on file.

    `turned_over`: the reader noted that the register passed its largest value in between."""

    previous: Decimal
    current: Decimal
    digits: int
    turned_over: bool
    multiplier: int
    meter_id: str


@dataclass(frozen=True, slots=True)
class BillLine:
    """`kwh` at the customer's side, `price` yuan per kWh, `amount` yuan; what no meter counted has no indices."""

    metering_point_id: str | None
    charge: str
    indices: Indices | None
    kwh: Decimal
    price: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Bill:
    """Days `from_on` … `to_on`, both included, billed under `month` as `months` whole months."""

    bill_id: str
    customer_id: str
    month: Month
    from_on: date
    to_on: date
    months: int
    bill_type: str
    issued_on: date
    lines: tuple[BillLine, ...]

    @property
    def kwh(self) -> Decimal:
        return sum((line.kwh for line in self.lines), NOTHING)

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), NOTHING)


def energy(indices: Indices) -> Decimal:
    """kWh between two registers; a register that went back without turning over bills nothing."""
    difference = indices.current - indices.previous
    if indices.turned_over:
        difference += 10**indices.digits
    return max(difference, NOTHING) * indices.multiplier


def amount(kwh: Decimal, price: Decimal) -> Decimal:
    """Yuan to the fen, half a fen away from zero."""
    return (kwh * price).quantize(_FEN, rounding=ROUND_HALF_UP)


def energy_line(metering_point_id: str, indices: Indices, kwh: Decimal, price: Decimal) -> BillLine:
    """A line of energy; `kwh` is `energy(indices)` unless a clerk keyed something else."""
    return BillLine(metering_point_id, ENERGY_CHARGE, indices, kwh, price, amount(kwh, price))


def minimum_line(metering_point_id: str, kwh: Decimal, price: Decimal) -> BillLine:
    """A line of energy booked without any meter."""
    return BillLine(metering_point_id, ENERGY_CHARGE, None, kwh, price, amount(kwh, price))


def cancelling_line(line: BillLine) -> BillLine:
    """The same line with energy and money taken back."""
    return replace(line, kwh=-line.kwh, amount=-line.amount)


def adjustment_line(metering_point_id: str | None, kwh: Decimal, price: Decimal) -> BillLine:
    """A line that makes good `kwh` (+ owed to the utility) of an earlier bill, at that bill's price."""
    return BillLine(metering_point_id, ADJUSTMENT_CHARGE, None, kwh, price, amount(kwh, price))
