"""Published prices, surcharges, agency purchase and price categories against numbers written here by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from jicha.law.book import Law
from tests.law.tariff_rows import only, price, published, value

JANUARY = date(2026, 1, 15)
AUGUST = date(2026, 8, 1)
CI = "commercial_industrial"
TARIFF_AREAS = ("tariffs", "tiers", "surcharges", "time_of_use", "agent_purchase", "price_category")


class TestPublishedPrices:
    def test_corrected_readings_say_so(self, shipped: Law) -> None:
        corrected = [
            row
            for row in shipped.table("energy_price").matching(jurisdiction_code="42")
            if row.note and "corrected" in row.note.en
        ]
        assert {str(row.values["price_yuan_per_kwh"]) for row in corrected} == {
            "0.735886", "0.715886", "0.695886", "0.846961",
        }  # fmt: skip
        assert len(corrected) == 7  # each flat price stands in two columns
        assert {row.confidence for row in corrected} == {"secondary"}

    @pytest.mark.parametrize(
        ("day", "jurisdiction", "category", "structure", "voltage", "register", "published"),
        [
            (JANUARY, "42", CI, "single_part", "below_1kv", "active_total", "0.735886"),
            (JANUARY, "42", CI, "single_part", "kv_35", "active_critical", "1.093999"),
            (JANUARY, "42", CI, "two_part", "kv_220_up", "active_valley", "0.376024"),
            (date(2025, 9, 30), "37", CI, "two_part", "kv_110", "active_peak", "0.91726875"),
            (date(2026, 3, 1), "37", CI, "two_part", "kv_110", "active_deep_valley", "0.15146875"),
            (date(2026, 8, 31), "37", CI, "two_part", "kv_110", "active_critical", "1.01796875"),
            (date(2024, 7, 1), "11", CI, "two_part", "kv_1_10", "active_peak", "0.926841"),
            (date(2022, 1, 1), "31", "residential_untiered", "single_part", "kv_1_10", "active_total", "0.636"),
            (date(2025, 1, 1), "33", "residential_untiered", "single_part", "kv_1_up", "active_total", "0.538"),
            (date(2025, 1, 1), "33", "residential_rural", "single_part", "kv_1_10", "active_total", "0.508"),
            (date(2021, 5, 1), "35", CI, "single_part", "kv_35_110", "active_total", "0.5559"),
            (date(2021, 5, 1), "35", "irrigation", "single_part", "kv_220_up", "active_total", "0.1677"),
            (date(2021, 12, 5), "46", CI, "two_part", "below_35kv", "active_valley", "0.3321"),
            (date(2021, 12, 5), "46", "government_office", "single_part", "kv_1_up", "active_total", "0.6592"),
            (date(2021, 12, 5), "46", "ice_storage", "two_part", "below_35kv", "active_valley", "0.2713"),
            (date(2021, 1, 1), "43", "large_industry", "two_part", "kv_110", "active_total", "0.5867"),
            (date(2021, 1, 1), "43", "general_commercial", "single_part", "below_1kv", "active_total", "0.7003"),
        ],
    )  # fmt: skip
    def test_prices_from_the_tables(
        self, shipped: Law, day: date, jurisdiction: str, category: str, structure: str, voltage: str,
        register: str, published: str,
    ) -> None:  # fmt: skip
        found = price(
            shipped, day, jurisdiction, register,
            usage_category_code=category, tariff_structure_code=structure, voltage_class_code=voltage,
        )  # fmt: skip
        assert found == D(published)

    @pytest.mark.parametrize(
        ("jurisdiction", "structure", "voltage", "energy", "demand", "capacity"),
        [
            ("42", "two_part", "kv_1_10", "0.1263", "42.0", "26.3"),
            ("51", "two_part", "kv_35", "0.1125", "30.0", "19.0"),
            ("33", "two_part", "kv_110", "0.0767", "40.8", "25.5"),
            ("32", "two_part", "kv_220_up", "0.0518", "41.6", "26"),
            ("37", "two_part", "kv_35", "0.1230", "36", "22.5"),
            ("42", "single_part", "kv_220_up", "0.1303", None, None),
            ("51", "single_part", "below_1kv", "0.2563", None, None),
            ("33", "single_part", "kv_35", "0.1700", None, None),
            ("32", "single_part", "kv_110", "0.1621", None, None),
            ("37", "single_part", "kv_1_10", "0.2231", None, None),
        ],
    )
    def test_transmission_prices_from_august_2026(
        self, shipped: Law, jurisdiction: str, structure: str, voltage: str, energy: str,
        demand: str | None, capacity: str | None,
    ) -> None:  # fmt: skip
        on = {
            "jurisdiction_code": jurisdiction, "tariff_structure_code": structure, "voltage_class_code": voltage,
        }  # fmt: skip
        assert value(only(shipped, "transmission_price", AUGUST, **on)) == D(energy)
        if demand is not None and capacity is not None:
            basic = only(shipped, "basic_charge_price", AUGUST, **on)
            assert value(basic, "price_yuan_per_kw_month") == D(demand)
            assert value(basic, "price_yuan_per_kva_month") == D(capacity)
        else:
            assert not shipped.table("basic_charge_price").on(AUGUST, **on)

    def test_line_losses_of_the_energy_bought(self, shipped: Law) -> None:
        told = {r.values["jurisdiction_code"]: str(r.values["feed_in_loss_pct"])
                for r in shipped.table("feed_in_loss").on(AUGUST)}  # fmt: skip
        assert told == {"42": "4.55", "51": "5.64", "33": "3.07", "32": "2.83", "37": "3.07"}

    def test_rebuilt_tables_are_never_passed_off_as_official(self, shipped: Law) -> None:
        for table in ("transmission_price", "basic_charge_price", "feed_in_loss"):
            for row in published(shipped, table, AUGUST):
                official = row.values["jurisdiction_code"] in ("42", "51")
                assert row.confidence == ("source-read" if official else "secondary")
                assert official or (row.note is not None and "annex 1" in row.note.en)

    def test_shandong_changes_inside_the_year(self, shipped: Law) -> None:
        on = {"jurisdiction_code": "37", "tariff_structure_code": "two_part", "voltage_class_code": "kv_110"}
        eve = AUGUST - timedelta(days=1)
        assert value(only(shipped, "transmission_price", eve, **on)) == D("0.1191")
        assert value(only(shipped, "transmission_price", AUGUST, **on)) == D("0.1060")
        flat = {"register": "active_flat", "tariff_structure_code": "two_part"}
        assert price(shipped, eve, "37", **flat) == D("0.61896875")
        assert price(shipped, AUGUST, "37", **flat) == D("0.57266875")

    def test_months_of_shandong_nobody_published_are_no_price(self, shipped: Law) -> None:
        for day in (date(2025, 10, 1), date(2025, 12, 31), date(2026, 9, 1)):
            assert not shipped.table("energy_price").on(day, jurisdiction_code="37")

    def test_shandong_keeps_its_ratios_from_january_on(self, shipped: Law) -> None:
        """+70, -70, +100, -90 % of one base; parts are rounded apart, so to a few ten-thousandths."""
        for month in range(1, 9):
            bands = {
                str(row.values["register_code"]).removeprefix("active_"): value(row)
                for row in shipped.table("energy_price").on(date(2026, month, 1), jurisdiction_code="37")
            }
            base = bands["critical"] - bands["flat"]
            for band, multiple in (("peak", D("0.7")), ("valley", D("-0.7")), ("deep_valley", D("-0.9"))):
                assert abs(bands[band] - bands["flat"] - multiple * base) < D("0.0003"), (month, band)

    def test_the_odd_cell_of_september_2025_is_marked(self, shipped: Law) -> None:
        (row,) = shipped.table("energy_price").on(
            date(2025, 9, 1), jurisdiction_code="37", register_code="active_flat"
        )
        assert value(row) == D("0.58276675") and row.confidence == "unverified" and row.note

    def test_beijing_stands_at_its_ratios(self, shipped: Law) -> None:
        """1.6 : 1 : 0.4, critical 20 % over peak, on one base."""
        on = {"tariff_structure_code": "two_part"}
        day = date(2024, 7, 1)
        flat = price(shipped, day, "11", "active_flat", **on)
        base = (price(shipped, day, "11", "active_peak", **on) - flat) / D("0.6")
        assert abs(price(shipped, day, "11", "active_critical", **on) - flat - D("0.92") * base) < D(
            "0.000002"
        )
        assert abs(flat - price(shipped, day, "11", "active_valley", **on) - D("0.6") * base) < D("0.000002")

    def test_hunan_irrigation_is_cheaper_in_summer(self, shipped: Law) -> None:
        rows = shipped.table("seasonal_difference").on(date(2021, 5, 1), jurisdiction_code="43")
        assert {row.values["month_no"] for row in rows} == {4, 5, 6, 7, 8, 9}
        assert {value(row, "price_difference_yuan_per_kwh") for row in rows} == {D("-0.045")}

    def test_every_price_is_found_from_a_supply_voltage(self, shipped: Law) -> None:
        classes = shipped.table("voltage_class_of_supply")
        columns = ("jurisdiction_code", "usage_category_code", "tariff_structure_code", "voltage_class_code")
        for name in ("energy_price", "transmission_price"):
            for row in published(shipped, name):
                assert classes.on(row.valid_from, **{c: row.values[c] for c in columns}), row.place.shown

    def test_items_of_the_system_operation_fee(self, shipped: Law) -> None:
        rows = shipped.table("system_operation_part").on(JANUARY, jurisdiction_code="42")
        items = {str(row.values["price_item_code"]): value(row) for row in rows}
        assert items.pop("unlisted") == D("0.0043")
        assert sum(items.values()) == D("0.077973") and len(items) == 7

    def test_guangdong_rounds_to_a_hundredth_of_a_fen(self, shipped: Law) -> None:
        row = only(shipped, "price_rounding", JANUARY, jurisdiction_code="44")
        assert (row.values["price_decimals"], row.values["rounding_mode_code"]) == (4, "half_up")


class TestSurchargesAndPurchase:
    @pytest.mark.parametrize(
        ("day", "jurisdiction", "category", "total"),
        [
            (AUGUST, "42", CI, "0.0452"),
            (JANUARY, "42", CI, "0.0452"),
            (date(2021, 12, 5), "46", CI, "0.0280"),
            (date(2021, 12, 5), "46", "residential", "0.0100"),
        ],
    )
    def test_totals_of_the_funds(
        self, shipped: Law, day: date, jurisdiction: str, category: str, total: str
    ) -> None:
        rows = shipped.table("surcharge_rate").on(
            day, jurisdiction_code=jurisdiction, usage_category_code=category
        )
        assert sum(value(row) for row in rows) == D(total)

    def test_the_city_surcharge_ended_with_march_2017(self, shipped: Law) -> None:
        assert (
            only(shipped, "fund_levy", date(2017, 4, 1), fund_code="city_utility").values["is_levied"]
            is False
        )
        assert not shipped.table("fund_levy").on(date(2017, 3, 31), fund_code="city_utility")

    def test_surcharges_neither_float_nor_are_adjusted(self, shipped: Law) -> None:
        rule = only(shipped, "surcharge_rule", JANUARY, jurisdiction_code="CN").values
        assert (rule["is_floating"], rule["is_power_factor_adjusted"], rule["is_adjusted_with_energy"]) == (
            False, False, True,
        )  # fmt: skip

    @pytest.mark.parametrize("day", [date(2021, 10, 23), date(2022, 12, 31), date(2023, 1, 1), JANUARY])
    def test_three_groups_pay_one_and_a_half_times_the_purchase_price(self, shipped: Law, day: date) -> None:
        told = {
            r.values["purchase_group_code"]: value(r, "purchase_multiple_ratio")
            for r in shipped.table("agent_purchase_multiple").on(day)
        }
        assert told.pop("ordinary") == 1
        assert set(told) == {"left_market", "coal_self_generation", "high_energy"}
        assert set(told.values()) == {D("1.5")}

    def test_agency_purchase_begins_with_its_notice(self, shipped: Law) -> None:
        assert not shipped.table("agent_purchase_multiple").on(date(2021, 10, 22))
        rule = only(shipped, "agent_purchase_rule", date(2022, 1, 1), jurisdiction_code="CN")
        assert rule.values["direct_purchase_from_kv"] == D("10") and rule.values["publication_lead_days"] == 3
        assert rule.values["change_notice_days"] == 15 and rule.confidence == "source-read"

    @pytest.mark.parametrize(
        ("day", "apart"), [(date(2023, 5, 31), False), (date(2023, 6, 1), True), (AUGUST, True)]
    )
    def test_losses_stand_apart_since_june_2023(self, shipped: Law, day: date, apart: bool) -> None:
        row = only(
            shipped, "price_composition", day, jurisdiction_code="CN", charge_code="purchase_line_loss"
        )
        assert row.values["is_priced_apart"] is apart

    @pytest.mark.parametrize(
        ("scope", "category"),
        [
            ("homes", {"residential"}),
            ("school_living", {"residential_untiered"}),
            ("fishery", {"agriculture"}),
            ("food_processing", {CI}),
            ("farm_services", {CI}),
            ("rural_drinking_water", {"residential", "agriculture"}),
        ],
    )
    def test_what_a_category_covers(self, shipped: Law, scope: str, category: set[str]) -> None:
        rows = shipped.table("price_category_scope").on(JANUARY, price_scope_code=scope)
        assert {row.values["usage_category_code"] for row in rows} == category


def test_every_area_says_how_sure_it_is(shipped: Law) -> None:
    """An unverified value says in a note what about it is not confirmed."""
    for table in shipped.tables.values():
        if table.area in TARIFF_AREAS:
            for row in table.rows:
                assert row.confidence != "unverified" or row.note is not None, row.place.shown
