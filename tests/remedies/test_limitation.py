"""Limitation: three years from knowledge, twenty at most, interruptions; apart, not pleaded against refunds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jicha.kernel.period import Period
from jicha.remedies.ground import Ground
from jicha.remedies.limitation import Facts, Span, anniversary, expiry, is_at_risk, months_on
from jicha.remedies.problem import RemedyError
from tests.remedies.conftest import LAW, LEXICON, assessed


def facts(**told: object) -> Facts:
    empty: dict[str, object] = {
        "found_on": None, "claimed_on": None, "demands": (), "acknowledgements": (), "lawsuits": (),
        "obstacles": (), "issued_month": None,
    }  # fmt: skip
    return Facts(**{**empty, **told})  # type: ignore[arg-type]


def span(first: date, last: date) -> Span:
    return Span(Period.inclusive(first, last), last)


def ground(**choices: str) -> Ground:
    return Ground(LAW, LEXICON, date(2024, 1, 1), choices=choices)


MARCH = span(date(2020, 3, 1), date(2020, 3, 31))


def expires(told: Facts, reading: str = "found", at: Span = MARCH, **choices: str) -> date:
    found = expiry(at, told, ground(**choices), reading)
    assert found is not None
    return found.expires_on


def test_three_years_from_knowledge() -> None:
    assert expires(facts(found_on=date(2021, 5, 10))) == date(2024, 5, 10)
    assert expires(facts(), "issued") == date(2023, 3, 31)
    assert expires(facts(), "behaviour") == date(2023, 3, 31)
    assert expiry(MARCH, facts(), ground(), "found") is None


def test_two_years_before_2017_and_the_transition() -> None:
    told = facts(found_on=date(2014, 1, 1))
    assert expires(told) == date(2016, 1, 1)
    running = facts(found_on=date(2016, 1, 1))
    old = span(date(2015, 12, 1), date(2015, 12, 31))
    assert expires(running, at=old) == date(2019, 1, 1)
    assert expires(running, at=old, limitation_transition="by_day_of_fact") == date(2018, 1, 1)


def test_demand_acknowledgement_and_lawsuit_start_it_anew() -> None:
    told = {"found_on": date(2018, 1, 1)}
    for event in ("demands", "acknowledgements", "lawsuits"):
        assert expires(facts(**told, **{event: (date(2020, 6, 1),)})) == date(2023, 6, 1)
    chain = facts(**told, demands=(date(2020, 6, 1), date(2023, 5, 31)))
    assert expires(chain) == date(2026, 5, 31)


def test_a_demand_after_expiry_does_not_count_but_an_acknowledgement_revives() -> None:
    told = {"found_on": date(2018, 1, 1), "claimed_on": date(2023, 1, 1)}
    assert is_at_risk(MARCH, facts(**told), ground(), "found") is True
    late = facts(**told, demands=(date(2021, 1, 2),))
    assert is_at_risk(MARCH, late, ground(), "found") is True
    agreed = facts(**told, acknowledgements=(date(2022, 1, 2),))
    assert is_at_risk(MARCH, agreed, ground(), "found") is False


def test_the_last_day_still_counts() -> None:
    told = {"found_on": date(2018, 1, 1)}
    on_time = facts(**told, claimed_on=date(2021, 1, 1))
    late = facts(**told, claimed_on=date(2021, 1, 2))
    assert is_at_risk(MARCH, on_time, ground(), "found") is False
    assert is_at_risk(MARCH, late, ground(), "found") is True
    assert expires(facts(**told, demands=(date(2021, 1, 1),))) == date(2024, 1, 1)
    assert expires(facts(**told, demands=(date(2021, 1, 2),))) == date(2021, 1, 1)


def test_an_obstacle_in_the_last_six_months_halts_it() -> None:
    told = {"found_on": date(2018, 1, 1)}
    late = Period.inclusive(date(2020, 12, 1), date(2021, 3, 31))
    early = Period.inclusive(date(2019, 1, 1), date(2019, 3, 31))
    assert expires(facts(**told, obstacles=(late,))) == date(2021, 9, 30)
    assert expires(facts(**told, obstacles=(early,))) == date(2021, 1, 1)


def test_twenty_years_at_most_whatever_interrupts() -> None:
    told = facts(found_on=date(2039, 1, 1), demands=(date(2040, 2, 1),))
    assert expires(told) == date(2040, 3, 31)


def test_days_at_the_end_of_february() -> None:
    assert anniversary(date(2020, 2, 29), 3) == date(2023, 2, 28)
    assert anniversary(date(2020, 2, 29), 4) == date(2024, 2, 29)
    assert months_on(date(2020, 8, 31), 6) == date(2021, 2, 28)


MONTHS = [
    {"month": "2019-05", "yuan": "100.00", "issued_on": "2019-06-05"},
    {"month": "2022-05", "yuan": "50.00", "issued_on": "2022-06-05"},
]
FOUND = {"found_on": "2023-02-01", "claimed_on": "2023-03-01", "issued_month": "2023-04"}


def test_by_default_nothing_of_a_fresh_finding_is_at_risk_but_the_other_readings_are_shown() -> None:
    found = assessed("adjustment", {"replayed": MONTHS, **FOUND})
    assert found.energy is not None
    assert found.energy.at_risk.yuan == 0
    assert {reading: money.yuan for reading, money in found.energy.at_risk_by_reading.items() if money} == {
        "issued": Decimal("100.00"),
        "behaviour": Decimal("100.00"),
    }
    assert [each.code for each in found.decisions] == ["limitation_defence"]
    assert [str(month) for month in found.months] == ["2019-05", "2022-05"]
    assert str(found.issued_month) == "2023-04"


@pytest.mark.parametrize("reading", ["issued", "behaviour"])
def test_the_part_at_risk_is_apart_and_neither_added_nor_dropped(reading: str) -> None:
    found = assessed("adjustment", {"replayed": MONTHS, **FOUND}, limitation_start=reading)
    claim = found.energy
    assert claim is not None
    assert (claim.at_risk.yuan, claim.supportable.yuan) == (Decimal("100.00"), Decimal("50.00"))
    assert claim.amount.yuan == Decimal("150.00")
    assert [line.is_at_risk for line in claim.lines] == [True, False]


def test_limitation_is_not_pleaded_against_a_refund() -> None:
    months = [{**month, "yuan": f"-{month['yuan']}"} for month in MONTHS]
    found = assessed("adjustment", {"replayed": months, **FOUND}, limitation_start="issued")
    assert found.energy is not None
    assert found.energy.at_risk.yuan == 0
    assert found.energy.supportable.yuan == Decimal("-150.00")
    assert any("does not plead" in note.en for note in found.notes)
    pleaded = assessed(
        "adjustment",
        {"replayed": months, **FOUND},
        limitation_start="issued",
        limitation_against_refunds="pleaded",
    )
    assert pleaded.energy is not None and pleaded.energy.at_risk.yuan == Decimal("-100.00")
    assert "limitation_defence" in [each.code for each in pleaded.decisions]


def test_unknown_facts_are_told() -> None:
    found = assessed("adjustment", {"replayed": MONTHS})
    assert found.energy is not None and not found.energy.is_judged
    assert any("not judged" in note.en for note in found.notes)


def test_what_is_contested_is_disputable() -> None:
    found = assessed("adjustment", {"replayed": MONTHS, **FOUND, "contested_yuan": "60"})
    claim = found.energy
    assert claim is not None
    assert (claim.supportable.yuan, claim.disputable.yuan) == (Decimal("90.00"), Decimal("60.00"))


def test_a_partial_replay_never_looks_like_a_total() -> None:
    months = [MONTHS[0], {**MONTHS[1], "is_partial": True}]
    assert any("partial" in note.en for note in assessed("adjustment", {"replayed": months, **FOUND}).notes)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"claimed_on": "2023-01-01"}, "claimed_before_found"),
        ({"obstacles": [{"from": "2022-02-01", "to": "2022-01-01"}]}, "obstacle_span"),
        ({"replayed": []}, "no_day_of_behaviour"),
        ({"replayed": [{"month": "2022-13", "yuan": 1}]}, "not_a_month"),
        ({"replayed": [{"month": "2022-12", "yuan": "0.001"}]}, "not_whole_fen"),
    ],
)
def test_bad_facts(more: dict[str, object], code: str) -> None:
    inputs: dict[str, object] = {"replayed": MONTHS, "found_on": "2023-02-01", **more}
    if code == "no_day_of_behaviour":
        del inputs["found_on"]
    with pytest.raises(RemedyError) as caught:
        assessed("adjustment", inputs)
    assert caught.value.code == code
