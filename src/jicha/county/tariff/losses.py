"""Losses of the customer's own transformer where the meter hangs on its low side (高供低计).

With h hours, 24 for each of 30 days a month; P, Q the metered energies; Sn, P0, Pk, I0, Uk of the nameplate; k the
load-shape factor:

    active    P0 × h  +  Pk × k × (P² + Q²) ÷ (Sn² × h)
    reactive  I0 × Sn × h  +  Uk × k × (P² + Q²) ÷ (Sn × h)

each of the four rounded to hundredths of a kWh. The copper part is Pk × k × (S ÷ Sn)² × h with the mean load
S = √(P² + Q²) ÷ h, without the root.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from jicha.county.chance import shares
from jicha.county.tables import facts
from jicha.county.tariff.rules import NOTHING, billing_rules, to_hundredths
from jicha.county.tariff.terms import FLAT, RATES, TransformerLoss

_PERCENT_PLACES = 2


@dataclass(frozen=True, slots=True)
class LostEnergy:
    """What is added to the metered energies, kWh and kvarh to two decimals."""

    active: Decimal
    reactive: Decimal


def lost_energy(loss: TransformerLoss, active: Decimal, reactive: Decimal, days: int) -> LostEnergy:
    """The losses of `days` days (30 for each whole month) in which `active` kWh and `reactive` kvarh were metered."""
    rules = billing_rules()
    hours = rules.hours_of_day * days
    if not hours or not loss.capacity_kva:
        return LostEnergy(NOTHING, NOTHING)
    current, impedance = _nameplate(loss)
    load = rules.load_shape_factor * (active * active + reactive * reactive) / hours
    rated = loss.capacity_kva
    return LostEnergy(
        active=to_hundredths(loss.no_load_kw * hours)
        + to_hundredths(loss.load_loss_kw * load / (rated * rated)),
        reactive=to_hundredths(current * rated * hours) + to_hundredths(impedance * load / rated),
    )


def shared_by_rates(lost: Decimal, metered: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    """`lost` kWh in hundredths, shared in proportion to the metered energies of the rates by largest remainder
    (ties go to the earlier rate); all of it flat where nothing was metered."""
    if len(metered) == 1:
        return (lost,)
    weights = [max(int(each.scaleb(2)), 0) for each in metered]
    if not sum(weights):
        return tuple(lost if rate == FLAT else NOTHING for rate in RATES)
    return tuple(Decimal(part).scaleb(-2) for part in shares(int(lost.scaleb(2)), weights))


def _nameplate(loss: TransformerLoss) -> tuple[Decimal, Decimal]:
    """No-load current and impedance as shares of 1: those given, else of the usual transformer of that rating or
    the next smaller one."""
    ratings, currents, impedances = _usual_transformers()
    place = max(bisect_right(ratings, loss.capacity_kva) - 1, 0)
    current = currents[place] if loss.no_load_current is None else loss.no_load_current
    impedance = impedances[place] if loss.impedance is None else loss.impedance
    return current, impedance


@cache
def _usual_transformers() -> tuple[list[Decimal], list[Decimal], list[Decimal]]:
    rows = facts("transformer_nameplates")
    return (
        [Decimal(row["capacity_kva"]) for row in rows],
        [Decimal(row["no_load_current_pct"]).scaleb(-_PERCENT_PLACES) for row in rows],
        [Decimal(row["impedance_pct"]).scaleb(-_PERCENT_PLACES) for row in rows],
    )
