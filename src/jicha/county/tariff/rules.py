"""Numbers the biller works with, from `facts/billing_rules.csv`; the file says where each comes from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from jicha.county.tables import facts
from jicha.kernel.errors import JichaError

NOTHING = Decimal("0.00")
FEN = Decimal(1).scaleb(-2)
_PRICE_PLACES = Decimal(1).scaleb(-6)


class TariffError(JichaError):
    """Terms that the county has no price for, or that lack what they are billed by."""


@dataclass(frozen=True, slots=True)
class BillingRules:
    """Names and units as in the file: kWh, kW/kVA, ratios; `hours_of_day` and `days_of_month` make 720 hours."""

    tier_2_from: Decimal
    tier_3_from: Decimal
    months_of_tier_year: Decimal
    days_of_month: Decimal
    hours_of_day: Decimal
    load_shape_factor: Decimal
    contract_demand_floor: Decimal
    contract_demand_tolerance: Decimal
    over_demand_multiple: Decimal
    high_use_kwh_per_kva: Decimal
    high_use_demand_share: Decimal


@cache
def billing_rules() -> BillingRules:
    """The rules of the county, the same in all months of its period."""
    return BillingRules(**{row["name"]: Decimal(row["value"]) for row in facts("billing_rules")})


def to_hundredths(number: Decimal) -> Decimal:
    """Rounded to two decimals, halves away from zero: yuan to the fen, lost energy to hundredths of a kWh."""
    return number.quantize(FEN, ROUND_HALF_UP)


def to_price(number: Decimal) -> Decimal:
    """Rounded to the six decimals of a price sheet, halves up. Yuan per kWh."""
    return number.quantize(_PRICE_PLACES, ROUND_HALF_UP)
