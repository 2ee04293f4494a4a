"""How a customer is supplied and metered: capacity, terms, instrument transformers, panels, chargers."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from jicha.county.chance import between, day_between
from jicha.county.tables import Trade, facts, habits
from jicha.county.tariff.terms import (
    AGENCY,
    BELOW_1KV,
    BY_CONTRACT_DEMAND,
    CATALOGUE,
    COMMERCIAL,
    RETAIL,
    TO_10KV,
    Terms,
    TransformerLoss,
)
from jicha.county.world import Charger, PhotovoltaicUnit, UserTransformer

#: Primary currents of current transformers that are made, amperes; the secondary side is 5 A.
LOW_VOLTAGE_PRIMARIES = (
    50,
    75,
    100,
    150,
    200,
    250,
    300,
    400,
    500,
    600,
    800,
    1000,
    1500,
    2000,
    2500,
    3000,
    4000,
)
HIGH_VOLTAGE_PRIMARIES = (5, 10, 15, 20, 30, 40, 50, 75, 100, 150, 200, 300, 400, 600)
_SECONDARY_A, _VOLTAGE_RATIO = 5, 100
# Amperes for each kVA at 380 V and at 10 kV: 1000 / (√3 · U).
_LOW_A_PER_KVA, _HIGH_A_PER_KVA = 1.5193, 0.057735
# Who needs more has two transformers, so that one can be taken out of service.
_LARGEST_SINGLE_KVA = 500
_CONTRACT_DEMAND_SHARES = (0.45, 0.7)
_RETAIL_PRICES = ("0.378", "0.385", "0.392", "0.401", "0.415", "0.428")
_CHARGER_KW, _STATION_PILE_KW = (7.0, 7.0, 11.0), (60.0, 120.0)


def capacity(chance: random.Random, trade: Trade) -> int:
    """kVA under contract."""
    return chance.choice(trade.capacities)


def terms(chance: random.Random, trade: Trade, kva: int, transformers: tuple[UserTransformer, ...]) -> Terms:
    """The terms that are right for a customer of the trade with that capacity."""
    purchase, retail = (AGENCY if trade.usage == COMMERCIAL else CATALOGUE), None
    if trade.is_high_voltage and purchase == AGENCY and chance.random() < habits()["metered_retail_ratio"]:
        purchase, retail = RETAIL, Decimal(chance.choice(_RETAIL_PRICES))
    demand = None
    if trade.basic == BY_CONTRACT_DEMAND:
        demand = Decimal(int(kva * between(chance, *_CONTRACT_DEMAND_SHARES)) // 10 * 10)
    loss = None
    if trade.metering_mode == "高供低计" and transformers:
        own = transformers[0]
        loss = TransformerLoss(Decimal(own.capacity_kva), own.no_load_kw, own.load_loss_kw)
    return Terms(
        usage=trade.usage,
        voltage=BELOW_1KV if trade.voltage in ("220V", "380V") else TO_10KV,
        structure=trade.structure,
        is_time_of_use=trade.is_time_of_use,
        is_tiered=trade.is_tiered,
        basic=trade.basic,
        capacity_kva=Decimal(kva),
        contract_demand_kw=demand,
        power_factor=Decimal(trade.power_factor) if trade.power_factor else None,
        loss=loss,
        purchase=purchase,
        retail_price=retail,
    )


@cache
def _makers_table() -> dict[int, tuple[str, Decimal, Decimal]]:
    return {
        int(row["capacity_kva"]): (row["model"], Decimal(row["no_load_kw"]), Decimal(row["load_loss_kw"]))
        for row in facts("user_transformers")
    }


def transformers(customer_id: str, trade: Trade, kva: int) -> tuple[UserTransformer, ...]:
    """The customer's own transformers: one, or two halves where one would be too large; none at low voltage."""
    if not trade.is_high_voltage:
        return ()
    parts = [kva] if kva <= _LARGEST_SINGLE_KVA else [kva // 2, kva // 2]
    made = []
    for number, part in enumerate(parts, start=1):
        model, no_load, load_loss = _makers_table()[part]
        made.append(UserTransformer(f"{customer_id}T{number}", model, part, no_load, load_loss))
    return tuple(made)


def primaries(trade: Trade) -> tuple[int, ...]:
    """Primary currents that its current transformers may have; none where it is metered directly."""
    if not trade.is_metered_by_transformers:
        return ()
    return HIGH_VOLTAGE_PRIMARIES if trade.metering_mode == "高供高计" else LOW_VOLTAGE_PRIMARIES


def fitting_primary(trade: Trade, kva: int) -> int:
    """The smallest primary current that carries the capacity, amperes; 0 for direct metering."""
    known = primaries(trade)
    if not known:
        return 0
    amperes = kva * (_HIGH_A_PER_KVA if known is HIGH_VOLTAGE_PRIMARIES else _LOW_A_PER_KVA)
    return next((each for each in known if each >= amperes), known[-1])


def multiplier(trade: Trade, primary: int) -> int:
    """CT ratio × PT ratio; 1 without transformers."""
    if not primary:
        return 1
    return primary // _SECONDARY_A * (_VOLTAGE_RATIO if trade.metering_mode == "高供高计" else 1)


def ratios(trade: Trade, primary: int) -> tuple[str, str]:
    """CT and PT ratio as the nameplates say them; empty where there is none."""
    if not primary:
        return "", ""
    return f"{primary}/{_SECONDARY_A}", "10000/100" if trade.metering_mode == "高供高计" else ""


def photovoltaic(
    chance: random.Random, trade: Trade, customer_id: str, first_day: date
) -> PhotovoltaicUnit | None:
    """Panels of a household that has some; a few are connected inside the period."""
    if trade.code != "pv_household":
        return None
    kw = float(chance.choice((3, 5, 5, 6, 8, 10, 12)))
    connected_on = day_between(chance, date(2018, 5, 1), first_day - timedelta(days=60))
    if chance.random() < 0.2:  # a fifth of the panels of a growing county are new
        connected_on = first_day + timedelta(days=chance.randrange(20, 300))
    return PhotovoltaicUnit(f"{customer_id}G1", kw, kw, connected_on)


def charger(chance: random.Random, trade: Trade, customer_id: str, kva: int) -> Charger | None:
    if trade.code == "ev_household":
        return Charger(f"{customer_id}E1", "居民自用", 1, chance.choice(_CHARGER_KW))
    if trade.code == "charging_station":
        kw = chance.choice(_STATION_PILE_KW)
        return Charger(f"{customer_id}E1", "公共", max(2, int(kva / kw)), kw)
    return None
