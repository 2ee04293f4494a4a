"""Episodes over time: the same days are the same finding, numbers are never given twice, nothing is lost."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from jicha.inspection.finding import Observation
from jicha.inspection.identity import Matching, match
from jicha.inspection.known import Known
from jicha.kernel.canonical import short_key

UID = "m4d3h8qx"
START = date(2025, 1, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def seen(first: int, last: int, *, subject: str = "M01", identity: str = "episode") -> Observation:
    """An episode of the days [first, last)."""
    return Observation(
        topic="metering/made",
        uid=UID,
        identity=identity,
        severity="medium",
        subject="metering_point",
        subject_id=subject,
        customer_id="C01",
        org_id="360101",
        number=None,
        event_id="R1" if identity == "event" else None,
        period_from=day(first),
        period_to=day(last),
        observed_value=None,
        expected_value=None,
        impact_kwh=None,
        impact_yuan=None,
        impact_method="none",
        is_partial_impact=False,
        evidence="[]",
    )


def before(
    number: int,
    first: int,
    last: int,
    *,
    subject: str = "M01",
    presence: str = "still_there",
    uid: str = UID,
) -> Known:
    """The same as an earlier sweep left it."""
    return Known(
        finding_key=short_key(uid, subject, number),
        topic="metering/made",
        uid=uid,
        identity="episode",
        subject_id=subject,
        customer_id="C01",
        org_id="360101",
        number=number,
        event_id=None,
        period_from=day(first),
        period_to=day(last),
        observation_digest="",
        topic_digest="",
        parameter_digest="",
        manifest=1,
        first_run=1,
        last_run=1,
        presence=presence,
        reason_en="",
        reason_zh="",
        other_key=None,
    )


def numbers(matching: Matching) -> list[tuple[date, int | None]]:
    return sorted((o.period_from, o.number) for o in matching.observations)


def test_the_first_sweep_numbers_by_time() -> None:
    found = match([seen(60, 70), seen(0, 10), seen(0, 5, subject="M02")], [])
    assert sorted((o.subject_id, o.period_from, o.number) for o in found.observations) == [
        ("M01", day(0), 1),
        ("M01", day(60), 2),
        ("M02", day(0), 1),
    ]
    assert not found.merged_into and not found.split_from


def test_a_moved_start_keeps_the_number() -> None:
    earlier, later = match([seen(5, 90)], [before(1, 30, 90)]), match([seen(45, 90)], [before(1, 30, 90)])
    assert numbers(earlier) == [(day(5), 1)]
    assert numbers(later) == [(day(45), 1)]


def test_the_longest_overlap_wins_the_older_where_equal() -> None:
    known = [before(1, 0, 10), before(2, 20, 60)]
    assert numbers(match([seen(0, 60)], known)) == [(day(0), 2)]
    equal = [before(1, 0, 10), before(2, 20, 30)]
    assert numbers(match([seen(0, 30)], equal)) == [(day(0), 1)]


def test_two_episodes_that_grow_together_merge_into_one_of_them() -> None:
    one, two = before(1, 0, 10), before(2, 20, 60)
    found = match([seen(0, 60)], [one, two])
    assert found.merged_into == {one.finding_key: two.finding_key}


def test_a_closed_finding_does_not_merge_again() -> None:
    for presence in ("gone", "merged", "withdrawn"):
        found = match([seen(0, 60)], [before(1, 0, 10, presence=presence), before(2, 20, 60)])
        assert found.merged_into == {}


def test_an_episode_that_falls_apart_keeps_its_longer_part_and_says_what_the_other_split_from() -> None:
    known = before(1, 0, 60)
    found = match([seen(0, 10), seen(20, 60)], [known])
    assert numbers(found) == [(day(0), 2), (day(20), 1)]
    (new,) = [o for o in found.observations if o.number == 2]
    assert found.split_from == {new.key: known.finding_key}


def test_touching_days_are_not_shared_days() -> None:
    found = match([seen(10, 20)], [before(1, 0, 10)])
    assert numbers(found) == [(day(10), 2)]
    assert not found.split_from and not found.merged_into


def test_the_same_days_after_being_gone_are_the_same_finding() -> None:
    for presence in ("gone", "withdrawn", "outside_window", "cleared"):
        assert numbers(match([seen(0, 10)], [before(1, 0, 10, presence=presence)])) == [(day(0), 1)]


def test_a_merged_finding_yields_to_a_living_one() -> None:
    known = [before(1, 0, 30, presence="merged"), before(2, 0, 30)]
    assert numbers(match([seen(0, 30)], known)) == [(day(0), 2)]


def test_numbers_are_never_given_twice() -> None:
    gone = [before(1, 0, 10, presence="gone"), before(2, 20, 30, presence="merged")]
    assert numbers(match([seen(40, 50)], gone)) == [(day(40), 3)]


def test_other_subjects_and_other_topics_do_not_matter() -> None:
    others = [before(4, 0, 10, subject="M02"), before(7, 0, 10, uid="other")]
    assert numbers(match([seen(0, 10)], others)) == [(day(0), 1)]


def test_states_and_events_pass_through() -> None:
    both = [seen(0, 10, identity="state"), seen(0, 10, identity="event")]
    found = match(both, [before(1, 0, 10)])
    assert found.observations == both


# -- whatever comes ---------------------------------------------------------------------------------

SUBJECTS = ("M01", "M02")
PRESENCES = ("new", "still_there", "gone", "merged", "withdrawn", "outside_window", "too_little_data")


@st.composite
def islands(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Episodes of one subject as packing gives them: apart by at least a day."""
    steps = draw(st.lists(st.tuples(st.integers(1, 20), st.integers(1, 30)), max_size=5))
    spans, at = [], 0
    for gap, length in steps:
        spans.append((at + gap, at + gap + length))
        at += gap + length
    return spans


@st.composite
def earlier_findings(draw: st.DrawFn, subject: str) -> list[Known]:
    """What is known of one subject: any periods at all, each number once."""
    spans = draw(st.lists(st.tuples(st.integers(0, 150), st.integers(1, 40)), max_size=5))
    found_numbers = draw(st.lists(st.integers(1, 12), min_size=len(spans), max_size=len(spans), unique=True))
    return [
        before(number, first, first + length, subject=subject, presence=draw(st.sampled_from(PRESENCES)))
        for number, (first, length) in zip(found_numbers, spans, strict=True)
    ]


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Observation], list[Known]]:
    today = [seen(*span, subject=subject) for subject in SUBJECTS for span in draw(islands())]
    known = [finding for subject in SUBJECTS for finding in draw(earlier_findings(subject))]
    return today, known


@settings(max_examples=150, deadline=None)
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_what_comes_in_changes_nothing(
    world: tuple[list[Observation], list[Known]], chance: random.Random
) -> None:
    today, known = world
    straight = match(today, known)
    chance.shuffle(today)
    chance.shuffle(known)
    shuffled = match(today, known)
    assert {o.key: o for o in shuffled.observations} == {o.key: o for o in straight.observations}
    assert shuffled.merged_into == straight.merged_into
    assert shuffled.split_from == straight.split_from


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_matching_is_one_to_one_and_nothing_is_lost(world: tuple[list[Observation], list[Known]]) -> None:
    today, known = world
    matching = match(today, known)
    assert _unnumbered(matching.observations) == _unnumbered(today)
    keys = [o.key for o in matching.observations]
    assert len(set(keys)) == len(keys), "two of today's episodes have one key"
    by_key = {finding.finding_key: finding for finding in known}
    for observation in matching.observations:
        finding = by_key.get(observation.key)
        if finding is not None:
            assert finding.overlap(observation.period_from, observation.period_to) > 0
        else:
            highest = max((f.number or 0 for f in known if f.subject_id == observation.subject_id), default=0)
            assert (observation.number or 0) > highest, "a number was given twice"
    # An open finding that shares days with today is either seen again or merged; the rest is left for presence.
    for finding in known:
        shares_days = any(
            finding.overlap(o.period_from, o.period_to) > 0
            for o in today
            if o.subject_id == finding.subject_id
        )
        is_seen, is_merged = finding.finding_key in keys, finding.finding_key in matching.merged_into
        assert not (is_seen and is_merged)
        if finding.is_open and shares_days:
            assert is_seen or is_merged
        if not shares_days:
            assert not is_seen and not is_merged
    assert set(matching.merged_into.values()) <= set(keys)
    assert set(matching.split_from) <= set(keys)
    assert set(matching.split_from.values()) <= set(by_key)


@settings(max_examples=60, deadline=None)
@given(st.lists(islands(), min_size=2, max_size=5))
def test_over_many_sweeps_a_key_never_means_two_things(sweeps: list[list[tuple[int, int]]]) -> None:
    """What a sweep finds is known to the next; a new key is always one nobody had before."""
    known: dict[str, Known] = {}
    for spans in sweeps:
        matching = match([seen(*span) for span in spans], known.values())
        highest = max((finding.number or 0 for finding in known.values()), default=0)
        now: dict[str, Known] = {}
        for o in matching.observations:
            number = o.number or 0
            assert (o.key in known) == (number <= highest)
            now[o.key] = before(number, (o.period_from - START).days, (o.period_to - START).days)
        for key, finding in known.items():
            presence = "merged" if key in matching.merged_into else "gone"
            now.setdefault(key, replace(finding, presence=presence))
        assert known.keys() <= now.keys()
        known = now


def _unnumbered(observations: Sequence[Observation]) -> list[str]:
    return sorted(repr(replace(o, number=None)) for o in observations)
