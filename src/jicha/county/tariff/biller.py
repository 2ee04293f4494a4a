"""The biller: terms and what was measured to the charges of a bill, row by row in Decimal.

Every charge is rounded to the fen by itself, halves up; a bill is the sum of its charges. `docs/county-bills.md`
works a bill of each kind by hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from jicha.county.tariff.basic import charged_demand, is_high_use
from jicha.county.tariff.losses import lost_energy, shared_by_rates
from jicha.county.tariff.power_factor import adjustment_rate, power_factor
from jicha.county.tariff.rules import FEN, NOTHING, TariffError, billing_rules, to_hundredths
from jicha.county.tariff.sheet import (
    BASIC_BY_CAPACITY,
    BASIC_BY_DEMAND,
    ENERGY_CHARGE,
    POWER_FACTOR_CHARGE,
    PricesOf,
    prices_of,
)
from jicha.county.tariff.terms import BY_CAPACITY, RATES, TOTAL, Terms

_MONTHS_OF_TIER_YEAR = 12
#: Plans kept; a station's customers fit, and a county's do not fill the memory.
_PLANS_KEPT = 20_000


class Measured(NamedTuple):
    """What the meter shows for the period of a bill, at the customer's side.

    `total` kWh; `rates` kWh of 尖 峰 平 谷 where the meter keeps them: only these are billed under terms by time of
    use. `kvarh` None without a reactive register. `demand_kw`: the largest of the period. The period is `months`
    whole months and, where supply or terms begin or end within a month, `days` days of it, each 1/30 of a month."""

    total: Decimal
    rates: tuple[Decimal, Decimal, Decimal, Decimal] | None = None
    kvarh: Decimal | None = None
    demand_kw: Decimal | None = None
    months: int = 1
    days: int = 0


class Charge(NamedTuple):
    """A line of a bill. `amount` = `kwh` × `price` for energy; `kwh` is what is billed, of which `loss_kwh` no
    meter counted. For the basic charge `price` is that of a kVA or kW and month, discounted where it is, and
    `capacity_kva` or `demand_kw` what is charged. `adjustment_rate` -0.0075 is a reduction of 0.75 %;
    `power_factor` the month's, to two decimals; such a line has no price."""

    charge: str
    rate: str
    tier: int | None
    kwh: Decimal
    price: Decimal | None
    amount: Decimal
    loss_kwh: Decimal = NOTHING
    capacity_kva: Decimal | None = None
    demand_kw: Decimal | None = None
    adjustment_rate: Decimal | None = None
    power_factor: Decimal | None = None


def charges(
    terms: Terms,
    measured: Measured,
    year_kwh: Decimal = NOTHING,
    tier_months: int = _MONTHS_OF_TIER_YEAR,
) -> tuple[Charge, ...]:
    """The charges of a bill: energy by tiers or rates, then basic charge, then power factor.

    `year_kwh`: what the household was billed earlier in the calendar year; `tier_months`: of how many months of
    the year it gets the limits. Negative energy is taken back from where it came, highest tier first.
    Raises TariffError where the sheet has no price or the demand is not known."""
    plan = _PLANS.get(id(terms))
    if plan is None:
        plan = _planned(terms)
    if plan.tiers:
        return _by_tiers(plan, measured.total, year_kwh, tier_months)
    if plan.is_plain:
        kwh = measured.total
        return (
            Charge(
                ENERGY_CHARGE, TOTAL, None, kwh, plan.price, (kwh * plan.price).quantize(FEN, ROUND_HALF_UP)
            ),
        )
    return _in_full(plan, measured)


def money(lines: Iterable[Charge]) -> Decimal:
    """The sum of the amounts, yuan."""
    return sum((line.amount for line in lines), NOTHING)


def energy(lines: Iterable[Charge]) -> Decimal:
    """The energy billed, losses included, kWh."""
    return sum((line.kwh for line in lines), NOTHING)


@dataclass(frozen=True, slots=True)
class _Plan:
    """Terms with their prices looked up. `is_plain`: one price, and nothing but energy."""

    terms: Terms
    prices: PricesOf
    tiers: tuple[Decimal, ...]
    price: Decimal
    is_plain: bool


#: By identity, since terms are many and hashing them costs more than billing them; a plan holds its terms, so
#: that no other can take their place in memory.
_PLANS: dict[int, _Plan] = {}


def _planned(terms: Terms) -> _Plan:
    prices = prices_of(terms)
    is_plain = not (terms.is_time_of_use or terms.basic or terms.power_factor or terms.loss)
    plan = _Plan(terms, prices, prices.tiers, prices.energy[0], is_plain)
    if len(_PLANS) >= _PLANS_KEPT:
        _PLANS.clear()
    _PLANS[id(terms)] = plan
    return plan


def _by_tiers(plan: _Plan, kwh: Decimal, before: Decimal, months: int) -> tuple[Charge, ...]:
    """A line for each tier the energy lies in, one of nothing where there is no energy."""
    second, third = _limits(months)
    after = before + kwh
    tiers = plan.tiers
    if before <= after < second or before <= after == second:
        price = tiers[0]
        return (Charge(ENERGY_CHARGE, TOTAL, 1, kwh, price, (kwh * price).quantize(FEN, ROUND_HALF_UP)),)
    parts = (
        min(after, second) - min(before, second),
        min(max(after, second), third) - min(max(before, second), third),
        max(after, third) - max(before, third),
    )
    lines = tuple(
        Charge(ENERGY_CHARGE, TOTAL, place + 1, part, tiers[place], to_hundredths(part * tiers[place]))
        for place, part in enumerate(parts)
        if part
    )
    if lines:
        return lines
    place = 2 if after > third else 1
    return (Charge(ENERGY_CHARGE, TOTAL, place + 1, NOTHING, tiers[place], NOTHING),)


def _limits(months: int) -> tuple[Decimal, Decimal]:
    """Yearly kWh at which the second and the third tier begin, by months of the year."""
    limits = _LIMITS.get(months)
    if limits is None:
        rules = billing_rules()
        share = Decimal(months)
        limits = _LIMITS[months] = (
            to_hundredths(rules.tier_2_from * share / rules.months_of_tier_year),
            to_hundredths(rules.tier_3_from * share / rules.months_of_tier_year),
        )
    return limits


_LIMITS: dict[int, tuple[Decimal, Decimal]] = {}


def _in_full(plan: _Plan, measured: Measured) -> tuple[Charge, ...]:
    terms, prices = plan.terms, plan.prices
    metered, names = _metered(terms, measured)
    days = int(billing_rules().days_of_month) * measured.months + measured.days
    active, reactive = sum(metered, NOTHING), measured.kvarh
    lines: list[Charge] = []
    if terms.loss is None:
        for name, kwh, price in zip(names, metered, prices.energy, strict=True):
            lines.append(Charge(ENERGY_CHARGE, name, None, kwh, price, to_hundredths(kwh * price)))
        billed = active
    else:
        lost = lost_energy(terms.loss, active, reactive or NOTHING, days)
        parts = shared_by_rates(lost.active, metered)
        for name, kwh, part, price in zip(names, metered, parts, prices.energy, strict=True):
            amount = to_hundredths((kwh + part) * price)
            lines.append(Charge(ENERGY_CHARGE, name, None, kwh + part, price, amount, part))
        billed = active + lost.active
        reactive = None if reactive is None else reactive + lost.reactive
    if terms.basic:
        lines.append(_basic(plan, measured, active, days))
    if terms.power_factor is not None and reactive is not None:
        found = power_factor(billed, reactive)
        if found is not None:
            funds = to_hundredths(billed * prices.funds)
            lines.append(_power_factor(terms.power_factor, found, money(lines) - funds))
    return tuple(lines)


def _metered(terms: Terms, measured: Measured) -> tuple[tuple[Decimal, ...], tuple[str, ...]]:
    if not terms.is_time_of_use:
        return (measured.total,), (TOTAL,)
    if measured.rates is None:
        raise TariffError(
            "rates_missing",
            en="a customer billed by time of use needs the energy of each rate",
            zh="分时用户缺少各时段电量",
        )
    return measured.rates, RATES


def _basic(plan: _Plan, measured: Measured, kwh: Decimal, days: int) -> Charge:
    terms, rules, price = plan.terms, billing_rules(), plan.prices.basic
    if terms.basic == BY_CAPACITY:
        amount = to_hundredths(price * terms.capacity_kva * days / rules.days_of_month)
        return Charge(BASIC_BY_CAPACITY, TOTAL, None, NOTHING, price, amount, capacity_kva=terms.capacity_kva)
    demand = charged_demand(terms, measured.demand_kw, rules)
    if is_high_use(terms, kwh, days, rules):
        price *= rules.high_use_demand_share
    amount = to_hundredths(price * demand * days / rules.days_of_month)
    return Charge(BASIC_BY_DEMAND, TOTAL, None, NOTHING, price, amount, demand_kw=demand)


def _power_factor(standard: Decimal, found: int, base: Decimal) -> Charge:
    """The adjustment of `base`, which is energy without government funds, and basic charge."""
    rate = adjustment_rate(standard, found)
    return Charge(
        POWER_FACTOR_CHARGE,
        TOTAL,
        None,
        NOTHING,
        None,
        to_hundredths(base * rate),
        adjustment_rate=rate,
        power_factor=Decimal(found).scaleb(-2),
    )
