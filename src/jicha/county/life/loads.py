"""What customers use, day by day, before any story: float64[customers, days] in kWh.

A customer's day is its base × the rhythm of its trade (week, holidays, terms, seasons) × its answer to the weather ×
noise with a memory × absences × growth. Every number depends on (seed, customer's index, day) alone: a slice of
customers or days is the same as the slice of the whole. The mean of an ordinary year is the customer's base; of a
trade with seasons, the mean of the months in use; of a flat on standby, what it uses when nobody is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np

from jicha.county.chance import Floats, Whole, bell, lots
from jicha.county.life.calendar import NO_HOLIDAY, SPRING_FESTIVAL, DayTable, day_table
from jicha.county.life.noise import waves
from jicha.county.life.profiles import SEASON, STANDBY, Profile, profile
from jicha.county.life.spells import marked
from jicha.county.life.weather import Weather, climate

_SATURDAY, _SUNDAY = 5, 6
# Classes of rest: none; Sunday, or both days, with three degrees of rest each.
_DEGREES_OF_REST = 3
_CLASSES = 1 + 2 * _DEGREES_OF_REST
_WEEK_KNOTS, _SLOW_KNOTS = 4, 40
#: Customers worked on at once: so many years of days stay in the processor's cache.
_BLOCK = 256
#: Growth is counted from here; the base is the mean of a year around it.
_EPOCH = date(2025, 1, 1).toordinal()
_YEAR = 365.25
_LEAST_GROWN, _MOST_GROWN = 0.4, 2.5
# Own set-points of customers, degrees beside the trade's, one in five each.
_SET_POINTS = (-2.0, -1.0, 0.0, 1.0, 2.0)
# Beyond so many degrees every machine runs already.
_MOST_DEGREES = 11.0
# The reference year and the spread of its days around their normal, as five equally weighted days.
_REFERENCE = date(2025, 1, 1).toordinal()
_QUANTILES = (-1.4, -0.53, 0.0, 0.53, 1.4)
_PARTS = 1_000_000.0
_LEAST_NOISE, _MOST_NOISE = 0.12, 3.0
_FESTIVAL_REACH = 30

# What the lots of a customer's own traits are for.
(
    _COOL, _HEAT, _COOL_AT, _HEAT_AT, _REST, _AFFECTED, _BEFORE, _AFTER, _GROWTH, _NOISE, _SLOWNESS, _TRAITS,
) = range(12)  # fmt: skip


def daily_kwh(
    seed: int,
    indices: Any,
    codes: Sequence[str],
    base_kwh: Any,
    days: DayTable,
    weather: Weather,
) -> Floats:
    """kWh of each customer (rows) on each day (columns).

    `indices`: the city-wide index of each customer; `codes`: its trade in `facts/trades.csv`; `base_kwh`: its mean
    day. `weather` is that of the same days. Raises KeyError for a trade without a profile."""
    rows = np.asarray(indices, dtype=np.int64)
    base = np.asarray(base_kwh, dtype=np.float64)
    result = np.empty((len(rows), len(days)))
    places: dict[str, list[int]] = {}
    for place, code in enumerate(codes):
        places.setdefault(code, []).append(place)
    for code, mine in places.items():
        rhythm = _rhythm(profile(code), days, weather)
        for start in range(0, len(mine), _BLOCK):
            block = np.array(mine[start : start + _BLOCK], dtype=np.int64)
            result[block] = _block(seed, rhythm, rows[block], base[block], days)
    return result


@dataclass(frozen=True, slots=True, eq=False)
class _Rhythm:
    """What all customers of a trade have in common on the days: float64[class of rest, days] and degrees by
    set-point, float64[set-points, days]."""

    of: Profile
    factors: Floats
    cooling: Floats
    heating: Floats


def _rhythm(of: Profile, days: DayTable, weather: Weather) -> _Rhythm:
    rainy = np.where(weather.precipitation_mm >= 1.0, of.rain, 1.0)
    return _Rhythm(
        of,
        _calendar_factors(of, days) * rainy,
        _degrees(weather.mean_c, of.cool_from, 1.0),
        _degrees(weather.mean_c, of.heat_from, -1.0),
    )


def _calendar_factors(of: Profile, days: DayTable) -> Floats:
    """Season, week, holidays and terms: a row for each class of rest."""
    season = np.array(of.months)[days.month - 1]
    season = season * np.where(days.in_term, 1.0, of.break_factor)
    is_weekend = days.weekday >= _SATURDAY
    is_holiday = (days.holiday != NO_HOLIDAY) & (days.holiday != SPRING_FESTIVAL)
    shifted = days.is_workday & is_weekend & of.follows_state_calendar
    week = np.where(is_weekend & ~shifted, of.weekend, 1.0)
    result = np.empty((_CLASSES, len(days)))
    for number in range(_CLASSES):
        which, degree = divmod(number - 1, _DEGREES_OF_REST)
        resting = (
            is_weekend if which == 1 else days.weekday == _SUNDAY if which == 0 else ~(days.weekday >= 0)
        )
        rests = resting & ~shifted
        level = np.where(rests, of.rest_factor + of.rest_spread * degree, week)
        # A holiday on a day of rest is a day of rest.
        level = np.where(is_holiday & ~rests, np.minimum(level, week) * of.holiday, level)
        result[number] = season * level
    return result


def _degrees(celsius: Floats, set_point: float, sign: float) -> Floats:
    points = np.array(_SET_POINTS).reshape(-1, 1) + set_point
    return np.clip(sign * (celsius.reshape(1, -1) - points), 0.0, _MOST_DEGREES)


@dataclass(frozen=True, slots=True, eq=False)
class _Reference:
    """Means of an ordinary year by class of rest (and set-point): the rhythm alone, with degrees of cooling, of
    heating."""

    plain: Floats
    cooling: Floats
    heating: Floats


@cache
def _reference(code: str) -> _Reference:
    of = profile(code)
    days = day_table(_REFERENCE, 365)
    normal = climate()
    factors = _calendar_factors(of, days)
    factors = factors * (1.0 - normal.rain_share[days.day_of_year] * (1.0 - of.rain) * 0.9)
    used = factors[0] > 0.0
    count = int(used.sum()) if of.mean == SEASON else len(days)
    mean_c, spread = normal.mean_c[days.day_of_year], normal.spread_c[days.day_of_year]
    cooling = np.zeros((len(_SET_POINTS), len(days)))
    heating = np.zeros((len(_SET_POINTS), len(days)))
    for quantile in _QUANTILES:
        cooling += _degrees(mean_c + quantile * spread, of.cool_from, 1.0) / len(_QUANTILES)
        heating += _degrees(mean_c + quantile * spread, of.heat_from, -1.0) / len(_QUANTILES)
    return _Reference(
        _exact_sum(factors) / count,
        np.stack([_exact_sum(factors[each] * cooling) for each in range(_CLASSES)]) / count,
        np.stack([_exact_sum(factors[each] * heating) for each in range(_CLASSES)]) / count,
    )


def _exact_sum(values: Floats) -> Floats:
    """Sums over the last axis, in whole millionths: the same whatever the order of adding."""
    result: Floats = np.rint(values * _PARTS).astype(np.int64).sum(axis=-1) / _PARTS
    return result


def _block(seed: int, rhythm: _Rhythm, indices: Whole, base: Floats, days: DayTable) -> Floats:
    of = rhythm.of
    own = lots(seed, "life/own", indices, range(_TRAITS))
    rest = _rest_class(of, own[:, _REST])
    cool, heat = of.cool_per_c * _sensitivity(own[:, _COOL]), of.heat_per_c * _sensitivity(own[:, _HEAT])
    cool_at, heat_at = _fifth(own[:, _COOL_AT]), _fifth(own[:, _HEAT_AT])
    level = rhythm.factors[rest]
    if of.cool_per_c or of.heat_per_c:
        answer = rhythm.cooling[cool_at]
        answer *= cool.reshape(-1, 1)
        if of.heat_per_c:
            answer += rhythm.heating[heat_at] * heat.reshape(-1, 1)
        answer += 1.0
        level *= answer
    level *= _noise(seed, of, indices, own, days)
    level *= _growth(of, own[:, _GROWTH], days)
    kept = _festival(of, own, level, days)
    kept = kept - _away(seed, of, indices, level, days)
    if of.burst_share:
        burst = lots(seed, "life/burst", indices, days.ordinals) < of.burst_share
        level *= np.where(burst, 1.0 - of.burst_part + of.burst_part / of.burst_share, 1.0 - of.burst_part)
    scale = base
    if of.mean != STANDBY:
        mean = _reference(of.trade)
        ordinary = mean.plain[rest] + cool * mean.cooling[rest, cool_at] + heat * mean.heating[rest, heat_at]
        scale = base / (ordinary * kept)
    level *= scale.reshape(-1, 1)
    return level


def _rest_class(of: Profile, drawn: Floats) -> Whole:
    """Of which class each customer is; the degree of rest follows from where in its class the lot fell."""
    result = np.zeros(len(drawn), dtype=np.int64)
    begins = 0.0
    for which, share in enumerate((of.rest_sunday, of.rest_both)):
        if share:
            inside = (drawn >= begins) & (drawn < begins + share)
            degree = np.minimum(
                ((drawn - begins) / share * _DEGREES_OF_REST).astype(np.int64), _DEGREES_OF_REST - 1
            )
            result = np.where(inside, 1 + which * _DEGREES_OF_REST + degree, result)
        begins += share
    return result


def _sensitivity(drawn: Floats) -> Floats:
    """From nearly nothing to well above twice the trade's, 1 on the average."""
    return 0.25 + 0.6 * drawn + 1.35 * drawn * drawn


def _fifth(drawn: Floats) -> Whole:
    return (drawn * len(_SET_POINTS)).astype(np.int64)


def _noise(seed: int, of: Profile, indices: Whole, own: Floats, days: DayTable) -> Floats:
    """A factor around 1: days by themselves, some days together, weeks together; some customers are steadier
    from day to day, some over the months."""
    if not of.noise_week and not of.noise_slow:
        result: Floats = bell(seed, "life/day", indices, days.ordinals) * of.noise_day + 1.0
        return result
    # The day's departure leans to the high side: many small days, a few large.
    day = lots(seed, "life/day", indices, days.ordinals)
    day *= lots(seed, "life/day/2", indices, days.ordinals)
    day -= 0.25
    day *= of.noise_day * 4.535573676110727
    restless = (0.4 + 1.2 * own[:, _NOISE]).reshape(-1, 1)
    drifting = own[:, _SLOWNESS].reshape(-1, 1)
    drifting = 0.35 + 2.1 * drifting * drifting
    slow = waves(seed, "life/slow", indices, days.ordinals, _SLOW_KNOTS)
    slow *= of.noise_slow * drifting
    week = waves(seed, "life/week", indices, days.ordinals, _WEEK_KNOTS)
    week *= of.noise_week
    day += week
    day *= restless
    day += slow
    day += 1.0
    np.clip(day, _LEAST_NOISE, _MOST_NOISE, out=day)
    return day


def _growth(of: Profile, drawn: Floats, days: DayTable) -> Floats:
    years = (days.ordinals - _EPOCH) / _YEAR
    yearly = of.growth + of.growth_spread * (2.0 * drawn - 1.0)
    return np.clip(1.0 + yearly.reshape(-1, 1) * years.reshape(1, -1), _LEAST_GROWN, _MOST_GROWN)


def _festival(of: Profile, own: Floats, level: Floats, days: DayTable) -> Floats:
    """Applies Spring Festival to `level`; gives the share of an ordinary year that each customer keeps."""
    affected = own[:, _AFFECTED] < of.festival_share
    before = _between(of.festival_before, own[:, _BEFORE])
    after = _between(of.festival_after, own[:, _AFTER])
    factor = np.where(affected, of.festival, of.festival_else)
    missed = (1.0 - factor) * (before + after + 1) / _YEAR
    kept = np.ones(len(own)) if of.mean == STANDBY else 1.0 - missed
    near = np.flatnonzero(np.abs(days.from_festival) <= _FESTIVAL_REACH)
    if len(near):
        distance = days.from_festival[near].reshape(1, -1)
        inside = (distance >= -before.reshape(-1, 1)) & (distance <= after.reshape(-1, 1))
        level[:, near] *= np.where(inside, factor.reshape(-1, 1), 1.0)
    return kept


def _between(span: tuple[int, int], drawn: Floats) -> Whole:
    low, high = span
    return low + (drawn * (high - low + 1)).astype(np.int64)


def _away(seed: int, of: Profile, indices: Whole, level: Floats, days: DayTable) -> Floats:
    """Applies absences and stops to `level`; gives the share of an ordinary year that they cost on the average."""
    if not of.away_share:
        return np.zeros(len(indices))
    away, cost = marked(seed, "life/away", indices, days, of.away_share, of.away_days)
    level *= np.where(away, of.away_factor, 1.0)
    return cost * (1.0 - of.away_factor)
