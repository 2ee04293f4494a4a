"""Replay: the same charge models on overridden input; a partial sum never looks like a total."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from jicha.billing.replay import replay
from jicha.billing.replay_result import Replayed
from jicha.billing.scenario import FIELDS, INPUT
from jicha.kernel.errors import ContentError
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.slices import Store

from .accounts import SINGLE, Row, opened, recalculated
from .replay_cases import ISSUED, WHOLE_YEAR, Change, all_bills, all_overrides, month


@pytest.fixture(scope="module")
def store(charges: Catalogue, engine: DuckDBEngine) -> Store:
    return opened(charges, engine, all_bills(), ISSUED)


@pytest.fixture(scope="module")
def bills(store: Store) -> Mapping[str, Row]:
    return recalculated(store)


@pytest.fixture(scope="module")
def told(store: Store, engine: DuckDBEngine) -> Mapping[str, Replayed]:
    return replay(store, engine, all_overrides())


def moved_to_twin(bills: Mapping[str, Row], name: str) -> dict[str, Decimal]:
    """Per bill that differs, the twin's recalculated amount less the case's own."""
    found = {}
    for bill_id, row in bills.items():
        if row["customer_id"] == name:
            twin = bills[bill_id.replace(name, f"{name} right")]
            found[bill_id] = twin["recalculated_yuan"] - row["recalculated_yuan"]
    assert found
    return {bill_id: difference for bill_id, difference in found.items() if difference}


def moved(found: Replayed) -> dict[str, Decimal]:
    return {b.bill_id: b.difference_yuan for b in found.bills if b.difference_yuan}


class TestImpact:
    def test_an_override_without_a_value_changes_nothing(self, told: Mapping[str, Replayed]) -> None:
        """In as many scenarios as there are fields: one scenario sees nothing of the others."""
        empty = [found for name, found in told.items() if name.startswith("empty")]
        assert len(empty) == 2 * len(FIELDS)
        for found in empty:
            assert found.status == "whole" and found.yuan == found.kwh == 0, found.scenario_id
            assert all(actual == scenario for b in found.bills for actual, scenario in b.charges.values())
            assert len(found.bills) == 12

    def test_money_and_energy_are_scenario_less_actual(
        self, told: Mapping[str, Replayed], bills: Mapping[str, Row]
    ) -> None:
        found = told["spring"]
        assert moved(found) == moved_to_twin(bills, "spring")
        assert [b.bill_id for b in found.concerned] == ["spring-2025-03", "spring-2025-04"]
        assert found.kwh == Decimal("2000.00") and found.yuan == sum(moved(found).values()) > 0

    def test_an_overcharge_is_owed_to_the_customer(self, told: Mapping[str, Replayed]) -> None:
        found = told["overcharged"]
        assert found.yuan is not None and found.yuan < 0 and found.kwh == Decimal("-12000.00")

    def test_the_contract_of_a_market_user_survives_another_price_code(
        self, told: Mapping[str, Replayed], bills: Mapping[str, Row]
    ) -> None:
        found = told["market"]
        assert moved(found) == moved_to_twin(bills, "market")
        assert len(moved(found)) == 3

    def test_each_charge_tells_its_own_difference(self, told: Mapping[str, Replayed]) -> None:
        found = told["capacity"]
        (one, *_) = found.concerned
        assert {n for n, sides in one.charges.items() if sides[0] != sides[1]} == {
            "basic_yuan",
            "power_factor_yuan",
        }
        assert one.difference_yuan == sum(b - a for a, b in one.charges.values())
        assert found.kwh == 0

    def test_every_later_bill_of_a_tier_year_moves(
        self, told: Mapping[str, Replayed], bills: Mapping[str, Row]
    ) -> None:
        assert moved(told["early"]) == moved_to_twin(bills, "early")
        assert len(moved(told["early"])) > 1 and "early-2026-01" not in moved(told["early"])

    def test_a_price_code_brings_its_structure(
        self, told: Mapping[str, Replayed], bills: Mapping[str, Row]
    ) -> None:
        assert moved(told["class"]) == moved_to_twin(bills, "class")

    def test_a_truth_is_overridden_too(self, told: Mapping[str, Replayed]) -> None:
        assert told["losses"].reasons == [("transformer_data_missing", "losses-2025-05")]

    def test_what_was_issued_plays_no_part(self, told: Mapping[str, Replayed]) -> None:
        """The bill was issued for another amount than its facts come to: that is another finding's money."""
        found = told["issued"]
        assert found.yuan == 0 and found.status == "whole"
        assert found.bills[0].issued_yuan == Decimal("999.00")

    def test_it_says_how_well_its_law_is_confirmed(self, told: Mapping[str, Replayed]) -> None:
        assert told["spring"].confidence == "unverified"


class TestSpan:
    def test_a_span_within_a_bill_cuts_it(self, told: Mapping[str, Replayed]) -> None:
        """From the 16th of a month of thirty days on, half of the month's energy counts threefold."""
        assert (told["half"].kwh, told["half"].status) == (Decimal("100.00"), "whole")

    def test_a_cut_without_a_change_is_none(self, told: Mapping[str, Replayed]) -> None:
        """Rounded once, as the bill is: three parts of 100 kWh would come to another fen."""
        assert told["cut"].yuan == told["cut"].kwh == 0 and told["cut"].status == "whole"

    def test_a_fault_filed_within_a_month_is_undone_to_the_bill_without_it(
        self, told: Mapping[str, Replayed], bills: Mapping[str, Row]
    ) -> None:
        """The actual bill has two lines, one a multiplier; the bill put right has one."""
        assert moved(told["refiled"]) == moved_to_twin(bills, "refiled")
        assert len(told["refiled"].concerned) == 1

    def test_what_was_apart_without_it_stays_apart(self, told: Mapping[str, Replayed]) -> None:
        """Two readings within a month, under the same terms, are two lines on the bill and in the scenario."""
        assert told["read twice"].yuan == 0 and len(told["read twice"].concerned) == 1

    def test_a_bill_of_two_years_belongs_to_that_of_its_last_day(self, told: Mapping[str, Replayed]) -> None:
        concerned = told["two years"].concerned
        assert [b.bill_id for b in concerned] == ["two years-2026-01", "two years-2026-02"]
        assert all(b.difference_yuan for b in concerned)

    def test_an_open_end_is_no_trouble(self, told: Mapping[str, Replayed]) -> None:
        assert told["open"].kwh == Decimal("100.00")


class TestPlace:
    def test_a_meters_fact_is_held_to_its_meter(self, told: Mapping[str, Replayed]) -> None:
        assert told["its meter"].kwh == Decimal("120.00")

    def test_without_a_meter_it_is_the_accounts(self, told: Mapping[str, Replayed]) -> None:
        assert told["all meters"].kwh == Decimal("1320.00")

    def test_a_quantity_is_one_segments(self, told: Mapping[str, Replayed]) -> None:
        assert (told["quantity"].kwh, told["quantity"].status) == (Decimal("60.00"), "whole")
        assert told["spread"].yuan is None
        assert told["spread"].reasons == [("quantity_over_segments", "spread-2025-03")]

    def test_a_quantity_over_two_bills_is_refused(self, told: Mapping[str, Replayed]) -> None:
        found = told["two bills"]
        assert (found.status, found.yuan) == ("none", None)
        assert {reason for reason, _ in found.reasons} == {"quantity_over_segments"}


class TestReactive:
    def test_what_was_billed_had_the_wrong_multiplier_in_it(
        self, told: Mapping[str, Replayed], bills: Mapping[str, Row]
    ) -> None:
        assert moved(told["reactive"]) == moved_to_twin(bills, "reactive")

    def test_a_bill_of_two_meters_cannot_tell_whose_it_was(self, told: Mapping[str, Replayed]) -> None:
        """No power factor is made of a mixture: the month of the exchange is named, the next one replayed."""
        found = told["exchanged"]
        assert (found.status, found.reasons) == ("partial", [("reactive_not_by_meter", "exchanged-2025-04")])
        assert found.kwh == Decimal("500.00")


class TestPartial:
    def test_a_bill_that_cannot_be_replayed_is_named_and_left_out(self, told: Mapping[str, Replayed]) -> None:
        found = told["backwards"]
        assert (found.status, found.kwh) == ("partial", Decimal("200.00"))
        assert found.reasons == [("negative_quantity", "backwards-2025-02")]

    def test_a_bill_the_scenario_cannot_reckon(self, told: Mapping[str, Replayed]) -> None:
        found = told["nobody's price"]
        assert (found.status, found.reasons) == (
            "partial",
            [("price_code_unknown", "nobody's price-2025-02")],
        )

    def test_nothing_replayed_is_no_zero(self, told: Mapping[str, Replayed]) -> None:
        found = told["nothing"]
        assert (found.status, found.yuan, found.kwh) == ("none", None, None)

    def test_another_bill_that_is_not_concerned_does_not_matter(self, told: Mapping[str, Replayed]) -> None:
        assert (told["unconcerned"].status, told["unconcerned"].kwh) == ("whole", Decimal("100.00"))

    def test_on_tiers_any_bill_of_the_year_matters(self, told: Mapping[str, Replayed]) -> None:
        found = told["tier gap"]
        assert found.status == "partial"
        assert found.reasons == [
            ("reading_missing", "tier gap-2025-03"),
            ("tier_year_incomplete", "tier gap-2025-04"),
        ]

    def test_an_adjustment_bill_is_approved_and_stays(self, told: Mapping[str, Replayed]) -> None:
        found = told["adjusted"]
        assert found.status == "whole" and [b.bill_id for b in found.concerned] == ["adjusted-2025-02"]

    def test_a_customer_without_bills(self, told: Mapping[str, Replayed]) -> None:
        found = told["no bills"]
        assert (found.status, found.yuan, found.reasons) == ("none", None, [("no_bills", None)])

    def test_an_override_that_meets_no_bill_makes_it_partial(self, told: Mapping[str, Replayed]) -> None:
        found = told["unmet"]
        assert (found.status, found.reasons) == ("partial", [("override_without_bill", None)])
        assert [each.value for each in found.unused] == [Decimal("3")]
        assert told["other meter"].status == "none"


class TestConflict:
    def test_overrides_that_exclude_each_other_are_not_replayed(self, told: Mapping[str, Replayed]) -> None:
        found = told["conflict"]
        assert (found.status, found.yuan, found.bills) == ("conflict", None, ())
        assert [[each.value for each in pair] for pair in found.conflicts] == [[Decimal("2"), Decimal("3")]]

    @pytest.mark.parametrize(
        "other",
        [
            Change("multiplier", "3", month(4, 5)),
            Change("multiplier", "2", month(2, 5)),
            Change("multiplier", "3", month(2, 5), meter="OTHER"),
            Change("price_code", SINGLE, month(2, 5)),
        ],
    )
    def test_other_days_values_meters_or_fields_do_not(self, other: Change) -> None:
        one = Change("multiplier", "2", month(1, 3), meter="M").of("C")
        assert not one.collides(other.of("C")) and not other.of("C").collides(one)


@pytest.mark.parametrize(
    ("field", "days"),
    [
        ("opened_on", WHOLE_YEAR),
        ("customer_id", WHOLE_YEAR),
        ("multiplier", (date(2025, 2, 1), date(2025, 2, 1))),
    ],
)
def test_an_override_nobody_can_replay_is_refused(
    store: Store, engine: DuckDBEngine, field: str, days: tuple[date, date]
) -> None:
    with pytest.raises(ContentError) as refused:
        replay(store, engine, [Change(field, "2", days).of("spring")])
    assert refused.value.code == "bad_override" and field in refused.value.text.en


def test_the_fields_are_those_of_the_bills_input(charges: Catalogue) -> None:
    assert set(charges.relation(INPUT).columns) >= FIELDS
