"""A lead is one scenario of all its findings: nothing counts twice; what cannot both be true is claimed by neither."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from jicha.billing.replay import replay
from jicha.billing.replay_joint import Claim, Joint, joint_replay
from jicha.billing.replay_result import Replayed
from jicha.billing.scenario import joined
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.slices import Store

from .accounts import TIERED, UNTIERED, bill, factory, household, opened, recalculated
from .replay_cases import YEAR, Change, month

#: Claims by customer and key.
CLAIMS: dict[str, dict[str, list[Change]]] = {
    "tiers": {"meter": [Change("multiplier", "2")], "class": [Change("price_code", TIERED)]},
    "factor": {
        "standard": [Change("power_factor_standard_ratio", "0.85")],
        "capacity": [Change("billed_capacity_kva", "400")],
    },
    "twice": {
        "one": [Change("multiplier", "2", month(1, 3))],
        "other": [Change("multiplier", "2", month(3, 5))],
    },
    "dispute": {
        "one": [Change("multiplier", "2", month(1, 3))],
        "other": [Change("multiplier", "3", month(3, 5))],
        "third": [Change("purchase_group_code", "left_market")],
    },
    "muddle": {"one": [Change("multiplier", "2"), Change("multiplier", "3")]},
    "partial": {"one": [Change("multiplier", "2")]},
}


@pytest.fixture(scope="module")
def store(charges: Catalogue, engine: DuckDBEngine) -> Store:
    bad = {"input_reason_code": "negative_quantity"}
    return opened(
        charges,
        engine,
        [
            row
            for m in YEAR
            for row in (
                household("tiers", m, "200", price_code=UNTIERED),
                household("tiers right", m, "200", multiplier=2),
                factory("factor", m, "100", multiplier=40),
                factory(
                    "factor right",
                    m,
                    "100",
                    multiplier=40,
                    billed_capacity_kva=400,
                    power_factor_standard_ratio=0.85,
                ),
                bill("twice", m, "100"),
                bill("dispute", m, "100"),
                bill("muddle", m, "100"),
                bill("partial", m, "100", **(bad if m == "2025-02" else {})),
            )
        ],
    )


@pytest.fixture(scope="module")
def joint(store: Store, engine: DuckDBEngine) -> Mapping[str, Joint]:
    return joint_replay(
        store,
        engine,
        (
            Claim(key, customer, tuple(change.of(customer) for change in changes))
            for customer, claims in CLAIMS.items()
            for key, changes in claims.items()
        ),
    )


@pytest.fixture(scope="module")
def alone(store: Store, engine: DuckDBEngine) -> Mapping[str, Replayed]:
    """Each claim by itself, as `customer/key`."""
    return replay(
        store,
        engine,
        (
            change.of(customer, f"{customer}/{key}")
            for customer, claims in CLAIMS.items()
            for key, changes in claims.items()
            for change in changes
        ),
    )


@pytest.mark.parametrize("customer", ["tiers", "factor"])
def test_joint_is_what_both_facts_come_to_and_not_the_sum(
    customer: str, joint: Mapping[str, Joint], alone: Mapping[str, Replayed], store: Store
) -> None:
    rows = recalculated(store)
    right = sum(r["recalculated_yuan"] for r in rows.values() if r["customer_id"] == f"{customer} right")
    own = sum(r["recalculated_yuan"] for r in rows.values() if r["customer_id"] == customer)
    parts = [alone[f"{customer}/{key}"].yuan for key in CLAIMS[customer]]
    assert joint[customer].status == "whole"
    assert joint[customer].yuan == right - own
    assert None not in parts and joint[customer].yuan != sum(part for part in parts if part is not None)


def test_one_fault_two_topics_saw_counts_once(
    joint: Mapping[str, Joint], alone: Mapping[str, Replayed]
) -> None:
    assert joint["twice"].kwh == Decimal("500.00")
    assert alone["twice/one"].kwh == alone["twice/other"].kwh == Decimal("300.00")


class TestConflict:
    def test_neither_is_claimed_and_both_are_shown(
        self, joint: Mapping[str, Joint], alone: Mapping[str, Replayed]
    ) -> None:
        found = joint["dispute"]
        assert found.status == "conflict" and found.keys == ("third",)
        assert found.yuan == alone["dispute/third"].yuan
        assert set(found.alternatives) == {"one", "other"}
        (pair,) = found.exclusions
        assert (pair.one_key, pair.other_key) == ("one", "other")
        assert (pair.one.value, pair.other.value) == (Decimal("2"), Decimal("3"))

    def test_an_alternative_is_joint_with_what_is_undisputed(self, joint: Mapping[str, Joint]) -> None:
        for key, changes in CLAIMS["dispute"].items():
            if key != "third":
                fields = {each.field for each in joint["dispute"].alternatives[key].overrides}
                assert fields == {changes[0].field, "purchase_group_code"}
                assert joint["dispute"].alternatives[key].status == "whole"

    def test_a_claim_that_contradicts_itself_is_claimed_by_nobody(self, joint: Mapping[str, Joint]) -> None:
        found = joint["muddle"]
        assert (found.status, found.yuan, found.replayed) == ("conflict", None, None)
        assert found.alternatives["one"].status == "conflict"


def test_a_partial_joint_says_so(joint: Mapping[str, Joint]) -> None:
    found = joint["partial"]
    assert found.status == "partial" and found.replayed is not None
    assert found.replayed.reasons == [("negative_quantity", "partial-2025-02")]


class TestJoined:
    def test_touching_spans_of_one_value_are_one(self) -> None:
        months = [Change("multiplier", "2", month(n)).of("C") for n in (3, 1, 2, 6)]
        assert [(each.valid_from, each.valid_to) for each in joined(months)] == [month(1, 3), month(6)]

    def test_other_values_stay_apart(self) -> None:
        changes = [Change("multiplier", v, month(n)).of("C") for n, v in ((1, "2"), (2, "3"), (3, "2"))]
        assert len(joined(changes)) == 3

    def test_quantities_stay_those_of_their_bills(self) -> None:
        changes = [Change("total_index", "2", month(n)).of("C") for n in (1, 2, 2)]
        assert len(joined(changes)) == 2
