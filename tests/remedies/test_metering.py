"""Metering errors: the six causes, factors by law and by phasors, ratios, the multiplier."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jicha.remedies.problem import RemedyError
from tests.remedies.conftest import LAW, LEXICON, NEW, OLD, assessed

DAY = {"behaviour_on": OLD}


def test_an_error_beyond_its_limit_counts_half_the_time() -> None:
    inputs = {"cause": "beyond_error_limit", "error_pct": "-5", "metered_kwh": 1900, "price": "0.5"}
    found = assessed("metering_error", {**inputs, "period_from": "2010-01-01", "period_to": "2010-12-31"})
    assert found.results["back_billed_kwh"] == 50
    assert found.results["energy_yuan"] == 25
    assert str(found.months[0]) == "2010-07"
    over = assessed("metering_error", {**inputs, "error_pct": "25", "metered_kwh": 1000, **DAY})
    assert over.results["energy_yuan"] == Decimal("-50.00")
    within = assessed("metering_error", {**inputs, "error_limit_pct": 5, **DAY})
    assert within.results["back_billed_kwh"] == 0


def test_a_voltage_drop_is_a_supplement_only() -> None:
    inputs = {
        "cause": "line_voltage_drop",
        "allowed_drop_pct": "0.5",
        "metered_kwh": 10000,
        "price": 1,
        **DAY,
    }
    assert assessed("metering_error", {**inputs, "found_drop_pct": 2}).results["back_billed_kwh"] == 150
    assert assessed("metering_error", {**inputs, "found_drop_pct": "0.2"}).results["back_billed_kwh"] == 0


@pytest.mark.parametrize("cause", ["other_without_fault", "voltage_fuse"])
def test_the_normal_month_stands_in(cause: str) -> None:
    inputs = {
        "cause": cause,
        "normal_kwh": 1000,
        "normal_months": 3,
        "metered_kwh": 600,
        "price": "0.5",
        **DAY,
    }
    found = assessed("metering_error", inputs)
    assert (found.results["back_billed_kwh"], found.results["energy_yuan"]) == (2400, 1200)


def test_a_blown_fuse_by_its_factor() -> None:
    inputs = {
        "cause": "voltage_fuse",
        "wiring_code": "3P4W",
        "lost_phases": 1,
        "metered_kwh": 2000,
        "price": 1,
        **DAY,
    }
    assert assessed("metering_error", inputs).results["back_billed_kwh"] == 1000


def test_a_faulty_transformer_is_a_cause_since_2024() -> None:
    inputs = {"cause": "instrument_transformer_fault", "error_pct": -20, "metered_kwh": 80, "price": 1}
    assert assessed("metering_error", {**inputs, "behaviour_on": NEW}).results["back_billed_kwh"] == 20
    with pytest.raises(RemedyError):
        assessed("metering_error", {**inputs, **DAY})


def test_a_wrong_multiplier_either_way() -> None:
    inputs = {"cause": "wrong_multiplier", "register_difference": 30, "price": "0.5", **DAY}
    under = assessed("metering_error", {**inputs, "ct": "200/5", "multiplier_used": 20})
    assert (under.results["back_billed_kwh"], under.results["energy_yuan"]) == (600, 300)
    over = assessed("metering_error", {**inputs, "ct": "100/5", "multiplier_used": 40})
    assert over.results["energy_yuan"] == -300


def test_factors_of_the_law_are_those_of_the_phasors() -> None:
    """Every row of law.wiring_correction against what its elements are really connected to."""
    wired = {
        "current_reversed_a": [("ab", "a", True), ("cb", "c", False)],
        "current_reversed_c": [("ab", "a", False), ("cb", "c", True)],
        "voltage_open_a": [("cb", "c", False)],
        "voltage_open_c": [("ab", "a", False)],
        "one_phase_lost": [("a", "a", False), ("b", "b", False)],
        "two_phases_lost": [("a", "a", False)],
        "one_current_reversed": [("a", "a", True), ("b", "b", False), ("c", "c", False)],
        "two_currents_reversed": [("a", "a", True), ("b", "b", True), ("c", "c", False)],
    }
    halves = {"voltage_open_b": [("ac", "a", "0.5"), ("ca", "c", "0.5")]}
    seen = set()
    for row in LAW.table("wiring_correction").rows:
        fault, wiring = str(row.values["wiring_fault_code"]), str(row.values["wiring_code"])
        by_law = assessed(
            "wiring_correction",
            {"fault": fault, "meter": wiring, "cos_phi": "0.8", "behaviour_on": row.valid_from},
        )
        if fault in halves:
            elements = [{"u": u, "i": i, "voltage_share": share} for u, i, share in halves[fault]]
        else:
            elements = [{"u": u, "i": i, "reversed": reverse} for u, i, reverse in wired[fault]]
        inputs = {"elements": elements, "cos_phi": "0.8", "behaviour_on": row.valid_from}
        gap = (
            assessed("wiring_correction", inputs).results["correction_factor"]
            - by_law.results["correction_factor"]
        )
        assert abs(gap) < Decimal("0.00000001"), fault
        seen.add(fault)
    assert seen == {*wired, *halves}


@pytest.mark.parametrize(
    ("inputs", "factor"),
    [
        ({"meter": "3P4W", "lost_phases": 2}, 3),
        ({"meter": "3P4W", "reversed_phases": 1}, 3),
        ({"meter": "3P3W", "fault": "B相电压断线", "cos_phi": "0.9"}, 2),
        ({"elements": [{"u": "bc", "i": "a"}, {"u": "ac", "i": "c"}], "tan_phi": "0.5"}, None),
        ({"correction_factor": "1.25"}, Decimal("1.25")),
        ({"error_pct": "-50"}, 2),
        ({"phase_errors_pct": [0, -40, 10]}, Decimal("1.111111111111")),
        ({"ct_nominal": "200/5", "ct_actual": "300/5"}, Decimal("1.5")),
        ({"ct_nominal": "100/5", "ct_actual": ["50/5", "100/5"], "meter": "3P3W"}, Decimal("0.666666666667")),
        ({"ct_nominal": "100/5", "ct_actual": ["100/5", "100/5", "50/5"]}, Decimal("0.75")),
    ],
)
def test_factors(inputs: dict[str, object], factor: Decimal | None) -> None:
    found = assessed("wiring_correction", {**inputs, **DAY}).results["correction_factor"]
    assert factor is None or found == factor


def test_angle_power_factor_and_tangent_agree() -> None:
    base = {"meter": "3P3W", "fault": "current_reversed_a", **DAY}
    by_angle = assessed("wiring_correction", {**base, "phi_degree": 60})
    by_cosine = assessed("wiring_correction", {**base, "cos_phi": "0.5"})
    assert by_angle.results["correction_factor"] == Decimal("1.000000000000")
    assert by_cosine.results["correction_factor"] == by_angle.results["correction_factor"]


def test_two_elements_share_the_power_by_the_angle() -> None:
    """A short C transformer in a two-element meter: the wattmeter sum, done by hand for tan φ = 0.5."""
    inputs = {
        "ct_nominal": "100/5",
        "ct_actual": ["100/5", "200/5"],
        "meter": "3P3W",
        "tan_phi": "0.5",
        **DAY,
    }
    root = Decimal(3).sqrt()
    first, second = Decimal("0.5") - Decimal("0.25") / root, Decimal("0.5") + Decimal("0.25") / root
    expected = 1 / (first + second / 2)
    assert abs(assessed("wiring_correction", inputs).results["correction_factor"] - expected) < Decimal(
        "1e-10"
    )


def test_a_meter_that_ran_back() -> None:
    inputs = {"meter": "3P4W", "reversed_phases": 2, "price": "0.5", **DAY}
    found = assessed("wiring_correction", {**inputs, "metered_kwh": -1000})
    assert found.results["correct_kwh"] == 3000
    assert found.results["back_billed_kwh"] == 4000
    assert assessed("wiring_correction", {**inputs, "metered_kwh": 1000}).results["back_billed_kwh"] == 4000


def test_time_of_use_is_corrected_band_by_band() -> None:
    inputs = {
        "total": 9000,
        "peak": 3000,
        "valley": 2000,
        "flat_price": "0.5",
        "peak_ratio": "1.6",
        "valley_ratio": "0.4",
    }
    found = assessed("wiring_correction", {**inputs, "meter": "3P4W", "lost_phases": 1, **DAY})
    assert (found.results["peak_yuan"], found.results["flat_yuan"], found.results["valley_yuan"]) == (
        1200,
        1000,
        200,
    )
    assert found.results["energy_yuan"] == 2400
    bands = [{"band": "peak", "kwh": 3000, "price": "0.8"}, {"band": "flat", "kwh": 4000, "price": "0.5"}]
    found = assessed("wiring_correction", {"bands": bands, "total": 7000, "correction_factor": 2, **DAY})
    assert found.results["energy_yuan"] == 4400


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({}, "no_fault"),
        ({"meter": "3P3W", "fault": "current_reversed_a"}, "no_load_angle"),
        ({"elements": [{"u": "bc", "i": "a"}, {"u": "ba", "i": "c"}], "cos_phi": 1}, "meter_stood_still"),
        ({"meter": "3P4W", "lost_phases": 3}, "phase_count"),
        ({"meter": "3P4W", "lost_phases": 1, "correction_factor": 2}, "inputs_exclude"),
        ({"meter": "3P4W", "elements": [{"u": "a", "i": "a"}]}, "element_count"),
        ({"error_pct": -100}, "meter_stood_still"),
        ({"fault": "current_reversed_a", "meter": "3P3W", "cos_phi": 2}, "power_factor_above_one"),
        ({"fault": "melted", "meter": "3P3W"}, "unknown_code"),
        ({"elements": [{"u": "ax", "i": "a"}]}, "unknown_voltage"),
        ({"elements": [{"u": "a", "i": "n"}]}, "unknown_current"),
        (
            {"lost_phases": 1, "meter": "3P4W", "total": 10, "peak": 20, "peak_price": 1, "flat_price": 1},
            "bands_exceed_total",
        ),
    ],
)
def test_bad_wirings(inputs: dict[str, object], code: str) -> None:
    with pytest.raises(RemedyError) as caught:
        assessed("wiring_correction", {**inputs, **DAY})
    assert caught.value.code == code


def test_ct_ratio_error_by_multipliers() -> None:
    inputs = {
        "ct_nominal": "150/5",
        "multiplier_used": 20,
        "ct": "150/5",
        "readings": [100, 110],
        "price": 1,
        **DAY,
    }
    found = assessed("ct_ratio_error", {k: v for k, v in inputs.items() if k != "ct_nominal"})
    assert found.results["back_billed_kwh"] == 100
    from_energy = {"multiplier_used": 20, "multiplier_actual": 30, "metered_kwh": 200, "price": 1, **DAY}
    assert assessed("ct_ratio_error", from_energy).results["back_billed_kwh"] == 100


@pytest.mark.parametrize(
    ("inputs", "results"),
    [
        (
            {"vt": "10000/100", "ct": "50/5", "readings": [10, 12], "price": "0.5"},
            {"multiplier": 1000, "used_kwh": 2000, "charge_yuan": 1000},
        ),
        ({"ct": "100/5", "meter_own_ratio": "50/5"}, {"multiplier": 2}),
        ({"ct": "300/5", "turns": [1, 3]}, {"multiplier": 60, "multiplier_2": 20}),
        ({"ct": "150/5", "turns": 3, "rated_turns": 1}, {"multiplier": 10}),
        (
            {"ct": 40, "previous_reading": 9990, "current_reading": 10, "register_digits": 4},
            {"used_kwh": 800},
        ),
        ({"items": [[10, "100/5"], [20, "50/5"]]}, {"used_kwh": 400}),
    ],
)
def test_multiplier_and_reading(inputs: dict[str, object], results: dict[str, int]) -> None:
    found = assessed("meter_multiplier", inputs).results
    assert {name: found[name] for name in results} == results


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"readings": [1, 2]}, "missing_input"),
        ({"ct": "100/5", "readings": [2, 1]}, "reading_went_back"),
        ({"ct": "100/5", "readings": [2]}, "two_readings"),
        ({"ct": "100/0"}, "ratio_of_zero"),
        ({"ct": "100/5", "multiplier_used": 10, "readings": [1, 2]}, "no_day_of_behaviour"),
    ],
)
def test_bad_multipliers(inputs: dict[str, object], code: str) -> None:
    with pytest.raises(RemedyError) as caught:
        assessed("meter_multiplier", inputs)
    assert caught.value.code == code


def test_units_come_from_the_lexicon() -> None:
    found = assessed("wiring_correction", {"correction_factor": 2, "metered_kwh": 10, "price": 1, **DAY})
    assert found.steps["back_billed_kwh"].unit == "kwh"
    assert found.steps["energy_yuan"].unit == "yuan"
    assert LEXICON.units["kwh"]
