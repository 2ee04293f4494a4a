"""What customers use: the same for a slice and the whole, means kept, nothing where nothing is used."""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np
import pytest

from jicha.county.chance import Floats
from jicha.county.life.calendar import DayTable, day_table
from jicha.county.life.loads import daily_kwh
from jicha.county.life.noise import remembering, waves
from jicha.county.life.profiles import profiles
from jicha.county.life.weather import Weather, weather
from jicha.county.tables import trades

FIRST, COUNT = date(2024, 7, 1).toordinal(), 730
SEED = 5
STORIES = ("standby_flat", "holiday_home", "pump")


def _days(first: int = FIRST, count: int = COUNT) -> tuple[DayTable, Weather]:
    days = day_table(first, count)
    return days, weather(SEED, 1, days)


def _kwh(code: str, number: int = 200, base: float = 10.0, first: int = FIRST, count: int = COUNT) -> Floats:
    days, sky = _days(first, count)
    return daily_kwh(SEED, np.arange(number), [code] * number, np.full(number, base), days, sky)


def _month(first: int = FIRST, count: int = COUNT) -> np.ndarray:
    return day_table(first, count).month


def test_every_trade_has_a_profile() -> None:
    assert set(profiles()) == set(trades())


def test_a_slice_of_customers_and_days_is_the_slice_of_the_whole() -> None:
    codes = [code for code in profiles() for _ in range(9)]
    indices, base = np.arange(len(codes)) * 7 + 3, np.linspace(1, 50, len(codes))
    days, sky = _days()
    whole = daily_kwh(SEED, indices, codes, base, days, sky)
    chosen = np.random.default_rng(1).permutation(len(codes))[:60]
    days, sky = _days(FIRST + 211, 90)
    some = daily_kwh(SEED, indices[chosen], [codes[each] for each in chosen], base[chosen], days, sky)
    assert np.array_equal(some, whole[chosen, 211:301])
    one = daily_kwh(SEED, indices[:1], codes[:1], base[:1], *_days(FIRST + 5, 1))
    assert one[0, 0] == whole[0, 5]


def test_the_same_seed_gives_the_same_bytes_on_every_machine() -> None:
    codes = list(profiles())
    days, sky = _days(FIRST + 180, 60)
    kwh = daily_kwh(SEED, np.arange(len(codes)), codes, np.full(len(codes), 10.0), days, sky)
    assert hashlib.sha256(kwh.astype("<f8").tobytes()).hexdigest()[:16] == "c02b2dbd42a81507"


@pytest.mark.parametrize("code", [code for code in profiles() if code not in STORIES])
def test_the_mean_of_two_years_is_the_base(code: str) -> None:
    first = date(2024, 1, 1).toordinal()
    means = _kwh(code, first=first, count=731).mean(axis=1)
    assert abs(means.mean() - 10) < 0.45
    assert np.abs(np.quantile(means, (0.1, 0.9)) - 10).max() < 2.5


@pytest.mark.parametrize("code", profiles())
def test_nobody_gives_energy_and_only_seasons_give_exactly_nothing(code: str) -> None:
    kwh = _kwh(code)
    assert (kwh >= 0).all()
    used = np.array(profiles()[code].months)[_month() - 1] > 0
    assert (kwh[:, ~used] == 0).all()
    assert (kwh[:, used] > 0).all()


def test_seasons_are_those_of_the_story() -> None:
    month = _month()
    home, pump = _kwh("holiday_home"), _kwh("pump")
    assert set(month[(home > 0).any(axis=0)]) == {1, 2, 7, 8}
    assert set(month[(pump > 0).any(axis=0)]) == {4, 5, 6, 7, 8, 9}
    # The base is the mean of the months in use.
    assert abs(home[:, np.isin(month, (1, 2, 7, 8))].mean() - 10) < 1
    assert abs(pump[:, np.isin(month, (4, 5, 6, 7, 8, 9))].mean() - 10) < 1


def test_a_flat_on_standby_is_lived_in_at_spring_festival_and_in_august() -> None:
    kwh, days = _kwh("standby_flat"), day_table(FIRST, COUNT)
    away = (days.month != 8) & (np.abs(days.from_festival) > 20)
    assert abs(kwh[:, away].mean() - 10) < 0.3
    assert kwh[:, days.from_festival == 0].min() > 200 and kwh[:, days.month == 8].min() > 150


def test_cabinets_and_signals_are_constant() -> None:
    assert np.abs(_kwh("cabinet") / 10 - 1).max() <= 0.01
    assert np.abs(_kwh("signal") / 10 - 1).max() <= 0.001


def test_rhythms_of_the_trades() -> None:
    days = day_table(FIRST, COUNT)
    usual = np.abs(days.from_festival) > 30
    weekend = usual & (days.weekday >= 5) & ~days.is_workday
    workday = usual & days.is_workday & days.in_term
    office, school, factory, site = _kwh("office"), _kwh("school"), _kwh("factory"), _kwh("building_site")
    assert office[:, weekend].mean() < 0.5 * office[:, workday].mean()
    assert school[:, (days.month == 8) & ~days.in_term].mean() < 0.5 * school[:, workday].mean()
    core = np.abs(days.from_festival) <= 2
    assert site[:, core].mean() < 0.15 * site[:, workday].mean()
    assert factory[:, core].mean() < 0.5 * factory[:, workday].mean()
    village, town = _kwh("rural_household"), _kwh("household")
    assert village[:, core].mean() > 1.25 * village.mean() > village.mean() > town[:, core].mean() * 0.8


def test_heat_and_growth() -> None:
    days, sky = _days()
    town = _kwh("household")
    hot, mild = sky.mean_c > 29, (sky.mean_c > 16) & (sky.mean_c < 20)
    assert town[:, hot].mean() > 1.3 * town[:, mild].mean()
    charging = _kwh("charging_station")
    assert charging[:, -365:].mean() > 1.12 * charging[:, :365].mean()
    # A shifted workday (2025-02-08, a Saturday) is worked in the office.
    office = _kwh("office")
    at = date(2025, 2, 8).toordinal() - FIRST
    assert office[:, at].mean() > 1.5 * office[:, at + 1].mean()
    assert len(days) == len(sky)


def test_noise_has_the_memory_it_says() -> None:
    ordinals = np.arange(FIRST, FIRST + 4000)
    one = remembering(1, "test", 7, ordinals, 0.6)
    assert abs(one.std() - 1) < 0.06
    assert abs(np.corrcoef(one[:-1], one[1:])[0, 1] - 0.6) < 0.05
    many = waves(1, "test", np.arange(300), ordinals[:400], 10)
    assert abs(many.std() - 1) < 0.05
    assert np.corrcoef(many[:, :-1].ravel(), many[:, 1:].ravel())[0, 1] > 0.9
    assert abs(np.corrcoef(many[:, :-30].ravel(), many[:, 30:].ravel())[0, 1]) < 0.1
