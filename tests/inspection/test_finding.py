"""Packing: rows of a topic become findings by its identity; keys last."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from jicha.inspection.finding import Hit, Observation, observations
from jicha.inspection.topic import Topic
from jicha.kernel.errors import ContentError
from jicha.warehouse.catalogue import Catalogue

from .topics import hits, made, row

EVENT = {"event_id": "m.bill_id"}


@pytest.fixture(scope="module")
def state(catalogue: Catalogue) -> Topic:
    return made(catalogue, {"identity": "state"}, columns={"bill_id": "m.bill_id"})


@pytest.fixture(scope="module")
def episode(catalogue: Catalogue) -> Topic:
    return made(catalogue)


@pytest.fixture(scope="module")
def event(catalogue: Catalogue) -> Topic:
    return made(catalogue, {"identity": "event"}, columns=EVENT)


def summed(topic: Topic) -> Topic:
    return replace(topic, header=_changed(topic, pack="sum"))


def _changed(topic: Topic, **changes: Any) -> Any:
    import msgspec

    return msgspec.structs.replace(topic.header, **changes)


def spans(found: list[Observation]) -> list[tuple[str, str, str]]:
    return [(o.subject_id, o.period_from.isoformat(), o.period_to.isoformat()) for o in found]


def test_a_state_is_one_finding_with_all_its_months_gaps_included(state: Topic) -> None:
    months = [
        row("2025-09-01", "2025-10-01", bill_id="B9"),
        row("2025-07-01", "2025-08-01", bill_id="B7"),
        row("2026-01-01", "2026-02-01", bill_id="B1"),
    ]
    (found,) = observations(state, hits(*months))
    assert spans([found]) == [("M01", "2025-07-01", "2026-02-01")]
    assert [part["bill_id"] for part in json.loads(found.evidence)] == ["B7", "B9", "B1"]
    assert found.impact_kwh == Decimal("30.00")
    assert found.number is None and found.event_id is None


def test_subjects_are_never_packed_together(state: Topic) -> None:
    found = observations(
        state,
        hits(
            row("2025-07-01", "2025-08-01", point="M02", bill_id="B"),
            row("2025-07-01", "2025-08-01", point="M01", bill_id="B"),
        ),
    )
    assert [o.subject_id for o in found] == ["M01", "M02"]
    assert len({o.key for o in found}) == 2


def test_episodes_are_islands_touching_rows_are_one(episode: Topic) -> None:
    found = observations(
        episode,
        hits(
            row("2025-07-01", "2025-08-01"),
            row("2025-08-01", "2025-09-01"),  # touches
            row("2025-09-02", "2025-10-01"),  # a day apart
            row("2025-09-15", "2025-11-01"),  # overlaps
            row("2025-09-20", "2025-09-25"),  # inside
            row("2025-11-01", "2025-12-01"),  # touches the longest of them, not the last
        ),
    )
    assert spans(found) == [("M01", "2025-07-01", "2025-09-01"), ("M01", "2025-09-02", "2025-12-01")]


def test_events_are_told_apart_by_their_id_alone(event: Topic) -> None:
    found = observations(
        event,
        hits(
            row("2025-07-01", "2025-08-01", event_id="R1"),
            row("2025-07-01", "2025-08-01", event_id="R2"),
            row("2026-01-01", "2026-02-01", event_id="R1"),
        ),
    )
    assert sorted((o.event_id, o.period_to.isoformat()) for o in found) == [
        ("R1", "2026-02-01"),
        ("R2", "2025-08-01"),
    ]


def test_an_event_row_without_id_is_refused_with_the_topics_file_and_line(event: Topic) -> None:
    with pytest.raises(ContentError) as refused:
        observations(event, hits(row("2025-07-01", "2025-08-01", event_id=None)))
    assert refused.value.code == "event_without_id"
    assert (refused.value.file, refused.value.line) == (event.content.shown, event.content.body_line)


def test_pack_latest_shows_the_last_rows_values_pack_sum_their_sum(episode: Topic) -> None:
    months = hits(
        row("2025-08-01", "2025-09-01", observed="7"),
        row("2025-07-01", "2025-08-01", observed="5"),
    )
    (latest,) = observations(episode, months)
    (total,) = observations(summed(episode), months)
    assert (latest.observed_value, latest.expected_value) == (Decimal(7), Decimal("2.0000"))
    assert (total.observed_value, total.expected_value) == (Decimal(12), Decimal("4.0000"))
    # Money and energy are sums either way.
    assert latest.impact_kwh == total.impact_kwh == Decimal("20.00")
    assert latest.impact_yuan == total.impact_yuan == Decimal("12.00")


def test_money_keeps_its_sign_and_its_fen(episode: Topic) -> None:
    (found,) = observations(
        episode,
        hits(
            row("2025-07-01", "2025-08-01", yuan="-0.01"),
            row("2025-08-01", "2025-09-01", yuan="199999999.99"),
            row("2025-09-01", "2025-10-01", yuan="-0.03"),
        ),
    )
    assert found.impact_yuan == Decimal("199999999.95")


@pytest.mark.parametrize(
    ("prices", "partial", "total"),
    [
        (["6.00", "6.00"], False, Decimal("12.00")),
        (["6.00", None], True, Decimal("6.00")),
        ([None, None], False, None),
    ],
)
def test_a_sum_with_an_unpriced_part_is_flagged(
    episode: Topic, prices: list[str | None], partial: bool, total: Decimal | None
) -> None:
    months = [row(f"2025-0{1 + n}-01", f"2025-0{2 + n}-01", yuan=yuan) for n, yuan in enumerate(prices)]
    (found,) = observations(episode, hits(*months))
    assert (found.is_partial_impact, found.impact_yuan) == (partial, total)


@pytest.mark.parametrize(
    ("parts", "method"),
    [
        ([("6.00", "replayed"), ("6.00", "replayed")], "replayed"),
        ([("6.00", "replayed"), ("6.00", "computed")], "computed"),
        ([("6.00", "computed"), ("6.00", "estimated"), ("6.00", "replayed")], "estimated"),
        ([("6.00", "replayed"), (None, "none")], "replayed"),  # the unpriced part is told by the flag
        ([(None, "none")], "none"),
    ],
)
def test_the_method_is_the_weakest_of_the_priced_parts(
    episode: Topic, parts: list[tuple[str | None, str]], method: str
) -> None:
    months = [
        row(f"2025-0{1 + n}-01", f"2025-0{2 + n}-01", yuan=yuan, method=way)
        for n, (yuan, way) in enumerate(parts)
    ]
    (found,) = observations(episode, hits(*months))
    assert found.impact_method == method


def test_the_order_of_the_rows_changes_nothing(episode: Topic, state: Topic, event: Topic) -> None:
    rows = [
        row("2025-07-01", "2025-08-01", event_id="R1", bill_id="B1"),
        row("2025-07-01", "2025-08-01", event_id="R1", bill_id="B2", observed="3"),
        row("2025-08-01", "2025-09-01", event_id="R2", bill_id="B3"),
        row("2025-10-01", "2025-11-01", event_id="R2", bill_id="B4", yuan=None),
    ]
    for topic in (episode, state, event):
        results = {
            tuple((o.key, o.digest) for o in observations(topic, hits(*order)))
            for order in permutations(rows)
        }
        assert len(results) == 1


def test_the_station_is_that_of_the_latest_row(state: Topic) -> None:
    moved = [
        Hit(row("2025-08-01", "2025-09-01", bill_id="B"), "east"),
        Hit(row("2025-07-01", "2025-08-01", bill_id="B"), "west"),
    ]
    (found,) = observations(state, moved)
    assert found.org_id == "east"


def test_keys_hold_whatever_dates_values_thresholds_and_names(catalogue: Catalogue) -> None:
    thresholds = {"limit": {"value": 1, "unit": "kwh", "why": "a number of the house"}}
    for identity, columns in (("state", {}), ("episode", {}), ("event", EVENT)):
        one = made(catalogue, {"identity": identity}, columns=columns)
        other = made(
            catalogue,
            {
                "identity": identity,
                "code": "TEST-RENAMED",
                "severity": "high",
                "title": {"en": "renamed", "zh": "改名"},
                "parameters": thresholds,
            },
            columns=columns | {"bill_id": "m.bill_id"},
        )
        other = replace(other, name="elsewhere/renamed")
        (first,) = observations(one, hits(row("2025-07-01", "2025-08-01", event_id="R1")))
        (second,) = observations(
            other,
            hits(
                row("2026-02-03", "2026-05-06", observed="9", kwh="1", yuan=None, event_id="R1", bill_id="B7")
            ),
        )
        assert first.numbered(1).key == second.numbered(1).key
        assert first.digest != second.digest


def test_keys_differ_by_uid_subject_number_and_event(catalogue: Catalogue) -> None:
    def key(number: int = 1, point: str = "M01", **header: Any) -> str:
        topic = made(catalogue, header)
        (found,) = observations(topic, hits(row("2025-07-01", "2025-08-01", point=point)))
        return found.numbered(number).key

    event = made(catalogue, {"identity": "event"}, columns=EVENT)
    events = observations(
        event,
        hits(row("2025-07-01", "2025-08-01", event_id="R1"), row("2025-07-01", "2025-08-01", event_id="R2")),
    )
    keys = [key(), key(number=2), key(point="M02"), key(uid="n5e4j9ry"), *(o.key for o in events)]
    assert len(set(keys)) == len(keys)
    assert all(len(k) == 12 and k[0].isalpha() for k in keys)


def test_the_observation_changes_exactly_with_what_was_seen(state: Topic) -> None:
    def digest(org: str = "west", **changes: Any) -> str:
        values = {"bill_id": "B1"} | changes
        (found,) = observations(state, hits(row("2025-07-01", "2025-08-01", **values), org=org))
        return found.digest

    base = digest()
    assert digest() == base
    assert digest(org="east") == base  # who is responsible is no part of what was seen
    changed = [
        digest(observed="1.5"),
        digest(kwh="10.01"),
        digest(yuan=None),
        digest(method="computed"),
        digest(bill_id="B2"),
    ]
    assert base not in changed and len(set(changed)) == len(changed)


def test_evidence_is_canonical_decimals_are_texts(state: Topic) -> None:
    (found,) = observations(state, hits(row("2025-07-01", "2025-08-01", kwh="10.50", bill_id="账单")))
    (part,) = json.loads(found.evidence)
    assert part["impact_kwh"] == "10.50"
    assert part["period_from"] == "2025-07-01"
    assert part["bill_id"] == "账单"
    assert "metering_point_id" not in part  # the subject stands on the finding itself
    assert found.evidence == json.dumps(
        json.loads(found.evidence), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def test_no_rows_no_findings(state: Topic) -> None:
    assert observations(state, []) == []


def test_a_day_counts_once_for_dates_at_the_end_of_time(episode: Topic) -> None:
    (found,) = observations(episode, hits(row("2025-07-01", "9999-12-31"), row("2026-01-01", "2026-02-01")))
    assert found.period_to == date(9999, 12, 31)
