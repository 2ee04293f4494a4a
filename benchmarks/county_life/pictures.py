"""Three pictures of the page: a household's day, an enterprise's week and Spring Festival, a year of weather."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

matplotlib.use("svg")

from benchmarks.county_life import simulated
from benchmarks.county_life.measures import DayWeather, festival, hourly_shape, week
from matplotlib import pyplot as plt
from numpy.typing import NDArray

from jicha.county.life.shapes import day_shape
from jicha.county.life.weather import climate

Floats = NDArray[np.float64]

_OURS, _REAL, _THIRD = "#1f6f8b", "#c0562f", "#7a8f3c"
_YEAR = 365


def draw(
    folder: Path,
    zone: tuple[int, Floats, Floats],
    homes: tuple[Floats, Floats],
    weathers: tuple[DayWeather, DayWeather],
) -> None:
    """Writes county_household_day.svg, county_enterprise_week.svg, county_weather_year.svg; same data, same bytes."""
    plt.rcParams.update({"svg.hashsalt": "county-life", "font.size": 9, "axes.spines.top": False,
                         "axes.spines.right": False, "svg.fonttype": "none"})  # fmt: skip
    _household(folder / "county_household_day.svg", *homes)
    _enterprise(folder / "county_enterprise_week.svg", *zone)
    _weather(folder / "county_weather_year.svg", *weathers)


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    # Matplotlib leaves blanks at line ends.
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8")


def _household(path: Path, real: Floats, ours: Floats) -> None:
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(9.5, 2.9))
    hours = np.arange(24) + 0.5
    left.plot(hours, hourly_shape(ours), color=_OURS, label="county, city flats")
    left.plot(hours, hourly_shape(real), color=_REAL, label="Australia, measured")
    left.set(title="Mean day ÷ its mean", xlabel="hour", ylim=(0, None), xticks=range(0, 25, 6))
    left.legend(frameon=False, fontsize=7)
    above = simulated.sky(739068, _YEAR)
    shapes = day_shape("household", above.days, above.weather)
    quarters = (np.arange(96) + 0.5) / 4
    for label, months, colour in (
        ("July, August", (7, 8), _REAL),
        ("January", (1,), _OURS),
        ("April", (4,), _THIRD),
    ):
        chosen = np.isin(above.days.month, months)
        middle.plot(quarters, shapes[chosen].mean(axis=0) * 96, color=colour, label=label)
    middle.set(title="County's flats by season", xlabel="hour", ylim=(0, None), xticks=range(0, 25, 6))
    middle.legend(frameon=False, fontsize=7)
    halves = np.arange(48) / 2 + 0.25
    right.step(halves, ours[3, 20] * 2, where="mid", color=_OURS, label="one flat, one day")
    right.step(halves, real[3, 20] * 2, where="mid", color=_REAL, label="one house, one day")
    right.set(title="One day, kW", xlabel="hour", ylim=(0, None), xticks=range(0, 25, 6))
    right.legend(frameon=False, fontsize=7)
    _save(figure, path)


def _enterprise(path: Path, first: int, real: Floats, ours: Floats) -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 2.9), width_ratios=(1, 1.6))
    names = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    for kwh, colour, label in ((ours, _OURS, "county"), (real, _REAL, "Jiangsu, measured")):
        rhythm = week(kwh, first)
        left.plot(names, np.median(rhythm, axis=0), color=colour, label=label)
        left.fill_between(
            names, *np.quantile(rhythm, (0.25, 0.75), axis=0), color=colour, alpha=0.15, linewidth=0
        )
        distance = np.arange(-21, 22)
        right.plot(
            distance,
            [festival(kwh, first, int(day), int(day)) for day in distance],
            color=colour,
            label=label,
        )
    left.set(title="Week: median and middle half", ylim=(0, 1.2))
    left.legend(frameon=False, fontsize=7, loc="lower left")
    right.set(title="Around Spring Festival ÷ own mean", xlabel="days from the festival", ylim=(0, 1.5))
    _save(figure, path)


def _weather(path: Path, ours: DayWeather, real: DayWeather) -> None:
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 2.9), sharey=True)
    for axes, place, title in ((left, ours, "County"), (right, real, "Hangzhou, measured")):
        days = np.arange(_YEAR)
        axes.fill_between(days, place.low[:_YEAR], place.high[:_YEAR], color=_OURS, alpha=0.35, linewidth=0)
        axes.set(title=f"{title}: lowest to highest of each day, °C", xlabel="days from 1 May")
    normal = np.roll(climate().mean_c[:_YEAR], -120)
    left.plot(np.arange(_YEAR), normal, color=_REAL, linewidth=1, label="normal mean")
    left.legend(frameon=False, fontsize=7)
    _save(figure, path)
