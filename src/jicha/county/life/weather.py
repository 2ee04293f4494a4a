"""The weather of a county company's territory, day by day: temperature, sun, rain.

Monthly normals (`facts/climate.csv`) are interpolated to days; departures of the daily mean have a memory of
about 0.7 a day and are mostly shared by neighbouring counties; hot spells come in July and August, cold surges
(寒潮) from November to March. Rain makes days dull, and dull days have a small daily range.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from jicha.county.chance import Floats, Whole, lots, stream
from jicha.county.life.calendar import DayTable, Flags
from jicha.county.life.noise import remembering
from jicha.county.tables import facts

_MONTHS = 12
_REGION = 0
_MEMORY, _RAIN_MEMORY = 0.6, 0.5
# Shares of the variance of a county's departures that it has in common with its neighbours, as factors.
_SHARED, _OWN = 0.96, 0.28
_MINUTES_AN_HOUR = 60
# Shares of days and the quantile of the normal distribution that so many days exceed.
_EXCEEDED = ((0.1, 1.2816), (0.2, 0.8416), (0.3, 0.5244), (0.4, 0.2533), (0.5, 0.0), (0.6, -0.2533))
# Spells a year: first month and day, days it may begin in, spells, their length, degrees at the height.
_SPELLS = (
    ("hot", 7, 5, 50, (2, 4), (5, 12), (2.0, 4.2)),
    ("cold", 11, 10, 125, (3, 6), (3, 6), (-8.0, -4.0)),
)
# Rain: share of the daylight with sun on a rainy day; a heavy tail whose mean is 1.
_RAINY_SUN = 0.22
_SUN_CAP = 0.92
# Angstrom: diffuse and direct part of irradiation.
_DIFFUSE, _DIRECT = 0.2, 0.55


@dataclass(frozen=True, slots=True, eq=False)
class Weather:
    """float64[days] each: °C, hours of sunshine, kWh/m² on the horizontal, mm; rounded as a station reports them."""

    first: int
    mean_c: Floats
    min_c: Floats
    max_c: Floats
    sunshine_hours: Floats
    irradiation_kwh_m2: Floats
    precipitation_mm: Floats

    def __len__(self) -> int:
        return len(self.mean_c)


@dataclass(frozen=True, slots=True, eq=False)
class Climate:
    """What a day of the year is like on the average: float64[366] by day of the year, from 0."""

    mean_c: Floats
    max_c: Floats
    min_c: Floats
    spread_c: Floats
    sunshine_hours: Floats
    irradiation_kwh_m2: Floats
    rain_mm: Floats
    rain_share: Floats
    sunrise_hour: Floats
    sunset_hour: Floats


@cache
def climate() -> Climate:
    """The normals by day, straight lines between the middles of months."""
    rows = facts("climate")
    lengths = [
        (date(2023 + each // _MONTHS, each % _MONTHS + 1, 1) - date(2023, each, 1)).days
        for each in range(1, _MONTHS + 1)
    ]
    rainy = [float(row["rain_days"]) for row in rows]
    return Climate(
        mean_c=_by_day([float(row["mean_c"]) for row in rows]),
        max_c=_by_day([float(row["max_c"]) for row in rows]),
        min_c=_by_day([float(row["min_c"]) for row in rows]),
        spread_c=_by_day([float(row["spread_c"]) for row in rows]),
        sunshine_hours=_by_day(
            [float(row["sunshine_hours"]) / days for row, days in zip(rows, lengths, strict=True)]
        ),
        irradiation_kwh_m2=_by_day([float(row["irradiation_kwh_m2"]) for row in rows]),
        rain_mm=_by_day(
            [float(row["precipitation_mm"]) / days for row, days in zip(rows, rainy, strict=True)]
        ),
        rain_share=_by_day([rain / days for rain, days in zip(rainy, lengths, strict=True)]),
        sunrise_hour=_by_day([_hour(row["sunrise"]) for row in rows]),
        sunset_hour=_by_day([_hour(row["sunset"]) for row in rows]),
    )


def _hour(clock: str) -> float:
    hours, minutes = clock.split(":")
    return int(hours) + int(minutes) / _MINUTES_AN_HOUR


def _by_day(monthly: list[float]) -> Floats:
    middles = [date(2023, month, 16).timetuple().tm_yday - 1 for month in range(1, _MONTHS + 1)]
    middles = [middles[-1] - 365, *middles, middles[0] + 365]
    values = [monthly[-1], *monthly, monthly[0]]
    return line_through(middles, values, np.arange(366, dtype=np.float64))


def line_through(knots: list[int] | list[float], values: list[float], at: Floats) -> Floats:
    """Straight lines between knots (ascending), by plain arithmetic: np.interp may fuse its multiply and add."""
    places = np.asarray(knots, dtype=np.float64)
    heights = np.asarray(values, dtype=np.float64)
    left = np.clip(np.searchsorted(places, at, side="right") - 1, 0, len(places) - 2)
    share = np.clip((at - places[left]) / (places[left + 1] - places[left]), 0.0, 1.0)
    result: Floats = heights[left] * (1.0 - share) + heights[left + 1] * share
    return result


def weather(seed: int, county_number: int, days: DayTable) -> Weather:
    """The weather of county company `county_number` (from 1) on the days, the same whatever span is asked for."""
    normal, today, ordinals = climate(), days.day_of_year, days.ordinals
    region = remembering(seed, "weather/mean", _REGION, ordinals, _MEMORY)
    own = remembering(seed, "weather/mean", county_number, ordinals, _MEMORY)
    # How wet the air is, in standard deviations; the same memory makes rain come in runs.
    wet = _SHARED * remembering(seed, "weather/wet", _REGION, ordinals, _RAIN_MEMORY)
    wet = wet + _OWN * remembering(seed, "weather/wet", county_number, ordinals, _RAIN_MEMORY)
    rains = wet > _exceeded(normal.rain_share[today])
    daylight = normal.sunset_hour[today] - normal.sunrise_hour[today]
    sunshine = _sunshine(seed, county_number, days, wet, rains, daylight)
    irradiation = normal.irradiation_kwh_m2[today] * (
        (_DIFFUSE + _DIRECT * sunshine / daylight)
        / (_DIFFUSE + _DIRECT * normal.sunshine_hours[today] / daylight)
    )
    brightness = np.minimum(sunshine / normal.sunshine_hours[today], 2.2) - 1.0
    summer = np.clip((normal.mean_c[today] - 18.0) / 10.0, 0.0, 1.0)
    mean = normal.mean_c[today] + normal.spread_c[today] * 0.84 * (_SHARED * region + _OWN * own)
    mean = mean + _spells(seed, ordinals) + 0.9 * summer * brightness
    mean = mean + (lots(seed, "weather/height", [county_number], [0])[0, 0] - 0.5)
    normal_range = normal.max_c[today] - normal.min_c[today]
    jitter = lots(seed, "weather/range", [county_number], ordinals)[0]
    day_range = normal_range * np.clip(1.0 + 0.42 * brightness + 0.8 * (jitter - 0.5), 0.2, 2.2)
    upper = (normal.max_c[today] - normal.mean_c[today]) / normal_range
    # The hottest afternoons are held down by haze and thunderstorms: what exceeds 36 °C counts less than half.
    mean = np.where(mean > 31.0, 31.0 + 0.5 * (mean - 31.0), mean)
    top = mean + day_range * upper
    return Weather(
        first=days.first,
        mean_c=_rounded(mean, 10),
        min_c=_rounded(mean - day_range * (1.0 - upper), 10),
        max_c=_rounded(np.where(top > 36.0, 36.0 + 0.45 * (top - 36.0), top), 10),
        sunshine_hours=_rounded(sunshine, 10),
        irradiation_kwh_m2=_rounded(irradiation, 100),
        precipitation_mm=_rounded(np.where(rains, _rain(seed, county_number, days), 0.0), 10),
    )


def _rounded(values: Floats, parts: int) -> Floats:
    result: Floats = np.rint(values * parts) / parts
    return result


def _exceeded(share: Floats) -> Floats:
    return line_through([each[0] for each in _EXCEEDED], [each[1] for each in _EXCEEDED], share)


def _sunshine(seed: int, county: int, days: DayTable, wet: Floats, rains: Flags, daylight: Floats) -> Floats:
    """Hours of sunshine, whose mean stays near the normal: rainy days get little, the dry ones share the rest."""
    normal = climate()
    share = normal.rain_share[days.day_of_year]
    drawn = lots(seed, "weather/sun", [county], days.ordinals)[0]
    rainy = daylight * _RAINY_SUN * drawn * drawn
    dry = (normal.sunshine_hours[days.day_of_year] - share * daylight * _RAINY_SUN / 3.0) / (1.0 - share)
    # The drier the air, the longer it shines; the cap takes some away, which the first factor gives back.
    dry = dry * 0.98 * np.clip(1.0 - 0.45 * (wet + 0.45) + 0.8 * (drawn - 0.5), 0.0, 2.4)
    result: Floats = np.where(rains, rainy, np.minimum(dry, daylight * _SUN_CAP))
    return result


def _rain(seed: int, county: int, days: DayTable) -> Floats:
    drawn = lots(seed, "weather/rain", [county], days.ordinals)[0]
    factor = 0.36 * drawn + 0.2087 / (1.02 - drawn)
    result: Floats = np.maximum(climate().rain_mm[days.day_of_year] * factor, 0.1)
    return result


def _spells(seed: int, ordinals: Whole) -> Floats:
    """Degrees that hot spells and cold surges add; a spell belongs to its year, so no span cuts it short."""
    total = np.zeros(len(ordinals))
    first, last = date.fromordinal(int(ordinals[0])), date.fromordinal(int(ordinals[-1]))
    for year in range(first.year - 1, last.year + 1):
        for kind, month, day, window, (fewest, most), (shortest, longest), (low, high) in _SPELLS:
            chance = stream(seed, "weather", kind, year)
            opens = date(year, month, day).toordinal()
            for _ in range(chance.randrange(fewest, most + 1)):
                begins = opens + chance.randrange(window)
                length = chance.randrange(shortest, longest + 1)
                height = low + (high - low) * chance.random()
                into = ordinals - begins + 1
                rise = np.minimum(np.minimum(into, length + 1 - into), 2) / 2.0
                total = total + np.where((into >= 1) & (into <= length), rise * height, 0.0)
    return total


def daily_rows(org_id: str, days: DayTable, seen: Weather) -> list[tuple[object, ...]]:
    """Rows of the export 逐日气象: organisation, date, mean, minimum, maximum °C, sunshine hours, irradiation
    kWh/m², precipitation mm; numbers as text with the digits a weather service gives."""
    return [
        (
            org_id,
            date.fromordinal(int(days.ordinals[at])),
            f"{seen.mean_c[at]:.1f}",
            f"{seen.min_c[at]:.1f}",
            f"{seen.max_c[at]:.1f}",
            f"{seen.sunshine_hours[at]:.1f}",
            f"{seen.irradiation_kwh_m2[at]:.2f}",
            f"{seen.precipitation_mm[at]:.1f}",
        )
        for at in range(len(days))
    ]


#: Headers of the export 逐日气象 of the collection system (`ami_zh`), in the order of `daily_rows`.
DAILY_COLUMNS = "单位编码,日期,平均气温,最低气温,最高气温,日照时数,辐照量,降水量"
