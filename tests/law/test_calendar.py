"""The working-day calendar: what the notices say, counted both ways, and agreed with a second source."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.kernel.dated import DatedError
from jicha.kernel.errors import ContentError
from jicha.law.calendar import (
    CalendarDay,
    CalendarYear,
    WorkCalendar,
    calendar_days,
    calendar_year,
)
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots

ROOTS = ContentRoots.find()
YEARS = [
    calendar_year(path.read_text(encoding="utf-8"), file=ROOTS.shown(path))
    for path in ROOTS.files("law/calendar/cn", "*.yaml")
]
DAYS = {day.calendar_on: day for day in calendar_days(YEARS)}
CHINA = WorkCalendar(YEARS)
FIRST, LAST = CHINA.known.start, CHINA.known.last

BOOK = """\
title: {en: Public holidays 2026, zh: 2026年节假日安排}
jurisdiction_code: CN
year: 2026
cite: holidays_2026#whole
confidence: source-read
confirmed_on: 2026-11-21
holidays:
  new_year: [[2026-01-01, 2026-01-04]]
  labour_day: [[2026-05-01, 2026-05-06]]
workdays: [2026-01-04, 2026-05-09]
"""

KIND_OF_NAME = {
    "New Year's Day": "new_year",
    "Spring Festival": "spring_festival",
    "Tomb-sweeping Day": "tomb_sweeping",
    "Labour Day": "labour_day",
    "Dragon Boat Festival": "dragon_boat",
    "National Day": "national_day",
    "Mid-autumn Festival": "mid_autumn",
    "Anti-Fascist 70th Day": "victory_day",
}

#: Days on which the package says something else than the notice that was read, and what the notice says.
OTHER_THAN_THE_PACKAGE = {
    date(2005, 12, 31): "the notice of 2006 has this Saturday worked for 3 January",
    date(2011, 6, 5): "the notice names 4 to 6 June as one holiday",
    date(2012, 6, 23): "the notice names 22 to 24 June as one holiday",
    date(2014, 4, 6): "the notice names 5 and 7 April; the Sunday between is a plain one",
    date(2015, 9, 5): "the notice names 3 to 5 September as one holiday",
    date(2019, 4, 6): "the notice names 5 April, joined to a plain weekend",
    date(2019, 4, 7): "the notice names 5 April, joined to a plain weekend",
    date(2019, 6, 8): "the notice names 7 June, joined to a plain weekend",
    date(2019, 6, 9): "the notice names 7 June, joined to a plain weekend",
    date(2019, 9, 14): "the notice names 13 September, joined to a plain weekend",
    date(2019, 9, 15): "the notice names 13 September, joined to a plain weekend",
    date(2023, 12, 30): "the notice of 2024 names 1 January, joined to a plain weekend",
    date(2023, 12, 31): "the notice of 2024 names 1 January, joined to a plain weekend",
}


def of_package(day: date) -> tuple[str, str | None]:
    """Kind of day and holiday as the package tells them."""
    if day in chinese_calendar.workdays:
        return "shifted_workday", None
    if day in chinese_calendar.holidays:
        return "holiday", KIND_OF_NAME[chinese_calendar.holidays[day]]
    return ("weekend" if day.weekday() >= 5 else "workday"), None


def told(text: str) -> list[CalendarDay]:
    return calendar_days([calendar_year(text, file="book.yaml")])


@pytest.mark.parametrize(
    ("day", "kind", "holiday", "notice"),
    [
        ("2020-01-23", "workday", None, "holidays_2020"),
        ("2020-01-30", "holiday", "spring_festival", "holidays_2020"),
        ("2020-01-31", "holiday", "spring_festival", "spring_festival_2020"),
        ("2020-02-01", "holiday", "spring_festival", "spring_festival_2020"),  # was to be worked
        ("2020-02-02", "holiday", "spring_festival", "spring_festival_2020"),
        ("2020-02-03", "workday", None, "holidays_2020"),
        ("2015-09-03", "holiday", "victory_day", "victory_day_2015"),
        ("2015-09-06", "shifted_workday", None, "victory_day_2015"),
        ("2016-09-03", "weekend", None, "holidays_2016"),
        ("2026-01-04", "shifted_workday", None, "holidays_2026"),
        ("2026-02-14", "shifted_workday", None, "holidays_2026"),
        ("2026-10-10", "shifted_workday", None, "holidays_2026"),
        ("2026-10-03", "holiday", "national_day", "holidays_2026"),  # a Saturday
        ("2026-11-21", "weekend", None, "holidays_2026"),
        ("2026-11-23", "workday", None, "holidays_2026"),
        ("2011-12-31", "shifted_workday", None, "holidays_2012"),  # arranged by the notice of the next year
        ("2019-05-03", "holiday", "labour_day", "labour_day_2019"),
        ("2019-05-05", "shifted_workday", None, "labour_day_2019"),
    ],
)
def test_days_that_are_known_by_heart(day: str, kind: str, holiday: str | None, notice: str) -> None:
    found = DAYS[date.fromisoformat(day)]
    assert (found.day_type_code, found.holiday_code) == (kind, holiday)
    assert found.law_citation == f"{notice}#whole"


def test_every_day_agrees_with_a_second_source_but_for_the_listed_ones() -> None:
    assert (FIRST.year, LAST.year) == (2004, 2026)
    other = {
        day.calendar_on
        for day in DAYS.values()
        if (day.day_type_code, day.holiday_code) != of_package(day.calendar_on)
    }
    assert other == set(OTHER_THAN_THE_PACKAGE)
    worked = {day.calendar_on for day in DAYS.values() if day.is_workday}
    assert worked == {day for day in DAYS if chinese_calendar.is_workday(day)} | {date(2005, 12, 31)}


def test_every_day_is_told_once_in_codes_of_the_lexicon() -> None:
    lexicon = Lexicon.load(ROOTS)
    assert len(DAYS) == (LAST - FIRST).days + 1
    assert {day.day_type_code for day in DAYS.values()} == set(lexicon.codes("day_type"))
    assert {day.holiday_code for day in DAYS.values()} - {None} == set(lexicon.codes("holiday"))
    assert {day.is_workday for day in DAYS.values() if day.holiday_code} == {False}


@given(st.dates(FIRST, LAST), st.integers(0, 500))
def test_adding_and_counting_are_inverse(day: date, workdays: int) -> None:
    try:
        until = CHINA.add_workdays(day, workdays)
    except DatedError as error:
        assert workdays > DAYS[LAST].workday_no - DAYS[day].workday_no
        assert "2027" in error.text.en
        return
    assert CHINA.workdays_between(day, until) == workdays
    assert DAYS[until].workday_no - DAYS[day].workday_no == workdays
    if workdays:
        assert CHINA.is_workday(until)


@given(st.dates(FIRST, LAST), st.integers(1, 300))
def test_going_back_agrees_with_a_walk_over_the_days(day: date, workdays: int) -> None:
    earlier = [each for each in DAYS.values() if each.calendar_on < day and each.is_workday]
    if workdays > len(earlier):
        with pytest.raises(DatedError, match="2003"):
            CHINA.add_workdays(day, -workdays)
    else:
        assert CHINA.add_workdays(day, -workdays) == earlier[-workdays].calendar_on


@given(st.dates(FIRST, LAST), st.integers(0, 60), st.integers(0, 60))
def test_counts_add_up_and_agree_with_a_walk(day: date, first: int, second: int) -> None:
    between, until = (min(day + timedelta(days=n), LAST) for n in (first, first + second))
    walked = sum(DAYS[day + timedelta(days=n)].is_workday for n in range(1, (until - day).days + 1))
    assert CHINA.workdays_between(day, until) == walked
    assert CHINA.workdays_between(day, between) + CHINA.workdays_between(between, until) == walked


def test_a_deadline_over_spring_festival() -> None:
    # Handed in on Friday the 13th; the 14th is worked, 15 to 23 are off.
    assert CHINA.add_workdays(date(2026, 2, 13), 1) == date(2026, 2, 14)
    assert CHINA.add_workdays(date(2026, 2, 13), 2) == date(2026, 2, 24)
    assert CHINA.workday_on_or_after(date(2026, 2, 15)) == date(2026, 2, 24)
    assert CHINA.workday_on_or_after(date(2026, 2, 14)) == date(2026, 2, 14)
    assert CHINA.add_workdays(date(2026, 2, 15), 0) == date(2026, 2, 15)


@pytest.mark.parametrize(
    ("ask", "year"),
    [
        (lambda: CHINA.is_workday(date(2027, 1, 4)), 2027),
        (lambda: CHINA.day(date(2003, 12, 31)), 2003),
        (lambda: CHINA.add_workdays(date(2026, 12, 30), 2), 2027),
        (lambda: CHINA.workday_on_or_after(date(2027, 1, 1)), 2027),
        (lambda: CHINA.workdays_between(date(2026, 12, 1), date(2028, 1, 1)), 2028),
        (lambda: CHINA.add_workdays(date(2004, 1, 5), -5), 2003),
    ],
)
def test_an_unknown_year_is_told_and_never_guessed(ask, year: int) -> None:
    with pytest.raises(DatedError) as caught:
        ask()
    assert caught.value.code == "calendar_year_unknown"
    assert str(year) in caught.value.text.en
    assert str(year) in caught.value.text.zh


def test_counting_backward_is_refused() -> None:
    with pytest.raises(DatedError) as caught:
        CHINA.workdays_between(date(2026, 3, 2), date(2026, 3, 1))
    assert caught.value.code == "reversed_days"


def test_a_book_without_its_exchange_days_has_plain_weekends() -> None:
    days = {day.calendar_on: day for day in told(BOOK)}
    assert days[date(2026, 1, 3)].day_type_code == "holiday"
    assert days[date(2026, 1, 4)].day_type_code == "shifted_workday"
    assert days[date(2026, 1, 10)].day_type_code == "weekend"
    assert days[date(2026, 1, 1)].workday_no == 0
    assert days[date(2026, 1, 4)].workday_no == 1


@pytest.mark.parametrize(
    ("written", "instead", "code", "line"),
    [
        ("workdays: [2026-01-04, 2026-05-09]", "workdays: [2026-01-05]", "not_a_weekend_day", 10),
        ("workdays: [2026-01-04, 2026-05-09]", "workdays: [2026-01-03]", "day_arranged_twice", 10),
        ("workdays: [2026-01-04, 2026-05-09]", "workdays: [2027-01-02]", "day_outside_year", 10),
        ("[[2026-05-01, 2026-05-06]]", "[[2026-01-03, 2026-01-05]]", "day_arranged_twice", 9),
        ("[[2026-05-01, 2026-05-06]]", "[[2026-12-31, 2027-01-02]]", "day_outside_year", 9),
        ("[[2026-05-01, 2026-05-06]]", "[[2026-05-06, 2026-05-06]]", "empty_span", 9),
        ("workdays: [2026-01-04, 2026-05-09]", "workdays: [2026-02-30]", "bad_header", 10),
        ("confidence: source-read", "confidence: certain", "bad_header", 5),
    ],
)
def test_a_book_that_contradicts_itself_is_refused_by_its_line(
    written: str, instead: str, code: str, line: int
) -> None:
    with pytest.raises(ContentError) as caught:
        calendar_year(BOOK.replace(written, instead), file="book.yaml")
    assert (caught.value.code, caught.value.file, caught.value.line) == (code, "book.yaml", line)


def test_a_further_notice_may_not_arrange_a_day_again() -> None:
    further = (
        "further:\n- {cite: other#whole, confidence: secondary, confirmed_on: 2026-11-21, workdays: [%s]}\n"
    )
    assert told(BOOK + further % "2026-05-10")[129].law_citation == "other#whole"
    with pytest.raises(ContentError) as caught:
        calendar_year(BOOK + further % "2026-05-09", file="book.yaml")
    assert (caught.value.code, caught.value.line) == ("day_arranged_twice", 12)


def test_years_follow_each_other_once() -> None:
    year = YEARS[3]
    with pytest.raises(ContentError) as caught:
        calendar_days([*YEARS, year])
    assert caught.value.code == "year_twice"
    with pytest.raises(ContentError) as caught:
        calendar_days([each for each in YEARS if each.year != year.year])
    assert caught.value.code == "year_missing"
    assert str(year.year) in caught.value.text.en


def test_each_place_counts_for_itself() -> None:
    elsewhere: list[CalendarYear] = [replace(YEARS[-1], jurisdiction_code="65")]
    days = calendar_days([*YEARS, *elsewhere])
    assert [day.workday_no for day in days if day.jurisdiction_code == "65"][:5] == [0, 0, 0, 1, 2]
    with pytest.raises(DatedError) as caught:
        WorkCalendar([*YEARS, *elsewhere])
    assert caught.value.code == "not_one_calendar"
    with pytest.raises(DatedError):
        WorkCalendar([])
