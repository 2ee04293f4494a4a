"""A recalculated bill is a derivation like any other: it holds, and goes on paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from jicha.kernel.derivation import Step
from jicha.reporting.bill import bill_derivation
from jicha.reporting.case import Case, ReportError
from jicha.reporting.plain_text import plain_text
from jicha.reporting.report import Paper, report
from jicha.reporting.wording import Wording
from tests.golden.bills import BillBench
from tests.golden.working import this_house

from .test_papers import DAY

Given = Mapping[str, Any]

TWO_PART: Given = {
    "chargeable_kva": 400,
    "basic_price": 20,
    "peak_kwh": 10000,
    "flat_kwh": 20000,
    "valley_kwh": 15000,
    "peak_price": "0.9",
    "flat_price": "0.6",
    "valley_price": "0.3",
    "reactive_kvarh": 20000,
    "power_factor_standard_ratio": "0.9",
}
BILLS: Mapping[str, tuple[Given, str]] = {
    "two parts by time of use": (TWO_PART, "33449.75"),
    "tiers": (
        {
            "energy_kwh": 300,
            "tier_1_up_to_kwh": 100,
            "tier_2_up_to_kwh": 200,
            "tier_1_price": "0.5",
            "tier_2_price": "0.6",
            "tier_3_price": "0.9",
        },
        "200",
    ),
    "days of a month": (
        {"first_capacity_kva": 300, "second_capacity_kva": 600, "change_on": "2012-04-11", "basic_price": 30},
        "15000",
    ),
    "demand beyond the contract": (
        {
            "chargeable_kva": 1000,
            "demand_price": 40,
            "demand_kw": 900,
            "contract_demand_kw": 800,
            "demand_mode_code": "contract_demand",
            "tolerance_ratio": "1.05",
            "excess_ratio": 2,
        },
        "38400",
    ),
}


@pytest.fixture(scope="module")
def bench() -> BillBench:
    return this_house().bench


def derived(given: Given, bench: BillBench, words: Wording) -> dict[str, Step]:
    bills: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in bench.segments("bill", given):
        bills[row["bill_id"]].append(row)
    return {bill_id: bill_derivation(rows, words.law) for bill_id, rows in bills.items()}


@pytest.mark.parametrize("name", BILLS)
def test_a_bill_is_derived_to_its_amount(name: str, bench: BillBench, words: Wording) -> None:
    given, amount = BILLS[name]
    (tree,) = derived(given, bench, words).values()
    tree.check()
    assert tree.value == Decimal(amount)
    for paper in Paper:
        assert f"{Decimal(amount):,.2f}" in plain_text(report(paper, Case((tree,), DAY), words))


def test_the_power_factor_rests_on_energy_and_basic_charge(bench: BillBench, words: Wording) -> None:
    (tree,) = derived(TWO_PART, bench, words).values()
    names = {node.name: node for _, node in tree.walk()}
    assert names["power_factor_base_yuan"].value == Decimal("33500.00")
    assert names["power_factor_yuan"].value == Decimal("-50.25")
    assert {"energy_charge_yuan", "basic_yuan", "power_factor_yuan"} <= set(names)
    assert names["flat_price_yuan_per_kwh"].value == Decimal("0.6")


def test_a_month_without_use_is_a_bill_of_nothing(bench: BillBench, words: Wording) -> None:
    (tree,) = derived({**BILLS["tiers"][0], "energy_kwh": 0}, bench, words).values()
    tree.check()
    assert tree.value == Decimal(0)


def test_a_row_whose_amount_does_not_follow_is_not_put_on_paper(bench: BillBench, words: Wording) -> None:
    rows = bench.segments("bill", BILLS["tiers"][0])
    forged = [{**rows[0], "tier_2_yuan": Decimal("61.00")}]
    tree = bill_derivation(forged, words.law)
    with pytest.raises(ReportError, match=r"step .*tier_2_yuan"):
        report(Paper.WORKSHEET, Case((tree,), DAY), words)


def test_a_bill_not_recalculated_says_why(bench: BillBench, words: Wording) -> None:
    rows = bench.segments("bill", {**TWO_PART, "reactive_kvarh": None})
    with pytest.raises(ReportError, match="reactive_missing"):
        bill_derivation(rows, words.law)
    with pytest.raises(ReportError, match="no rows"):
        bill_derivation([], words.law)
