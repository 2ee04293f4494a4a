"""Nearest wins over all dates: spans and rows against the plain reading of the rule, day by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.inspection.nearest import (
    DEFAULT,
    EVERYWHERE,
    OPEN_END,
    OrgTree,
    nearest,
    refuse_overlaps,
    rows_over_time,
    spans,
    spans_by_organisation,
)
from jicha.kernel.errors import ContentError

DAYS = 40
FIRST = date(2026, 1, 1)


@dataclass(frozen=True)
class Word:
    org_id: str
    valid_from: date
    valid_to: date | None
    value: int
    file: str = "policy/parameters/made.yaml"
    line: int | None = 3


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def trees(draw: st.DrawFn) -> OrgTree:
    """Up to eight organisations; each hangs below an earlier one or stands alone."""
    parents: dict[str, str | None] = {}
    for number in range(draw(st.integers(1, 8))):
        above = draw(st.integers(-1, number - 1))
        parents[f"o{number}"] = None if above < 0 else f"o{above}"
    return OrgTree(parents)


@st.composite
def words(draw: st.DrawFn, tree: OrgTree) -> list[Word]:
    """What anybody says: for one place never two words on one day, as loading makes sure."""
    said: list[Word] = []
    for place in draw(st.lists(st.sampled_from([*tree.parents, EVERYWHERE, "elsewhere"]), max_size=12)):
        start, length = draw(st.integers(0, DAYS)), draw(st.none() | st.integers(1, DAYS))
        end = None if length is None else day(start + length)
        word = Word(place, day(start), end, draw(st.integers(1, 3)))
        if not any(other.org_id == place and _touch(other, word) for other in said):
            said.append(word)
    if draw(st.booleans()):
        said.append(Word(DEFAULT, FIRST - timedelta(days=5), None, 0))
    return said


def _touch(one: Word, other: Word) -> bool:
    return one.valid_from < (other.valid_to or date.max) and other.valid_from < (one.valid_to or date.max)


def looked_up(said: Sequence[Word], tree: OrgTree, org_id: str, on: date) -> int | None:
    """The rule as one would tell it: walk up, and take the first word in force."""
    place: str | None = org_id
    walk = []
    while place is not None:
        walk.append(place)
        place = tree.parents[place]
    for here in (*walk, EVERYWHERE, DEFAULT):
        for word in said:
            if (
                word.org_id == here
                and word.valid_from <= on
                and (word.valid_to is None or on < word.valid_to)
            ):
                return word.value
    return None


@given(st.data())
def test_rows_over_all_dates_are_what_one_would_look_up_day_by_day(data: st.DataObject) -> None:
    tree = data.draw(trees())
    said = data.draw(words(tree))
    rows = list(rows_over_time(said, tree, lambda word: (word.value,)))
    for org_id in tree.parents:
        mine = [row for row in rows if row[0] == org_id]
        for number in range(-10, 2 * DAYS + 10):
            on = day(number)
            there = [value for _, value, start, end in mine if start <= on < end]
            expected = looked_up(said, tree, org_id, on)
            assert there == ([] if expected is None else [expected]), (org_id, on)


@given(st.data())
def test_rows_are_in_order_never_overlap_and_are_as_few_as_can_be(data: st.DataObject) -> None:
    tree = data.draw(trees())
    said = data.draw(words(tree))
    rows = list(rows_over_time(said, tree, lambda word: (word.value,)))
    for org_id in tree.parents:
        mine = [row for row in rows if row[0] == org_id]
        assert all(start < end for _, _, start, end in mine)
        for (_, value, _, end), (_, following, start, _) in pairwise(mine):
            assert end <= start
            assert end < start or value != following, "one value over adjoining days is one row"


@given(st.data())
def test_with_a_default_no_day_is_without_a_value(data: st.DataObject) -> None:
    tree = data.draw(trees())
    said = [word for word in data.draw(words(tree)) if word.org_id != DEFAULT]
    said.append(Word(DEFAULT, FIRST - timedelta(days=5), None, 0))
    for found in spans_by_organisation(said, tree).values():
        assert found[0].valid_from == FIRST - timedelta(days=5) and found[-1].valid_to == OPEN_END
        assert all(a.valid_to == b.valid_from for a, b in pairwise(found))


@given(st.data())
def test_the_span_of_a_day_is_the_nearest_of_that_day(data: st.DataObject) -> None:
    """The parameter of a sweep's date and the policy of a fact's date are one rule."""
    tree = data.draw(trees())
    said = data.draw(words(tree))
    org_id = data.draw(st.sampled_from(sorted(tree.parents)))
    on = day(data.draw(st.integers(-10, 2 * DAYS)))
    places = tree.places(org_id)
    there = [span.statement for span in spans(said, places) if span.valid_from <= on < span.valid_to]
    assert there == ([wins] if (wins := nearest(said, places, on)) else [])


def test_the_same_station_under_another_county_gets_the_other_countys_word() -> None:
    said = [Word("c1", FIRST, None, 1), Word("c2", FIRST, None, 2)]
    for county, expected in (("c1", 1), ("c2", 2)):
        tree = OrgTree({"p": None, "c1": "p", "c2": "p", "s": county})
        ((_, value, start, end),) = [
            row for row in rows_over_time(said, tree, lambda word: (word.value,)) if row[0] == "s"
        ]
        assert (value, start, end) == (expected, FIRST, OPEN_END)


def test_a_nearer_word_that_ends_gives_way_to_the_farther_one_again() -> None:
    said = [Word("p", FIRST, None, 1), Word("s", day(10), day(20), 2)]
    rows = list(rows_over_time(said, OrgTree({"p": None, "s": "p"}), lambda word: (word.value,)))
    assert rows == [
        ("p", 1, FIRST, OPEN_END),
        ("s", 1, FIRST, day(10)),
        ("s", 2, day(10), day(20)),
        ("s", 1, day(20), OPEN_END),
    ]


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        ((0, 10), (10, 20), False),
        ((0, 11), (10, 20), True),
        ((0, None), (10, 20), True),
        ((10, 20), (0, None), True),
        ((0, 30), (10, 20), True),
    ],
)
def test_two_words_of_one_place_on_one_day_are_refused(
    first: tuple[int, int | None], second: tuple[int, int | None], is_refused: bool
) -> None:
    said = [
        Word("s", day(start), None if end is None else day(end), 1, line=number)
        for number, (start, end) in enumerate((first, second))
    ]
    if not is_refused:
        refuse_overlaps(said, lambda _: "x", lambda _: "x")
        return
    with pytest.raises(ContentError) as refused:
        refuse_overlaps(said, lambda _: "x", lambda _: "x")
    assert refused.value.code == "policy_overlap"
    later = max(said, key=lambda word: word.valid_from)
    assert refused.value.line == later.line
    other = next(word for word in said if word is not later)
    assert f"made.yaml:{other.line}" in refused.value.text.zh, "both places are told"


def test_different_things_and_places_may_overlap() -> None:
    said = [Word("s", FIRST, None, 1), Word("s", FIRST, None, 2), Word("p", FIRST, None, 1)]
    refuse_overlaps(said, lambda word: (word.value,), lambda _: "x")
