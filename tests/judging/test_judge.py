"""Hand-made keys and findings, exact figures."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from jicha.judging.scorecard import Scorecard

from .bench import DROP, HIGH, TOPICS, ZERO, cause, finding, judged

HEADLINES = [
    "recall",
    "precision",
    "innocents_accused_ratio",
    "guilty_cleared_ratio",
    "money_error_ratio",
]


def of(card: Scorecard, metric: str, topic: str | None = None) -> tuple[Any, Any] | None:
    """Part and whole of a figure; None where there is no case."""
    figures = card.overall if topic is None else card.topics.get(topic, {})
    found = figures.get(metric)
    return None if found is None else (found.part, found.whole)


# -- recall ---------------------------------------------------------------------------------------------


def test_found_missed_and_found_by_another_topic_than_ought() -> None:
    card = judged(
        [cause("bypass", "C1"), cause("bypass", "C2"), cause("bypass", "C3")],
        [finding(DROP, "P1"), finding(HIGH, "area:A1")],
    )
    assert of(card, "recall") == (1, 3)
    assert of(card, "recall", DROP) == (1, 3)
    assert of(card, "recall", ZERO) == (0, 3)
    assert of(card, "precision") == (2, 2)  # the area may be told high by what bypasses in it


def test_a_cause_seen_by_two_topics_counts_once() -> None:
    card = judged([cause("bypass", "C1")], [finding(DROP, "P1"), finding(ZERO, "P1")])
    assert of(card, "recall") == (1, 1)
    assert of(card, "recall", DROP) == of(card, "recall", ZERO) == (1, 1)
    assert of(card, "precision") == (2, 2)


@pytest.mark.parametrize(
    ("first", "last", "is_found"),
    [
        ("2026-04-01", "2026-05-01", True),  # begins where the cause ends: the bill that follows
        ("2026-04-02", "2026-05-01", False),
        ("2026-01-01", "2026-02-01", True),
        ("2026-01-01", "2026-01-31", False),
        ("2026-03-01", "2026-03-02", True),  # within: found in part is found
        ("2025-06-01", "2026-06-30", True),
    ],
)
def test_edges_of_the_period(first: str, last: str, is_found: bool) -> None:
    card = judged([cause("bypass", "C1")], [finding(DROP, "P1", first, last)])
    assert of(card, "recall") == (int(is_found), 1)
    assert of(card, "precision") == (int(is_found), 1)
    assert of(card, "outsiders_accused_ratio") == (0, 7)


@pytest.mark.parametrize(
    ("first", "last", "is_judged"),
    [
        ("2025-10-01", "2026-01-01", False),  # ends with the eve of the window
        ("2025-10-01", "2026-01-02", True),
        ("2026-06-30", "2026-08-01", True),
        ("2026-07-01", "2026-08-01", False),  # begins after the last day looked at
    ],
)
def test_edges_of_the_window(first: str, last: str, is_judged: bool) -> None:
    card = judged([cause("bypass", "C1", first, last)])
    assert of(card, "recall") == ((0, 1) if is_judged else None)


@pytest.mark.parametrize("subject", ["metering_point:P1", "meter:M1", "customer:C1"])
@pytest.mark.parametrize("seen", ["metering_point:P1", "meter:M1", "customer:C1"])
def test_a_subject_is_met_by_whatever_belongs_to_its_customer(subject: str, seen: str) -> None:
    card = judged([cause("bypass", subject)], [finding(DROP, seen), finding(DROP, "P2")])
    assert of(card, "recall") == (1, 1)
    assert of(card, "precision") == (1, 2)


def test_what_holds_a_customer_meets_it_and_neighbours_do_not_meet_each_other() -> None:
    fault = cause("link", "area:A1")
    assert of(judged([fault], [finding(HIGH, "area:A1")]), "recall") == (1, 1)
    assert of(judged([fault], [finding(HIGH, "P1")]), "recall") == (1, 1)
    assert of(judged([fault], [finding(HIGH, "P5")]), "recall") == (0, 1)
    assert of(judged([cause("bypass", "C1")], [finding(DROP, "P2")]), "recall") == (0, 1)


def test_a_mechanism_without_a_topic_is_unjudged_and_not_missed() -> None:
    card = judged([cause("later", "C1"), cause("later", "C2"), cause("never_reviewed", "C3")])
    assert of(card, "recall") is None
    assert [(each.mechanism, each.count, each.is_reviewed) for each in card.unjudged] == [
        ("later", 2, True),
        ("never_reviewed", 1, False),
    ]


# -- precision and innocents ----------------------------------------------------------------------------


def test_a_finding_on_an_unplanted_customer() -> None:
    card = judged([cause("bypass", "C1")], [finding(DROP, "P1"), finding(DROP, "P2"), finding(ZERO, "P2")])
    assert of(card, "precision") == (1, 3)
    assert of(card, "outsiders_accused_ratio") == (1, 7)


def test_innocents() -> None:
    card = judged(
        [cause("moved", "C1"), cause("moved", "C2"), cause("moved", "C3")],
        [
            finding(DROP, "P1"),
            finding(ZERO, "P1"),
            finding(
                DROP, "P2", "2026-05-01", "2026-06-01"
            ),  # at another time: no accusation of this innocent
            finding(HIGH, "area:A1"),  # may be seen, and is not their own
        ],
    )
    assert of(card, "innocents_accused_ratio") == (1, 3)
    assert of(card, "innocents_accused_ratio", DROP) == (1, 3)
    assert of(card, "innocents_accused_ratio", HIGH) is None
    assert of(card, "precision") == (1, 4)


def test_an_innocent_beside_a_guilty_cause_is_not_accused_by_what_finds_that() -> None:
    card = judged([cause("moved", "C1"), cause("bypass", "C1")], [finding(DROP, "P1")])
    assert of(card, "innocents_accused_ratio") == (0, 1)
    assert of(card, "precision") == (1, 1)


# -- cleared --------------------------------------------------------------------------------------------


def test_guilty_cleared() -> None:
    card = judged(
        [cause("bypass", f"C{number}") for number in (1, 2, 3)] + [cause("link", "area:A2")],
        [finding(ZERO, "P2")],
        [finding(DROP, "P1"), finding(DROP, "P1"), finding(DROP, "P2"), finding(HIGH, "P3")],
    )
    assert of(card, "guilty_cleared_ratio") == (
        1,
        3,
    )  # C2 was found by another topic, C3 by none that ought to
    assert of(card, "guilty_cleared_ratio", DROP) == (2, 3)
    assert of(card, "recall") == (1, 4)
    assert of(card, "precision") == (1, 1)  # a cleared hit accuses nobody
    assert card.counts["cleared"] == 4


# -- money ----------------------------------------------------------------------------------------------


def test_money() -> None:
    card = judged(
        [
            cause("bypass", "C1", energy_yuan=Decimal("100.00")),
            cause("bypass", "C2", energy_yuan=Decimal("-40.00")),
            cause("bypass", "C3", energy_yuan=Decimal("60.00")),  # not found
            cause("bypass", "C4", "2025-12-01", "2026-03-01", energy_yuan=Decimal("999.00")),  # begins before
            cause("link", "area:A2", energy_yuan=Decimal("500.00")),  # its topic claims no money
        ],
        [
            finding(DROP, "P1", yuan="90.00"),
            finding(DROP, "P2", yuan="-50.00"),
            finding(DROP, "P4", yuan="1.00"),
        ],
    )
    assert of(card, "money_error_ratio") == (Decimal("80.00"), Decimal("200.00"))
    assert of(card, "money_found_ratio") == (Decimal("140.00"), Decimal("200.00"))
    assert of(card, "money_error_ratio", ZERO) == (Decimal("200.00"), Decimal("200.00"))


def test_money_of_two_topics_is_not_added() -> None:
    card = judged(
        [cause("bypass", "C1", energy_yuan=Decimal("100.00"))],
        [
            finding(DROP, "P1", yuan="70.00"),
            finding(ZERO, "P1", yuan="90.00"),
            finding(ZERO, "P1", yuan="5.00"),
        ],
    )
    assert of(card, "money_error_ratio") == (Decimal("5.00"), Decimal("100.00"))


def test_money_of_a_finding_goes_to_one_cause() -> None:
    """To the one it shares most days with; where these are equal, to the first of the key."""
    short = cause("bypass", "C1", "2026-02-01", "2026-02-10", energy_yuan=Decimal("100.00"))
    long = cause("bypass", "C1", "2026-02-10", "2026-04-01", energy_yuan=Decimal("300.00"))
    seen = [finding(DROP, "P1", yuan="400.00")]
    assert of(judged([short, long], seen), "money_error_ratio") == (Decimal("200.00"), Decimal("400.00"))
    twin = cause("bypass", "C1", energy_yuan=Decimal("100.00"))
    other = cause("bypass", "C1", energy_yuan=Decimal("300.00"))
    assert of(judged([twin, other], seen), "money_error_ratio") == (Decimal("600.00"), Decimal("400.00"))
    assert of(judged([other, twin], seen), "money_error_ratio") == (Decimal("200.00"), Decimal("400.00"))


# -- classes, empty sets, shape -------------------------------------------------------------------------


def test_classes() -> None:
    card = judged(
        [
            cause("bypass", "C1", energy_yuan=Decimal("99.99")),
            cause("bypass", "C2", energy_yuan=Decimal("-100.00")),
            cause("bypass", "C3"),
        ],
        [finding(DROP, "P1")],
        readings={"C1": 181, "C2": 172, "C3": 100},
    )
    assert {name: (f["recall"].part, f["recall"].whole) for name, f in card.sizes.items()} == {
        "00_no_money": (0, 1),
        "01_under_100": (1, 1),
        "02_under_1000": (0, 1),
    }
    gaps = {name: (f["recall"].part, f["recall"].whole) for name, f in card.gaps.items() if "recall" in f}
    assert gaps == {"01_under_1": (1, 1), "02_under_5": (0, 1), "04_from_20": (0, 1)}


def test_nothing_at_all() -> None:
    card = judged(customers=[])
    assert card.overall == {}
    shape = card.as_json()
    assert [shape["overall"][name] for name in HEADLINES] == [None] * 5
    assert shape["topics"] == shape["mechanisms"] == shape["unjudged"] == card.rows() == []


def test_no_topics_no_findings() -> None:
    card = judged([cause("bypass", "C1"), cause("moved", "C2")], topics=[])
    assert of(card, "recall") is None
    assert of(card, "innocents_accused_ratio") == (0, 1)
    assert [each.mechanism for each in card.unjudged] == ["bypass"]


def test_shape_of_the_json() -> None:
    card = judged(
        [cause("bypass", "C1", energy_yuan=Decimal("10.00")), cause("moved", "C2")],
        [finding(DROP, "P1", yuan="8.00"), finding(DROP, "P2")],
    )
    shape = json.loads(json.dumps(card.as_json()))
    assert set(shape["overall"]) == {*HEADLINES, "intervals", "counts"}
    assert [shape["overall"][name] for name in HEADLINES] == [1.0, 0.5, 1.0, 0.0, 0.2]
    assert shape["overall"]["counts"]["precision"] == [1, 2]
    assert shape["overall"]["counts"]["money_error_ratio"] == [2, 10]
    low, high = shape["overall"]["intervals"]["precision"]
    assert 0.09 < low < 0.1 and 0.9 < high < 0.91
    assert shape["overall"]["intervals"]["money_error_ratio"] is None
    assert [row["topic"] for row in shape["topics"]] == [ZERO, DROP]  # the worst first
    assert {row["topic_code"] for row in shape["topics"]} <= {topic.code for topic in TOPICS}
    assert [row["mechanism"] for row in shape["mechanisms"]] == ["moved", "bypass"]
    assert shape["counts"] == {
        "guilty": 1, "data": 0, "innocent": 1, "findings": 2, "cleared": 0, "topics": 3,
    }  # fmt: skip
