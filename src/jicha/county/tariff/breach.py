"""What a breach or a theft costs beside the energy money, by the county's own rule (`facts/breach_money.csv`).

Energy money and basic charges made good are not part of any of these; all amounts are yuan to the fen.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from jicha.county.tables import facts
from jicha.county.tariff.rules import billing_rules, to_hundredths


def theft_penalty(energy_yuan: Decimal) -> Decimal:
    """For theft: three times the energy money made good."""
    return to_hundredths(_rule("theft_multiple") * energy_yuan)


def class_difference_penalty(difference_yuan: Decimal) -> Decimal:
    """For dearer equipment on a cheaper price, or another use: twice the difference made good."""
    return to_hundredths(_rule("class_difference_multiple") * difference_yuan)


def basic_charge_by_days(kva: Decimal, price: Decimal, days: int) -> Decimal:
    """The basic charge of `kva` for `days` days, each 1/30 of a month's: what is made good, not a penalty.

    `price` is yuan for a kVA (kW) and month."""
    return to_hundredths(price * kva * days / billing_rules().days_of_month)


def over_capacity_penalty(kva: Decimal, basic_price: Decimal | None, days: int) -> Decimal:
    """For `kva` more than the contract allows: who pays a basic charge (its price per kVA and month given), three
    times that of the added capacity by days; others 50 yuan for each kVA (kW), however long."""
    if basic_price is None:
        return to_hundredths(_rule("over_capacity_yuan_per_kw") * kva)
    return to_hundredths(
        _rule("over_capacity_two_part_multiple") * basic_charge_by_days(kva, basic_price, days)
    )


def suspended_use_penalty(
    kva: Decimal, basic_price: Decimal | None, days: int, occurrences: int = 1
) -> Decimal:
    """For equipment used while suspended or sealed: twice its basic charge by days; who pays none, 30 yuan for
    each kVA (kW) and occurrence."""
    if basic_price is None:
        return to_hundredths(_rule("suspended_yuan_per_kw") * kva * occurrences)
    return to_hundredths(_rule("suspended_two_part_multiple") * basic_charge_by_days(kva, basic_price, days))


def resupply_penalty(kw: Decimal) -> Decimal:
    """For supply passed on, or a source brought in, without consent: 500 yuan for each kW (kVA) of it."""
    return to_hundredths(_rule("resupply_yuan_per_kw") * kw)


def meddling_penalty(is_resident: bool, occurrences: int = 1) -> Decimal:
    """For moving, altering or operating metering and supply equipment: 500 yuan, or 5,000, each time."""
    name = "meddling_resident_yuan" if is_resident else "meddling_other_yuan"
    return to_hundredths(_rule(name) * occurrences)


@cache
def _rules() -> dict[str, Decimal]:
    return {row["name"]: Decimal(row["value"]) for row in facts("breach_money")}


def _rule(name: str) -> Decimal:
    return _rules()[name]
