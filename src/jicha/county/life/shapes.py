"""How a day's energy falls on its 96 quarter-hours.

A trade has a curve for days of work and of rest, and curves for what cooling and heating add (`facts/curves.csv`);
days are of few kinds (work or rest × how hot or cold), so a trade's shapes are a small table, made once. Shares are
whole millionths that sum to exactly one million: energy split by them loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from jicha.county.chance import Floats, Whole, lots
from jicha.county.life.calendar import NO_HOLIDAY, SPRING_FESTIVAL, DayTable, Flags
from jicha.county.life.profiles import Profile, profile
from jicha.county.life.weather import Weather
from jicha.county.tables import facts

QUARTERS = 96
WHOLE = 1_000_000

_HOURS, _QUARTERS_AN_HOUR = 24, 4
_SATURDAY, _SUNDAY = 5, 6
_WORK, _REST = 0, 1
# Degrees beyond the trade's set-point that each class of weather stands for: classes 0 … 4 of cooling, then three
# of heating.
_COOLING = (0.0, 1.5, 3.5, 5.5, 8.0)
_HEATING = (1.5, 4.0, 7.0)
_LEVELS = len(_COOLING) + len(_HEATING)
#: Kinds of days; `day_kinds` gives numbers below it.
KINDS = 2 * _LEVELS
_FESTIVAL_CORE = (-2, 6)
_SHIFTS = 5
# A customer's own quarter-hours: 1 / (lot + this), whose mean and squared coefficient of variation follow.
_SPIKE_FLOOR, _SPIKE_MEAN, _SPIKE_SCATTER = 0.06, 2.8716796, 0.90665
# Half-hours depart by themselves and, less, two hours together; squares of the weights sum to 0.8.
_SLOTS, _STRETCHES = 48, 12
_SLOT_WEIGHT, _STRETCH_WEIGHT, _SQUARED_WEIGHTS = 0.8, 0.4, 0.8


@cache
def _curves() -> dict[tuple[str, str], tuple[float, ...]]:
    return {
        (row["curve"], row["part"]): tuple(float(row[f"h{hour:02d}"]) for hour in range(_HOURS))
        for row in facts("curves")
    }


def _quarters(hourly: tuple[float, ...]) -> Floats:
    """Straight lines between the middles of hours, over midnight; mean 1."""
    values = np.array(hourly)
    before, after = np.roll(values, 1), np.roll(values, -1)
    result = np.empty((_HOURS, _QUARTERS_AN_HOUR))
    for part in range(_QUARTERS_AN_HOUR):
        # The middle of the quarter, in hours from the middle of the hour.
        offset = (part + 0.5) / _QUARTERS_AN_HOUR - 0.5
        other = before if offset < 0 else after
        result[:, part] = values * (1.0 - abs(offset)) + other * abs(offset)
    flat = result.reshape(QUARTERS)
    whole = int(np.rint(flat * WHOLE).astype(np.int64).sum())
    return flat * (QUARTERS * WHOLE / whole)


@cache
def shape_parts(trade_code: str) -> Whole:
    """The trade's shapes: int64[KINDS, 96] in millionths of the day's energy; every row sums to a million."""
    of, curves = profile(trade_code), _curves()
    work = curves[of.curve, "work"]
    rest = curves.get((of.curve, "rest"), work)
    cool, heat = curves.get((of.curve, "cool"), work), curves.get((of.curve, "heat"), work)
    rows = []
    for plain in (work, rest):
        rows += [_mixed(plain, cool, of.cool_per_c * degrees) for degrees in _COOLING]
        rows += [_mixed(plain, heat, of.heat_per_c * degrees) for degrees in _HEATING]
    table = np.stack(rows)
    table.setflags(write=False)
    return table


def _mixed(plain: tuple[float, ...], added: tuple[float, ...], share: float) -> Whole:
    mixed: Whole = _millionths((_quarters(plain) + share * _quarters(added)).reshape(1, QUARTERS))[0]
    return mixed


def _millionths(weights: Floats) -> Whole:
    """Rows of weights as whole millionths that sum to a million: what rounding leaves goes to the first quarters."""
    fine = np.rint(weights * WHOLE).astype(np.int64)
    parts: Whole = fine * WHOLE // fine.sum(axis=-1, keepdims=True)
    left = WHOLE - parts.sum(axis=-1)
    parts += np.arange(QUARTERS) < left.reshape(-1, 1)
    return parts


def day_kinds(trade_code: str, days: DayTable, weather: Weather) -> Whole:
    """int64[days]: which row of `shape_parts` each day has."""
    of = profile(trade_code)
    too_hot, too_cold = weather.mean_c - of.cool_from, of.heat_from - weather.mean_c
    level = np.zeros(len(days), dtype=np.int64)
    for number in range(1, len(_COOLING)):
        level[too_hot > (_COOLING[number - 1] + _COOLING[number]) / 2] = number
    for number, degrees in enumerate(_HEATING):
        low = 0.0 if number == 0 else _HEATING[number - 1]
        level[too_cold > (low + degrees) / 2] = len(_COOLING) + number
    kinds: Whole = np.where(_rests(of, days), _REST, _WORK) * _LEVELS + level
    return kinds


def _rests(of: Profile, days: DayTable) -> Flags:
    festival = days.holiday == SPRING_FESTIVAL
    at_home = (days.from_festival >= _FESTIVAL_CORE[0]) & (days.from_festival <= _FESTIVAL_CORE[1])
    if of.follows_state_calendar:
        no_school = ~days.in_term if of.break_factor < 1.0 else np.zeros(len(days), dtype=np.bool_)
        return ~days.is_workday | no_school
    holiday = (days.holiday != NO_HOLIDAY) & ~festival
    resting = days.weekday == _SUNDAY if of.rest_sunday or of.rest_both else days.weekday >= _SATURDAY
    result: Flags = resting | holiday | festival | at_home
    return result


def day_shape(trade_code: str, days: DayTable, weather: Weather) -> Floats:
    """float64[days, 96]: each quarter-hour's share of the day; a day sums to 1."""
    result: Floats = (shape_parts(trade_code) / WHOLE)[day_kinds(trade_code, days, weather)]
    return result


def own_shift(seed: int, indices: Any) -> Whole:
    """int64[customers]: by how many quarters (−2 … +2) a customer's day is later than its trade's."""
    drawn = lots(seed, "life/shift", indices, [0])[:, 0]
    return (drawn * _SHIFTS).astype(np.int64) - _SHIFTS // 2


def shifted(shape: Floats, quarters: int) -> Floats:
    """A shape (…, 96) moved to later quarters; what leaves the day at one end enters at the other."""
    return np.roll(shape, quarters, axis=-1)


def peak_kw(day_kwh: Floats, shape: Floats) -> Floats:
    """The highest quarter-hour's mean power, kW, of days whose energy falls as `shape` (…, 96) says."""
    result: Floats = day_kwh * shape.max(axis=-1) * _QUARTERS_AN_HOUR
    return result


def form_square(shape: Floats) -> Floats:
    """The mean square of power over the squared mean of a shape (…, 96): 1 for a flat day, more for a peaked one."""
    fine = np.rint(shape * WHOLE).astype(np.int64)
    result: Floats = (fine * fine).sum(axis=-1) * (QUARTERS / (float(WHOLE) * WHOLE))
    return result


def own_parts(seed: int, indices: Any, codes: Sequence[str], days: DayTable, weather: Weather) -> Whole:
    """The curves a terminal records: int64[customers, days, 96] in millionths of each day's energy.

    The trade's shape, shifted by the customer's own quarters, with its own starts of appliances and machines:
    half-hours whose departure has the trade's `scatter`. Memory: 768 bytes a customer and day."""
    rows = np.asarray(indices, dtype=np.int64)
    shifts = own_shift(seed, rows)
    result = np.empty((len(rows), len(days), QUARTERS), dtype=np.int64)
    for place, code in enumerate(codes):
        size = float(np.sqrt(profile(code).scatter / (_SPIKE_SCATTER * _SQUARED_WEIGHTS)))
        one = rows[place : place + 1]
        own = 1.0 + size * (
            _SLOT_WEIGHT * _spikes(seed, "life/slot", one, days, _SLOTS)
            + _STRETCH_WEIGHT * _spikes(seed, "life/stretch", one, days, _STRETCHES)
        )
        quarters = (days.ordinals.reshape(-1, 1) * QUARTERS + np.arange(QUARTERS)).reshape(-1)
        wobble = lots(seed, "life/quarter", one, quarters)[0].reshape(len(days), QUARTERS) - 0.5
        own = np.maximum(own * (1.0 + 0.2 * size * wobble), 0.02)
        result[place] = _millionths(shifted(day_shape(code, days, weather), int(shifts[place])) * own)
    return result


def _spikes(seed: int, purpose: str, one: Whole, days: DayTable, slots: int) -> Floats:
    """Departures around 0 of a customer's stretches of a day, one to each quarter: float64[days, 96]."""
    numbers = (days.ordinals.reshape(-1, 1) * slots + np.arange(slots)).reshape(-1)
    spike = 1.0 / (lots(seed, purpose, one, numbers)[0] + _SPIKE_FLOOR)
    around: Floats = (spike / _SPIKE_MEAN - 1.0).reshape(len(days), slots)
    return np.repeat(around, QUARTERS // slots, axis=1)
