"""The power factor of a month and what it adds to the bill: (83)水电财字第215号, `facts/power_factor_steps.csv`."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from math import isqrt

from jicha.county.tables import facts
from jicha.county.tariff.rules import TariffError

_PERCENT_PLACES = 2
#: Energies as whole numbers of millionths; meters and losses count in hundredths.
_MILLIONTHS = 6


def power_factor(active: Decimal, reactive: Decimal) -> int | None:
    """The month's power factor in whole hundredths, halves up; None without active energy (kWh; kvarh).

    Active ÷ √(active² + reactive²), found in whole numbers, so that no half is lost to a rounded root."""
    p, q = int(active.scaleb(_MILLIONTHS)), int(reactive.scaleb(_MILLIONTHS))
    if p <= 0:
        return None
    # n is the rounded value where 2n - 1 ≤ 200 p/s < 2n + 1, s the apparent energy.
    return (isqrt(40_000 * p * p // (p * p + q * q)) + 1) // 2


def adjustment_rate(standard: Decimal, hundredths: int) -> Decimal:
    """The share by which the bill changes, -0.0075 for a reduction of 0.75 %.

    Raises TariffError for a standard the instrument does not know."""
    rates = _rates().get(standard)
    if rates is None:
        raise TariffError(
            "no_such_power_factor_standard",
            en=f"there is no power-factor standard of {standard}",
            zh=f"没有 {standard} 这一功率因数标准",
        )
    return rates[hundredths]


@cache
def _rates() -> dict[Decimal, tuple[Decimal, ...]]:
    """For each standard the 101 rates of the power factors 0.00 … 1.00."""
    table: dict[Decimal, dict[int, Decimal]] = {}
    for row in facts("power_factor_steps"):
        percent, slope = Decimal(row["percent"]), Decimal(row["percent_per_hundredth"])
        of_standard = table.setdefault(Decimal(row["standard"]), {})
        for hundredth in range(int(row["from_hundredth"]), int(row["to_hundredth"]) + 1):
            by = percent + slope * (hundredth - int(row["at_hundredth"]))
            of_standard[hundredth] = by.scaleb(-_PERCENT_PLACES)
    return {
        standard: tuple(rates[hundredth] for hundredth in range(101)) for standard, rates in table.items()
    }
