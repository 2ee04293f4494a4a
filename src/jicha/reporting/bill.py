"""A recalculated bill as a derivation: every quantity × price, basic charge and adjustment up to the bill's amount.

Made from the wide rows of `mart.recalculated_bill_segment`. Steps state what the marts wrote; a row whose amount does
not follow from its quantity and price is a fault of the derivation, which no paper is made of.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from jicha.kernel.derivation import MOST_PLACES, Input, Node, Operation, Step, compute
from jicha.kernel.money import EXACT, FEN_PLACES, Rounding
from jicha.kernel.text import Text
from jicha.law.book import Law
from jicha.reporting.case import ReportError

#: Registers in the order of a bill.
_REGISTERS = ("critical", "peak", "flat", "valley", "deep_valley", "total")
_TIERS = (1, 2, 3)
_PLACES_OF_SHARE = 12

Row = Mapping[str, Any]


def bill_derivation(segments: Sequence[Row], law: Law) -> Step:
    """The derivation of one bill from its wide rows (`mart.recalculated_bill_segment`), amounts in yuan.

    Raises `ReportError` for no rows, and for a bill the marts did not recalculate, with the reason.
    """
    if not segments:
        raise ReportError("no_bill", en="the bill has no rows", zh="账单没有计费段")
    rows = sorted(segments, key=lambda row: int(row["segment_no"]))
    bill_id = str(rows[0]["bill_id"])
    reason = next((row["not_recalculated_code"] for row in rows if row["not_recalculated_code"]), None)
    if reason is not None:
        raise ReportError(
            "bill_not_recalculated",
            en=f"bill {bill_id} is not recalculated ({reason}); there is nothing to derive",
            zh=f"账单 {bill_id} 未能重算({reason}), 无推导可出具",
        )
    energy = [charge for row in rows for charge in _energy(row, len(rows) > 1)]
    basic = [charge for row in rows for charge in _basic(row, law, len(rows) > 1)]
    adjusted = [charge for row in rows for charge in _power_factor(row, [*energy, *basic], len(rows) > 1)]
    parts: list[Node] = []
    for name, charges in (
        ("energy_charge_yuan", energy),
        ("basic_yuan", basic),
        ("power_factor_yuan", adjusted),
    ):
        if charges:
            parts.append(charges[0] if len(charges) == 1 else compute(Operation.SUM, name, charges))
    for row in rows:
        if row["adjustment_yuan"]:
            parts.append(Input("adjustment_yuan", row["adjustment_yuan"], "yuan", source=f"bill {bill_id}"))
    return compute(
        Operation.SUM,
        "recalculated_yuan",
        parts,
        note=Text(en=f"Bill {bill_id}", zh=f"账单 {bill_id}"),
    )


def _energy(row: Row, is_many: bool) -> list[Step]:
    """Quantity × price of each register and tier; energy lost is added to what was metered before it is priced."""
    charges: list[Step] = []
    for register in _REGISTERS:
        billed, loss = row[f"billed_{register}_kwh"], row[f"{register}_loss_kwh"]
        if billed is None:
            continue
        used: Node = _given(f"{register}_kwh", billed, "kwh", row, is_many)
        if loss:
            metered = _given(f"metered_{register}_kwh", EXACT.subtract(billed, loss), "kwh", row, is_many)
            lost = _given(f"{register}_loss_kwh", loss, "kwh", row, is_many)
            used = compute(Operation.SUM, _named(f"{register}_kwh", row, is_many), [metered, lost])
        charges.append(_priced(f"{register}_yuan", used, f"{register}_price_yuan_per_kwh", row, is_many))
    for tier in _TIERS:
        kwh = row[f"tier_{tier}_kwh"]
        if kwh or (kwh is not None and tier == _TIERS[0]):  # a month without use still has its first tier
            used = _given(f"tier_{tier}_kwh", kwh, "kwh", row, is_many)
            charges.append(
                _priced(f"tier_{tier}_yuan", used, f"tier_{tier}_price_yuan_per_kwh", row, is_many)
            )
    return charges


def _priced(amount: str, used: Node, price: str, row: Row, is_many: bool) -> Step:
    clause = row["energy_law_citation"]
    paid = Input(
        _named(price, row, is_many),
        _short(row[price]),
        "yuan_per_kwh",
        clause,
        None if clause else _source(row),
    )
    return _stated(_named(amount, row, is_many), Operation.PRODUCT_ROUNDED, [used, paid], row[amount])


def _basic(row: Row, law: Law, is_many: bool) -> list[Step]:
    """Capacity or demand × price × the months, and the days as a share of one."""
    if row["basic_yuan"] is None:
        return []
    by_demand = row["billed_demand_kw"] is not None
    quantity, price = (
        ("billed_demand_kw", "price_yuan_per_kw_month")
        if by_demand
        else ("billed_capacity_kva", "price_yuan_per_kva_month")
    )
    unit, price_unit = ("kw", "yuan_per_kw_month") if by_demand else ("kva", "yuan_per_kva_month")
    factors: list[Node] = [
        _given(quantity, row[quantity], unit, row, is_many),
        Input(_named(price, row, is_many), _short(row[price]), price_unit, row["basic_law_citation"]),
    ]
    name = _named("basic_yuan", row, is_many)
    for divisor in _divisors(row["from_on"], law):
        months = _months(row, divisor, is_many)
        made = _stated(name, Operation.PRODUCT_ROUNDED, [*factors, months], row["basic_yuan"])
        if not made.faults():
            return [made]
    return [
        _stated(name, Operation.PRODUCT_ROUNDED, [*factors, _months(row, None, is_many)], row["basic_yuan"])
    ]


def _months(row: Row, divisor: Input | None, is_many: bool) -> Node:
    """Whole months, and days over the days of a month."""
    months = _given("charged_months", Decimal(row["charged_months"] or 0), "months", row, is_many)
    days = Decimal(row["charged_days"] or 0)
    if not days or divisor is None:
        return months
    share = compute(
        Operation.QUOTIENT_ROUNDED,
        _named("days_share", row, is_many),
        [_given("charged_days", days, "days", row, is_many), divisor],
        unit="months",
        places=_PLACES_OF_SHARE,
        rounding=Rounding.HALF_EVEN,
    )
    return compute(Operation.SUM, _named("months_charged", row, is_many), [months, share])


def _divisors(on: date, law: Law) -> list[Input]:
    """Days a month of the basic charge may count by law of the day: its own number, or the calendar month's."""
    found: list[Input] = []
    for row in law.table("basic_charge_proration").rows:
        stated = row.values["month_divisor_days"]
        if stated is not None:
            found.append(Input("month_divisor_days", Decimal(str(stated)), "days", "; ".join(row.citations)))
        elif row.holds(on):
            calendar = Decimal(monthrange(on.year, on.month)[1])
            found.insert(0, Input("month_divisor_days", calendar, "days", "; ".join(row.citations)))
    return found


def _power_factor(row: Row, charges: Sequence[Step], is_many: bool) -> list[Step]:
    """Base × rate; the base is what the bill charges for energy and capacity, where that is all of it."""
    if row["power_factor_yuan"] is None:
        return []
    stated = row["power_factor_base_yuan"]
    base: Node = _given("power_factor_base_yuan", stated, "yuan", row, is_many)
    if charges:
        whole = compute(Operation.SUM, _named("power_factor_base_yuan", row, is_many), charges)
        base = whole if whole.value == stated else base
    rate = _ratio(row["adjustment_rate_ratio"])
    factor = _ratio(row["power_factor_ratio"])
    note = None if factor is None else Text(en=f"power factor {factor}", zh=f"功率因数 {factor}")
    leaf = Input(
        _named("adjustment_rate_ratio", row, is_many),
        rate or Decimal(0),
        "ratio",
        row["power_factor_law_citation"],
        None if row["power_factor_law_citation"] else _source(row),
        note,
    )
    name = _named("power_factor_yuan", row, is_many)
    return [_stated(name, Operation.PRODUCT_ROUNDED, [base, leaf], row["power_factor_yuan"])]


def _stated(name: str, operation: Operation, inputs: Sequence[Node], amount: Decimal) -> Step:
    """The step with the amount the mart wrote, believed only once `faults` has looked at it."""
    names = [part.name for part in inputs]
    return Step(
        name,
        operation,
        operation.formula(names),
        tuple(inputs),
        amount,
        "yuan",
        places=FEN_PLACES,
        rounding=Rounding.HALF_UP,
    )


def _given(name: str, value: Decimal, unit: str, row: Row, is_many: bool) -> Input:
    return Input(_named(name, row, is_many), value, unit, source=_source(row))


def _named(name: str, row: Row, is_many: bool) -> str:
    """Names of a bill of several segments bear the segment."""
    return f"{name} [{row['segment_no']}]" if is_many else name


def _source(row: Row) -> str:
    return f"mart.recalculated_bill_segment {row['bill_id']}/{row['segment_no']}: {row['from_on']} – {row['to_on']}"


def _short(price: Decimal) -> Decimal:
    """A price without the zeros its column fills it up with."""
    shortest = price.normalize(EXACT)
    return (
        shortest if shortest.as_tuple().exponent in range(-MOST_PLACES, 1) else shortest.quantize(Decimal(1))
    )


def _ratio(value: float | Decimal | None) -> Decimal | None:
    """A ratio the mart has as a double, by its shortest decimal."""
    return None if value is None else Decimal(str(value))
