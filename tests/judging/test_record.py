"""What the gate takes for worse, and what it lets pass; cards added up."""

from __future__ import annotations

from decimal import Decimal

from jicha.judging.pooling import pooled
from tests.properties.scorecard_record import bounds, fallen

from .bench import DROP, cause, finding, judged, rulebook


def test_bounds_are_those_on_the_bad_side() -> None:
    card = judged(
        [cause("bypass", "C1", energy_yuan=Decimal("10.00")), cause("moved", "C2")],
        [finding(DROP, "P1", yuan="8.00"), finding(DROP, "P3")],
    )
    found = bounds(card)
    assert found["recall"] == round(card.overall["recall"].low or 0, 6)
    assert found["innocents_accused_ratio"] == round(card.overall["innocents_accused_ratio"].high or 0, 6)
    assert found["money_error_ratio"] == 0.2
    assert fallen(card, found) == []


def test_worse_is_told_and_better_is_not() -> None:
    causes = [cause("bypass", "C1"), cause("bypass", "C2"), cause("moved", "C3")]
    good = judged(causes, [finding(DROP, "P1"), finding(DROP, "P2")])
    bad = judged(causes, [finding(DROP, "P1"), finding(DROP, "P3")])
    told = [words.partition(":")[0] for words in fallen(bad, bounds(good))]
    assert told == ["innocents_accused_ratio", "precision", "recall"]
    assert fallen(good, bounds(bad)) == []


def test_a_figure_that_has_lost_its_cases_has_fallen() -> None:
    before = bounds(judged([cause("bypass", "C1")], [finding(DROP, "P1")]))
    nothing = judged()
    assert {words.partition(":")[0] for words in fallen(nothing, before)} == set(before)


def test_cards_are_added_up_case_by_case() -> None:
    one = judged([cause("bypass", "C1"), cause("later", "C2")], [finding(DROP, "P1")])
    two = judged([cause("bypass", "C1"), cause("bypass", "C2")], [finding(DROP, "P5")])
    both = pooled([one, two], rulebook().confidence)
    assert (both.overall["recall"].part, both.overall["recall"].whole) == (1, 3)
    assert (both.topics[DROP]["precision"].part, both.topics[DROP]["precision"].whole) == (1, 2)
    assert both.overall["recall"].low is not None
    assert [(each.mechanism, each.count) for each in both.unjudged] == [("later", 1)]
    assert both.counts["guilty"] == 4
