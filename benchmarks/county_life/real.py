"""The real measurements as arrays, read from $JICHA_DATA."""

from __future__ import annotations

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_EPOCH = np.datetime64("0001-01-01", "D")
_SMALLEST_KWH = 50.0


def ordinals(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Proleptic ordinals, as date.toordinal() counts them."""
    return (days.astype("datetime64[D]") - _EPOCH).astype(np.int64) + 1


def enterprises(data: Path) -> tuple[int, Floats]:
    """First day and kWh [enterprises, days] of those that use more than 50 kWh a day. 1 stands for "no use" there."""
    table = pq.read_table(data / "tianchi-yangzhong-daily" / "daily.parquet")
    users = table["user_id"].to_numpy()
    days = ordinals(table["record_date"].to_numpy())
    first = int(days.min())
    kwh = np.zeros((int(users.max()), int(days.max()) - first + 1))
    kwh[users - 1, days - first] = table["power_consumption"].to_numpy()
    kwh[kwh <= 1] = 0
    return first, kwh[kwh.mean(axis=1) > _SMALLEST_KWH]


def households(data: Path, days: int = 560) -> Floats:
    """kWh [households, days, 48] of those with as many whole days; the time stamps are local."""
    table = pq.read_table(data / "sgsc-au-halfhourly" / "halfhourly.parquet")
    customers = table["customer_id"].to_numpy()
    minutes = table["reading_datetime"].to_numpy().astype("datetime64[m]").astype(np.int64)
    kwh = table["general_supply_kwh"].to_numpy().astype(np.float64)
    found = []
    for customer in np.unique(customers):
        mine = customers == customer
        slot = minutes[mine] // 30
        first = -(-int(slot.min()) // 48) * 48
        grid = np.full((int(slot.max()) - first) // 48 * 48, np.nan)
        inside = (slot >= first) & (slot < first + len(grid))
        grid[slot[inside] - first] = kwh[mine][inside]
        whole = grid.reshape(-1, 48)
        whole = whole[~np.isnan(whole).any(axis=1)]
        if len(whole) >= days:
            found.append(whole[:days])
    return np.stack(found)


@dataclass(frozen=True)
class RealWeather:
    """One prefecture: first day, highest and lowest °C, whether it rained or snowed."""

    first: int
    high: Floats
    low: Floats
    wet: NDArray[np.bool_]


def weathers(data: Path) -> dict[str, RealWeather]:
    """By prefecture code."""
    with gzip.open(data / "zhejiang-weather-daily" / "weather.csv.gz", "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    result = {}
    for area in sorted({row["area_id"] for row in rows}):
        # A day that is given twice counts once, as given last.
        by_day = {row["date"]: row for row in rows if row["area_id"] == area}
        mine = [by_day[day] for day in sorted(by_day)]
        days = ordinals(np.array([row["date"] for row in mine], dtype="datetime64[D]"))
        if len(days) != days[-1] - days[0] + 1:
            raise ValueError(f"days of {area} are not consecutive")
        result[area] = RealWeather(
            int(days[0]),
            np.array([float(row["temperature_high"]) for row in mine]),
            np.array([float(row["temperature_low"]) for row in mine]),
            np.array(["雨" in row["weather"] or "雪" in row["weather"] for row in mine]),
        )
    return result
