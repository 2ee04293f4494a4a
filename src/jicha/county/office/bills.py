"""Bills as the office issues them: lines between registers, priced by the tariff, or keyed by a clerk."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from jicha.county.tariff.biller import Charge, Measured, charges
from jicha.county.tariff.sheet import ENERGY_CHARGE
from jicha.county.tariff.terms import TOTAL, Terms
from jicha.county.world import units
from jicha.kernel.period import Month

ADJUSTMENT_CHARGE, LOSS_CHARGE = "退补电费", "变损电费"
REGULAR_BILL, ADJUSTMENT_BILL = "正常", "退补"
NOTHING = units(0)
_FEN = units(1)


@dataclass(frozen=True, slots=True)
class Indices:
    """What a line is billed on: two registers (units) of a meter, its integer digits, the multiplier on file.

    `turned_over`: the reader noted that the register passed its largest value in between."""

    previous: Decimal
    current: Decimal
    digits: int
    turned_over: bool
    multiplier: int
    meter_id: str


@dataclass(frozen=True, slots=True)
class Part:
    """Energy to be billed from one register: `rate` 总 or 尖 峰 平 谷; `kwh` at the customer's side."""

    rate: str
    indices: Indices | None
    kwh: Decimal


@dataclass(frozen=True, slots=True)
class BillLine:
    """`kwh` at the customer's side, `price` yuan per kWh (kVA, kW), `amount` yuan; what no meter counted has no
    indices. `rate` is empty on lines without a register."""

    metering_point_id: str | None
    charge: str
    rate: str
    indices: Indices | None
    kwh: Decimal
    price: Decimal | None
    amount: Decimal
    tier: int | None = None
    capacity_kva: Decimal | None = None
    demand_kw: Decimal | None = None
    adjustment_rate: Decimal | None = None


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
    kvarh: Decimal | None = None
    power_factor: Decimal | None = None

    @property
    def kwh(self) -> Decimal:
        return sum((line.kwh for line in self.lines), NOTHING)

    @property
    def amount(self) -> Decimal:
        return sum((line.amount for line in self.lines), NOTHING)


@dataclass(frozen=True, slots=True)
class Supplied:
    """What beside the energy the tariff wants to know of the period: whole months, or days of a broken one;
    reactive energy and the largest demand at the customer's side; where the tier year stands."""

    months: int
    days: int
    kvarh: Decimal | None
    demand_kw: Decimal | None
    year_kwh: Decimal
    tier_months: int


def energy(indices: Indices) -> Decimal:
    """kWh between two registers; a register that went back without turning over bills nothing."""
    difference = indices.current - indices.previous
    if indices.turned_over:
        difference += 10**indices.digits
    return max(difference, NOTHING) * indices.multiplier


def priced(
    metering_point_id: str, terms: Terms, parts: list[Part], supplied: Supplied
) -> tuple[list[BillLine], Decimal | None]:
    """The lines of a regular bill, and its power factor if it has one."""
    if terms.is_time_of_use or terms.basic or terms.power_factor is not None or terms.loss is not None:
        return _in_full(metering_point_id, terms, parts, supplied)
    lines, year_kwh = [], supplied.year_kwh
    for part in parts:
        for charge in charges(terms, Measured(part.kwh), year_kwh, supplied.tier_months):
            lines.append(_line(metering_point_id, charge, part))
        year_kwh += part.kwh
    return lines, None


def _in_full(
    metering_point_id: str, terms: Terms, parts: list[Part], supplied: Supplied
) -> tuple[list[BillLine], Decimal | None]:
    """Priced over all meters at once; a rate's charge stands on the line of each meter that counted it."""
    by_rate: dict[str, Decimal] = {}
    for part in parts:
        by_rate[part.rate] = by_rate.get(part.rate, NOTHING) + part.kwh
    total = by_rate.pop(TOTAL, NOTHING)
    rates = None
    if terms.is_time_of_use:
        rates = tuple(by_rate.get(rate, NOTHING) for rate in "尖峰平谷")
        total = sum(rates, NOTHING)
    measured = Measured(total, rates, supplied.kvarh, supplied.demand_kw, supplied.months, supplied.days)  # type: ignore[arg-type]
    lines: list[BillLine] = []
    power_factor = None
    for charge in charges(terms, measured, supplied.year_kwh, supplied.tier_months):
        power_factor = charge.power_factor if charge.power_factor is not None else power_factor
        of_rate = [part for part in parts if part.rate == charge.rate]
        if charge.charge != ENERGY_CHARGE or not of_rate:
            lines.append(_line(metering_point_id, charge, None))
        else:
            lines += _shared(metering_point_id, charge, of_rate)
    return lines, power_factor


def _shared(metering_point_id: str, charge: Charge, parts: list[Part]) -> list[BillLine]:
    """One line a meter; the last takes what rounding leaves, and losses no meter counted have a line of their own."""
    price = charge.price or NOTHING
    lines = []
    left = charge.amount
    for part in parts[:-1]:
        amount_of = (part.kwh * price).quantize(_FEN, rounding=ROUND_HALF_UP)
        lines.append(_line(metering_point_id, charge._replace(kwh=part.kwh, amount=amount_of), part))
        left -= amount_of
    last = parts[-1]
    if charge.loss_kwh:
        lost = (charge.loss_kwh * price).quantize(_FEN, rounding=ROUND_HALF_UP)
        lines.append(
            _line(
                metering_point_id, charge._replace(kwh=last.kwh, amount=left - lost, loss_kwh=NOTHING), last
            )
        )
        lost_line = charge._replace(charge=LOSS_CHARGE, kwh=charge.loss_kwh, amount=lost)
        lines.append(_line(metering_point_id, lost_line, None))
    else:
        lines.append(_line(metering_point_id, charge._replace(kwh=last.kwh, amount=left), last))
    return lines


def _line(metering_point_id: str, charge: Charge, part: Part | None) -> BillLine:
    return BillLine(
        metering_point_id,
        charge.charge,
        charge.rate if part is not None else "",
        None if part is None else part.indices,
        charge.kwh,
        charge.price,
        charge.amount,
        charge.tier,
        charge.capacity_kva,
        charge.demand_kw,
        charge.adjustment_rate,
    )


def minimum_line(metering_point_id: str, kwh: Decimal, price: Decimal) -> BillLine:
    """A line of energy booked without any meter."""
    amount = (kwh * price).quantize(_FEN, rounding=ROUND_HALF_UP)
    return BillLine(metering_point_id, ENERGY_CHARGE, TOTAL, None, kwh, price, amount)


def cancelling_line(line: BillLine) -> BillLine:
    """The same line with energy and money taken back."""
    return replace(line, kwh=-line.kwh, amount=-line.amount)


def adjustment_line(metering_point_id: str | None, kwh: Decimal, yuan: Decimal) -> BillLine:
    """A line that makes good `kwh` and `yuan` (+ owed to the utility) of an earlier bill."""
    return BillLine(metering_point_id, ADJUSTMENT_CHARGE, "", None, kwh, None, yuan)
