"""Breach of use: every kind, both sets of rules."""

from __future__ import annotations

from decimal import Decimal

import pytest

from jicha.remedies.problem import RemedyError
from tests.remedies.conftest import NEW, OLD, assessed


def test_a_wrong_price_of_unknown_time_is_three_months() -> None:
    inputs = {
        "breach_type_code": "change_of_category",
        "customer_kind_code": "resident",
        "items": [
            {"kw": 4, "load_kind_code": "power", "right_price": "0.75"},
            {"kw": 2, "load_kind_code": "lighting", "right_price": "0.85"},
        ],
        "wrong_price": "0.55",
        "behaviour_on": OLD,
    }
    found = assessed("breach", inputs)
    assert found.results["power_kwh"] == 4 * 12 * 90
    assert found.results["lighting_kwh"] == 2 * 6 * 90
    assert found.results["energy_yuan"] == Decimal("4320") * Decimal("0.20") + Decimal("1080") * Decimal(
        "0.30"
    )
    assert found.results["breach_charge_yuan"] == 2 * found.results["energy_yuan"]


def test_a_known_period_counts_its_days_and_its_version() -> None:
    inputs = {
        "breach_type_code": "change_of_category",
        "kw": 1,
        "daily_use_hours": 10,
        "price_difference": "0.1",
        "contract_multiple": 1,
    }
    old = assessed("breach", {**inputs, "period_from": "2020-01-01", "period_to": "2020-01-10"})
    assert (old.results["energy_yuan"], old.results["breach_charge_yuan"]) == (10, 20)
    new = assessed("breach", {**inputs, "period_from": "2025-01-01", "period_to": "2025-01-10"})
    assert (new.results["energy_yuan"], new.results["breach_charge_yuan"]) == (10, 10)
    across = assessed("breach", {**inputs, "period_from": "2024-05-22", "period_to": "2024-06-10"})
    assert (across.results["energy_yuan"], across.results["breach_charge_yuan"]) == (20, 30)


def test_metered_energy_across_the_rules_is_shared_by_days() -> None:
    inputs = {
        "breach_type_code": "change_of_category",
        "kwh": 200,
        "price_difference": "0.5",
        "contract_multiple": 1,
        "period_from": "2024-05-22",
        "period_to": "2024-06-10",
    }
    found = assessed("breach", inputs)
    assert (found.results["energy_yuan"], found.results["breach_charge_yuan"]) == (100, 150)


@pytest.mark.parametrize("name", ["days", "months", "use_days"])
def test_a_time_in_one_sum_is_refused_across_the_rules(name: str) -> None:
    inputs = {"breach_type_code": "over_capacity", "kva": 1, "basic_price": 20, name: 3}
    with pytest.raises(RemedyError) as caught:
        assessed("breach", {**inputs, "period_from": "2024-05-01", "period_to": "2024-06-30"})
    assert caught.value.code == "rules_changed_between"


def test_added_capacity_of_a_two_part_customer() -> None:
    inputs = {
        "breach_type_code": "over_capacity",
        "tariff_structure_code": "two_part",
        "kva": 200,
        "basic_price": "25",
    }
    old = assessed("breach", {**inputs, "months": 2, "behaviour_on": OLD})
    assert (old.results["energy_yuan"], old.results["breach_charge_yuan"]) == (10000, 30000)
    begun = assessed("breach", {**inputs, "period_from": "2010-01-15", "period_to": "2010-03-20"})
    assert begun.results["energy_yuan"] == 3 * 5000
    new = assessed("breach", {**inputs, "period_from": "2025-04-01", "period_to": "2025-05-10"})
    by_days = 5000 + Decimal(5000) * 10 / 31
    assert new.results["energy_yuan"] == round(by_days, 2)


@pytest.mark.parametrize(
    ("kind", "more", "old", "new"),
    [
        ("over_capacity", {"kva": 20}, 1000, 1000),
        ("over_capacity", {"kva": 20, "customer_kind_code": "resident"}, 1000, 1000),
        ("sealed_equipment", {"kva": 20, "occurrences": 2}, 1200, 1200),
        ("moved_equipment", {"customer_kind_code": "resident"}, 500, 500),
        ("moved_equipment", {"occurrences": 3}, 15000, 15000),
        ("unauthorised_source", {"kw": 30}, 15000, 15000),
        ("supply_out", {"kw": 30}, 15000, 15000),
    ],
)
def test_sums_by_kilowatt_and_by_occurrence(kind: str, more: dict[str, object], old: int, new: int) -> None:
    for day, due in ((OLD, old), (NEW, new)):
        found = assessed("breach", {"breach_type_code": kind, **more, "behaviour_on": day})
        assert found.results["breach_charge_yuan"] == due
        assert found.energy is None


def test_a_sum_for_the_deed_is_due_once_across_the_rules() -> None:
    inputs = {
        "breach_type_code": "over_capacity",
        "kva": 20,
        "period_from": "2024-05-01",
        "period_to": "2024-06-30",
    }
    assert assessed("breach", inputs).results["breach_charge_yuan"] == 1000


def test_sealed_equipment_counts_since_the_sealing_by_thirtieths() -> None:
    inputs = {
        "breach_type_code": "sealed_equipment",
        "kva": 1000,
        "basic_price": 20,
        "sealed_on": "2003-04-15",
        "found_on": "2003-06-20",
    }
    found = assessed("breach", inputs)
    assert found.results["energy_yuan"] == 20000 * (Decimal(15) / 30 + 2)
    assert found.results["breach_charge_yuan"] == 2 * found.results["energy_yuan"]


def test_the_quota_went_with_the_rules_of_1996() -> None:
    inputs = {
        "breach_type_code": "over_quota",
        "kw": 100,
        "excess_kwh": 1000,
        "price": "0.4",
        "occurrences": 2,
    }
    assert assessed("breach", {**inputs, "behaviour_on": OLD}).results["breach_charge_yuan"] == 200 + 5 * 400
    with pytest.raises(RemedyError) as caught:
        assessed("breach", {**inputs, "behaviour_on": NEW})
    assert caught.value.code == "no_law"


@pytest.mark.parametrize(
    ("stated", "kind"),
    [
        ({"kva": 10, "per_kw": 50}, "over_capacity"),
        ({"kva": 10, "per_kw": 30}, "sealed_equipment"),
        ({"kva": 10, "per_kw": 500}, "unauthorised_source"),
        ({"per_time": 500}, "moved_equipment"),
        ({"kva": 10, "basic": 20, "months": 1}, "over_capacity"),
    ],
)
def test_a_kind_not_given_is_told_by_the_sums(stated: dict[str, object], kind: str) -> None:
    found = assessed("breach", {**stated, "behaviour_on": OLD})
    assert any(kind in note.en for note in found.notes)


def test_a_price_billed_too_high_is_owed_to_the_customer() -> None:
    inputs = {"kwh": 100, "right_price": "0.5", "wrong_price": "0.8", "behaviour_on": OLD}
    assert assessed("breach", inputs).results["energy_yuan"] == Decimal("-30.00")


def test_months_before_the_finding_are_the_months_concerned() -> None:
    inputs = {
        "breach_type_code": "over_capacity",
        "kva": 10,
        "basic_price": 20,
        "months": 3,
        "found_on": "2010-06-30",
    }
    assert [str(month) for month in assessed("breach", inputs).months] == [
        "2010-03",
        "2010-04",
        "2010-05",
        "2010-06",
    ]
    with pytest.raises(RemedyError) as caught:
        assessed("breach", {**inputs, "months": 99999})
    assert caught.value.code == "too_many_months"
