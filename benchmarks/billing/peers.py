"""What other programs take for the same bills. Runs in an environment of its own: `peers.py TASK.json`.

Each peer is given the smallest input it accepts for a month: one value for each time of use (ts-tariffs), or a year of
hours of which three a month hold the energy (PySAM, which takes no less). Times are of the calculation alone, tariffs
and arrays prepared before. Prints JSON: by peer, seconds and the amount of each bill.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_HOURS = {"valley": 3, "flat": 12, "peak": 20}
_STARTS = {"valley": 0, "flat": 8, "peak": 17}
_YEAR = 2025


def ts_tariffs(task: dict[str, Any]) -> list[Callable[[], list[float]]]:
    """LGPL; https://github.com/uts/tariff-module. One call a customer: its twelve bills."""
    import pandas as pd
    from ts_tariffs.meters import MeterData
    from ts_tariffs.tariffs import BlockTariff, TouTariff
    from ts_tariffs.ts_utils import SampleRate, TouBins
    from ts_tariffs.utils import Block

    rate = SampleRate(multiplier=1, base_freq="hours")
    given = {
        "consumption_unit": "kWh",
        "rate_unit": "yuan/kWh",
        "sample_rate": rate,
        "adjustment_factor": 1.0,
    }
    tou = TouTariff(
        name="tou",
        charge_type="TouTariff",
        tou=TouBins(
            time_bins=[_STARTS["flat"], _STARTS["peak"], 24],
            bin_rates=[task["prices"][each] for each in ("valley", "flat", "peak")],
            bin_labels=["valley", "flat", "peak"],
        ),
        **given,
    )
    limits = [0.0, *task["limits"], float("inf")]
    blocks = [Block(low, high) for low, high in itertools.pairwise(limits)]
    tier = BlockTariff(
        name="tier",
        charge_type="BlockTariff",
        frequency_applied="month",
        blocks=blocks,
        bin_rates=task["tier_prices"],
        bin_labels=["1", "2", "3"],
        **given,
    )
    days = pd.DatetimeIndex(
        [pd.Timestamp(_YEAR, month, 15, hour) for month in range(1, 13) for hour in sorted(_HOURS.values())]
    )
    months = pd.DatetimeIndex([pd.Timestamp(_YEAR, month, 15) for month in range(1, 13)])

    def of_tou(customer: list[dict[str, float]]) -> Callable[[], list[float]]:
        values = [month[each] for month in customer for each in sorted(_HOURS, key=lambda each: _HOURS[each])]
        data = MeterData("a", pd.Series(values, index=days, name="kWh"), rate, "kWh")

        def bills() -> list[float]:
            charged = tou.apply(data).charge_ts["charge"]
            return list(charged.groupby(charged.index.month).sum())

        return bills

    def of_tier(customer: list[float]) -> Callable[[], list[float]]:
        data = MeterData("a", pd.Series(customer, index=months, name="kWh"), rate, "kWh")
        return lambda: list(tier.apply(data).charge_ts["charge_total"])

    return [of_tou(each) for each in task["tou"]] + [of_tier(each) for each in task["tier"]]


def pysam(task: dict[str, Any]) -> list[Callable[[], list[float]]]:
    """BSD-3; NREL's utilityrate5. One call a customer: its twelve bills."""
    import PySAM.Utilityrate5 as Rates

    day = [
        [1] * _STARTS["flat"] + [2] * (_STARTS["peak"] - _STARTS["flat"]) + [3] * (24 - _STARTS["peak"])
    ] * 12
    flat = [[1] * 24] * 12
    lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    firsts = [sum(lengths[:month]) for month in range(12)]

    def model(
        schedule: list[list[int]], matrix: list[list[float]], load: list[float]
    ) -> Callable[[], list[float]]:
        rates = Rates.new()
        rates.value("en_electricity_rates", 1)
        rates.value("analysis_period", 1)
        rates.value("system_use_lifetime_output", 0)
        rates.value("TOU_demand_single_peak", 0)
        rates.value("inflation_rate", 0)
        rates.value("degradation", [0])
        rates.value("rate_escalation", [0])
        rates.value("load_escalation", [0])
        rates.value("ur_metering_option", 0)
        rates.value("ur_monthly_fixed_charge", 0)
        rates.value("ur_monthly_min_charge", 0)
        rates.value("ur_annual_min_charge", 0)
        rates.value("ur_nm_yearend_sell_rate", 0)
        rates.value("ur_dc_enable", 0)
        rates.value("ur_en_ts_sell_rate", 0)
        rates.value("ur_sell_eq_buy", 0)
        rates.value("ur_ec_sched_weekday", schedule)
        rates.value("ur_ec_sched_weekend", schedule)
        rates.value("ur_ec_tou_mat", matrix)
        rates.value("gen", [0.0] * 8760)
        rates.value("load", load)

        def bills() -> list[float]:
            rates.execute(0)
            return list(rates.Outputs.year1_monthly_ec_charge_without_system)

        return bills

    def hours(values: list[dict[int, float]]) -> list[float]:
        load = [0.0] * 8760
        for first, month in zip(firsts, values, strict=True):
            for hour, kwh in month.items():
                load[(first + 14) * 24 + hour] = kwh
        return load

    prices, tiers = task["prices"], task["tier_prices"]
    by_time = [[n, 1, 1e38, 0, prices[each], 0] for n, each in enumerate(("valley", "flat", "peak"), start=1)]
    by_tier = [
        [1, n, limit, 0, price, 0]
        for n, (limit, price) in enumerate(zip([*task["limits"], 1e38], tiers, strict=True), 1)
    ]
    found = [
        model(day, by_time, hours([{_HOURS[k]: v for k, v in m.items()} for m in each]))
        for each in task["tou"]
    ]
    return found + [model(flat, by_tier, hours([{12: kwh} for kwh in each])) for each in task["tier"]]


def main(path: Path) -> None:
    task = json.loads(path.read_text(encoding="utf-8"))
    told = {}
    for name, peer in (("ts-tariffs", ts_tariffs), ("PySAM utilityrate5", pysam)):
        calls = peer(task)
        calls[0]()
        started = time.perf_counter()
        amounts = [call() for call in calls]
        told[name] = {"seconds": time.perf_counter() - started, "amounts": amounts}
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
