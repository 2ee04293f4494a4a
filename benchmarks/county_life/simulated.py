"""The county's counterparts of the real measurements: the same number of customers, the same kind of days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jicha.county.chance import stream
from jicha.county.life.calendar import DayTable, day_table
from jicha.county.life.loads import daily_kwh
from jicha.county.life.shapes import WHOLE, own_parts
from jicha.county.life.weather import Weather, weather
from jicha.county.tables import trades

Floats = NDArray[np.float64]

SEED = 1
#: What a high-tech zone of small makers is made of, per cent of its enterprises.
ZONE = {
    "workshop": 40,
    "small_factory": 30,
    "factory": 14,
    "shift_factory": 4,
    "shop": 4,
    "office": 4,
    "restaurant": 2,
    "hotel": 2,
}
_HOUSEHOLD_DAYS_FROM = 739068  # 2024-07-01


@dataclass(frozen=True)
class Sky:
    days: DayTable
    weather: Weather


def sky(first: int, count: int, county: int = 1) -> Sky:
    days = day_table(first, count)
    return Sky(days, weather(SEED, county, days))


def enterprises(first: int, days: int, number: int) -> Floats:
    """kWh [enterprises, days] of the zone's trades, each as large as `facts/trades.csv` makes it."""
    chance, known = stream(SEED, "county-life", "zone"), trades()
    codes = [code for code, share in ZONE.items() for _ in range(round(number * share / 100))]
    base = []
    for code in codes:
        trade = known[code]
        kva = chance.choice(trade.capacities) if trade.by_capacity else 1
        base.append((trade.min_daily + (trade.max_daily - trade.min_daily) * chance.random()) * kva)
    above = sky(first, days)
    return daily_kwh(SEED, np.arange(len(codes)), codes, np.array(base), above.days, above.weather)


def households(number: int, days: int) -> Floats:
    """kWh [households, days, 48]."""
    above = sky(_HOUSEHOLD_DAYS_FROM, days)
    chance, trade = stream(SEED, "county-life", "households"), trades()["household"]
    codes = ["household"] * number
    base = np.array([trade.min_daily + (trade.max_daily - trade.min_daily) * chance.random() for _ in codes])
    kwh = daily_kwh(SEED, np.arange(number), codes, base, above.days, above.weather)
    parts = own_parts(SEED, np.arange(number), codes, above.days, above.weather)
    return (parts[:, :, ::2] + parts[:, :, 1::2]) / WHOLE * kwh[:, :, np.newaxis]
