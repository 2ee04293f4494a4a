"""A dated series agrees with a linear search, refuses contradictions and names what it does not know."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.kernel.canonical import dumps
from jicha.kernel.dated import Dated, DatedError, Miss
from jicha.kernel.period import OPEN_VALID_TO, Period, merge

ORIGIN = date(2024, 1, 1)
OFFSETS = st.integers(-5, 130)
BOUNDS = st.lists(st.integers(0, 120), unique=True, max_size=10)


def day(offset: int) -> date:
    return ORIGIN + timedelta(days=offset)


def d(text: str) -> date:
    return date.fromisoformat(text)


@st.composite
def series(draw: st.DrawFn) -> Dated[int]:
    """Disjoint spans with gaps of any length, the last perhaps open, given in any order."""
    bounds = sorted(draw(BOUNDS))
    spans = [(Period(day(start), day(end)), start) for start, end in pairwise(bounds) if draw(st.booleans())]
    runs_on = draw(st.booleans())
    if bounds and runs_on:
        spans.append((Period(day(bounds[-1]), None), bounds[-1]))
    return Dated("test", draw(st.permutations(spans)))


@given(series(), OFFSETS)
def test_on_agrees_with_a_linear_search(values: Dated[int], offset: int) -> None:
    found = [value for period, value in values if period.contains(day(offset))]
    value = values.on(day(offset))
    if found:
        assert [value] == found
        assert values.require(day(offset)) == value
    else:
        assert isinstance(value, Miss)
        assert value.asked == Period.day(day(offset))
        with pytest.raises(DatedError) as caught:
            values.require(day(offset))
        assert caught.value.text == value.text


@given(series(), OFFSETS, st.integers(1, 60))
def test_within_partitions_the_period_and_agrees_with_on(
    values: Dated[int], offset: int, length: int
) -> None:
    asked = Period(day(offset), day(offset + length))
    parts = values.within(asked)
    assert [at for period, _ in parts for at in period] == list(asked)
    for period, value in parts:
        for at in period:
            on_the_day = values.on(at)
            if isinstance(value, Miss):
                assert isinstance(on_the_day, Miss)
                assert value.asked == period
                assert (on_the_day.reason, on_the_day.before, on_the_day.after) == (
                    value.reason,
                    value.before,
                    value.after,
                )
            else:
                assert on_the_day == value
    assert values.misses(asked) == tuple(value for _, value in parts if isinstance(value, Miss))


@given(series(), OFFSETS)
def test_within_an_open_period_ends_open(values: Dated[int], offset: int) -> None:
    asked = Period(day(offset), None)
    parts = values.within(asked)
    assert merge(period for period, _ in parts) == (asked,)
    assert parts[-1][0].is_open


@given(st.dictionaries(st.integers(0, 100), st.text(), min_size=1), OFFSETS)
def test_from_starts_is_the_latest_start(starts: dict[int, str], offset: int) -> None:
    values = Dated.from_starts("prices", [(day(start), value) for start, value in starts.items()])
    begun = [start for start in starts if start <= offset]
    if begun:
        assert values.on(day(offset)) == starts[max(begun)]
    else:
        miss = values.on(day(offset))
        assert isinstance(miss, Miss)
        assert (miss.reason, miss.before, miss.after) == ("before_first", None, day(min(starts)))
    assert values.misses(Period(day(min(starts)), None)) == ()


def test_overlapping_spans_are_refused_and_named() -> None:
    with pytest.raises(DatedError) as caught:
        Dated.from_spans("price C1", [(d("2026-01-01"), None, 1), (d("2025-01-01"), d("2026-01-02"), 2)])
    assert caught.value.code == "overlapping_spans"
    for text in (caught.value.text.en, caught.value.text.zh):
        assert "price C1" in text and "2025-01-01/2026-01-02" in text and "2026-01-01/.." in text


def test_an_overlap_hidden_by_a_span_between_is_found() -> None:
    """Sorted neighbours are enough: a long span always overlaps its direct successor first."""
    rows = [
        (d("2026-01-01"), d("2026-12-01"), 1),
        (d("2026-02-01"), d("2026-03-01"), 2),
        (d("2026-11-01"), None, 3),
    ]
    with pytest.raises(DatedError, match="overlapping_spans"):
        Dated.from_spans("x", rows)


@pytest.mark.parametrize("end", ["2026-01-01", "2025-12-31"])
def test_empty_spans_are_refused_and_named(end: str) -> None:
    with pytest.raises(DatedError) as caught:
        Dated.from_spans("price C1", [(d("2026-01-01"), d(end), 1)])
    assert caught.value.code == "bad_span"
    assert all(part in caught.value.text.zh for part in ("price C1", "2026-01-01", end))


def test_two_values_from_one_day_are_refused() -> None:
    with pytest.raises(DatedError) as caught:
        Dated.from_starts("x", [(d("2026-01-01"), 1), (d("2026-01-01"), 2)])
    assert "2026-01-01" in caught.value.text.en


def test_the_open_end_of_tables_holds_for_ever() -> None:
    values = Dated.from_spans("x", [(d("2026-01-01"), OPEN_VALID_TO, "now")])
    assert values.on(d("9999-12-30")) == "now"
    assert list(values) == [(Period(d("2026-01-01"), None), "now")]
    assert len(values) == 1


def test_misses_say_what_is_known_around_them() -> None:
    values = Dated.from_spans(
        "税率", [(d("2026-01-01"), d("2026-02-01"), 1), (d("2026-03-01"), d("2026-04-01"), 2)]
    )
    misses = values.misses(Period(d("2025-12-01"), d("2026-05-01")))
    assert [(miss.reason, str(miss.asked)) for miss in misses] == [
        ("before_first", "2025-12-01/2026-01-01"),
        ("in_gap", "2026-02-01/2026-03-01"),
        ("after_last", "2026-04-01/2026-05-01"),
    ]
    assert (
        misses[1].text.zh
        == "税率 在 2026-02-01/2026-03-01 没有取值:取值在 2026-02-01(不含)之后、2026-03-01 之前中断"
    )
    assert "from 2026-03-01" in misses[1].text.en
    assert dumps(misses[0]) == (
        '{"after":"2026-01-01","asked":"2025-12-01/2026-01-01","before":null,'
        '"miss":"before_first","series":"税率"}'
    )


def test_an_empty_series_misses_everything() -> None:
    values: Dated[int] = Dated.from_starts("x", [])
    miss = values.on(d("2026-01-01"))
    assert isinstance(miss, Miss) and miss.reason == "empty_series"
    assert len(values.within(Period(d("2026-01-01"), None))) == 1


def test_a_value_that_is_none_is_a_value() -> None:
    values: Dated[None] = Dated.from_starts("x", [(d("2026-01-01"), None)])
    assert values.on(d("2026-01-01")) is None
    assert values.require(d("2026-01-01")) is None


def test_instants_are_refused() -> None:
    with pytest.raises(TypeError):
        Dated.from_starts("x", [(d("2026-01-01"), 1)]).on(datetime.fromisoformat("2026-01-01 08:00"))


def test_a_series_is_a_value() -> None:
    rows = [(d("2026-01-01"), 1), (d("2026-02-01"), 2)]
    assert Dated.from_starts("x", rows) == Dated.from_starts("x", reversed(rows))
    with pytest.raises(AttributeError):
        Dated.from_starts("x", rows).name = "y"  # type: ignore[misc]
