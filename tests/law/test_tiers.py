"""Tiers of residents: bills by hand, limits without gaps, national premiums kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from itertools import pairwise

import pytest

from jicha.law.book import Law
from jicha.law.table import LawRow, Value
from tests.law.tariff_rows import only, published, value

JANUARY = date(2026, 1, 15)


class TestTiers:
    @pytest.mark.parametrize(
        ("jurisdiction", "cycle", "day", "kwh", "yuan"),
        [
            ("33", "annual", date(2025, 1, 1), 2760, "1484.88"),  # the limit itself is still the first tier
            ("33", "annual", date(2025, 1, 1), 2761, "1485.468"),
            ("33", "annual", date(2025, 1, 1), 5000, "2852.00"),  # 1484.88 + 2040 x 0.588 + 200 x 0.838
            ("31", "annual", date(2025, 1, 1), 5000, "3229.00"),  # 1925.04 + 1120.56 + 183.40
            ("35", "monthly", date(2021, 1, 1), 500, "282.65"),  # 114.609 + 104.177 + 63.864
            ("37", "monthly", date(2021, 1, 1), 410, "236.729"),  # 210 x 0.5469 + 190 x 0.5969 + 10 x 0.8469
        ],
    )
    def test_bills_by_hand(
        self, shipped: Law, jurisdiction: str, cycle: str, day: date, kwh: int, yuan: str
    ) -> None:
        assert self.bill(shipped, jurisdiction, cycle, day, "active_total", D(kwh)) == D(yuan)

    def bill(self, law: Law, jurisdiction: str, cycle: str, day: date, register: str, kwh: D) -> D:
        total = D(0)
        for limit in law.table("tier_limit").on(day, jurisdiction_code=jurisdiction, tier_cycle_code=cycle):
            tier = only(law, "tier_price", day, jurisdiction_code=jurisdiction, register_code=register,
                        tier_no=limit.values["tier_no"])  # fmt: skip
            top = limit.values["tier_up_to_kwh"]
            within = min(kwh, top) if isinstance(top, D) else kwh
            total += max(D(0), within - value(limit, "tier_over_kwh")) * value(tier)
        return total

    def test_tiers_leave_no_gap(self, shipped: Law) -> None:
        groups: dict[tuple[Value, Value], list[LawRow]] = {}
        for row in published(shipped, "tier_limit"):
            groups.setdefault((row.values["jurisdiction_code"], row.values["tier_cycle_code"]), []).append(
                row
            )
        assert len(groups) == 5
        for rows in groups.values():
            rows.sort(key=lambda row: int(str(row.values["tier_no"])))
            assert value(rows[0], "tier_over_kwh") == 0 and rows[-1].values["tier_up_to_kwh"] is None
            for lower, upper in pairwise(rows):
                assert lower.values["tier_up_to_kwh"] == upper.values["tier_over_kwh"]

    def test_a_year_of_shandong_is_twelve_months(self, shipped: Law) -> None:
        day = date(2021, 6, 1)
        limits = shipped.table("tier_limit")
        tops = {
            cycle: [
                row.values["tier_up_to_kwh"]
                for row in limits.on(day, jurisdiction_code="37", tier_cycle_code=cycle)
            ]
            for cycle in ("monthly", "annual")
        }
        assert tops["annual"] == [12 * top if isinstance(top, D) else None for top in tops["monthly"]]

    def test_time_of_use_of_tiers(self, shipped: Law) -> None:
        day = date(2025, 1, 1)
        told = {
            (str(r.values["register_code"]).removeprefix("active_"), r.values["tier_no"]): str(value(r))
            for r in shipped.table("tier_price").on(day, jurisdiction_code="31")
        }
        assert told[("peak", 1)] == "0.617" and told[("peak", 3)] == "0.977"
        assert told[("valley", 2)] == "0.337" and told[("total", 3)] == "0.917"
        third = only(
            shipped, "tier_price", day, jurisdiction_code="33", register_code="active_valley", tier_no=3
        )
        assert value(third) == D("0.588")

    def test_provinces_keep_the_national_premiums(self, shipped: Law) -> None:
        design = {
            r.values["tier_no"]: value(r, "minimum_premium_yuan_per_kwh")
            for r in shipped.table("tier_design").rows
        }
        assert design == {1: D(0), 2: D("0.05"), 3: D("0.30")}
        for row in published(shipped, "tier_price"):
            if row.values["register_code"] != "active_total":
                continue
            first = only(shipped, "tier_price", row.valid_from, jurisdiction_code=row.values["jurisdiction_code"],
                         register_code="active_total", tier_no=1)  # fmt: skip
            assert value(row) - value(first) >= design[row.values["tier_no"]]

    def test_poor_and_large_households(self, shipped: Law) -> None:
        free = only(shipped, "free_allowance", JANUARY, jurisdiction_code="CN")
        assert (free.values["free_from_monthly_kwh"], free.values["free_to_monthly_kwh"]) == (
            D("10"),
            D("15"),
        )
        large = only(shipped, "large_household", JANUARY, jurisdiction_code="CN", minimum_person_count=5)
        assert large.values["tier_extra_monthly_kwh"] == D("100") and large.confidence == "unverified"
