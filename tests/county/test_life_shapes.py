"""How days fall on quarter-hours, and what panels make of them."""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np
import pytest

from jicha.county.life.calendar import day_table
from jicha.county.life.loads import daily_kwh
from jicha.county.life.profiles import profiles
from jicha.county.life.shapes import (
    KINDS,
    QUARTERS,
    WHOLE,
    day_kinds,
    day_shape,
    form_square,
    own_parts,
    own_shift,
    peak_kw,
    shape_parts,
    shifted,
)
from jicha.county.life.solar import exchange, generated_kwh, generation, own_yield
from jicha.county.life.weather import weather

DAYS = day_table(date(2025, 1, 1).toordinal(), 365)
SKY = weather(1, 1, DAYS)


@pytest.mark.parametrize("code", profiles())
def test_shapes_sum_to_one(code: str) -> None:
    parts = shape_parts(code)
    assert parts.shape == (KINDS, QUARTERS) and (parts > 0).all()
    assert (parts.sum(axis=1) == WHOLE).all()
    shape = day_shape(code, DAYS, SKY)
    assert shape.shape == (365, QUARTERS)
    assert np.abs(shape.sum(axis=1) - 1).max() < 1e-12
    assert day_kinds(code, DAYS, SKY).min() >= 0 and day_kinds(code, DAYS, SKY).max() < KINDS


def test_shapes_are_made_once_and_cannot_be_written_to() -> None:
    assert shape_parts("shop") is shape_parts("shop")
    with pytest.raises(ValueError, match="read-only"):
        shape_parts("shop")[0, 0] = 1


def test_offices_rest_and_households_sit_up_in_summer() -> None:
    office = day_shape("office", DAYS, SKY)
    assert form_square(office[DAYS.is_workday]).mean() > 1.15 * form_square(office[~DAYS.is_workday]).mean()
    home = day_shape("household", DAYS, SKY)
    night = slice(0, 16)
    assert home[DAYS.month == 7][:, night].sum(1).mean() > 1.1 * home[DAYS.month == 4][:, night].sum(1).mean()


def test_own_quarters() -> None:
    shifts = own_shift(1, np.arange(4000))
    assert sorted(set(shifts.tolist())) == [-2, -1, 0, 1, 2]
    assert np.array_equal(own_shift(1, [17, 5]), shifts[[17, 5]])
    shape = day_shape("shop", DAYS, SKY)
    assert np.array_equal(shifted(shape, 1)[:, 1:], shape[:, :-1])
    assert np.array_equal(shifted(shape, 1)[:, 0], shape[:, -1])


def test_peaks_and_form() -> None:
    flat = np.full((1, QUARTERS), 1 / QUARTERS)
    assert peak_kw(np.array([48.0]), flat)[0] == pytest.approx(2.0)
    assert form_square(flat)[0] == pytest.approx(1.0, abs=1e-3)
    half = np.repeat([[2 / QUARTERS, 0.0]], QUARTERS // 2, axis=1)
    assert form_square(half)[0] == pytest.approx(2.0, abs=1e-3)


def test_curves_of_a_terminal_lose_nothing_and_are_the_same_in_a_slice() -> None:
    codes = ["household", "factory", "cabinet", "shop"]
    indices = np.array([4, 9, 11, 30])
    parts = own_parts(1, indices, codes, DAYS, SKY)
    assert (parts.sum(axis=2) == WHOLE).all() and (parts >= 0).all()
    some = day_table(DAYS.first + 40, 5)
    assert np.array_equal(own_parts(1, [9], ["factory"], some, weather(1, 1, some))[0], parts[1, 40:45])
    # A household's quarter-hours are restless, a cabinet's are not.
    assert np.median(parts[0].max(axis=1)) > 4 * WHOLE / QUARTERS
    assert parts[2].max() < 1.02 * WHOLE / QUARTERS


def test_the_same_seed_gives_the_same_curves_on_every_machine() -> None:
    days = day_table(DAYS.first, 20)
    sky = weather(1, 1, days)
    parts = own_parts(1, [1, 2], ["household", "workshop"], days, sky)
    assert hashlib.sha256(parts.astype("<i8").tobytes()).hexdigest()[:16] == "1566483028309856"
    made = generation(1, 4, 6.0, days, sky)
    assert hashlib.sha256(made.astype("<f8").tobytes()).hexdigest()[:16] == "eeaedf5110ee60ef"


def test_panels() -> None:
    made = generated_kwh(1, DAYS, SKY)
    assert 880 < made.sum() < 1080
    assert (made[:, :20] == 0).all() and (made[:, 84:] == 0).all()
    assert (made.max(axis=1) <= 0.26).all() and (made.sum(axis=1) > 0).all()
    day = made.sum(axis=1)
    assert np.corrcoef(day, SKY.irradiation_kwh_m2)[0, 1] > 0.97
    assert day[DAYS.month == 7].mean() > 1.5 * day[DAYS.month == 1].mean()
    yields = own_yield(1, np.arange(500))
    assert 0.84 <= yields.min() < yields.max() <= 1.02
    roof = generation(1, 8, 10.0, DAYS, SKY)
    assert roof.sum() == pytest.approx(10 * made.sum() * own_yield(1, [8])[0])
    roof[:] = 0
    assert generation(1, 8, 10.0, DAYS, SKY).sum() > 0


@pytest.mark.parametrize("kw", [0.0, 0.5, 6.0, 60.0])
def test_what_is_taken_less_what_is_given_is_load_less_generation(kw: float) -> None:
    load = daily_kwh(1, [3, 4], ["pv_household"] * 2, [8.0, 15.0], DAYS, SKY)
    shape = day_shape("pv_household", DAYS, SKY)
    made = kw * generated_kwh(1, DAYS, SKY)
    taken, given = exchange(load, shape, made)
    assert taken.shape == given.shape == load.shape
    assert np.abs((taken - given) - (load - made.sum(axis=1))).max() < 1e-4
    assert (taken >= 0).all() and (given >= 0).all()
    # Nothing passes the meter twice: no more is taken than used, no more given than made.
    assert (taken <= load + 1e-4).all() and (given <= made.sum(axis=1) + 1e-4).all()
    if kw == 0:
        assert (given == 0).all()
    if kw >= 6:
        assert given.sum() > 0.5 * made.sum()
