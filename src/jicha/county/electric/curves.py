"""The load curve of a meter, 96 points a day, on its secondary side, as the collection system got it.

What flows at the site (kW, by quarter of an hour) is seen by the meter through its transformers and whatever a
deed or fault does to them; each point stands for the quarter that begins with it. Wherever no point is missing, the
mean active power × 24 h × the transformers' ratio is what the meter counts that day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jicha.county.chance import Floats, Whole, lots
from jicha.county.electric.angles import degrees_of
from jicha.county.electric.effect import (
    QUARTERS,
    SINGLE,
    THREE_WIRE,
    A,
    B,
    C,
    Effect,
    elements,
)
from jicha.county.electric.habits import habit
from jicha.county.electric.points import Point

Columns = dict[str, NDArray[np.float64] | NDArray[np.int64]]

MEASURED, FILLED_IN = 0, 1
HOURS: Final = 24.0
#: Places after the point, as the systems keep them.
_VOLT_PLACES, _AMPERE_PLACES, _RATIO_PLACES, _DEGREE_PLACES = 1, 3, 3, 1
_KILOWATT_PLACES, _KILOWATT_PLACES_BEHIND_PT = 4, 5
#: The voltage of an area through a day, of its nominal: higher by night, lowest in the evening.
_VOLTAGE_KNOTS = (
    (0, 1.035),
    (24, 1.04),
    (32, 1.02),
    (46, 1.008),
    (56, 1.012),
    (70, 0.998),
    (80, 0.99),
    (96, 1.035),
)
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class Collected:
    """What the collection system lacks of days × 96 points: never got, or got so many days later."""

    lost: NDArray[np.bool_]
    late_days: Whole


def area_voltage(days: int) -> Floats:
    """The usual voltage of an area, of its nominal: days × 96."""
    places, values = zip(*_VOLTAGE_KNOTS, strict=True)
    day = np.empty(QUARTERS)
    for (start, low), (end, high) in zip(
        zip(places, values, strict=True), zip(places[1:], values[1:], strict=True), strict=False
    ):
        for quarter in range(start, end):
            day[quarter] = low + (high - low) * (quarter - start) / (end - start)
    return np.broadcast_to(day, (days, QUARTERS)).copy()


def spread(day_kwh: Floats, day_shape: Floats) -> Floats:
    """Mean kW of each quarter, days × 96, from the energy of each day and its shape (96, or days × 96, weights)."""
    weights = np.broadcast_to(day_shape, (len(day_kwh), QUARTERS))
    total = weights.sum(axis=1, keepdims=True)
    even = np.where(total > 0, weights / np.where(total > 0, total, 1.0), 1.0 / QUARTERS)
    return np.asarray(day_kwh, dtype=np.float64).reshape(-1, 1) * even * (QUARTERS / HOURS)


def collected(
    seed: int, point: Point, first_day: int, days: int, arrives: Sequence[bool] | None = None
) -> Collected:
    """What gets lost and what comes late by the ordinary run of things; nothing of a day with `arrives` False."""
    serials = first_day + np.arange(days)
    lost = lots(seed, "curve/point", [point.number], _moments(first_day, days)).reshape(
        days, QUARTERS
    ) < habit("point_lost")
    gap = lots(seed, "curve/gap", [point.number], serials)[0]
    start = np.floor(lots(seed, "curve/gap from", [point.number], serials)[0] * QUARTERS)
    length = habit("shortest_hole_quarters") + lots(seed, "curve/gap long", [point.number], serials)[0] * (
        habit("longest_hole_quarters") - habit("shortest_hole_quarters")
    )
    quarters = np.arange(QUARTERS).reshape(1, -1)
    in_gap = (quarters >= start.reshape(-1, 1)) & (quarters < (start + length).reshape(-1, 1))
    lost |= in_gap & (gap < habit("hours_lost")).reshape(-1, 1)
    lost |= (gap >= 1 - habit("day_lost")).reshape(-1, 1)
    if arrives is not None:
        lost |= ~np.asarray(arrives, dtype=np.bool_).reshape(-1, 1)
    lateness = lots(seed, "curve/late", [point.number], serials)[0]
    late = np.floor(lots(seed, "curve/late by", [point.number], serials)[0] * habit("latest_days")) + 1
    return Collected(lost, np.where(lateness < habit("day_late"), late, 0).astype(np.int64))


def curve(
    seed: int,
    point: Point,
    first_day: int,
    load_kw: Floats,
    effects: Sequence[Effect | None] = (),
    *,
    voltage: Floats | None = None,
    ohms: float = 0.0,
    got: Collected | None = None,
    hangs: NDArray[np.bool_] | None = None,
) -> Columns:
    """The points of days × 96 that the system got, as columns of equal length; NaN where the meter has no such value.

    `first_day` is an ordinal. `load_kw`: active power drawn at the site on the primary side (negative: fed in), mean of
    each quarter, before any effect. `effects`: one for each day, or none at all. `voltage`: of nominal at that place of
    the area without the customer's own load, days × 96; `ohms`: what lies between there and the customer, so that
    its own current, measured or not, draws the voltage down. `hangs`: the points at which this meter hangs.
    Columns: `day` (ordinal), `quarter` (0 … 95), `quality` (0 measured, 1 filled in later), `late_days`, and the
    values of core.interval_reading by name. Raises ValueError where the numbers of days differ."""
    days = load_kw.shape[0]
    if load_kw.shape != (days, QUARTERS) or len(effects) not in (0, days):
        raise ValueError(f"{load_kw.shape} powers and {len(effects)} effects are not of the same days × 96")
    level = area_voltage(days) if voltage is None else voltage
    seen = _Seen(seed, point, first_day, load_kw / (point.ct * point.pt), level, ohms, days)
    for place in point.load.elements:
        seen.measure(place, effects)
    got = got or Collected(np.zeros((days, QUARTERS), dtype=np.bool_), np.zeros(days, dtype=np.int64))
    kept = ~got.lost if hangs is None else ~got.lost & hangs
    late = np.broadcast_to(got.late_days.reshape(-1, 1), kept.shape)[kept]
    columns: Columns = {
        "day": np.broadcast_to((first_day + np.arange(days)).reshape(-1, 1), kept.shape)[kept],
        "quarter": np.broadcast_to(np.arange(QUARTERS), kept.shape)[kept],
        "quality": np.where(late > 0, FILLED_IN, MEASURED),
        "late_days": late,
    }
    for name, values in seen.values().items():
        columns[name] = values[kept]
    return columns


class _Seen:
    """What one meter sees, element by element, days × 96, secondary side."""

    def __init__(
        self,
        seed: int,
        point: Point,
        first_day: int,
        kilowatts: Floats,
        level: Floats,
        ohms: float,
        days: int,
    ) -> None:
        self._seed, self._point, self._days, self._kilowatts = seed, point, days, kilowatts
        self._level, self._ohms = level, ohms
        self._moments = _moments(first_day, days)
        self._volts: dict[int, Floats] = {}
        self._amperes: dict[int, Floats] = {}
        self._active: dict[int, Floats] = {}
        self._reactive: dict[int, Floats] = {}
        self._passing: dict[int, Floats] = {}
        self._neutral_factor = np.ones((days, QUARTERS))
        self._uneven = {
            place: self._noise(f"split {place}") * habit("phase_noise") for place in point.load.elements
        }
        self._tangent = 1 + self._noise("tangent") * habit("tan_noise")

    def measure(self, place: int, effects: Sequence[Effect | None]) -> None:
        """Let the element at `place` see the days."""
        load, shape = self._point.load, (self._days, QUARTERS)
        active, reactive = np.empty(shape), np.empty(shape)
        factors = {name: np.ones(shape) for name in ("voltage", "along", "passing", "speed")}
        factors["across"] = np.zeros(shape)
        for day in range(self._days):
            effect = effects[day] if effects else None
            base = elements(load if effect is None else effect.of(load))
            active[day], reactive[day] = base.active[place], base.reactive[place]
            if effect is None:
                continue
            acts, acting = effect.acts, elements(load, effect)
            for name in ("voltage", "along", "across"):
                factors[name][day, acts] = getattr(acting, name)[place]
            factors["passing"][day, acts], factors["speed"][day, acts] = acting.passing, acting.speed
            self._neutral_factor[day, acts] = acting.neutral
        self._see(place, active, reactive, factors)

    def _see(self, place: int, active: Floats, reactive: Floats, factors: dict[str, Floats]) -> None:
        kilowatts, point = self._kilowatts, self._point
        split = 1 + self._split(place)
        true_active = kilowatts * active * split
        true_reactive = kilowatts * reactive * split * self._tangent
        uneven = self._offset(place) + self._noise(f"volts {place}") * habit("voltage_noise")
        volts = point.nominal_volts * self._level * (1 + uneven)
        apparent = np.sqrt(true_active * true_active + true_reactive * true_reactive) * 1000
        if self._ohms:
            own = apparent / np.maximum(volts, _LEAST) * point.ct / point.pt * self._ohms
            volts = volts - np.where(true_active < 0, -own, own)
        true_amperes = apparent / np.maximum(volts, _LEAST) * factors["passing"]
        along, across = factors["along"], factors["across"]
        share = factors["voltage"] * factors["passing"] * factors["speed"]
        due = kilowatts * share * (active * along - reactive * across)
        counted = share * (true_active * along - true_reactive * across)
        self._active[place] = _matched(counted, due)
        self._reactive[place] = share * (true_reactive * along + true_active * across)
        self._volts[place] = volts * factors["voltage"]
        self._amperes[place] = true_amperes * np.sqrt(along * along + across * across)
        self._passing[place] = true_amperes

    def values(self) -> dict[str, Floats]:
        """The columns of core.interval_reading, days × 96."""
        columns: dict[str, Floats] = {}
        places = _KILOWATT_PLACES_BEHIND_PT if self._point.pt > 1 else _KILOWATT_PLACES
        nothing = np.full((self._days, QUARTERS), np.nan)
        shown = dict(zip("abc", (A, B, C), strict=True))
        if self._point.load.wiring == SINGLE:
            # A meter of one phase calls it A, whichever it hangs on.
            shown = {"a": self._point.load.elements[0]}
        for letter in "abc":
            place = shown.get(letter, -1)
            has = place in self._active
            columns |= {
                f"phase_{letter}_voltage_v": self._volts[place].round(_VOLT_PLACES) if has else nothing,
                f"phase_{letter}_current_a": self._amperes[place].round(_AMPERE_PLACES) if has else nothing,
                f"phase_{letter}_power_kw": self._active[place].round(places) if has else nothing,
            }
            columns[f"phase_{letter}_power_factor_ratio"] = nothing
            columns[f"phase_{letter}_angle_degree"] = nothing
            if has:
                active, reactive = self._active[place], self._reactive[place]
                columns[f"phase_{letter}_power_factor_ratio"] = _power_factor(active, reactive)
                columns[f"phase_{letter}_angle_degree"] = degrees_of(active, reactive).round(_DEGREE_PLACES)
        active, reactive = self._total(self._active), self._total(self._reactive)
        columns["active_power_kw"] = active.round(places)
        columns["reactive_power_kvar"] = reactive.round(places)
        columns["power_factor_ratio"] = _power_factor(active, reactive)
        columns["neutral_current_a"] = self._neutral().round(_AMPERE_PLACES)
        return columns

    def _neutral(self) -> Floats:
        """Measured on two wires, and on four where the current goes straight through the meter."""
        load = self._point.load
        if load.wiring == THREE_WIRE or self._point.ct > 1:
            return np.full((self._days, QUARTERS), np.nan)
        if load.wiring == SINGLE:
            return self._passing[load.elements[0]] * self._neutral_factor
        a, b, c = self._passing[A], self._passing[B], self._passing[C]
        square = a * a + b * b + c * c - a * b - b * c - c * a
        return np.sqrt(np.maximum(square, 0.0)) * self._neutral_factor

    def _total(self, by_place: dict[int, Floats]) -> Floats:
        total = np.zeros((self._days, QUARTERS))
        for place in self._point.load.elements:
            total = total + by_place[place]
        return total

    def _split(self, place: int) -> Floats:
        """How much more than its usual part of the load hangs on the element; over all of them nothing."""
        usual = elements(self._point.load).active
        middle = np.zeros((self._days, QUARTERS))
        for each, noise in self._uneven.items():
            middle = middle + usual[each] * noise
        return self._uneven[place] - middle

    def _offset(self, place: int) -> float:
        drawn = lots(self._seed, f"curve/volts at {place}", [self._point.number], [0])[0, 0]
        return float((drawn * 2 - 1) * habit("voltage_offset"))

    def _noise(self, purpose: str) -> Floats:
        drawn = lots(self._seed, f"curve/{purpose}", [self._point.number], self._moments)
        return drawn.reshape(self._days, QUARTERS) * 2 - 1


def _moments(first_day: int, days: int) -> Whole:
    return np.arange(first_day * QUARTERS, (first_day + days) * QUARTERS, dtype=np.int64)


def _matched(counted: Floats, due: Floats) -> Floats:
    """The powers so moved that each day's sum is the one due; the more power, the more of it."""
    weights = np.abs(counted)
    total = weights.sum(axis=1, keepdims=True)
    missing = (due - counted).sum(axis=1, keepdims=True)
    more: Floats = np.where(total > _LEAST, missing / np.maximum(total, _LEAST), 0.0)
    return counted + weights * more


def _power_factor(active: Floats, reactive: Floats) -> Floats:
    """1 where nothing flows."""
    apparent = np.sqrt(active * active + reactive * reactive)
    factor: Floats = np.asarray(np.where(apparent > _LEAST, active / np.maximum(apparent, _LEAST), 1.0))
    return factor.round(_RATIO_PLACES)
