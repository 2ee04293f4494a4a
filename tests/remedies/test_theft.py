"""Theft: the ways to its energy, its charge, and the breach charge apart."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jicha.remedies.problem import RemedyError
from tests.remedies.conftest import NEW, OLD, assessed

MOTOR = {"kw": "5", "load_kind_code": "power", "price": "0.50", "behaviour_on": OLD}


def test_unknown_time_is_presumed_and_the_breach_charge_stands_apart() -> None:
    found = assessed("theft", MOTOR)
    assert found.results["stolen_kwh"] == 5 * 180 * 12
    assert found.results["energy_yuan"] == Decimal("5400.00")
    assert found.results["breach_charge_yuan"] == Decimal("16200.00")
    assert found.results["total_yuan"] == Decimal("21600.00")
    assert found.energy is not None and found.breach is not None
    assert (found.energy.amount.yuan, found.breach.amount.yuan) == (Decimal("5400.00"), Decimal("16200.00"))
    assert any("180" in note.en for note in found.notes)


def test_lighting_is_six_hours_and_several_loads_add_up() -> None:
    inputs = {
        "items": [
            {"kw": "1", "load_kind_code": "lighting"},
            {"kw": "2", "load_kind_code": "power", "price": "0.80"},
        ],
        "price": "0.50",
        "behaviour_on": OLD,
    }
    found = assessed("theft", inputs)
    assert found.results["stolen_kwh"] == 180 * 6 + 2 * 180 * 12
    assert found.results["energy_yuan"] == Decimal(1080) * Decimal("0.5") + Decimal(4320) * Decimal("0.8")


def test_the_meters_current_stands_for_a_capacity() -> None:
    meter = {"wiring_code": "single_phase", "voltage_v": 220, "marked_current_a": 5, "maximum_current_a": 20}
    inputs = {"meter": meter, "load_kind_code": "lighting", "price": "0.5", "behaviour_on": OLD}
    assert assessed("theft", inputs).results["stolen_kwh"] == Decimal("1.1") * 180 * 6
    behind = {**inputs, "meter": {**meter, "ct": "50/5"}}
    assert assessed("theft", behind).results["stolen_kwh"] == 10 * Decimal("1.1") * 180 * 6
    three = {"wiring_code": "3P4W", "voltage_v": 380, "marked_current_a": 5}
    found = assessed("theft", {**inputs, "meter": three}).results["capacity_kw"]
    assert found == Decimal("1.732050807569") * 380 * 5 / 1000


def test_established_energy_goes_first_since_2024() -> None:
    both = {"kw": 5, "established_kwh": 900, "price": "0.5", "load_kind_code": "power"}
    assert assessed("theft", {**both, "behaviour_on": NEW}).results["energy_yuan"] == 450
    old = assessed("theft", {**both, "behaviour_on": OLD})
    assert old.results["energy_yuan"] == 5400
    assert old.results["established_kwh"] == 900


def test_a_changed_transformer_is_reckoned_by_its_factor_with_the_seal() -> None:
    inputs = {
        "ct_nominal": "150/5",
        "ct_actual": ["200/5", "150/5", "150/5"],
        "metered_kwh": 11000,
        "price": "0.60",
        "seal_penalty": 5000,
        "behaviour_on": OLD,
    }
    found = assessed("theft", inputs)
    assert found.results["back_billed_kwh"] == 1000
    assert found.results["energy_yuan"] == Decimal("600.00")
    assert found.results["breach_charge_yuan"] == Decimal("1800.00")
    assert found.results["other_breach_yuan"] == Decimal("5000.00")
    assert found.results["total_yuan"] == Decimal("7400.00")
    assert found.breach is not None and found.breach.amount.yuan == Decimal("6800.00")


@pytest.mark.parametrize(
    ("more", "kwh"),
    [
        ({"normal_kwh": 3000, "metered_kwh": 1000}, 2000),
        ({"product_output": 40, "unit_kwh": "50", "metered_kwh": 500}, 1500),
        ({"submeter_kwh": 900, "loss_kwh": 100, "metered_kwh": 700}, 300),
        ({"wiring_code": "3P4W", "lost_phases": 1, "metered_kwh": 1000}, 500),
        ({"error_pct": "-20", "metered_kwh": 800}, 200),
    ],
)
def test_comparisons_and_known_faults(more: dict[str, object], kwh: int) -> None:
    found = assessed("theft", {**more, "price": "1", "behaviour_on": NEW, "contract_multiple": 2})
    assert found.results["stolen_kwh"] == kwh
    assert found.results["breach_charge_yuan"] == 2 * kwh


def test_the_contracts_multiple_is_cut_at_the_ceiling_of_2024() -> None:
    inputs = {"established_kwh": 1000, "price": "1", "behaviour_on": NEW}
    assert assessed("theft", {**inputs, "contract_multiple": "2.5"}).results["breach_charge_yuan"] == 2500
    cut = assessed("theft", {**inputs, "contract_multiple": 5})
    assert cut.results["breach_charge_yuan"] == 3000
    assert any("ceiling" in note.en for note in cut.notes)
    without = assessed("theft", inputs)
    assert [each.code for each in without.decisions] == ["multiple_without_contract"]
    assert without.breach is not None
    assert without.breach.supportable.yuan == 0
    assert without.breach.disputable.yuan == 3000


def test_the_rules_of_1996_fix_the_multiple() -> None:
    found = assessed("theft", {**MOTOR, "contract_multiple": 2})
    assert found.results["breach_charge_yuan"] == Decimal("16200.00")
    assert any("fix" in note.en for note in found.notes)


def test_a_theft_across_the_new_rules_bears_each_multiple_for_its_days() -> None:
    """61 days of 1996 at three times, 61 of 2024 at the contract's two."""
    inputs = {
        "established_kwh": 1220,
        "price": "1",
        "period_from": "2024-04-01",
        "period_to": "2024-07-31",
        "contract_multiple": 2,
    }
    found = assessed("theft", inputs)
    assert found.results["energy_yuan"] == 1220
    assert found.results["breach_charge_yuan"] == 61 * 10 * 3 + 61 * 10 * 2
    assert [str(month) for month in found.months] == ["2024-04", "2024-05", "2024-06", "2024-07"]


def test_replayed_months_are_the_energy_money() -> None:
    inputs = {
        "replayed": [{"month": "2024-05", "yuan": "100.10"}, {"month": "2024-06", "yuan": "200.20"}],
        "contract_multiple": 1,
    }
    found = assessed("theft", inputs)
    assert found.results["energy_yuan"] == Decimal("300.30")
    assert found.results["breach_charge_yuan"] == Decimal("300.30") + Decimal("200.20")


def test_an_unknown_time_before_the_finding_has_its_months() -> None:
    found = assessed("theft", {**MOTOR, "behaviour_on": None, "found_on": "2010-06-30"})
    assert str(found.months[0]) == "2010-01"
    assert found.energy is not None
    assert sum((line.yuan.yuan for line in found.energy.lines), Decimal(0)) == Decimal("5400.00")


@pytest.mark.parametrize(
    ("inputs", "code", "field"),
    [
        ({"price": 1}, "no_day_of_behaviour", "period_from"),
        ({"price": 1, "behaviour_on": OLD}, "no_quantity", "equipment"),
        ({"kw": 1, "behaviour_on": OLD}, "missing_input", "price"),
        (
            {"normal_kwh": 1, "metered_kwh": 2, "price": 1, "behaviour_on": OLD},
            "nothing_stolen",
            "metered_kwh",
        ),
        ({"kw": 1, "price": 1, "behaviour_on": "1980-01-01"}, "no_law", None),
        ({"kw": -1, "price": 1, "behaviour_on": OLD}, "number_too_small", "kw"),
    ],
)
def test_bad_inputs_name_the_field(inputs: dict[str, object], code: str, field: str | None) -> None:
    with pytest.raises(RemedyError) as caught:
        assessed("theft", inputs)
    assert (caught.value.code, caught.value.column) == (code, field)
