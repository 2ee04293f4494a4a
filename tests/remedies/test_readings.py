"""Every question the sources leave open that a remedy asks: each reading gives its own answer."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.remedies.conftest import LAW, NEW, OLD, assessed

SOURCE = Path(__file__).resolve().parents[2] / "src" / "jicha" / "remedies"

METER = {"voltage_v": 200, "marked_current_a": 5, "maximum_current_a": 20, "price": 1, "behaviour_on": OLD}
ADDED = {"breach_type_code": "over_capacity", "kva": 100, "basic_price": 30, "contract_multiple": 3}
UNKNOWN = {"breach_type_code": "change_of_category", "kw": 1, "hours": 10, "price_difference": 1}
LATE = {"amount": 2000, "due": "2000-12-15", "paid": "2001-01-18"}
RUNNING = [{"month": "2015-12", "yuan": 100}]
OLDER = [{"month": "2019-05", "yuan": 100}]
FOUND = {"found_on": "2023-02-01"}

#: setting, kind, inputs, result, answer by reading, other settings
CASES: list[tuple[str, str, dict[str, object], str, dict[str, str], dict[str, str]]] = [
    (
        "theft_admitted_time",
        "theft",
        {"kw": 1, "price": 1, "admitted_days": 3, "behaviour_on": OLD},
        "stolen_kwh",
        {"not_established": "2160", "established": "36"},
        {},
    ),
    (
        "theft_bypass_quantity",
        "theft",
        {**METER, "kw": 2, "load": "power"},
        "stolen_kwh",
        {"rated_power": "4320", "meter_current": "2160"},
        {},
    ),
    (
        "theft_meter_current",
        "theft",
        {**METER, "load": "power"},
        "stolen_kwh",
        {"marked": "2160", "maximum": "8640"},
        {},
    ),
    (
        "theft_use_hours_by",
        "theft",
        {"kw": 1, "price": 1, "customer_load_code": "power", "load": "lighting", "behaviour_on": OLD},
        "stolen_kwh",
        {"customer_class": "2160", "load_kind": "1080"},
        {},
    ),
    (
        "breach_capacity_penalty_base",
        "breach",
        {**ADDED, "months": 4, "behaviour_on": OLD},
        "breach_charge_yuan",
        {"back_billed_amount": "36000", "one_month": "9000"},
        {},
    ),
    (
        "breach_capacity_counting",
        "breach",
        {**ADDED, "period_from": "2025-04-01", "period_to": "2025-04-10"},
        "energy_yuan",
        {"days_used": "1000", "whole_months": "3000"},
        {},
    ),
    (
        "basic_charge_day_share",
        "breach",
        {**ADDED, "period_from": "2025-05-01", "period_to": "2025-05-10"},
        "energy_yuan",
        {"by_rule_of_the_day": "967.74", "thirty_days": "1000"},
        {},
    ),
    (
        "basic_charge_full_month",
        "breach",
        {**ADDED, "period_from": "2025-05-01", "period_to": "2025-05-31"},
        "energy_yuan",
        {"one_month": "3000", "by_days": "3100"},
        {"basic_charge_day_share": "thirty_days"},
    ),
    (
        "breach_penalty_rounding",
        "breach",
        {**UNKNOWN, "kwh": 1, "price_difference": "0.005", "kw": None, "hours": None, "behaviour_on": OLD},
        "breach_charge_yuan",
        {"unrounded": "0.01", "rounded": "0.02"},
        {},
    ),
    (
        "breach_unknown_period",
        "breach",
        {**UNKNOWN, "found_on": "2010-08-15"},
        "breach_kwh",
        {"ninety_days": "900", "calendar_months": "920"},
        {},
    ),
    (
        "penalty_multiple_without_contract",
        "theft",
        {"kwh": 100, "price": 1, "behaviour_on": NEW},
        "total_yuan",
        {"ceiling_for_decision": "400", "none": "100"},
        {},
    ),
    (
        "metering_error_formula",
        "metering_error",
        {"cause": "M1", "error_pct": -20, "metered_kwh": 1000, "is_counted_time": True, "behaviour_on": OLD},
        "back_billed_kwh",
        {"divided": "250", "simple_product": "200"},
        {},
    ),
    (
        "voltage_drop_text",
        "metering_error",
        {
            "cause": "M2",
            "found_drop_pct": "1.2",
            "metering_category_code": "category_1",
            "accuracy_class_code": "class_2",
            "metered_kwh": 1000,
            "behaviour_on": OLD,
        },
        "back_billed_kwh",
        {"metering_code": "10", "design_code": "7"},
        {},
    ),
    (
        "late_fee_cross_year",
        "late_fee",
        LATE,
        "late_fee_yuan",
        {"split_at_new_year": "172", "whole_at_next_year": "204", "new_year_only": "108"},
        {},
    ),
    (
        "late_fee_minimum_after_2024",
        "late_fee",
        {"amount": 10, "due": "2025-03-01", "paid": "2025-03-02"},
        "late_fee_yuan",
        {"dropped": "0.02", "charged": "1"},
        {},
    ),
    (
        "late_fee_on_back_bill",
        "late_fee",
        {
            "amount": 100,
            "due": "2020-03-10",
            "paid": "2020-03-10",
            "original_due": "2020-03-05",
            "is_utility_fault": False,
        },
        "late_fee_yuan",
        {"own_due_day": "0", "original_due_day": "1"},
        {},
    ),
    (
        "late_fee_cap",
        "late_fee",
        {"amount": 100, "due": "2018-01-01", "paid": "2020-01-01"},
        "late_fee_yuan",
        {"none": "182.60", "principal": "100"},
        {},
    ),
    (
        "limitation_start",
        "adjustment",
        {"replayed": OLDER, **FOUND},
        "energy_at_risk_yuan",
        {"found": "0", "issued": "100", "behaviour": "100"},
        {},
    ),
    (
        "limitation_against_refunds",
        "adjustment",
        {"replayed": [{"month": "2019-05", "yuan": -100}], **FOUND},
        "energy_at_risk_yuan",
        {"not_pleaded": "0", "pleaded": "-100"},
        {"limitation_start": "issued"},
    ),
    (
        "limitation_transition",
        "adjustment",
        {"replayed": RUNNING, "found_on": "2016-01-01", "claimed_on": "2018-06-01"},
        "energy_at_risk_yuan",
        {"three_years_if_running": "0", "by_day_of_fact": "100"},
        {},
    ),
]


@pytest.mark.parametrize(
    ("setting", "kind", "inputs", "result", "answers", "others"), CASES, ids=[c[0] for c in CASES]
)
def test_each_reading_has_its_answer(
    setting: str,
    kind: str,
    inputs: dict[str, object],
    result: str,
    answers: dict[str, str],
    others: dict[str, str],
) -> None:
    asked = LAW.setting(setting)
    assert set(answers) == set(asked.options)
    found = {
        option: assessed(kind, inputs, **others, **{setting: option}).results[result] for option in answers
    }
    assert found == {option: Decimal(answer) for option, answer in answers.items()}
    by_default = assessed(kind, inputs, **others)
    assert by_default.results[result] == found[asked.default]
    assert by_default.settings[setting] == asked.default


def test_every_question_the_code_asks_is_tested() -> None:
    asked = set()
    for path in SOURCE.glob("*.py"):
        asked |= set(
            re.findall(r"\.(?:choice|chosen|is_open)\(\s*\"(\w+)\"", path.read_text(encoding="utf-8"))
        )
    assert asked == {case[0] for case in CASES}


def test_what_stands_under_one_reading_only_is_disputable() -> None:
    found = assessed("breach", {**ADDED, "months": 4, "behaviour_on": OLD})
    assert found.breach is not None
    assert (found.breach.supportable.yuan, found.breach.disputable.yuan) == (9000, 27000)
    assert found.energy is not None and found.energy.disputable.yuan == 0
