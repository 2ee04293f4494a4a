"""Late payment: days, rates, the new year, back-bills, minimum and cap."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jicha.remedies.problem import RemedyError
from tests.remedies.conftest import assessed


def fee(**inputs: object) -> Decimal:
    settings = {name: str(inputs.pop(name)) for name in list(inputs) if name.startswith("late_fee_")}
    return assessed("late_fee", inputs, **settings).results["late_fee_yuan"]


def test_rates_of_residents_and_others() -> None:
    dates = {"amount": 1000, "due": "2020-03-10", "paid": "2020-03-20"}
    assert fee(**dates) == 20
    assert fee(**dates, customer="resident") == 10
    assert fee(**dates, contract_rate="0.003") == 30


def test_paid_in_time_costs_nothing_and_no_minimum() -> None:
    assert fee(amount=1000, due="2020-03-10", paid="2020-03-10") == 0
    assert fee(amount=1000, due="2020-03-10", paid="2020-03-01") == 0


def test_days_without_dates() -> None:
    assert fee(amount=1000, days=5, rules="power_supply_rules_1996") == 10
    assert fee(amount=1000, days=5, next_year_days=2, rules="power_supply_rules_1996") == 6 + 6


def test_items_add_up_and_those_carried_over_stand_apart() -> None:
    items = [
        {"amount": 1000, "due": "2001-12-20", "paid": "2002-01-10"},
        {"amount": 500, "due": "2002-01-05", "paid": "2002-01-10"},
    ]
    found = assessed("late_fee", {"items": items}).results
    carried = 1000 * (11 * Decimal("0.002") + 10 * Decimal("0.003"))
    assert (found["next_year_yuan"], found["same_year_yuan"]) == (carried, 5)
    assert found["late_fee_yuan"] == carried + 5


def test_a_stretch_across_the_new_rules_is_cut_there() -> None:
    found = assessed("late_fee", {"amount": 1000, "due": "2024-05-22", "paid": "2024-06-11"})
    assert found.results["late_fee_yuan"] == 40
    assert {"power_supply_rules_1996#98", "power_supply_rules_2024#whole"} <= set(found.citations)


@pytest.mark.parametrize("fault", [True, None])
def test_no_charge_for_the_past_where_the_error_is_the_utilitys(fault: bool | None) -> None:
    back_bill = {
        "amount": 1000,
        "is_back_bill": True,
        "original_due": "2019-01-10",
        "due": "2020-03-10",
        "paid": "2020-03-05",
        "is_utility_fault": fault,
    }
    assert fee(**back_bill, late_fee_on_back_bill="original_due_day") == 0
    assert fee(**{**back_bill, "paid": "2020-03-20"}, late_fee_on_back_bill="original_due_day") == 20


def test_a_back_bill_is_late_only_past_its_own_due_day() -> None:
    inputs = {"amount": 1000, "original_due": "2020-01-31", "due": "2020-03-10", "paid": "2020-03-10"}
    assert fee(**inputs, is_utility_fault=False) == 0
    assert fee(**inputs, is_utility_fault=False, late_fee_on_back_bill="original_due_day") == 2 * 39


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        (
            {"amount": 1, "due": "2020-01-01", "paid": "2020-02-01", "contract_rate": "0.01"},
            "rate_outside_band",
        ),
        ({"due": "2020-01-01", "paid": "2020-02-01"}, "missing_input"),
        ({"amount": 1, "due": "2020-01-01", "behaviour_on": "2020-01-01"}, "missing_input"),
        ({"amount": 1, "days": 1, "next_year_days": 2, "behaviour_on": "2010-01-01"}, "more_days_than_all"),
        ({"amount": 1, "days": 1}, "no_day_of_behaviour"),
        ({"amount": 1, "due": "yesterday", "paid": "2020-02-01"}, "not_a_day"),
        ({"amount": 1, "original_due": "2020-01-01", "paid": "2020-02-01"}, "missing_input"),
    ],
)
def test_bad_inputs(inputs: dict[str, object], code: str) -> None:
    with pytest.raises(RemedyError) as caught:
        assessed("late_fee", inputs)
    assert caught.value.code == code
