"""Time-of-use bands, multiples, floating parts and special days, by hand from the notes under the tables."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal as D

import pytest

from jicha.law.book import Law
from jicha.law.table import Value
from tests.law.tariff_rows import only, value

JANUARY = date(2026, 1, 15)


class TestTimeOfUse:
    def register(
        self,
        law: Law,
        day: date,
        jurisdiction: str,
        time: str,
        group: str = "all_users",
        kind: str = "ordinary",
    ) -> str:
        hour, minute = map(int, time.split(":"))
        row = only(
            law, "time_of_use_band", day, jurisdiction_code=jurisdiction, time_of_use_set_code=group,
            tariff_day_code=kind, month_no=day.month, half_hour_no=2 * hour + minute // 30,
        )  # fmt: skip
        return str(row.values["register_code"]).removeprefix("active_")

    def test_every_half_hour_belongs_to_one_band(self, shipped: Law) -> None:
        """Each group and kind of day, each month, 48 half hours, once, and all of them from one day on."""
        spans: dict[tuple[Value, ...], Counter[tuple[Value, Value]]] = {}
        for row in shipped.table("time_of_use_band").rows:
            v = row.values
            key = (
                v["jurisdiction_code"],
                v["time_of_use_set_code"],
                v["tariff_day_code"],
                row.valid_from,
                row.valid_to,
            )
            spans.setdefault(key, Counter())[(v["month_no"], v["half_hour_no"])] += 1
        day = {(month, half_hour) for month in range(1, 13) for half_hour in range(48)}
        assert len(spans) >= 25
        for key, told in spans.items():
            assert set(told) == day and set(told.values()) == {1}, key
        provinces = {key[0] for key in spans}
        assert provinces >= {"42", "33", "32", "31", "11", "44", "37", "34"}

    def test_special_days_need_an_ordinary_day(self, shipped: Law) -> None:
        """Every group named by a scope, a holiday, a season or a hot day has bands for that kind of day."""
        bands = {
            (r.values["jurisdiction_code"], r.values["time_of_use_set_code"], r.values["tariff_day_code"])
            for r in shipped.table("time_of_use_band").rows
        }
        assert {key[:2] for key in bands} == {key[:2] for key in bands if key[2] == "ordinary"}
        asked = {
            (r.values["jurisdiction_code"], r.values["time_of_use_set_code"], "ordinary")
            for r in shipped.table("time_of_use_scope").rows
        }
        for name in ("tariff_holiday", "tariff_rest_day", "tariff_season"):
            asked |= {
                (r.values["jurisdiction_code"], r.values["time_of_use_set_code"], r.values["tariff_day_code"])
                for r in shipped.table(name).rows
            }
        asked |= {
            (r.values["jurisdiction_code"], r.values["time_of_use_set_code"], "hot")
            for r in shipped.table("hot_day").rows
        }
        assert asked <= bands
        assert {key for key in bands if key[2] != "ordinary"} <= asked  # no kind of day nobody can be on

    def test_every_band_has_a_multiple_where_the_province_tells_any(self, shipped: Law) -> None:
        ratios = shipped.table("time_of_use_ratio")
        told = {r.values["jurisdiction_code"] for r in ratios.rows}
        scopes = shipped.table("time_of_use_scope")
        pairs = {
            (r.values["jurisdiction_code"], r.values["time_of_use_set_code"], r.values["time_of_use_ratio_set_code"],
             r.valid_from, r.valid_to)
            for r in scopes.rows if r.values["jurisdiction_code"] in told
        }  # fmt: skip
        checked = 0
        for jurisdiction, group, ratio_set, start, end in pairs:
            here = [r for r in ratios.matching(jurisdiction_code=jurisdiction, time_of_use_ratio_set_code=ratio_set)
                    if r.holds(start)]  # fmt: skip
            if not here:
                assert (jurisdiction, end) == (
                    "33",
                    date(2026, 7, 1),
                )  # the notice of 2024: ratios were not read
                continue
            known = {(r.values["month_no"], r.values["register_code"]) for r in here}
            bands = shipped.table("time_of_use_band").on(
                start, jurisdiction_code=jurisdiction, time_of_use_set_code=group
            )
            needed = {(r.values["month_no"], r.values["register_code"]) for r in bands}
            assert needed <= known, (jurisdiction, group, sorted(map(str, needed - known)))
            checked += 1
        assert checked >= 12

    @pytest.mark.parametrize(
        ("day", "jurisdiction", "time", "group", "kind", "band"),
        [
            (date(2026, 1, 5), "42", "18:00", "all_users", "ordinary", "critical"),
            (date(2026, 1, 5), "42", "17:30", "all_users", "ordinary", "peak"),
            (date(2026, 7, 5), "42", "19:30", "all_users", "ordinary", "peak"),
            (date(2026, 7, 5), "42", "21:30", "all_users", "ordinary", "critical"),
            (date(2026, 7, 5), "42", "12:00", "all_users", "ordinary", "valley"),
            (date(2025, 8, 5), "33", "09:00", "all_users", "ordinary", "critical"),
            (date(2026, 8, 5), "33", "09:00", "all_users", "ordinary", "flat"),  # the notice of 2026
            (date(2026, 8, 5), "33", "18:00", "all_users", "ordinary", "critical"),
            (date(2026, 5, 1), "33", "13:30", "all_users", "deep_valley", "deep_valley"),
            (date(2026, 5, 1), "33", "14:00", "all_users", "deep_valley", "peak"),
            (date(2026, 8, 5), "32", "19:00", "industrial_315kva_up", "ordinary", "peak"),
            (date(2026, 8, 5), "32", "19:30", "industrial_315kva_up", "ordinary", "critical"),
            (date(2026, 8, 5), "32", "19:30", "all_users", "ordinary", "peak"),
            (date(2026, 8, 5), "32", "11:00", "spring_autumn_all_year", "ordinary", "valley"),
            (date(2026, 4, 5), "32", "01:30", "all_users", "ordinary", "flat"),  # 22:00 to 02:00 of the next day
            (date(2025, 7, 5), "31", "12:00", "two_part", "ordinary", "critical"),
            (date(2025, 9, 5), "31", "12:00", "two_part", "ordinary", "peak"),
            (date(2025, 4, 5), "31", "23:00", "large_industry", "deep_valley", "deep_valley"),
            (date(2025, 4, 5), "31", "23:00", "two_part", "ordinary", "valley"),
            (date(2025, 4, 5), "31", "21:30", "single_part", "ordinary", "peak"),
            (date(2024, 7, 5), "11", "16:30", "all_users", "ordinary", "critical"),
            (date(2025, 5, 5), "44", "15:00", "all_users", "ordinary", "peak"),
            (date(2025, 5, 5), "44", "15:00", "all_users", "hot", "critical"),
            (date(2025, 7, 5), "44", "15:00", "all_users", "ordinary", "critical"),
            (date(2025, 3, 5), "37", "12:00", "all_users", "ordinary", "deep_valley"),
            (date(2025, 3, 5), "37", "10:30", "all_users", "ordinary", "valley"),
            (date(2025, 6, 5), "37", "12:00", "all_users", "ordinary", "flat"),
            (date(2025, 12, 5), "37", "08:00", "all_users", "ordinary", "peak"),
            (date(2025, 7, 5), "34", "01:30", "all_users", "ordinary", "flat"),
            (date(2025, 10, 1), "34", "14:30", "industrial_315kva_up", "deep_valley", "deep_valley"),
            (date(2026, 1, 5), "34", "20:00", "industrial_315kva_up", "critical_season", "critical"),
            (date(2021, 12, 5), "46", "22:00", "two_part", "ordinary", "flat"),
        ],
    )  # fmt: skip
    def test_bands_from_the_notices(
        self, shipped: Law, day: date, jurisdiction: str, time: str, group: str, kind: str, band: str
    ) -> None:
        assert self.register(shipped, day, jurisdiction, time, group, kind) == band

    def test_zhejiang_changes_on_the_first_of_july(self, shipped: Law) -> None:
        assert not shipped.table("time_of_use_band").on(date(2024, 12, 31), jurisdiction_code="33")
        june = only(shipped, "time_of_use_band", date(2026, 6, 30), jurisdiction_code="33", month_no=6,
                    tariff_day_code="ordinary", half_hour_no=18)  # fmt: skip
        july = only(shipped, "time_of_use_band", date(2026, 7, 1), jurisdiction_code="33", month_no=6,
                    tariff_day_code="ordinary", half_hour_no=18)  # fmt: skip
        assert (june.values["register_code"], july.values["register_code"]) == ("active_peak", "active_flat")
        assert (june.citation, july.citation) == ("zhejiang_tou_2024#whole", "zhejiang_tou_2026#whole")

    @pytest.mark.parametrize(
        ("jurisdiction", "group", "month", "register", "multiple", "reference"),
        [
            ("42", "all_users", 1, "active_critical", "2.00", "active_flat"),
            ("32", "single_below_100kva", 5, "active_peak", "1.6", "active_flat"),
            ("31", "two_part", 7, "active_critical", "1.25", "active_peak"),
            ("31", "two_part", 5, "active_valley", "0.5", "active_flat"),
            ("31", "single_part", 5, "active_peak", "1.17", "active_flat"),
            ("11", "single_below_1kv", 5, "active_peak", "1.71", "active_flat"),
            ("44", "all_users", 5, "active_critical", "1.25", "active_peak"),
            ("37", "all_users", 5, "active_deep_valley", "0.1", "active_flat"),
            ("34", "all_users", 9, "active_peak", "1.843", "active_flat"),
            ("34", "all_users", 10, "active_peak", "1.74", "active_flat"),
            ("34", "all_users", 10, "active_deep_valley", "0.8", "active_valley"),
        ],
    )
    def test_ratios_name_the_band_they_refer_to(
        self,
        shipped: Law,
        jurisdiction: str,
        group: str,
        month: int,
        register: str,
        multiple: str,
        reference: str,
    ) -> None:
        row = only(
            shipped, "time_of_use_ratio", JANUARY, jurisdiction_code=jurisdiction,
            time_of_use_ratio_set_code=group, month_no=month, register_code=register,
        )  # fmt: skip
        assert value(row, "time_of_use_ratio") == D(multiple)
        assert row.values["reference_register_code"] == reference

    @pytest.mark.parametrize(
        ("jurisdiction", "floats"),
        [
            ("42", {"agency_purchase", "purchase_line_loss"}),
            ("62", {"agency_purchase", "purchase_line_loss"}),
            ("32", {"agency_purchase"}),
            ("53", {"agency_purchase"}),
            ("46", {"agency_purchase", "transmission_distribution"}),
            (
                "44",
                {"agency_purchase", "purchase_line_loss", "transmission_distribution", "system_operation"},
            ),
        ],
    )
    def test_parts_that_float(self, shipped: Law, jurisdiction: str, floats: set[str]) -> None:
        rows = shipped.table("floating_part").on(JANUARY, jurisdiction_code=jurisdiction)
        assert {r.values["charge_code"] for r in rows if r.values["is_floating"]} == floats
        assert len(rows) == 5

    def test_shandong_floats_by_items(self, shipped: Law) -> None:
        rows = shipped.table("floating_part").on(JANUARY, jurisdiction_code="37")
        floats = {r.values["price_item_code"] for r in rows if r.values["is_floating"]}
        assert floats == {
            "average_purchase",
            "whole",
            "capacity_compensation",
            "pumped_storage_capacity",
            "coal_capacity",
        }
        assert (
            next(r for r in rows if r.values["price_item_code"] == "purchase_deviation").values["is_floating"]
            is False
        )

    def test_no_province_lets_funds_float(self, shipped: Law) -> None:
        for row in shipped.table("floating_part").matching(charge_code="surcharge"):
            assert row.values["is_floating"] is False

    def test_provinces_keep_the_national_minimum_of_the_critical_peak(self, shipped: Law) -> None:
        """At least 20 % over the peak. Three provinces state it against the flat band and, taken against their own
        peak, stay below: Zhejiang 2.05 / 1.85, Fujian 1.8 / 1.58, Shandong 2 / 1.7. So the sources print it."""
        minimum = only(shipped, "time_of_use_minimum", JANUARY, jurisdiction_code="CN")
        least = 1 + value(minimum, "critical_minimum_premium_pct") / 100
        short = set()
        ratios = shipped.table("time_of_use_ratio")
        for row in ratios.matching(register_code="active_critical"):
            multiple = value(row, "time_of_use_ratio")
            if row.values["reference_register_code"] == "active_flat":
                peak = next(
                    r for r in ratios.on(
                        row.valid_from, register_code="active_peak",
                        **{c: row.values[c] for c in ("jurisdiction_code", "time_of_use_ratio_set_code", "month_no")},
                    )
                )  # fmt: skip
                multiple = multiple / value(peak, "time_of_use_ratio")
            if multiple < least:
                short.add(row.values["jurisdiction_code"])
        assert short == {"33", "35", "37"}

    def test_heat_and_holidays(self, shipped: Law) -> None:
        hot = only(shipped, "hot_day", JANUARY, jurisdiction_code="44")
        assert (hot.values["trigger_temperature_celsius"], hot.values["trigger_days"]) == (D("35"), 1)
        day = date(2026, 5, 1)
        named = shipped.table("tariff_holiday")
        holidays = {
            province: {r.values["holiday_code"] for r in named.on(day, jurisdiction_code=province)}
            for province in ("33", "31", "34")
        }
        assert holidays["33"] == {"spring_festival", "labour_day", "national_day"}
        assert len(holidays["31"]) == len(holidays["34"]) == 7
        assert {
            r.values["minimum_holiday_days"]
            for r in shipped.table("tariff_holiday").on(day, jurisdiction_code="34")
        } == {3}
        rest = {
            r.values["month_no"] for r in shipped.table("tariff_rest_day").on(day, jurisdiction_code="31")
        }
        assert rest == {2, 3, 4, 5, 6, 9, 10, 11}
