"""Inputs as papers and examples of others write them: other words, other facts for the same kinds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jicha.remedies.problem import RemedyError
from jicha.remedies.spelling import fault_of
from tests.remedies.conftest import OLD, assessed

RULES = {"rules": "power_supply_rules_1996"}


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("A-phase CT reversed", "current_reversed_a"),
        ("C 相电流反接", "current_reversed_c"),
        ("phase C current reversed", "current_reversed_c"),
        ("B phase voltage open", "voltage_open_b"),
        ("PT A相熔断", "voltage_open_a"),
        ("Uc lost", "voltage_open_c"),
        ("one PT fuse blown", "one_phase_lost"),
        ("two phases open", "two_phases_lost"),
        ("A phase current open", "one_phase_lost"),
        ("two CTs reversed", "two_currents_reversed"),
        ("one current reversed", "one_current_reversed"),
        ("painted blue", None),
    ],
)
def test_faults_in_other_words(words: str, fault: str | None) -> None:
    assert fault_of(words) == fault


PAPERS: list[tuple[str, dict[str, object], dict[str, object]]] = [
    (
        "theft",
        {"items": [{"w": 100, "n": 3, "hours": 6}, {"kw": 1, "hours": 12}], "days": 180, "price": "0.5"},
        {"stolen_kwh": 2484},
    ),
    (
        "theft",
        {"u": 380, "i": 10, "phase": "3", "cos_phi": "0.8", "hours": 12, "days": 10, "price": 1},
        {"capacity_kw": Decimal("1.732050807569") * Decimal("3.04")},
    ),
    (
        "breach",
        {"kva": 100, "months": 2, "basic": 20, "penalty_multiple": 2},
        {"energy_yuan": 4000, "breach_charge_yuan": 8000},
    ),
    (
        "breach",
        {"monthly_kwh": 500, "months": 4, "price_high": "0.8", "price_low": "0.5", "penalty_multiple": 2},
        {"energy_yuan": 600},
    ),
    ("breach", {"monthly_kwh": 500, "price_diff": "0.3"}, {"energy_yuan": 450}),
    (
        "breach",
        {
            "kva": 300,
            "basic": 20,
            "days_april": 10,
            "month_days": 30,
            "full_months": 1,
            "penalty_multiple": 2,
        },
        {"energy_yuan": 8000},
    ),
    ("late_fee", {"amount": 100, "days": 20, "rate": "0.001"}, {"late_fee_yuan": 2}),
    ("late_fee", {"amount": 1000, "days_this_year": 5, "days_cross_year": 10}, {"late_fee_yuan": 40}),
    (
        "late_fee",
        {"amount": 100, "due_date": "2010-01-10", "pay_date": "2010-01-12", "min": 1},
        {"late_fee_yuan": 1},
    ),
    ("wiring_correction", {"p_correct": 3, "p_wrong": 2, "kwh": 100}, {"back_billed_kwh": 50}),
    (
        "wiring_correction",
        {"meter": "3P4W", "fault": "one PT fuse blown", "readings": [10, 30], "multiplier": 20},
        {"correct_kwh": 600},
    ),
    (
        "wiring_correction",
        {"meter": "3P3W", "fault": "A-phase CT reversed", "phi": 30, "kwh": 100},
        {"correct_kwh": 300},
    ),
    (
        "ct_ratio_error",
        {"ct_nominal": "100/5", "ct_actual": "75/5", "kwh": 1000},
        {"back_billed_kwh": -250},
    ),
    ("ct_ratio_error", {"k_wrong": 20, "k_right": 30, "diff": 10, "price": 1}, {"energy_yuan": 100}),
    ("meter_multiplier", {"ct": "150/5", "target": "50/5"}, {"turns": 3}),
    ("meter_multiplier", {"multiplier": 40, "last": 100, "this": 120}, {"used_kwh": 800}),
    (
        "meter_error_test",
        {"const": 1200, "seconds_per_rev": 60, "hours_per_day": 4, "days": 30},
        {"creep_kwh": 30},
    ),
    (
        "meter_error_test",
        {"const": 1000, "n": 9, "t": 36, "kw": 1, "kwh": 900, "class": 2},
        {"error_pct": -10, "back_billed_kwh": 100},
    ),
    (
        "instrument_transformer",
        {"fi1": "0.2", "di1": 10, "fu1": "-0.5", "du1": -10, "tan_phi": 1},
        {"composite_error_pct": "0.2820"},
    ),
    ("instrument_transformer", {"u_drop": "0.2", "u2": 100}, {"drop_pct": "0.2"}),
    ("instrument_transformer", {"s_kva": 100, "u_kv": "0.4"}, {"load_current_a": "144.337567297396"}),
    (
        "liability",
        {"hours": 10, "monthly_kwh": 7200, "month_days": 30, "price": 1, "multiple": 5},
        {"compensation_yuan": 500},
    ),
    (
        "liability",
        {"hours": 12, "daily_kwh": 480, "price": 1, "multiple": 4},
        {"possible_kwh": 240, "compensation_yuan": 960},
    ),
    ("liability", {"hours": 3, "hourly_kwh": 10, "price": 1}, {"compensation_yuan": 120}),
    ("liability", {"price": 3000, "life": 10, "used": 4}, {"compensation_yuan": 1800}),
]


@pytest.mark.parametrize(("kind", "inputs", "results"), PAPERS)
def test_papers(kind: str, inputs: dict[str, object], results: dict[str, object]) -> None:
    found = assessed(kind, {**inputs, **RULES}).results
    assert {name: found[name] for name in results} == {
        name: value if isinstance(value, Decimal) else Decimal(str(value)) for name, value in results.items()
    }


def test_a_day_has_no_more_hours() -> None:
    with pytest.raises(RemedyError) as caught:
        assessed("meter_error_test", {"const": 1, "seconds": 1, "use_hours": 25, "behaviour_on": OLD})
    assert caught.value.code == "more_hours_than_a_day"
