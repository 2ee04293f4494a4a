"""Answers about apparatus and about what the utility owes: field tests, transformers, liability."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jicha.remedies.problem import RemedyError
from tests.remedies.conftest import NEW, OLD, assessed


def test_power_by_impulses_and_the_error() -> None:
    found = assessed(
        "meter_error_test", {"const": 1200, "ct": "100/5", "pulses": 10, "seconds": 20, "actual_kw": 32}
    ).results
    assert found["metered_kw"] == 30
    assert found["error_pct"] == Decimal("-6.25")
    assert found["expected_seconds"] == Decimal("18.75")
    assert (
        assessed("meter_error_test", {"const": 3000, "n": 5, "actual_w": 100}).results["expected_seconds"]
        == 60
    )


def test_creeping() -> None:
    found = assessed(
        "meter_error_test", {"const": 1000, "pulses": 1, "seconds": 36, "idle_hours": 10, "idle_days": 30}
    )
    assert found.results["creep_kwh"] == 30


@pytest.mark.parametrize(
    ("inputs", "results"),
    [
        (
            {"sn": 10, "burden": [2, "1.75"], "i2": 5, "length_m": 25, "conductivity": 57},
            {"wire_ohm": "0.25", "section_mm2": 4},
        ),
        (
            {"sn": 10, "burden": 5, "i2": 5, "length_m": 100, "rho": "0.02"},
            {"wire_ohm": "0.2", "calculated_mm2": 20, "section_mm2": 25},
        ),
        (
            {
                "sn": 10,
                "burden": 2,
                "i2": 5,
                "contact_ohm": "0.1",
                "length_m": 10,
                "conductivity": 50,
                "connection": "star",
            },
            {"wire_ohm": "0.22"},
        ),
        ({"burden": 3, "i2": 5, "wire_ohm": "0.2", "contact_ohm": "0.05"}, {"actual_va": "9.25"}),
        (
            {"burden": 3, "i2": 5, "section_mm2": 4, "length_m": 20, "conductivity": 50},
            {"wire_ohm": "0.2", "actual_va": 8},
        ),
        ({"i": 95, "series": [50, 75, 100, 150]}, {"primary_current_a": 100}),
        ({"kva": 1000, "kv": 10, "series": [50, 75, 100]}, {"primary_current_a": 75}),
        ({"primary_a": 120, "ct": "200/5"}, {"secondary_current_a": 3}),
    ],
)
def test_secondary_circuit_and_choice(inputs: dict[str, object], results: dict[str, object]) -> None:
    found = assessed("instrument_transformer", inputs).results
    assert {name: found[name] for name in results} == {
        name: Decimal(str(value)) for name, value in results.items()
    }


def test_composite_error_of_one_two_and_three_elements() -> None:
    one = {
        "elements": [
            {
                "ct_ratio_error_pct": "0.2",
                "ct_phase_minutes": 10,
                "vt_ratio_error_pct": "-0.5",
                "vt_phase_minutes": -10,
            }
        ],
        "tan_phi": 1,
    }
    assert assessed("instrument_transformer", one).results["composite_error_pct"] == Decimal("0.2820")
    two = {
        "elements": [
            {"fi": "0.2", "di": 10, "fu": "-0.3", "du": 5},
            {"fi": "0.1", "di": 5, "fu": "0.4", "du": 15},
        ],
        "tan_phi": "0.5",
    }
    by_hand = Decimal("0.5") * (Decimal("-0.1") + Decimal("0.5")) + Decimal("0.0145") * (5 - 10) * Decimal(
        "0.5"
    )
    by_hand += Decimal("0.0084") * (5 + 10) + Decimal("0.289") * (Decimal("0.5") + Decimal("0.1")) * Decimal(
        "0.5"
    )
    found = assessed(
        "instrument_transformer", {**two, "meter_error_pct": "0.3", "drop_error_pct": "-0.1"}
    ).results
    assert by_hand == Decimal("0.37645")  # rounded half up to four places
    assert found["composite_error_pct"] == Decimal("0.3765")
    assert found["total_error_pct"] == found["composite_error_pct"] + Decimal("0.2")
    three = {"elements": [{"fi": "0.3"}, {"fi": "0.3"}, {"fi": "-0.3"}]}
    assert assessed("instrument_transformer", three).results["composite_error_pct"] == Decimal("0.1000")


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({}, "nothing_asked"),
        ({"sn": 5, "burden": 6, "i2": 5}, "burden_too_large"),
        ({"i": 900, "series": [100]}, "no_rating"),
        ({"i": 900}, "missing_input"),
        ({"elements": [{"di": 5}]}, "no_load_angle"),
        ({"sn": 10, "burden": 1, "i2": 5, "length_m": 9999, "conductivity": 57}, "no_section"),
    ],
)
def test_bad_transformers(inputs: dict[str, object], code: str) -> None:
    with pytest.raises(RemedyError) as caught:
        assessed("instrument_transformer", inputs)
    assert caught.value.code == code


def test_an_outage_costs_a_multiple_by_the_structure_and_the_rules() -> None:
    inputs = {"cause": "outage", "hours": 12, "monthly_kwh": 60000, "month_days": 30, "price": "0.5"}
    assert assessed("liability", {**inputs, "behaviour_on": OLD}).results["compensation_yuan"] == 2000
    two = {**inputs, "tariff_structure_code": "two_part"}
    assert assessed("liability", {**two, "behaviour_on": OLD}).results["compensation_yuan"] == 2500
    assert assessed("liability", {**two, "behaviour_on": NEW}).results["compensation_yuan"] == 2000


def test_voltage_outside_its_limits() -> None:
    inputs = {"cause": "voltage", "kwh": 1000, "price": "0.6", "behaviour_on": OLD}
    assert assessed("liability", inputs).results["compensation_yuan"] == 120


@pytest.mark.parametrize(
    ("appliance", "due"),
    [
        ({"price_paid": 3000, "appliance": "电视机", "years_used": 4}, 1800),
        ({"price_paid": 2400, "appliance": "电冰箱", "years_used": 15}, 240),
        ({"price_paid": 2400, "appliance": "motor", "months_used": 6}, 2400),
        ({"price_paid": 2400, "appliance": "motor", "months_used": 36}, 1800),
        ({"price_paid": 100, "life_years": 4, "years_used": 1}, 75),
        ({"repair_yuan": 80}, 80),
    ],
)
def test_damaged_appliances(appliance: dict[str, object], due: int) -> None:
    inputs = {"cause": "appliance", **appliance, "behaviour_on": OLD}
    assert assessed("liability", inputs).results["compensation_yuan"] == due


def test_several_appliances() -> None:
    items = [{"price_paid": 1000, "appliance": "light", "years_used": 1}, {"repair_yuan": 50}]
    found = assessed("liability", {"items": items, "behaviour_on": OLD}).results
    assert (found["item_1_yuan"], found["item_2_yuan"], found["compensation_yuan"]) == (500, 50, 550)


@pytest.mark.parametrize(("owner", "customers"), [(True, 50), (False, 0)])
def test_losses_are_the_owners(owner: bool, customers: int) -> None:
    inputs = {
        "metered_kwh": 1000,
        "loss_ratio_pct": 5,
        "is_customers_equipment": owner,
        "price": 1,
        "behaviour_on": OLD,
    }
    found = assessed("liability", inputs).results
    assert (found["owner_kwh"], found["utility_kwh"]) == (customers, 50 - customers)


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"hours": 1}, "no_day_of_behaviour"),
        ({"hours": 1, "behaviour_on": OLD}, "missing_input"),
        ({"lost_kwh": 1, "behaviour_on": OLD}, "missing_input"),
    ],
)
def test_bad_liability(inputs: dict[str, object], code: str) -> None:
    with pytest.raises(RemedyError) as caught:
        assessed("liability", inputs)
    assert caught.value.code == code
