"""Why a finding is absent: one reason each, asked in one order, and `gone` only where somebody looked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from jicha.inspection.finding import Observation
from jicha.inspection.known import ABSENCES, FINAL, PRESENCES, Known
from jicha.inspection.presence import Comparer, Correction, Evaluated, TopicState
from jicha.kernel.text import Text

TOPIC = "metering/made"
UID = "m4d3h8qx"
KEY = "key-of-m01"

SEEN = Observation(
    topic=TOPIC,
    uid=UID,
    identity="state",
    severity="medium",
    subject="metering_point",
    subject_id="M01",
    customer_id="C01",
    org_id="360101",
    number=None,
    event_id=None,
    period_from=date(2026, 1, 1),
    period_to=date(2026, 3, 1),
    observed_value=None,
    expected_value=None,
    impact_kwh=None,
    impact_yuan=None,
    impact_method="none",
    is_partial_impact=False,
    evidence="[]",
)

KNOWN = Known(
    finding_key=SEEN.key,
    topic=TOPIC,
    uid=UID,
    identity="state",
    subject_id="M01",
    customer_id="C01",
    org_id="360101",
    number=None,
    event_id=None,
    period_from=date(2026, 1, 1),
    period_to=date(2026, 3, 1),
    observation_digest=SEEN.digest,
    topic_digest="topic-1",
    parameter_digest="parameter-1",
    manifest=4,
    first_run=1,
    last_run=3,
    presence="still_there",
    reason_en="",
    reason_zh="",
    other_key=None,
)

STATE = TopicState(digest="topic-1", needs={"readings": 0.8}, window_from=date(2025, 7, 1))


class World:
    """A comparer in a world where everything speaks for `gone`; a test changes what it is about."""

    def __init__(self, **state: Any) -> None:
        self.topics: dict[str, TopicState] = {TOPIC: replace(STATE, **state)}
        self.parameters = "parameter-1"
        self.shares: Mapping[str, float] | None = {"readings": 1.0}
        self.corrected: list[Correction] = []
        self.merged: dict[str, str] = {}
        self.asked_since: list[int] = []

    def judge(self, finding: Known = KNOWN) -> Known:
        (judged,) = self.compare([], [finding])
        return judged

    def compare(
        self,
        observations: Iterable[Observation],
        before: Iterable[Known],
        split: dict[str, str] | None = None,
    ) -> list[Known]:
        comparer = Comparer(
            run=5,
            manifest=7,
            topics=self.topics,
            parameter_digest=lambda _topic, _org: self.parameters,
            evaluated=self._evaluated,
            corrections=self._corrections,
        )
        return comparer.compare(observations, before, self.merged, split or {}).known

    def _evaluated(self, _topic: str, findings: Iterable[Known]) -> Mapping[str, Evaluated]:
        if self.shares is None:
            return {}
        return {finding.finding_key: Evaluated(self.shares) for finding in findings}

    def _corrections(self, _topic: str, since: int) -> Iterable[Correction]:
        self.asked_since.append(since)
        return self.corrected


def correction(first: str, last: str, customer: str = "C01") -> Correction:
    return Correction(
        customer, "core.bill", date.fromisoformat(first), date.fromisoformat(last), "电费账单_202602.csv:7"
    )


def test_a_finding_of_an_area_is_withdrawn_by_the_corrected_facts_of_its_customers() -> None:
    area = replace(KNOWN, subject_id="T1", customer_id=None)
    first = area.period_from
    fact = Correction("C01", "core.daily_reading", first, first, "日冻结_202602.parquet:7", area_id="T1")
    assert fact.concerns(area)
    assert not replace(fact, area_id="T2").concerns(area)
    assert not replace(fact, area_id=None).concerns(area)
    assert not replace(fact, first_on=area.period_to, last_on=area.period_to).concerns(area)
    assert not replace(fact, customer_id="C99", area_id="T1").concerns(KNOWN)


# -- there ------------------------------------------------------------------------------------------


def test_never_seen_before_is_new() -> None:
    (found,) = World().compare([SEEN], [])
    assert (found.presence, found.first_run, found.last_run, found.manifest) == ("new", 5, 5, 7)


def test_seen_again_the_same_is_still_there() -> None:
    (found,) = World().compare([SEEN], [KNOWN])
    assert (found.presence, found.first_run, found.last_run, found.manifest) == ("still_there", 1, 5, 7)


def test_seen_again_otherwise_is_changed() -> None:
    (found,) = World().compare([replace(SEEN, period_to=date(2026, 4, 1))], [KNOWN])
    assert (found.presence, found.period_to, found.first_run) == ("changed", date(2026, 4, 1), 1)


@pytest.mark.parametrize("final", FINAL)
def test_seen_again_after_it_was_closed_has_reappeared(final: str) -> None:
    (found,) = World().compare([SEEN], [replace(KNOWN, presence=final)])
    assert (found.presence, found.first_run) == ("reappeared", 1)


@pytest.mark.parametrize("open_", sorted(set(ABSENCES) - set(FINAL)))
def test_seen_again_after_an_open_absence_was_there_all_the_time(open_: str) -> None:
    reason = {"reason_en": "why it was absent", "reason_zh": "缺席原因"}
    (found,) = World().compare([SEEN], [replace(KNOWN, presence=open_, **reason)])
    assert (found.presence, found.reason_en, found.reason_zh) == ("still_there", "", "")


def test_what_split_off_says_from_what() -> None:
    (found,) = World().compare([SEEN], [], {SEEN.key: "parent"})
    assert (found.presence, found.other_key) == ("new", "parent")


# -- absent, one way each ---------------------------------------------------------------------------


def test_gone_where_it_was_looked_at_with_enough_data() -> None:
    assert World().judge().presence == "gone"


def test_exactly_the_share_needed_is_enough() -> None:
    world = World()
    world.shares = {"readings": 0.8}
    assert world.judge().presence == "gone"
    world.shares = {"readings": 0.7999}
    assert world.judge().presence == "too_little_data"


def test_too_little_data_says_of_what_and_how_little() -> None:
    world = World(needs={"bills": 0.5, "readings": 0.8})
    world.shares = {"bills": 0.9, "readings": 0.4}
    judged = world.judge()
    assert judged.presence == "too_little_data"
    assert "readings" in judged.reason_en and "40%" in judged.reason_en and "80%" in judged.reason_en
    assert "40%" in judged.reason_zh


def test_a_need_nobody_counted_counts_as_nothing() -> None:
    world = World(needs={"readings": 0.8})
    world.shares = {}
    assert world.judge().presence == "too_little_data"


def test_not_evaluated_where_the_topic_did_not_run() -> None:
    judged = World(skipped=Text("not selected", "未选择")).judge()
    assert (judged.presence, judged.reason_en, judged.reason_zh) == (
        "not_evaluated",
        "not selected",
        "未选择",
    )


def test_not_evaluated_where_the_topic_no_longer_exists() -> None:
    world = World()
    world.topics = {}
    judged = world.judge()
    assert judged.presence == "not_evaluated" and "no longer exists" in judged.reason_en


def test_not_evaluated_where_the_subject_left_the_population() -> None:
    world = World()
    world.shares = None
    judged = world.judge()
    assert judged.presence == "not_evaluated" and "population" in judged.reason_en


def test_outside_window_from_the_day_its_period_ends_before_the_window() -> None:
    assert World(window_from=date(2026, 3, 1)).judge().presence == "outside_window"
    assert World(window_from=date(2026, 2, 28)).judge().presence == "gone"


def test_merged_names_the_other() -> None:
    world = World()
    world.merged = {SEEN.key: "the-other"}
    judged = world.judge()
    assert (judged.presence, judged.other_key) == ("merged", "the-other")


def test_topic_changed_by_its_text_or_by_its_parameters() -> None:
    assert World(digest="topic-2").judge().presence == "topic_changed"
    world = World()
    world.parameters = "parameter-2"
    judged = world.judge()
    assert judged.presence == "topic_changed" and "parameter" in judged.reason_en


def test_withdrawn_names_the_file_and_row_that_corrected_it() -> None:
    world = World()
    world.corrected = [correction("2026-02-10", "2026-02-10")]
    judged = world.judge()
    assert judged.presence == "withdrawn"
    assert "core.bill" in judged.reason_en and "电费账单_202602.csv:7" in judged.reason_en
    assert "电费账单_202602.csv:7" in judged.reason_zh
    assert world.asked_since == [KNOWN.manifest], "corrections count since the manifest it was seen in"


@pytest.mark.parametrize(
    ("first", "last", "presence"),
    [
        ("2025-12-01", "2025-12-31", "gone"),  # the day before it began
        ("2025-12-01", "2026-01-01", "withdrawn"),  # its first day
        ("2026-02-28", "2026-02-28", "withdrawn"),  # its last day
        ("2026-03-01", "2026-03-31", "gone"),  # the day after: its end is not included
    ],
)
def test_a_correction_counts_only_inside_the_period(first: str, last: str, presence: str) -> None:
    world = World()
    world.corrected = [correction(first, last)]
    assert world.judge().presence == presence


def test_a_correction_of_somebody_else_does_not_count() -> None:
    world = World()
    world.corrected = [correction("2026-02-10", "2026-02-10", customer="C02")]
    assert world.judge().presence == "gone"


def cleared(**changes: Any) -> tuple[Observation, ...]:
    return (replace(SEEN, **changes),)


def test_cleared_by_an_alibi_for_the_same_subject_and_days() -> None:
    assert World(cleared=cleared()).judge().presence == "cleared"
    assert World(cleared=cleared(subject_id="M02")).judge().presence == "gone"
    assert World(cleared=cleared(uid="another")).judge().presence == "gone"


def test_an_episode_is_cleared_only_where_days_are_shared() -> None:
    episode = replace(KNOWN, identity="episode", number=1)
    before = cleared(period_from=date(2025, 12, 1), period_to=date(2026, 1, 1))
    inside = cleared(period_from=date(2025, 12, 1), period_to=date(2026, 1, 2))
    assert World(cleared=before).judge(episode).presence == "gone"
    assert World(cleared=inside).judge(episode).presence == "cleared"


def test_an_event_is_cleared_only_by_its_own_id() -> None:
    event = replace(KNOWN, identity="event", event_id="R1")
    assert World(cleared=cleared(event_id="R2")).judge(event).presence == "gone"
    assert World(cleared=cleared(event_id="R1")).judge(event).presence == "cleared"


def test_a_state_is_not_cleared_by_an_alibi_for_other_months() -> None:
    """The months of the finding were looked at and are right; that another month is explained is another fact."""
    later = cleared(period_from=date(2026, 5, 1), period_to=date(2026, 6, 1))
    assert World(cleared=later).judge().presence == "gone"


# -- the order of the reasons, and that there is one for each ---------------------------------------


def everything() -> World:
    """A world in which every reason holds at once."""
    world = World(
        digest="topic-2",
        skipped=Text("not selected", "未选择"),
        cleared=cleared(),
        window_from=date(2026, 3, 1),
    )
    world.merged = {SEEN.key: "the-other"}
    world.shares = {"readings": 0.0}
    world.corrected = [correction("2026-02-10", "2026-02-10")]
    return world


def test_every_way_of_being_absent_is_asked_in_the_order_of_the_list() -> None:
    world = everything()
    asked = []
    for remedy in (
        {"skipped": None},
        {"digest": "topic-1"},
        {"cleared": ()},
        "merged",
        {"window_from": date(2025, 7, 1)},
        "shares",
        "corrected",
        None,
    ):
        asked.append(world.judge().presence)
        if isinstance(remedy, dict):
            world.topics = {TOPIC: replace(world.topics[TOPIC], **remedy)}
        elif remedy == "merged":
            world.merged = {}
        elif remedy == "shares":
            world.shares = {"readings": 1.0}
        elif remedy == "corrected":
            world.corrected = []
    assert tuple(asked) == ABSENCES


def test_every_absence_has_a_reason_in_both_languages() -> None:
    world = everything()
    for fields in ({}, {"skipped": None}, {"digest": "topic-1"}, {"cleared": ()}):
        world.topics = {TOPIC: replace(world.topics[TOPIC], **fields)}
        judged = world.judge()
        assert judged.presence in ABSENCES
        assert judged.reason_en and judged.reason_zh and judged.reason_en != judged.reason_zh


def test_an_absent_finding_keeps_what_was_last_seen() -> None:
    judged = World().judge()
    same = (
        "finding_key",
        "period_from",
        "period_to",
        "observation_digest",
        "manifest",
        "first_run",
        "last_run",
    )
    assert [getattr(judged, name) for name in same] == [getattr(KNOWN, name) for name in same]


@pytest.mark.parametrize("final", FINAL)
def test_a_closed_finding_is_remembered_and_not_judged_again(final: str) -> None:
    closed = replace(KNOWN, presence=final, reason_en="as it was", reason_zh="原样")
    assert everything().judge(closed) == closed


def test_everything_appears_exactly_once() -> None:
    others = [replace(KNOWN, finding_key=f"other-{n}", subject_id=f"M{n}") for n in range(3)]
    found = World().compare([SEEN], [KNOWN, *others])
    assert sorted(f.finding_key for f in found) == sorted([SEEN.key, *(f.finding_key for f in others)])
    assert {f.presence for f in found} <= {*PRESENCES, *ABSENCES}


def test_a_renamed_topic_finds_its_findings_by_their_keys() -> None:
    world = World()
    world.topics = {"metering/renamed": STATE}
    (found,) = world.compare([replace(SEEN, topic="metering/renamed")], [KNOWN])
    assert (found.presence, found.topic) == ("still_there", "metering/renamed")
