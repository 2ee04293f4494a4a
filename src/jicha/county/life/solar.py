"""Rooftop panels: what one kilowatt makes, and what a house with panels takes from the grid and gives to it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from jicha.county.chance import Floats, lots
from jicha.county.life.calendar import DayTable
from jicha.county.life.shapes import QUARTERS
from jicha.county.life.weather import Weather, climate

# Performance ratio of a clean roof (inverter, wiring, heat, dust), and what tilt gains by the height of the sun:
# most in winter. Yearly yields in the middle Yangtze plain are 900 to 1,050 hours.
_PERFORMANCE = 0.80
_TILT_GAIN = 0.14
_HOT_LOSS_PER_C = 0.004
_COMFORT_C = 20.0
_QUARTERS_AN_HOUR = 4.0
# Energy is kept in whole millionths of a kWh, so that sums do not depend on their order.
_MICRO = 1_000_000.0
# The clouds of the whole region.
_SKY = 0


@lru_cache(maxsize=4)
def generated_kwh(seed: int, days: DayTable, weather: Weather) -> Floats:
    """What 1 kW of panels makes in each quarter-hour, kWh: float64[days, 96]; exactly nothing by night.

    The day's energy follows its irradiation; passing clouds break up days between clear and dull ones. Kept for the
    last tables asked for, so it cannot be written to."""
    normal, today = climate(), days.day_of_year
    rise, fall = normal.sunrise_hour[today], normal.sunset_hour[today]
    daylight = fall - rise
    middle = (np.arange(QUARTERS) + 0.5) / _QUARTERS_AN_HOUR
    gone = np.clip((middle.reshape(1, -1) - rise.reshape(-1, 1)) / daylight.reshape(-1, 1), 0.0, 1.0)
    height = 4.0 * gone * (1.0 - gone)
    weight = height * (0.35 + 0.65 * height)
    clear = np.clip(weather.sunshine_hours / daylight, 0.0, 1.0)
    broken = 2.4 * clear * (1.0 - clear) + 0.15 * (1.0 - clear)
    quarters = (days.ordinals.reshape(-1, 1) * QUARTERS + np.arange(QUARTERS)).reshape(-1)
    drawn = lots(seed, "life/cloud", [_SKY], quarters)[0].reshape(len(days), QUARTERS)
    weight = weight * (1.0 + broken.reshape(-1, 1) * (2.0 * drawn - 1.0))
    fine = np.rint(weight * _MICRO).astype(np.int64)
    winter = np.clip((14.0 - daylight) / 3.8, 0.0, 1.0)
    heat = 1.0 - _HOT_LOSS_PER_C * (weather.mean_c - _COMFORT_C)
    day = weather.irradiation_kwh_m2 * _PERFORMANCE * (0.98 + _TILT_GAIN * winter) * heat
    result: Floats = np.rint(fine * (day / fine.sum(axis=1)).reshape(-1, 1) * _MICRO) / _MICRO
    result.setflags(write=False)
    return result


def generation(seed: int, index: int, kw: float, days: DayTable, weather: Weather) -> Floats:
    """What the `kw` of panels on one customer's roof make, kWh: a new float64[days, 96]."""
    return generated_kwh(seed, days, weather) * (kw * float(own_yield(seed, [index])[0]))


def own_yield(seed: int, indices: Any) -> Floats:
    """float64[customers]: a roof's yield beside the county's clean one – direction, shade, dust: 0.84 to 1.02."""
    drawn: Floats = 0.84 + 0.18 * lots(seed, "life/roof", indices, [0])[:, 0]
    return drawn


def exchange(load_day_kwh: Floats, load_shape: Floats, generated: Floats) -> tuple[Floats, Floats]:
    """What the meter of a house with panels counts: kWh taken from the grid and kWh given to it, each float64[…, days].

    `load_day_kwh` (…, days), `load_shape` and `generated` (…, days, 96), the latter in kWh of the whole roof. Import −
    export = load − generation to a ten-thousandth of a kWh. The two flow at different quarter-hours: what one quarter
    uses of its own sun never passes the meter."""
    net = np.rint((load_day_kwh[..., np.newaxis] * load_shape - generated) * _MICRO).astype(np.int64)
    taken = np.where(net > 0, net, 0).sum(axis=-1) / _MICRO
    given = np.where(net < 0, -net, 0).sum(axis=-1) / _MICRO
    return taken, given
