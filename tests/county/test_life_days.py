"""Calendar and weather: as published, believable, and the same whatever span is asked for."""

from __future__ import annotations

from datetime import date

import chinese_calendar
import numpy as np
import pytest

from jicha.county.life.calendar import SPRING_FESTIVAL, day_table, spring_festivals
from jicha.county.life.weather import DAILY_COLUMNS, Weather, climate, daily_rows, line_through, weather
from jicha.kernel.errors import JichaError

FIRST = date(2023, 1, 1).toordinal()
COUNT = date(2027, 1, 1).toordinal() - FIRST
FIELDS = ("mean_c", "min_c", "max_c", "sunshine_hours", "irradiation_kwh_m2", "precipitation_mm")


def test_workdays_are_those_of_a_second_calendar() -> None:
    days = day_table(FIRST, COUNT)
    second = [chinese_calendar.is_workday(date.fromordinal(int(day))) for day in days.ordinals]
    assert list(days.is_workday) == second


@pytest.mark.parametrize("year", range(2015, 2027))
def test_spring_festivals_are_those_of_a_second_calendar(year: int) -> None:
    festivals = {
        day
        for day, name in chinese_calendar.holidays.items()
        if day.year == year and name == chinese_calendar.Holiday.spring_festival.value
    }
    day = date.fromordinal(spring_festivals()[year])
    assert day in festivals
    assert day.day >= 21 or day.month == 2


def test_a_year_without_a_notice_has_fixed_holidays_and_spring_festival() -> None:
    days = day_table(date(2031, 1, 1).toordinal(), 365)
    holidays = {date.fromordinal(int(day)) for day in days.ordinals[days.holiday > 0]}
    assert {
        date(2031, 1, 1),
        date(2031, 1, 22),
        date(2031, 1, 29),
        date(2031, 5, 1),
        date(2031, 10, 7),
    } <= holidays
    assert (days.holiday == SPRING_FESTIVAL).sum() == 8
    assert not days.is_workday[days.holiday > 0].any()


def test_distance_to_spring_festival_and_school_terms() -> None:
    days = day_table(date(2025, 1, 1).toordinal(), 365)
    at = {date.fromordinal(int(day)): row for row, day in enumerate(days.ordinals)}
    assert days.from_festival[at[date(2025, 1, 29)]] == 0
    assert days.from_festival[at[date(2025, 1, 1)]] == -28
    assert days.from_festival[at[date(2025, 12, 31)]] == -48
    taught = {day: bool(days.in_term[row]) for day, row in at.items()}
    assert not taught[date(2025, 2, 1)] and not taught[date(2025, 8, 15)]
    assert taught[date(2025, 3, 3)] and taught[date(2025, 9, 1)]


def test_beyond_the_table_of_festivals_the_calendar_says_so() -> None:
    with pytest.raises(JichaError, match="2041"):
        day_table(date(2041, 1, 1).toordinal(), 1)


def _same(one: Weather, other: Weather, begins: int, count: int) -> bool:
    return all(
        np.array_equal(getattr(one, each), getattr(other, each)[begins : begins + count]) for each in FIELDS
    )


def test_weather_is_the_same_whatever_span_is_asked_for() -> None:
    whole = weather(3, 2, day_table(FIRST, COUNT))
    for begins, count in ((0, 1), (10, 31), (900, 200)):
        assert _same(weather(3, 2, day_table(FIRST + begins, count)), whole, begins, count)


def test_seeds_differ_and_neighbours_share_their_weather() -> None:
    days = day_table(FIRST, COUNT)
    here, there, elsewhere = (
        weather(1, 1, days).mean_c,
        weather(1, 2, days).mean_c,
        weather(2, 1, days).mean_c,
    )
    normal = climate().mean_c[days.day_of_year]
    assert 0.8 < np.corrcoef(here - normal, there - normal)[0, 1] < 0.99
    assert abs(np.corrcoef(here - normal, elsewhere - normal)[0, 1]) < 0.3


@pytest.mark.parametrize("seed", range(1, 6))
def test_weather_is_believable(seed: int) -> None:
    seen = weather(seed, 1, day_table(FIRST, COUNT))
    assert abs(seen.mean_c.mean() - climate().mean_c.mean()) < 1.2
    assert (seen.min_c < seen.mean_c).all() and (seen.mean_c < seen.max_c).all()
    assert -16 < seen.min_c.min() < -2 and 36 < seen.max_c.max() < 44
    assert 1300 < seen.sunshine_hours.sum() / 4 < 2000
    assert 1000 < seen.irradiation_kwh_m2.sum() / 4 < 1400
    assert 750 < seen.precipitation_mm.sum() / 4 < 1600
    # A rainy day is a dull one.
    rains = seen.precipitation_mm > 0
    assert seen.irradiation_kwh_m2[rains].mean() < 0.7 * seen.irradiation_kwh_m2[~rains].mean()


def test_export_rows_hold_what_the_county_lived_with() -> None:
    days = day_table(FIRST, 3)
    seen = weather(1, 1, days)
    rows = daily_rows("4340801", days, seen)
    assert len(rows) == 3 and all(len(row) == len(DAILY_COLUMNS.split(",")) for row in rows)
    assert rows[1][1] == date(2023, 1, 2)
    assert [float(str(cell)) for cell in rows[2][2:]] == [float(getattr(seen, each)[2]) for each in FIELDS]


def test_lines_go_through_their_knots() -> None:
    at = np.array([-1.0, 0.0, 1.0, 2.0, 9.0])
    assert list(line_through([0, 2], [10.0, 20.0], at)) == [10.0, 10.0, 15.0, 20.0, 20.0]
