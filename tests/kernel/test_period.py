"""Days, months and half-open periods: examples, edges, and the algebra against plain sets of days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.kernel.period import (
    OPEN_VALID_TO,
    Month,
    Period,
    PeriodError,
    PeriodTypeError,
    between_readings,
    end_of_day,
    gaps,
    merge,
    month_of,
    months_between,
    reading_on,
)

ORIGIN = date(2024, 1, 20)
LAST_SEEN = ORIGIN + timedelta(days=200)

DAYS = st.integers(0, 120).map(lambda offset: ORIGIN + timedelta(days=offset))
CLOSED = st.builds(
    lambda start, length: Period(start, start + timedelta(days=length)), DAYS, st.integers(1, 60)
)
PERIODS = CLOSED | DAYS.map(lambda start: Period(start, None))
MONTHS = st.builds(Month, st.integers(1, 9998), st.integers(1, 12))


def days_of(*periods: Period | None) -> set[date]:
    """The days of periods, open ones cut where the test stops looking."""
    return {
        day
        for period in periods
        if period is not None
        for day in Period(period.start, period.end or LAST_SEEN)
    }


def d(text: str) -> date:
    return date.fromisoformat(text)


def t(text: str) -> datetime:
    return datetime.fromisoformat(text)


def p(start: str, end: str | None) -> Period:
    return Period(d(start), d(end) if end else None)


# --- months -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    ["2026-01", "202601", date(2026, 1, 1), date(2026, 1, 31)],
    ids=["dash", "plain", "first", "last"],
)
def test_a_month_is_read_from_its_spellings(value: str | date) -> None:
    assert Month.parse(value) == Month(2026, 1)


@pytest.mark.parametrize(
    "text",
    ["2026-1", "2026/01", "2026-01-01", " 2026-01", "26-01", "2026年1月", "202601\n", "２０２６０１", ""],
)
def test_other_spellings_of_a_month_are_refused(text: str) -> None:
    with pytest.raises(PeriodError) as caught:
        Month.parse(text)
    assert caught.value.code == "unreadable_month"


@pytest.mark.parametrize(("year", "month"), [(2026, 0), (2026, 13), (0, 1), (10000, 1)])
def test_months_that_do_not_exist_are_refused(year: int, month: int) -> None:
    with pytest.raises(PeriodError) as caught:
        Month(year, month)
    assert caught.value.code == "no_such_month"


def test_month_bounds() -> None:
    february = Month(2024, 2)
    assert (february.first, february.last, february.days) == (d("2024-02-01"), d("2024-02-29"), 29)
    assert february.period == p("2024-02-01", "2024-03-01")
    assert (february.previous, february.next) == (Month(2024, 1), Month(2024, 3))
    assert (Month(2025, 1).previous, Month(2025, 12).next) == (Month(2024, 12), Month(2026, 1))
    assert Month(2026, 3).minus(15) == Month(2024, 12)
    assert str(Month(987, 3)) == "0987-03"


def test_the_last_month_of_the_calendar_has_no_next() -> None:
    with pytest.raises(PeriodError):
        _ = Month(9999, 12).next


@given(MONTHS, st.integers(-200, 200))
def test_month_arithmetic_is_reversible_and_measured(month: Month, steps: int) -> None:
    if not 1 <= month.year + steps // 12 <= 9998:
        return
    moved = month.plus(steps)
    assert moved.minus(steps) == month
    assert moved.months_since(month) == steps
    assert (moved > month) == (steps > 0)


@given(MONTHS)
def test_months_follow_each_other_without_gap(month: Month) -> None:
    assert month.next.previous == month
    assert month.first + timedelta(days=month.days) == month.next.first
    assert month.last + timedelta(days=1) == month.next.first
    assert (
        Month.parse(str(month)) == Month.parse(str(month).replace("-", "")) == month_of(month.last) == month
    )


@given(MONTHS, st.integers(-3, 40))
def test_months_between_iterates_half_open(first: Month, count: int) -> None:
    if first.year > 9990:
        return
    end = first.plus(count) if count > 0 or first.year > 1 else first
    months = months_between(first, end)
    assert len(months) == max(end.months_since(first), 0)
    assert all(earlier.next == later for earlier, later in pairwise(months))
    assert not months or (months[0], months[-1].next) == (first, end)


# --- one period -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "end"), [("2026-01-02", "2026-01-02"), ("2026-01-03", "2026-01-02")])
def test_empty_and_reversed_periods_are_refused(start: str, end: str) -> None:
    with pytest.raises(PeriodError) as caught:
        p(start, end)
    assert caught.value.code == "empty_period"
    assert start in caught.value.text.zh and end in caught.value.text.en


def test_instants_are_no_days() -> None:
    with pytest.raises(PeriodTypeError) as caught:
        Period(t("2026-01-01 00:00:00"), None)
    assert caught.value.code == "not_a_day"
    for call in (month_of, end_of_day, Period.day, Period(d("2026-01-01"), None).contains):
        with pytest.raises(TypeError):
            call(t("2026-01-01 00:00:00"))
    with pytest.raises(TypeError):
        Period(d("2026-01-01"), "2026-02-01")  # type: ignore[arg-type]


def test_the_open_end_of_tables_is_the_open_end() -> None:
    assert Period(d("2026-01-01"), OPEN_VALID_TO) == p("2026-01-01", None)
    assert p("2026-01-01", None).valid_to == d("9999-12-31")
    assert p("2026-01-01", "2026-02-01").valid_to == d("2026-02-01")


def test_inclusive_days_and_last() -> None:
    january = Period.inclusive(d("2026-01-01"), d("2026-01-31"))
    assert january == p("2026-01-01", "2026-02-01") == Month(2026, 1).period
    assert (january.days, january.last) == (31, d("2026-01-31"))
    assert Period.day(d("2026-01-31")).days == 1
    assert str(january) == "2026-01-01/2026-02-01"


def test_an_open_period_refuses_what_needs_an_end() -> None:
    running = p("2026-01-01", None)
    assert running.is_open
    for needs_end in (
        lambda: running.days,
        lambda: running.last,
        lambda: iter(running),
        running.months,
        running.split_by_months,
    ):
        with pytest.raises(PeriodError) as caught:
            needs_end()
        assert caught.value.code == "open_period"


@given(CLOSED)
def test_iterating_gives_every_day_once(period: Period) -> None:
    days = list(period)
    assert len(days) == period.days == len(set(days))
    assert (days[0], days[-1]) == (period.start, period.last)
    assert days == sorted(days)
    assert all(day in period for day in days)
    assert period.start - timedelta(days=1) not in period
    assert period.end is not None and period.end not in period


def test_months_covered() -> None:
    assert p("2026-01-31", "2026-03-01").months() == (Month(2026, 1), Month(2026, 2))
    assert p("2026-01-31", "2026-03-02").months() == (Month(2026, 1), Month(2026, 2), Month(2026, 3))
    assert Period.day(d("2026-01-31")).months() == (Month(2026, 1),)


# --- the algebra ------------------------------------------------------------------------------------------


@given(PERIODS, PERIODS)
def test_subtract_and_intersect_make_the_whole(whole: Period, other: Period) -> None:
    shared, rest = whole.intersect(other), whole.subtract(other)
    assert days_of(shared) | days_of(*rest) == days_of(whole)
    assert not days_of(shared) & days_of(*rest)
    assert days_of(shared) == days_of(whole) & days_of(other)
    assert merge([*rest, *([shared] if shared else [])]) == (whole,)


@given(PERIODS, PERIODS)
def test_overlap_and_containment_agree_with_sets(one: Period, other: Period) -> None:
    assert one.overlaps(other) == other.overlaps(one) == bool(days_of(one) & days_of(other))
    assert one.intersect(other) == other.intersect(one)
    assert one.contains(other) == (one.intersect(other) == other)
    assert one.contains(one)


@given(PERIODS, st.lists(PERIODS, max_size=5))
def test_subtracting_many_is_subtracting_their_days(whole: Period, others: list[Period]) -> None:
    rest = whole.subtract(*others)
    assert days_of(*rest) == days_of(whole) - days_of(*others)
    assert list(rest) == list(merge(rest))  # sorted, and nothing that touches is left apart


@given(PERIODS, st.lists(DAYS, max_size=6))
def test_split_at_partitions(period: Period, cuts: list[date]) -> None:
    parts = period.split_at(cuts)
    assert parts[0].start == period.start and parts[-1].end == period.end
    assert all(earlier.end == later.start for earlier, later in pairwise(parts))
    assert {part.start for part in parts[1:]} == {cut for cut in cuts if cut > period.start and cut in period}
    assert merge(parts) == (period,)


@given(CLOSED)
def test_split_by_months_partitions_into_single_months(period: Period) -> None:
    parts = period.split_by_months()
    assert [part.months() for part in parts] == [(month,) for month in period.months()]
    assert sum(part.days for part in parts) == period.days
    assert merge(parts) == (period,)


@given(st.lists(PERIODS, max_size=6))
def test_merge_keeps_the_days_and_parts_what_does_not_touch(periods: list[Period]) -> None:
    merged = merge(periods)
    assert days_of(*merged) == days_of(*periods)
    assert all(earlier.end is not None and earlier.end < later.start for earlier, later in pairwise(merged))
    assert merge(reversed(periods)) == merged == merge(merged)


@given(st.lists(PERIODS, max_size=6), PERIODS)
def test_gaps_complete_the_whole(periods: list[Period], within: Period) -> None:
    missing = gaps(periods, within)
    assert days_of(*missing) == days_of(within) - days_of(*periods)


def test_gaps_without_a_frame_are_those_between() -> None:
    held = [p("2026-03-01", "2026-04-01"), p("2026-01-01", "2026-02-01"), p("2026-01-15", "2026-02-10")]
    assert gaps(held) == (p("2026-02-10", "2026-03-01"),)
    assert gaps([*held, p("2026-04-05", None)]) == (
        p("2026-02-10", "2026-03-01"),
        p("2026-04-01", "2026-04-05"),
    )
    assert gaps([]) == ()
    assert gaps([], p("2026-01-01", None)) == (p("2026-01-01", None),)


def test_touching_periods_merge_and_do_not_overlap() -> None:
    earlier, later = p("2026-01-01", "2026-02-01"), p("2026-02-01", None)
    assert not earlier.overlaps(later)
    assert earlier.intersect(later) is None
    assert merge([later, earlier]) == (p("2026-01-01", None),)
    assert earlier.subtract(later) == (earlier,)


def test_a_capacity_change_and_a_class_change_make_three_segments() -> None:
    parts = Month(2026, 1).period.split_at(
        [d("2026-01-21"), d("2026-01-11"), d("2026-02-01"), d("2026-01-11")]
    )
    assert [part.days for part in parts] == [10, 10, 11]


# --- readings ---------------------------------------------------------------------------------------------


def test_the_end_of_a_day_is_the_start_of_the_next_and_belongs_to_it() -> None:
    assert end_of_day(d("2026-01-31")) == t("2026-02-01 00:00:00")
    assert reading_on(t("2026-02-01 00:00:00")) == d("2026-01-31")
    assert reading_on(t("2026-02-01 00:00:01")) == d("2026-02-01")
    assert reading_on(t("2026-01-31 23:59:00")) == d("2026-01-31")


@given(DAYS)
def test_reading_on_undoes_end_of_day(day: date) -> None:
    assert reading_on(end_of_day(day)) == day


def test_a_frozen_reading_with_a_zone_is_refused() -> None:
    with pytest.raises(PeriodTypeError) as caught:
        reading_on(datetime(2026, 2, 1, tzinfo=UTC))
    assert caught.value.code == "timestamp_with_zone"


def test_two_readings_measure_the_days_after_the_first_up_to_the_second() -> None:
    assert between_readings(d("2025-12-31"), d("2026-01-31")) == Month(2026, 1).period
    with pytest.raises(PeriodError):
        between_readings(d("2026-01-31"), d("2026-01-31"))


@given(DAYS, st.integers(1, 40), st.integers(1, 40))
def test_successive_readings_measure_successive_periods(first: date, days: int, more: int) -> None:
    second = first + timedelta(days=days)
    third = second + timedelta(days=more)
    earlier, later = between_readings(first, second), between_readings(second, third)
    assert (earlier.days, later.days) == (days, more)
    assert merge([earlier, later]) == (between_readings(first, third),)


def test_no_day_follows_the_end_of_the_calendar() -> None:
    with pytest.raises(PeriodError) as caught:
        end_of_day(date.max)
    assert caught.value.code == "no_next_day"
