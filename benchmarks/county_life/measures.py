"""What is measured on both sides, and how near is near enough.

A `Row` states a measure with its tolerance; `agrees` is what the page's last column says, and it can say no.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jicha.county.life.calendar import day_table

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """One line of the page; `low`, `high`: between which simulated values agree with the real one."""

    what: str
    simulated: float
    real: float
    low: float
    high: float

    @property
    def agrees(self) -> bool:
        return bool(self.low <= self.simulated <= self.high)


@dataclass(frozen=True)
class Measure:
    """`of` gives the figure; it agrees within `ratio` of the real one (0.25: ± 25 %) or within `margin` of it."""

    what: str
    of: Callable[[Any], float]
    ratio: float = 0.0
    margin: float = 0.0

    def row(self, simulated: float, real: float) -> Row:
        near = max(abs(real) * self.ratio, self.margin)
        return Row(self.what, simulated, real, real - near, real + near)


def lagged(kwh: Floats, lag: int) -> Floats:
    """Correlation of each row with itself `lag` days later; rows without any change give 0."""
    before = kwh[:, :-lag] - kwh[:, :-lag].mean(axis=1, keepdims=True)
    after = kwh[:, lag:] - kwh[:, lag:].mean(axis=1, keepdims=True)
    size = np.sqrt((before**2).mean(axis=1) * (after**2).mean(axis=1))
    return np.where(size > 0, (before * after).mean(axis=1) / np.where(size > 0, size, 1), 0.0)


def variation(kwh: Floats) -> Floats:
    """Standard deviation over mean of each row."""
    return kwh.std(axis=1) / kwh.mean(axis=1)


def day_change(kwh: Floats) -> Floats:
    """Mean absolute change from a day to the next, over the mean day, of each row."""
    return np.abs(np.diff(kwh, axis=1)).mean(axis=1) / kwh.mean(axis=1)


def week(kwh: Floats, first: int) -> Floats:
    """[rows, 7] mean of each weekday over the mean of Monday to Friday, Spring Festival's weeks left out."""
    days = day_table(first, kwh.shape[1])
    usual = np.abs(days.from_festival) > 25
    means = np.stack([kwh[:, usual & (days.weekday == day)].mean(axis=1) for day in range(7)], axis=1)
    return means / np.maximum(means[:, :5].mean(axis=1, keepdims=True), 1e-9)


def festival(kwh: Floats, first: int, begins: int, ends: int) -> float:
    """Mean over rows of the days `begins` … `ends` after 春节, each row over its own mean."""
    days = day_table(first, kwh.shape[1])
    near = (days.from_festival >= begins) & (days.from_festival <= ends)
    return float((kwh[:, near].mean(axis=1) / kwh.mean(axis=1)).mean())


def months(kwh: Floats, first: int, wanted: tuple[int, ...]) -> float:
    days = day_table(first, kwh.shape[1])
    return float(np.median(kwh[:, np.isin(days.month, wanted)].mean(axis=1) / kwh.mean(axis=1)))


def near_zero(kwh: Floats) -> float:
    """Share of days below 3 % of the row's mean."""
    return float((kwh < 0.03 * kwh.mean(axis=1, keepdims=True)).mean())


def largest(kwh: Floats, share: float) -> float:
    """Share of all energy that the largest `share` of the rows use."""
    sizes = np.sort(kwh.sum(axis=1))[::-1]
    return float(sizes[: max(1, round(len(sizes) * share))].sum() / sizes.sum())


@dataclass(frozen=True)
class Zone:
    """Enterprises: the ordinal of the first day, kWh [enterprises, days]."""

    first: int
    kwh: Floats


ENTERPRISES = (
    Measure(
        "Sunday ÷ workday, median enterprise", lambda z: np.median(week(z.kwh, z.first)[:, 6]), margin=0.12
    ),
    Measure(
        "Sunday ÷ workday, the tenth that rests most",
        lambda z: np.quantile(week(z.kwh, z.first)[:, 6], 0.1),
        margin=0.15,
    ),
    Measure(
        "Saturday ÷ workday, median enterprise", lambda z: np.median(week(z.kwh, z.first)[:, 5]), margin=0.08
    ),
    Measure("春节 (day −1 … +4) ÷ own mean", lambda z: festival(z.kwh, z.first, -1, 4), margin=0.1),
    Measure(
        "a week before 春节 (day −8 … −6) ÷ own mean", lambda z: festival(z.kwh, z.first, -8, -6), margin=0.12
    ),
    Measure(
        "a week after 春节 (day +6 … +8) ÷ own mean", lambda z: festival(z.kwh, z.first, 6, 8), margin=0.12
    ),
    Measure("July and August ÷ own mean, median", lambda z: months(z.kwh, z.first, (7, 8)), margin=0.1),
    Measure("correlation of a day with the next, median", lambda z: np.median(lagged(z.kwh, 1)), margin=0.1),
    Measure("correlation over 7 days, median", lambda z: np.median(lagged(z.kwh, 7)), margin=0.1),
    Measure("correlation over 30 days, median", lambda z: np.median(lagged(z.kwh, 30)), margin=0.1),
    Measure("coefficient of variation of days, median", lambda z: np.median(variation(z.kwh)), ratio=0.25),
    Measure(
        "coefficient of variation, the tenth that varies most",
        lambda z: np.quantile(variation(z.kwh), 0.9),
        ratio=0.25,
    ),
    Measure("change from day to day ÷ mean, median", lambda z: np.median(day_change(z.kwh)), ratio=0.25),
    Measure("days of next to no use (< 3 % of own mean)", lambda z: near_zero(z.kwh), ratio=0.5),
    Measure("energy of the largest 1 % of enterprises", lambda z: largest(z.kwh, 0.01), ratio=0.5),
    Measure("energy of the largest 10 % of enterprises", lambda z: largest(z.kwh, 0.10), ratio=0.25),
)


def _day(kwh: Floats) -> Floats:
    return kwh.sum(axis=2)


def hourly_shape(kwh: Floats) -> Floats:
    """[24] mean over households of their mean day, each over its own mean."""
    own = kwh.mean(axis=1)
    return (own / own.mean(axis=1, keepdims=True)).mean(axis=0).reshape(24, 2).mean(axis=1)


def scatter(kwh: Floats) -> float:
    """Squared coefficient of variation of half-hours around the household's own mean day, median."""
    day = np.maximum(_day(kwh), 1e-9)
    share = kwh / day[:, :, np.newaxis]
    mean = np.maximum(share.mean(axis=1, keepdims=True), 1e-12)
    return float(np.median(((share / mean - 1) ** 2).mean(axis=(1, 2))))


def load_factor_of_days(kwh: Floats) -> float:
    """Mean over highest half-hour of a day, median of all."""
    return float(np.median(kwh.mean(axis=2) / np.maximum(kwh.max(axis=2), 1e-9)))


def load_factor(kwh: Floats) -> float:
    """Mean over highest half-hour of the whole span, median household."""
    return float(np.median(kwh.mean(axis=(1, 2)) / kwh.max(axis=(1, 2))))


def low_days(kwh: Floats) -> float:
    """Share of days below a quarter of the household's median day."""
    day = _day(kwh)
    return float((day < 0.25 * np.median(day, axis=1, keepdims=True)).mean())


HOUSEHOLDS = (
    Measure("hour of the highest use", lambda k: float(hourly_shape(k).argmax()), margin=2),
    Measure("hour of the lowest use", lambda k: float(hourly_shape(k).argmin()), margin=2),
    Measure("highest hour ÷ mean of the mean day", lambda k: hourly_shape(k).max(), ratio=0.3),
    Measure("lowest hour ÷ mean of the mean day", lambda k: hourly_shape(k).min(), ratio=0.3),
    Measure("load factor (负荷率) of a household's day, median", load_factor_of_days, ratio=0.25),
    Measure("load factor of all days together, median", load_factor, ratio=0.4),
    Measure("scatter of half-hours around the own day (squared coefficient)", scatter, ratio=0.25),
    Measure(
        "correlation of a day with the next, median", lambda k: np.median(lagged(_day(k), 1)), margin=0.15
    ),
    Measure("correlation over 7 days, median", lambda k: np.median(lagged(_day(k), 7)), margin=0.15),
    Measure("correlation over 30 days, median", lambda k: np.median(lagged(_day(k), 30)), margin=0.15),
    Measure("coefficient of variation of days, median", lambda k: np.median(variation(_day(k))), ratio=0.25),
    Measure("change from day to day ÷ mean, median", lambda k: np.median(day_change(_day(k))), ratio=0.25),
    Measure("days below a quarter of the median day", low_days, margin=0.04),
)


@dataclass(frozen=True)
class DayWeather:
    """What is measured of a place's weather."""

    first: int
    high: Floats
    low: Floats
    wet: NDArray[np.bool_]

    def departures(self) -> Floats:
        """The day's mean less what two waves a year explain."""
        mean = (self.high + self.low) / 2
        angle = 2 * np.pi * day_table(self.first, len(mean)).day_of_year / 365.25
        waves = np.stack(
            [np.ones_like(angle), np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)], 1
        )
        return mean - waves @ np.linalg.lstsq(waves, mean, rcond=None)[0]

    def season(self, wanted: tuple[int, ...]) -> NDArray[np.bool_]:
        return np.isin(day_table(self.first, len(self.high)).month, wanted)


WEATHER = (
    Measure("spread of daily means around the season, °C", lambda w: w.departures().std()),
    Measure("the same in December to February", lambda w: w.departures()[w.season((12, 1, 2))].std()),
    Measure("the same in June to August", lambda w: w.departures()[w.season((6, 7, 8))].std()),
    Measure("correlation of a day with the next", lambda w: lagged(w.departures()[None], 1)[0]),
    Measure("correlation over 2 days", lambda w: lagged(w.departures()[None], 2)[0]),
    Measure("correlation over 5 days", lambda w: lagged(w.departures()[None], 5)[0]),
    Measure("range from lowest to highest of a day, °C", lambda w: (w.high - w.low).mean()),
    Measure("spread of that range, °C", lambda w: (w.high - w.low).std()),
    Measure("share of wet days", lambda w: float(w.wet.mean())),
    Measure("share of days of 35 °C and more", lambda w: float((w.high >= 35).mean())),
)


def rows(measures: tuple[Measure, ...], simulated: object, real: object) -> list[Row]:
    """Each measure on both sides."""
    return [each.row(float(each.of(simulated)), float(each.of(real))) for each in measures]


def weather_rows(simulated: list[DayWeather], real: list[DayWeather]) -> list[Row]:
    """Medians; the simulated agrees where it lies among the real places, or a tenth beyond them."""
    result = []
    for each in WEATHER:
        ours = float(np.median([each.of(place) for place in simulated]))
        theirs = [float(each.of(place)) for place in real]
        result.append(Row(each.what, ours, float(np.median(theirs)), min(theirs) * 0.9, max(theirs) * 1.1))
    return result
