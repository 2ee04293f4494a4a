"""Residents on tiers: back into the months where they are known, in the resident's favour where not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jicha.remedies.problem import RemedyError
from tests.remedies.conftest import OLD, assessed

TIERS = [["0.50", 200], ["0.55", 100], ["0.80", 40]]


def test_a_supplement_of_unknown_months_is_at_the_first_tier() -> None:
    found = assessed("residential_correction", {"kwh": 100, "tiers": TIERS, "behaviour_on": OLD})
    assert found.results["energy_yuan"] == 50


def test_a_refund_of_unknown_months_comes_off_the_highest_tier() -> None:
    found = assessed("residential_correction", {"kwh": -100, "tiers": TIERS, "behaviour_on": OLD})
    assert found.results["energy_yuan"] == -(40 * Decimal("0.80") + 60 * Decimal("0.55"))


@pytest.mark.parametrize("sign", [1, -1])
def test_known_months_are_replayed(sign: int) -> None:
    months = [{"month": "2020-01", "yuan": sign * 30}, {"month": "2020-02", "yuan": sign * 12}]
    found = assessed("residential_correction", {"replayed": months})
    assert found.results["energy_yuan"] == sign * 42


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"kwh": -1000, "tiers": TIERS}, "refund_above_billed"),
        ({"kwh": 10}, "missing_input"),
        ({"kwh": 10, "is_period_traceable": True}, "no_replay"),
        (
            {"is_period_traceable": False, "replayed": [{"month": "2020-01", "yuan": 1}]},
            "replay_without_months",
        ),
    ],
)
def test_bad_inputs(inputs: dict[str, object], code: str) -> None:
    with pytest.raises(RemedyError) as caught:
        assessed("residential_correction", {**inputs, "behaviour_on": None if "replayed" in inputs else OLD})
    assert caught.value.code == code
