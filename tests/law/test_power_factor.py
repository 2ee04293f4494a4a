"""The power-factor adjustment as it ships: rates, standards, and what enters the base.

Every expected value was copied by hand from the published look-up table or the wording of the rule.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jicha.law.book import Law
from jicha.law.table import LawRow

DAY = date(2026, 5, 1)
STANDARDS = (90, 85, 80)

#: Published check points: power factor in hundredths -> percent for the standards 0.90, 0.85, 0.80.
PUBLISHED = {
    94: ("-0.60", "-1.10", "-1.30"),
    93: ("-0.45", "-0.95", "-1.30"),
    66: ("14", "9.5", "7"),
    64: ("17", "11", "8"),
    60: ("25", "15", "10"),
    59: ("27", "17", "11"),
    32: ("81", "71", "61"),
    26: ("93", "83", "73"),
}

#: Both sides of every step, and both ends.
BOUNDARIES = {
    90: {
        0: "145", 1: "143", 64: "17", 65: "15", 69: "11", 70: "10",
        89: "0.5", 90: "0", 91: "-0.15", 94: "-0.60", 95: "-0.75", 96: "-0.75", 100: "-0.75",
    },
    85: {
        0: "135", 1: "133", 59: "17", 60: "15", 64: "11", 65: "10", 84: "0.5", 85: "0", 86: "-0.10",
        90: "-0.50", 91: "-0.65", 92: "-0.80", 93: "-0.95", 94: "-1.10", 95: "-1.10", 100: "-1.10",
    },
    80: {
        0: "125", 1: "123", 54: "17", 55: "15", 59: "11", 60: "10", 79: "0.5", 80: "0", 81: "-0.10",
        90: "-1.00", 91: "-1.15", 92: "-1.30", 93: "-1.30", 100: "-1.30",
    },
}  # fmt: skip


def rate_row(law: Law, standard: int, power_factor: int, day: date = DAY) -> LawRow:
    rows = law.table("power_factor_rate").on(
        day, power_factor_standard_pct=standard, power_factor_pct=power_factor
    )
    assert len(rows) == 1
    return rows[0]


def rate(law: Law, standard: int, power_factor: int, day: date = DAY) -> object:
    return rate_row(law, standard, power_factor, day).values["adjustment_rate_pct"]


@pytest.mark.parametrize("power_factor", PUBLISHED)
def test_published_check_points(shipped: Law, power_factor: int) -> None:
    expected = [Decimal(each) for each in PUBLISHED[power_factor]]
    assert [rate(shipped, standard, power_factor) for standard in STANDARDS] == expected


@pytest.mark.parametrize("standard", STANDARDS)
def test_both_sides_of_every_step(shipped: Law, standard: int) -> None:
    found = {power_factor: rate(shipped, standard, power_factor) for power_factor in BOUNDARIES[standard]}
    assert found == {power_factor: Decimal(each) for power_factor, each in BOUNDARIES[standard].items()}


@pytest.mark.parametrize("standard", STANDARDS)
def test_every_hundredth_stands_once_and_a_better_factor_never_costs_more(
    shipped: Law, standard: int
) -> None:
    rows = shipped.table("power_factor_rate").on(DAY, power_factor_standard_pct=standard)
    rates = {int(str(row.values["power_factor_pct"])): row.values["adjustment_rate_pct"] for row in rows}
    assert len(rows) == 101
    assert sorted(rates) == list(range(101))
    in_order = [Decimal(str(rates[power_factor])) for power_factor in range(101)]
    assert in_order == sorted(in_order, reverse=True)


def test_a_lower_standard_never_costs_more(shipped: Law) -> None:
    for power_factor in range(101):
        strict, middle, mild = (Decimal(str(rate(shipped, each, power_factor))) for each in STANDARDS)
        assert strict >= middle >= mild


def test_there_are_three_standards_and_no_rate_outside_0_to_100(shipped: Law) -> None:
    rows = shipped.table("power_factor_rate").on(DAY)
    assert {row.values["power_factor_standard_pct"] for row in rows} == set(STANDARDS)
    assert {row.values["power_factor_pct"] for row in rows} == set(range(101))


def test_the_method_took_effect_in_1984(shipped: Law) -> None:
    table = shipped.table("power_factor_rate")
    assert not table.on(date(1983, 12, 31))
    assert rate(shipped, 90, 60, date(1984, 1, 1)) == Decimal("25")


def test_the_known_wrong_implementation_is_named_at_its_row(shipped: Law) -> None:
    right, plain = rate_row(shipped, 85, 94), rate_row(shipped, 85, 93)
    assert right.values["adjustment_rate_pct"] == Decimal("-1.10")
    assert right.note is not None and "EDSCron" in right.note.en and "-1.00" in right.note.zh
    assert plain.note is not None and "EDSCron" not in plain.note.en


def test_rates_cite_the_table_of_their_standard(shipped: Law) -> None:
    cited = {standard: rate_row(shipped, standard, 60).citation for standard in STANDARDS}
    assert cited == {
        90: "pf_adjustment_1983#table 1",
        85: "pf_adjustment_1983#table 2",
        80: "pf_adjustment_1983#table 3",
    }
    assert rate_row(shipped, 90, 60).confidence == "source-read"


@pytest.mark.parametrize(
    ("user", "standard", "capacity", "is_included"),
    [
        ("high_voltage_industrial", 90, "160", False),
        ("high_voltage_on_load_tap_changing", 90, None, None),
        ("high_voltage_irrigation_station", 90, "3200", True),
        ("other_industrial", 85, "100", True),
        ("non_industrial", 85, "100", True),
        ("irrigation_station", 85, "100", True),
        ("bulk_large_industrial", 85, None, None),
        ("agricultural", 80, "100", True),
        ("bulk", 80, None, None),
        ("residential", None, None, None),
    ],
)
def test_who_falls_under_which_standard(
    shipped: Law, user: str, standard: int | None, capacity: str | None, is_included: bool | None
) -> None:
    (row,) = shipped.table("power_factor_standard").on(
        DAY, jurisdiction_code="CN", power_factor_user_code=user
    )
    assert row.values["power_factor_standard_pct"] == standard
    assert row.values["minimum_capacity_kva"] == (Decimal(capacity) if capacity else None)
    assert row.values["is_minimum_included"] is is_included


def test_every_standard_somebody_falls_under_has_rates(shipped: Law) -> None:
    standards = {
        row.values["power_factor_standard_pct"] for row in shipped.table("power_factor_standard").on(DAY)
    }
    assert standards - {None} == set(STANDARDS)


def test_exactly_160_kva_is_a_setting_that_agrees_with_the_shipped_row(shipped: Law) -> None:
    setting = shipped.setting("pf_standard_160kva")
    assert setting.default == "above"
    assert set(setting.options) == {"above", "at_or_above"}
    (row,) = shipped.table("power_factor_standard").on(DAY, power_factor_user_code="high_voltage_industrial")
    assert row.values["is_minimum_included"] is (setting.default == "at_or_above")


def test_the_power_factor_is_rounded_half_up_to_two_places(shipped: Law) -> None:
    (row,) = shipped.table("power_factor_rounding").on(DAY)
    assert row.values == {"power_factor_decimals": 2, "rounding_mode_code": "half_up"}


@pytest.mark.parametrize(
    ("part", "is_included", "confidence"),
    [
        ("basic_charge", True, "secondary"),
        ("energy_charge", True, "secondary"),
        ("surcharge", False, "secondary"),
        ("reverse_reactive", True, "source-read"),
        ("series_lighting", True, "secondary"),
        ("parallel_lighting", False, "secondary"),
        ("transformer_loss", True, "unverified"),
    ],
)
def test_what_enters_the_power_factor_and_its_base(
    shipped: Law, part: str, is_included: bool, confidence: str
) -> None:
    (row,) = shipped.table("power_factor_rule").on(DAY, jurisdiction_code="CN", power_factor_part_code=part)
    assert row.values["is_included"] is is_included
    assert row.confidence == confidence


def test_losses_first_rests_on_the_rules_of_the_day(shipped: Law) -> None:
    table = shipped.table("power_factor_rule")
    (before,) = table.on(date(2024, 5, 31), power_factor_part_code="transformer_loss")
    (after,) = table.on(date(2024, 6, 1), power_factor_part_code="transformer_loss")
    assert before.citation == "power_supply_rules_1996#74"
    assert after.citation == "power_supply_rules_2024#whole"
    assert (before.confidence, after.confidence) == ("source-read", "unverified")


def test_surcharges_are_left_out_unless_an_organisation_says_otherwise(shipped: Law) -> None:
    setting = shipped.setting("pf_base_surcharge")
    assert setting.default == "excluded"
    assert set(setting.options) == {"excluded", "included"}
