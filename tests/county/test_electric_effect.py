"""What a meter counts under deeds and faults, against correction factors worked out by hand."""

from __future__ import annotations

from itertools import pairwise
from math import atan, cos, isclose, radians, sin, sqrt

import numpy as np
import pytest

from jicha.county.chance import stream
from jicha.county.electric.angles import cosine, degrees_of, sine
from jicha.county.electric.courses import SHAPES, Course
from jicha.county.electric.deeds import (
    current_left,
    current_reversed,
    ratio_swapped,
    turned,
    voltage_lost,
    voltages_left,
)
from jicha.county.electric.effect import (
    FOUR_WIRE,
    QUARTERS,
    SINGLE,
    THREE_WIRE,
    A,
    B,
    C,
    Effect,
    Load,
    counted_quarters,
    counted_share,
    elements,
)
from jicha.county.electric.strength import losing, lost_share

FLAT = np.ones(QUARTERS)
EVEN = Load(FOUR_WIRE, 0.4)
#: Evening hours carry twice the load of the others.
EVENING = np.where(np.arange(QUARTERS) >= 72, 2.0, 1.0)


def factor(effect: Effect, load: Load) -> float:
    """The correction factor K: right power over the power measured."""
    return 1 / counted_share(effect, load, FLAT)


@pytest.mark.parametrize("degrees", range(-360, 375, 15))
def test_cosines_and_sines(degrees: int) -> None:
    assert isclose(cosine(degrees), cos(radians(degrees)), abs_tol=1e-15)
    assert isclose(sine(degrees), sin(radians(degrees)), abs_tol=1e-15)


def test_only_multiples_of_fifteen_degrees_are_known() -> None:
    with pytest.raises(ValueError, match="15"):
        cosine(20)


def test_angles() -> None:
    turns = np.arange(-179.9, 180.0, 0.7)
    active = np.array([cos(radians(each)) for each in turns])
    reactive = np.array([sin(radians(each)) for each in turns])
    assert np.abs(degrees_of(active, reactive) - turns).max() < 0.001
    assert degrees_of(np.zeros(1), np.zeros(1))[0] == 0


@pytest.mark.parametrize(
    ("effect", "k"),
    [
        (voltage_lost(EVEN, A), 1.5),
        (voltages_left((A, B), 0.0), 3),
        (current_left((C,), 0.0), 1.5),
        (current_left((B, C), 0.0), 3),
        (current_reversed((A,)), 3),
        (current_reversed((A, C)), -3),
        (ratio_swapped(100 / 150), 1.5),
        (Effect(around=0.4), 1 / 0.6),
        (Effect(speed=1.25), 0.8),
    ],
)
def test_four_wires(effect: Effect, k: float) -> None:
    assert isclose(factor(effect, EVEN), k, rel_tol=1e-8)


@pytest.mark.parametrize("tan_phi", [0.1, 0.33, 0.75, 1.2])
class TestThreeWires:
    """Two elements, a balanced load: regulations on metering errors, textbook factors."""

    def test_current_reversed(self, tan_phi: float) -> None:
        load = Load(THREE_WIRE, tan_phi)
        assert isclose(factor(current_reversed((A,)), load), sqrt(3) / tan_phi, rel_tol=1e-7)
        assert isclose(factor(current_reversed((C,)), load), -sqrt(3) / tan_phi, rel_tol=1e-7)

    def test_voltage_lost(self, tan_phi: float) -> None:
        load, phi = Load(THREE_WIRE, tan_phi), atan(tan_phi)
        middle, minus = cos(phi), cos(radians(30) - phi)
        assert isclose(factor(voltage_lost(load, B), load), 2, rel_tol=1e-8)
        assert isclose(factor(voltage_lost(load, A), load), sqrt(3) * middle / minus, rel_tol=1e-8)
        assert isclose(
            factor(voltage_lost(load, C), load), sqrt(3) * middle / cos(radians(30) + phi), rel_tol=1e-8
        )

    def test_both_currents_reversed_count_backwards(self, tan_phi: float) -> None:
        assert counted_share(current_reversed((A, C)), Load(THREE_WIRE, tan_phi), FLAT) == -1


def test_a_turned_current_counts_by_its_angle() -> None:
    load = Load(SINGLE, 0.5, (0.0, 1.0, 0.0))
    phi = atan(0.5)
    for degrees in (60, 90, 120, 180):
        expected = cos(phi + radians(degrees)) / cos(phi)
        assert isclose(counted_share(turned((B,), degrees), load, FLAT), expected, abs_tol=1e-8)


def test_an_uneven_load_loses_what_hangs_on_the_phase() -> None:
    load = Load(FOUR_WIRE, 0.3, (0.6, 0.3, 0.1))
    assert isclose(counted_share(voltage_lost(load, A), load, FLAT), 0.4, rel_tol=1e-8)
    assert isclose(counted_share(current_reversed((C,)), load, FLAT), 0.8, rel_tol=1e-8)


def test_it_acts_in_its_quarters_alone() -> None:
    by_evening = Effect(around=1.0, quarters=tuple(place >= 72 for place in range(QUARTERS)))
    assert isclose(counted_share(by_evening, EVEN, FLAT), 72 / 96)
    assert isclose(counted_share(by_evening, EVEN, EVENING), 72 / 120)
    assert counted_quarters(by_evening, EVEN).tolist() == [1.0] * 72 + [0.0] * 24


def test_honest_ways_of_living_are_counted() -> None:
    for effect in (
        Effect(),
        Effect(balance=(1.0, 0.0, 0.0)),
        Effect(rhythm=tuple(EVENING.tolist())),
        Effect(neutral=1.7),
        Effect(around=1.0, strength=0.0),
    ):
        assert counted_share(effect, EVEN, EVENING) == 1
        assert isclose(elements(EVEN, effect).counted, 1)


def test_rhythm_keeps_the_energy_of_the_day() -> None:
    effect = Effect(rhythm=tuple([0.1] * 48 + [1.0] * 48))
    assert isclose(float(effect.shaped(EVENING).sum()), float(EVENING.sum()))
    assert effect.shaped(EVENING)[0] < EVENING[0]


@pytest.mark.parametrize(
    "load", [EVEN, Load(THREE_WIRE, 0.5), Load(SINGLE, 0.2)], ids=lambda load: load.wiring
)
@pytest.mark.parametrize(
    "effect",
    [
        voltages_left((A, C), 0.2),
        current_left((A, B, C), 0.1),
        turned((A,), 60),
        Effect(around=0.8),
        Effect(speed=0.3),
    ],
)
def test_the_stronger_the_less_is_counted(load: Load, effect: Effect) -> None:
    shares = [counted_share(effect.at(strength / 10), load, EVENING) for strength in range(11)]
    assert shares[0] == 1
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(shares))
    assert shares[-1] < 1


@pytest.mark.parametrize(
    "load", [EVEN, Load(THREE_WIRE, 0.5), Load(SINGLE, 0.2)], ids=lambda load: load.wiring
)
@pytest.mark.parametrize("share", [0.1, 0.3, 0.55, 0.9])
def test_as_strong_as_wished(load: Load, share: float) -> None:
    for deed in (
        lambda places: voltages_left(places, 0.0),
        lambda places: current_left(places, 0.0),
        lambda places: turned(places, 120),
    ):
        effect = losing(load, share, deed, stream(3, "test"))
        assert isclose(lost_share(effect, load), share, rel_tol=1e-9)
        assert isclose(counted_share(effect, load, EVENING), 1 - share, rel_tol=1e-7)


def test_an_effect_knows_its_load() -> None:
    three = Load(THREE_WIRE, 0.5)
    effect = Effect(shift=(180, 0, 0), load=three)
    assert effect.counted_share(3, 0.0, FLAT) == counted_share(effect, three, FLAT)
    assert isclose(Effect(shift=(180, 0, 0)).counted_share(3, 0.0, FLAT), 1 / 3, rel_tol=1e-8)


@pytest.mark.parametrize("shape", SHAPES)
def test_courses(shape: str) -> None:
    first, end = 739_000, 739_200
    course = Course(shape, first, end, stream(5, shape))
    again = Course(shape, first, end, stream(5, shape))
    strengths = [course.strength(day) for day in range(first, end)]
    assert strengths == [again.strength(day) for day in range(first, end)]
    assert course.quarters == again.quarters
    assert course.strength(first - 1) == course.strength(end) == 0
    assert 0 <= min(strengths) <= max(strengths) == 1
    if shape == "growing":
        assert strengths == sorted(strengths)
        assert strengths[0] < 0.3
    if shape == "intermittent":
        assert 0.2 < sum(strengths) / len(strengths) < 0.95
    assert (shape == "nightly") == bool(course.quarters)
    if shape == "nightly":
        assert course.quarters[0] and course.quarters[95] and not course.quarters[48]


def test_no_other_shape() -> None:
    with pytest.raises(ValueError, match="sudden"):
        Course("sudden", 1, 2, stream(1))
