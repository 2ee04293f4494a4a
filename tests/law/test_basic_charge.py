"""Two-part tariff, basic charge and transformer loss as they ship; expected values copied from the notices."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from jicha.law.book import Law
from jicha.law.table import LawRow

BEFORE_2016 = date(2016, 6, 29)
FROM_2016 = date(2016, 6, 30)
BEFORE_2023 = date(2023, 5, 31)
FROM_2023 = date(2023, 6, 1)
BEFORE_2026 = date(2026, 7, 31)
FROM_2026 = date(2026, 8, 1)


def only(law: Law, table: str, day: date, **key: str | Decimal) -> LawRow:
    (row,) = law.table(table).on(day, **key)
    return row


def tariff(law: Law, day: date, category: str) -> LawRow:
    return only(law, "two_part_threshold", day, jurisdiction_code="CN", usage_category_code=category)


def mode(law: Law, day: date, code: str) -> LawRow:
    return only(law, "basic_charge_rule", day, jurisdiction_code="CN", basic_charge_mode_code=code)


def test_large_industry_was_two_part_from_315_kva_without_a_choice(shipped: Law) -> None:
    row = tariff(shipped, BEFORE_2023, "large_industry")
    assert row.values["two_part_from_kva"] == Decimal(315)
    assert row.values["is_tariff_choice_allowed"] is False
    assert row.values["single_part_kept_since_on"] is None
    assert row.confidence == "secondary"


def test_general_commerce_was_never_two_part_before_2023(shipped: Law) -> None:
    row = tariff(shipped, BEFORE_2023, "general_commercial")
    assert row.values["two_part_from_kva"] is None
    assert row.values["is_tariff_choice_allowed"] is False


@pytest.mark.parametrize("category", ["commercial_industrial", "large_industry", "general_commercial"])
@pytest.mark.parametrize("day", [FROM_2023, BEFORE_2026, FROM_2026])
def test_100_and_315_kva_with_a_choice_between_since_2023(shipped: Law, category: str, day: date) -> None:
    row = tariff(shipped, day, category)
    assert row.values["single_part_to_kva"] == Decimal(100)
    assert row.values["two_part_from_kva"] == Decimal(315)
    assert row.values["is_tariff_choice_allowed"] is True
    assert row.values["single_part_kept_since_on"] == date(2023, 6, 1)


def test_the_limits_are_unverified_in_the_fourth_period(shipped: Law) -> None:
    before = tariff(shipped, BEFORE_2026, "general_commercial")
    after = tariff(shipped, FROM_2026, "general_commercial")
    assert (before.citation, before.confidence) == ("td_price_2023#2", "source-read")
    assert (after.citation, after.confidence) == ("td_price_2026#whole", "unverified")
    assert shipped.setting("two_part_after_2026").default == "continued"


def test_farms_and_homes_know_no_two_part_tariff(shipped: Law) -> None:
    for category in ("residential", "agriculture"):
        assert not shipped.table("two_part_threshold").on(FROM_2026, usage_category_code=category)


@pytest.mark.parametrize("day", [FROM_2016, BEFORE_2023, FROM_2023, FROM_2026])
def test_contract_demand_since_2016(shipped: Law, day: date) -> None:
    row = mode(shipped, day, "contract_demand")
    assert row.values["is_demand_priced"] is True
    assert row.values["contract_demand_floor_ratio"] == Decimal("0.40")
    assert row.values["demand_tolerance_ratio"] == Decimal("1.05")
    assert row.values["excess_demand_multiple_ratio"] == Decimal(2)
    assert (row.citation, row.confidence) == ("basic_charge_2016#1.2", "source-read")


def test_contract_demand_before_2016_has_no_known_floor(shipped: Law) -> None:
    row = mode(shipped, BEFORE_2016, "contract_demand")
    assert row.values["contract_demand_floor_ratio"] is None
    assert row.values["demand_tolerance_ratio"] == Decimal("1.05")
    assert row.confidence == "secondary"


def test_actual_demand_came_in_april_2018_and_has_no_floor(shipped: Law) -> None:
    table = shipped.table("basic_charge_rule")
    assert not table.on(date(2018, 3, 31), basic_charge_mode_code="actual_demand")
    row = mode(shipped, date(2018, 4, 1), "actual_demand")
    assert row.values["is_demand_priced"] is True
    assert row.values["contract_demand_floor_ratio"] is None
    assert row.values["demand_tolerance_ratio"] is None
    assert row.confidence == "unverified"


def test_capacity_is_the_only_way_not_priced_by_demand(shipped: Law) -> None:
    rows = shipped.table("basic_charge_rule").on(FROM_2026, jurisdiction_code="CN")
    by_mode = {row.values["basic_charge_mode_code"]: row.values["is_demand_priced"] for row in rows}
    assert by_mode == {"capacity": False, "contract_demand": True, "actual_demand": True}


def test_the_two_readings_of_the_excess_are_a_setting(shipped: Law) -> None:
    setting = shipped.setting("excess_demand_base")
    assert setting.default == "metered_up_to_105_pct"
    assert set(setting.options) == {"metered_up_to_105_pct", "contract_demand"}


def test_the_readings_differ_by_5_percent_of_the_contract_demand(shipped: Law) -> None:
    """Worked by hand: contract 1000 kW, metered 1200 kW, 42 yuan: 1350 kW or 1300 kW are charged."""
    row = mode(shipped, FROM_2026, "contract_demand")
    tolerance = Decimal(str(row.values["demand_tolerance_ratio"]))
    multiple = Decimal(str(row.values["excess_demand_multiple_ratio"]))
    excess = multiple * (1200 - tolerance * 1000)
    assert 42 * (tolerance * 1000 + excess) == Decimal(56700)
    assert 42 * (1000 + excess) == Decimal(54600)


@pytest.mark.parametrize(
    ("part", "is_included", "per_kw"),
    [
        ("transformer", True, None),
        ("high_voltage_motor", True, "1"),
        ("sealed", False, None),
        ("hot_standby", True, None),
    ],
)
def test_chargeable_capacity(shipped: Law, part: str, is_included: bool, per_kw: str | None) -> None:
    row = only(
        shipped, "chargeable_capacity", date(2023, 1, 1), jurisdiction_code="CN", capacity_part_code=part
    )
    assert row.values["is_included"] is is_included
    assert row.values["kva_per_kw_ratio"] == (Decimal(per_kw) if per_kw else None)


def test_the_reduced_demand_price(shipped: Law) -> None:
    table = shipped.table("demand_discount")
    assert not table.on(BEFORE_2023)
    for code in ("contract_demand", "actual_demand"):
        row = only(shipped, "demand_discount", FROM_2023, basic_charge_mode_code=code)
        assert row.values["discount_from_kwh_per_kva"] == Decimal(260)
        assert row.values["demand_price_ratio"] == Decimal("0.90")
        assert (row.citation, row.confidence) == ("td_price_2023#2", "source-read")
    assert not table.on(FROM_2023, basic_charge_mode_code="capacity")


def test_the_reduced_demand_price_is_doubtful_after_august_2026(shipped: Law) -> None:
    last = only(shipped, "demand_discount", BEFORE_2026, basic_charge_mode_code="contract_demand")
    row = only(shipped, "demand_discount", FROM_2026, basic_charge_mode_code="contract_demand")
    assert last.confidence == "source-read"
    assert row.values["demand_price_ratio"] == Decimal("0.90")
    assert (row.citation, row.confidence) == ("td_price_2026#whole", "unverified")
    assert row.note is not None and "demand_discount_after_2026" in row.note.zh
    assert shipped.setting("demand_discount_after_2026").default == "continued"


@pytest.mark.parametrize(
    ("day", "what", "cycle", "workdays", "days"),
    [
        (BEFORE_2016, "mode", 12, None, None),
        (BEFORE_2016, "contract_demand", 6, None, 15),
        (FROM_2016, "mode", 3, 15, None),
        (FROM_2016, "contract_demand", 1, 5, None),
        (FROM_2026, "mode", 3, 15, None),
    ],
)
def test_how_often_the_basic_charge_may_change(
    shipped: Law, day: date, what: str, cycle: int, workdays: int | None, days: int | None
) -> None:
    row = only(shipped, "basic_charge_change", day, jurisdiction_code="CN", basic_charge_change_code=what)
    assert row.values["change_cycle_months"] == cycle
    assert row.values["change_notice_workdays"] == workdays
    assert row.values["change_notice_days"] == days


def test_demands_of_two_lines_are_added_up(shipped: Law) -> None:
    row = only(shipped, "line_demand_sum", FROM_2016, basic_charge_mode_code="contract_demand")
    assert row.values["summed_from_line_count"] == 2
    assert not shipped.table("line_demand_sum").on(BEFORE_2016)
    assert shipped.setting("line_demand_sum").default == "lines_that_may_run_together"


def test_charging_stations_in_sichuan_pay_none_until_2030(shipped: Law) -> None:
    table = shipped.table("basic_charge_waiver")
    assert not table.on(date(2026, 7, 31), jurisdiction_code="51")
    for day in (FROM_2026, date(2029, 12, 31)):
        row = only(shipped, "basic_charge_waiver", day, jurisdiction_code="51")
        assert row.values["charging_facility_type_code"] == "centralised_station"
        assert row.values["basic_charge_waived_ratio"] == 1
        assert (row.citation, row.confidence) == ("sichuan_td_price_2026#4", "source-read")
    assert not table.on(date(2030, 1, 1))


@pytest.mark.parametrize(
    ("mode_of_metering", "is_billed"),
    [
        ("high_supply_low_metering", True),
        ("high_supply_high_metering", False),
        ("low_supply_low_metering", False),
    ],
)
@pytest.mark.parametrize("day", [date(2024, 5, 31), date(2024, 6, 1)])
def test_who_is_billed_transformer_loss(
    shipped: Law, mode_of_metering: str, is_billed: bool, day: date
) -> None:
    row = only(
        shipped, "transformer_loss_billing", day, jurisdiction_code="CN", metering_mode_code=mode_of_metering
    )
    assert row.values["has_transformer_loss"] is is_billed


def test_coefficients_of_transformer_loss(shipped: Law) -> None:
    hours = {
        row.values["jurisdiction_code"]: row.values["full_month_hours"]
        for row in shipped.table("iron_loss").on(FROM_2026)
    }
    assert hours == {"CN": Decimal(720), "44": Decimal(720)}
    share = only(shipped, "copper_loss", FROM_2026, copper_loss_method_code="metered_share")
    assert (share.values["jurisdiction_code"], share.values["copper_loss_ratio"]) == ("44", Decimal("0.02"))
    formula = only(shipped, "copper_loss", FROM_2026, copper_loss_method_code="formula")
    assert formula.values["copper_loss_ratio"] is None
    assert formula.values["load_shape_least_ratio"] == Decimal("1.05")
    assert formula.values["load_shape_most_ratio"] == Decimal("1.2")
    assert (share.confidence, formula.confidence) == ("source-read", "unverified")


def test_order_of_the_methods_of_transformer_loss(shipped: Law) -> None:
    rows = shipped.table("copper_loss_order").on(FROM_2026, jurisdiction_code="CN")
    order = {row.values["copper_loss_method_code"]: row.values["copper_loss_order_no"] for row in rows}
    assert order["contract_fixed"] == 1
    assert order["province_table"] == order["metered_share"] == 2
    assert order["formula"] == 3
    assert shipped.setting("copper_loss_method").default == "contract_table_formula"


@pytest.mark.parametrize(
    ("series", "capacity", "p0", "pk", "i0", "uk"),
    [
        ("s9", "30", "0.13", "0.60", "2.8", "4.0"),
        ("s10", "30", "0.11", "0.60", None, "4.0"),
        ("s11", "30", "0.09", "0.60", None, "4.0"),
        ("s9", "100", "0.29", "1.50", "2.2", "4.0"),
        ("s11", "160", "0.28", "2.20", None, "4.0"),
        ("s9", "315", "0.67", "3.65", "1.6", "4.0"),
        ("s10", "315", "0.57", "3.65", None, "4.0"),
        ("s9", "500", "0.96", "5.10", "1.4", "4.0"),
        ("s9", "630", "1.20", "6.20", "1.3", "4.5"),
        ("s10", "800", "1.19", "7.50", None, "4.5"),
        ("s9", "1000", "1.70", "10.30", "1.1", "4.5"),
        ("s13", "100", "0.20", None, "0.3", "4.0"),
    ],
)
def test_transformer_ratings(
    shipped: Law, series: str, capacity: str, p0: str, pk: str | None, i0: str | None, uk: str
) -> None:
    row = only(
        shipped,
        "transformer_rating",
        FROM_2026,
        transformer_series_code=series,
        rated_capacity_kva=Decimal(capacity),
    )
    assert row.values["no_load_loss_kw"] == Decimal(p0)
    assert row.values["load_loss_kw"] == (Decimal(pk) if pk else None)
    assert row.values["listed_no_load_current_pct"] == (Decimal(i0) if i0 else None)
    assert row.values["listed_impedance_pct"] == Decimal(uk)


def test_the_columns_of_the_transformer_table_add_up(shipped: Law) -> None:
    """Sums of the printed columns, added apart from the content: a digit misread anywhere shows."""
    sums = {"s9": ("9.55", "51.96"), "s10": ("6.70", "41.66"), "s11": ("6.65", "51.96")}
    for series, (p0, pk) in sums.items():
        rows = shipped.table("transformer_rating").on(FROM_2026, transformer_series_code=series)
        assert sum(Decimal(str(row.values["no_load_loss_kw"])) for row in rows) == Decimal(p0)
        assert sum(Decimal(str(row.values["load_loss_kw"])) for row in rows) == Decimal(pk)


def test_ratings_the_standard_does_not_list_are_unverified(shipped: Law) -> None:
    rows = shipped.table("transformer_rating").on(FROM_2026)
    doubtful = {
        (row.values["transformer_series_code"], row.values["rated_capacity_kva"])
        for row in rows
        if row.confidence == "unverified"
    }
    assert doubtful == {
        ("s9", Decimal(1000)),
        ("s11", Decimal(1000)),
        ("s13", Decimal(100)),
        ("s13", Decimal(315)),
    }
    assert not [
        row
        for row in rows
        if (row.values["transformer_series_code"], row.values["rated_capacity_kva"]) == ("s10", Decimal(1000))
    ]


def test_the_disputed_loss_of_s11_315_is_told(shipped: Law) -> None:
    row = only(
        shipped,
        "transformer_rating",
        FROM_2026,
        transformer_series_code="s11",
        rated_capacity_kva=Decimal(315),
    )
    assert row.values["no_load_loss_kw"] == Decimal("0.47")
    assert row.note is not None and "0.48" in row.note.en
