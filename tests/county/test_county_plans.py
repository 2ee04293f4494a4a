"""Plans from outside: every wish is honoured, what cannot be is refused with its place."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jicha.county import CountySummary, build
from jicha.county.causes import area_kinds, kinds_by_trade
from jicha.county.faults import FaultPlanError, read_plan
from jicha.county.tables import cause_plan

from .exported import Exported, Row
from .truth import Truth

# Theirs by nature, through the whole period, or from the day panels were filed.
WHOLE_PERIOD = {
    "filed_under_wrong_area",
    "master_ct_exchanged_file_not_updated",
    "price_changed",
    "two_month_book",
    "panels_enlarged_unfiled",
    "register_rollover",
}
OWN_MODULES = (
    "billing", "breach", "filing", "links", "metering", "pricing", "reading", "spans", "use",
)  # fmt: skip
FROM, TO = date(2025, 11, 5), date(2026, 1, 20)
LEAST_DAYS, MOST_DAYS = 60, 120
#: How long each lasts is a plan's to say.
WITH_DAYS = (
    "two_part_not_filed", "capacity_filed_too_small", "time_of_use_not_filed", "tiers_not_filed",
    "price_voltage_filed_too_high", "business_on_residential_supply", "more_than_contracted", "supply_passed_on",
    "meter_stopped", "bypassed_supply", "current_terminal_loose", "partial_bypass", "collection_gap",
    "ct_exchanged_file_not_updated", "multiplier_refiled", "tenant_moved_out", "shop_closed",
    "account_reopened", "family_grew", "works_holiday", "wire_hooked_to_line", "master_terminal_silent",
)  # fmt: skip
WITH_SIZES = {
    "partial_bypass": (0.2, 0.3),
    "current_terminal_loose": (0.25, 0.35),
    "capacity_filed_too_small": (0.4, 0.5),
    "capacity_filed_too_large": (1.5, 1.6),
    "transformer_loss_filed_too_high": (1.8, 1.9),
    "business_on_residential_supply": (7.0, 8.0),
    "supply_passed_on": (1.2, 1.3),
    "more_than_contracted": (3.5, 3.8),
    "panels_never_filed": (18, 22),
    "wire_hooked_to_line": (120, 130),
    "shop_closed": (0.4, 0.5),
}

Made = Callable[..., tuple[Exported, CountySummary]]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def make(
        plan: str, customers: int = 300, months: int = 14, seed: int = 2
    ) -> tuple[Exported, CountySummary]:
        path = tmp_path / "plan.yaml"
        path.write_text(plan, encoding="utf-8")
        summary = build(
            tmp_path / "out", customers=customers, seed=seed, months=months, faults=path, processes=1
        )
        return Exported(tmp_path / "out", summary), summary

    return make


def own_kinds() -> list[str]:
    """Kinds that the county's own modules tell."""
    own = [importlib.import_module(f"jicha.county.causes.{name}") for name in OWN_MODULES]
    found = [name for module in own for name, kind in module.KINDS.items() if not kind.everybody]
    return [*found, *area_kinds()]


def onset_of(row: Row) -> date:
    return date.fromisoformat(row["valid_from"])


def length_of(row: Row) -> int:
    return (date.fromisoformat(row["valid_to"]) - onset_of(row)).days


def test_onsets_are_where_they_were_wished(made: Made) -> None:
    wanted = [kind for kind in own_kinds() if kind not in WHOLE_PERIOD]
    entries = "".join(
        f"  - {{cause: {kind}, count: 1, onset: {{from: {FROM}, to: {TO}}}}}\n" for kind in wanted
    )
    county, summary = made(f"keep: nothing\nfaults:\n{entries}", customers=600)
    found = {row["cause"] for row in county.key} - {"register_rollover"}
    assert found <= set(wanted)
    assert found | set(summary.shortfalls) == set(wanted)
    assert len(found) > len(wanted) - 6
    for row in county.key:
        if row["cause"] in found:
            assert FROM <= onset_of(row) <= TO, row


def test_a_wish_without_room_is_moved(made: Made) -> None:
    """Nobody can be seen to stop in the first two months or the last one; it begins where there is room."""
    county, _ = made(
        "keep: nothing\nfaults:\n"
        "  - {cause: meter_stopped, count: 2, onset: 2026-06-15}\n"
        "  - {cause: meter_stopped, count: 2, onset: 2020-01-01}\n"
    )
    rows = county.answers("meter_stopped")
    assert len(rows) == 4
    assert all(date(2025, 7, 1) <= onset_of(row) < date(2026, 6, 1) for row in rows)


def test_lengths_are_as_wished(made: Made) -> None:
    entries = "".join(
        f"  - {{cause: {kind}, count: 1, days: {{from: {LEAST_DAYS}, to: {MOST_DAYS}}}, "
        f"onset: {{from: 2025-09-01, to: 2025-10-31}}}}\n"
        for kind in WITH_DAYS
    )
    county, summary = made(f"keep: nothing\nfaults:\n{entries}", customers=500)
    found = {row["cause"] for row in county.key} - {"register_rollover"}
    assert found | set(summary.shortfalls) == set(WITH_DAYS)
    assert len(found) >= len(WITH_DAYS) - 2
    for row in county.key:
        if row["cause"] in found:
            assert LEAST_DAYS <= length_of(row) <= MOST_DAYS, row


def test_sizes_are_as_wished(made: Made) -> None:
    entries = "".join(
        f"  - {{cause: {kind}, count: 1, size: {{from: {low}, to: {high}}}}}\n"
        for kind, (low, high) in WITH_SIZES.items()
    )
    county, summary = made(f"keep: nothing\nfaults:\n{entries}", customers=500)
    rows = {row["cause"]: row for row in county.key if row["cause"] in WITH_SIZES}
    assert rows.keys() | summary.shortfalls.keys() == WITH_SIZES.keys()
    assert len(rows) >= len(WITH_SIZES) - 1
    for kind, row in rows.items():
        low, high = WITH_SIZES[kind]
        assert low - 0.011 <= float(row["size"]) <= high + 0.011, row


def test_ratios_of_multipliers_come_as_close_as_transformers_are_made(made: Made) -> None:
    county, _ = made(
        "keep: nothing\nfaults:\n"
        "  - {cause: ct_exchanged_file_not_updated, count: 3, size: 0.5}\n"
        "  - {cause: ct_exchanged_file_not_updated, count: 3, size: 2}\n"
        "  - {cause: master_ct_exchanged_file_not_updated, count: 2, size: 2}\n"
        "  - {cause: multiplier_refiled, count: 2, size: 2}\n"
    )
    sizes = sorted(float(row["size"]) for row in county.answers("ct_exchanged_file_not_updated"))
    assert len(sizes) == 6
    assert all(0.4 <= size <= 0.67 for size in sizes[:3])
    assert all(1.5 <= size <= 2.5 for size in sizes[3:])
    for cause in ("master_ct_exchanged_file_not_updated", "multiplier_refiled"):
        assert all(1.5 <= float(row["size"]) <= 2.5 for row in county.answers(cause))


@pytest.mark.parametrize("shape", ["steady", "growing", "intermittent", "nightly"])
def test_shapes_are_as_wished(tmp_path: Path, shape: str) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "keep: nothing\nfaults:\n"
        f"  - {{cause: partial_bypass, count: 2, shape: {shape}, size: 0.6, onset: 2025-10-10}}\n"
        f"  - {{cause: bypassed_supply, count: 2, shape: {shape}, onset: 2025-09-10}}\n"
    )
    truth = Truth(200, 3, 14, path)
    stories = [each for each in truth.customers.values() if each.story is not None]
    assert Counter(each.story.plan.kind for each in stories if each.story is not None) == {
        "partial_bypass": 2,
        "bypassed_supply": 2,
    }
    for customer in stories:
        lived, row = truth.home(customer.customer_id)
        begins = lived.days.index(date(2025, 10, 10).toordinal())
        used = lived.days.used_advance[row, begins:].tolist()
        counted = lived.days.advance[row, begins:].tolist()
        shares = [1 - one / other for one, other in zip(counted, used, strict=True) if other > 50]
        story = customer.story
        assert story is not None
        full = 0.6 if story.plan.kind == "partial_bypass" else 1.0
        assert max(shares) <= full + 0.03
        if shape == "steady":
            assert min(shares) >= full - 0.03
        elif shape == "growing":
            third = len(shares) // 3
            assert sum(shares[:third]) < sum(shares[-third:]) * 0.8
            assert max(shares) >= full - 0.03
        elif shape == "intermittent":
            free = sum(share < 0.02 for share in shares)
            assert 0.1 < free / len(shares) < 0.7
            assert all(share < 0.02 or share > full - 0.03 for share in shares)
        else:
            assert all(share < full - 0.01 for share in shares)
            assert sum(shares) / len(shares) > full * 0.2


def test_trades_are_as_wished(made: Made) -> None:
    wished = {
        "partial_bypass": {"shop", "restaurant"},
        "wrong_energy_keyed": {"farm"},
        "billing_run_repeated": {"shop"},
        "family_grew": {"rural_household"},
    }
    entries = "".join(
        f"  - {{cause: {kind}, count: 4, trades: [{', '.join(sorted(codes))}]}}\n"
        for kind, codes in wished.items()
    )
    county, summary = made(f"keep: nothing\nfaults:\n{entries}", customers=400)
    assert summary.shortfalls == {}
    truth = Truth(400, 2, 14, county.path.parent / "plan.yaml")
    for row in county.key:
        if row["cause"] in wished:
            assert truth.customers[row["customer_id"]].trade.code in wished[row["cause"]]
    assert all(summary.causes[kind] == 4 for kind in wished)


def test_several_entries_of_one_cause_keep_their_own_wishes(made: Made) -> None:
    county, summary = made(
        "keep: nothing\nfaults:\n"
        "  - {cause: partial_bypass, count: 2, size: 0.2, onset: 2025-09-10}\n"
        "  - {cause: partial_bypass, count: 3, size: 0.7, onset: 2025-11-20}\n"
    )
    rows = Counter((row["size"], row["valid_from"]) for row in county.answers("partial_bypass"))
    assert rows == {("0.20", "2025-09-10"): 2, ("0.70", "2025-11-20"): 3}
    assert summary.causes["partial_bypass"] == 5


def test_per_mille_is_of_the_customers_and_rounded_up(made: Made) -> None:
    _, summary = made("keep: nothing\nfaults: [{cause: meter_exchanged, per_mille: 11}]\n")
    assert summary.causes["meter_exchanged"] == 4


def planted(summary: CountySummary, blame: tuple[str, ...]) -> int:
    return sum(count for kind, count in summary.causes.items() if cause_plan()[kind].blame in blame)


def test_keep_nothing_plants_nothing_else(made: Made) -> None:
    county, summary = made("keep: nothing\nfaults: []\n", customers=120)
    assert planted(summary, ("guilty", "data", "innocent")) == 0
    assert summary.shortfalls == {}
    # What the meters tell by themselves stays.
    assert {row["cause"] for row in county.key} <= {"register_rollover"}


def test_keep_innocents_is_the_default(made: Made) -> None:
    county, summary = made("faults: [{cause: meter_stopped, count: 2}]\n", customers=200)
    assert planted(summary, ("guilty", "data")) == summary.causes["meter_stopped"] == 2
    assert planted(summary, ("innocent",)) > 40
    assert all(summary.causes[kind] > 0 for kind in ("seasonal_use", "two_month_book"))
    assert {row["cause"] for row in county.key if row["blame"] != "innocent"} == {"meter_stopped"}


def test_keep_all_adds_to_the_county_s_own_plan(made: Made) -> None:
    _, summary = made("keep: all\nfaults: [{cause: meter_exchanged, count: 3}]\n", customers=200)
    assert summary.causes["meter_exchanged"] == 3 + 3
    assert planted(summary, ("guilty",)) > 30


def test_what_is_so_by_nature_cannot_be_planted(made: Made) -> None:
    _, summary = made("keep: nothing\nfaults: [{cause: seasonal_use, count: 3}]\n", customers=60)
    assert set(summary.shortfalls) == {"seasonal_use"} <= set(kinds_by_trade())
    assert "nature" in summary.shortfalls["seasonal_use"].en


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text("keep: nothing\nfaults: [{cause: partial_bypass, count: 3, shape: intermittent}]\n")
    keys = []
    for name in ("a", "b"):
        build(tmp_path / name, customers=60, seed=9, months=12, faults=plan, processes=1)
        keys.append((tmp_path / name / "answer_key.csv").read_bytes())
    assert keys[0] == keys[1]
    assert keys[0].count(b"partial_bypass") == 3


BAD = {
    "faults: [": "cannot be read as YAML",
    "- a\n- b\n": "needs a list `faults:`",
    "keep: all\n": "needs a list `faults:`",
    "faults: []\nseed: 3\n": "unknown keys: seed",
    "keep: some\nfaults: []\n": "keep must be one of",
    "faults: [3]\n": "faults[1] must be a mapping",
    "faults: [{cause: no_such_thing, count: 1}]\n": "faults[1].cause no cause is called 'no_such_thing'",
    "faults: [{cause: [meter_stopped], count: 1}]\n": "faults[1].cause no cause is called",
    "faults: [{cause: meter_stopped}]\n": "faults[1] needs either `count` or `per_mille`",
    "faults: [{cause: meter_stopped, count: 1, per_mille: 2}]\n": "faults[1] needs either",
    "faults: [{cause: meter_stopped, count: -1}]\n": "faults[1].count must be a whole number",
    "faults: [{cause: meter_stopped, count: true}]\n": "faults[1].count must be a whole number",
    "faults: [{cause: meter_stopped, per_mille: 1001}]\n": "faults[1].per_mille must be a number from 0 to 1000",
    "faults: [{cause: meter_stopped, count: 1, when: now}]\n": "faults[1] unknown keys: when",
    "faults: [{cause: meter_stopped, count: 1, onset: soon}]\n": "faults[1].onset both must be dates",
    "faults: [{cause: meter_stopped, count: 1, onset: {from: 2025-09-01}}]\n": "faults[1].onset needs `from` and `to`",
    "faults: [{cause: meter_stopped, count: 1, onset: {from: 2025-09-02, to: 2025-09-01}}]\n": "faults[1].onset `from`",
    "faults: [{cause: meter_stopped, count: 1, onset: {from: 2025-09-02, to: 7}}]\n": "of different kinds",
    "faults: [{cause: meter_stopped, count: 1, days: 0}]\n": "faults[1].days both must be whole numbers above 0",
    "faults: [{cause: meter_stopped, count: 1, days: 1.5}]\n": "faults[1].days both must be whole numbers above 0",
    "faults: [{cause: partial_bypass, count: 1, size: large}]\n": "faults[1].size both must be numbers",
    "faults: [{cause: partial_bypass, count: 1, size: .nan}]\n": "faults[1].size both must be numbers",
    "faults: [{cause: partial_bypass, count: 1, shape: round}]\n": "faults[1].shape must be one of steady",
    "faults: [{cause: meter_stopped, count: 1, trades: [circus]}]\n": "faults[1].trades no trade: circus",
    "faults: [{cause: meter_stopped, count: 1, trades: [[shop]]}]\n": "faults[1].trades no trade: ['shop']",
    "faults: [{cause: meter_stopped, count: 1}, {cause: meter_stopped}]\n": "faults[2] needs either",
}


@pytest.mark.parametrize("text", BAD)
def test_a_plan_that_cannot_be_is_refused_with_its_place(tmp_path: Path, text: str) -> None:
    plan = tmp_path / "bad.yaml"
    plan.write_text(text, encoding="utf-8")
    with pytest.raises(FaultPlanError) as caught:
        build(tmp_path / "out", customers=20, months=3, faults=plan)
    error = caught.value
    assert BAD[text] in error.text.en
    assert error.text.zh != error.text.en
    assert "bad.yaml" in str(error)
    assert not (tmp_path / "out").exists()


def test_a_plan_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FaultPlanError, match="nowhere"):
        read_plan(tmp_path / "nowhere.yaml")


def test_one_value_stands_for_both_ends(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_text(
        "faults: [{cause: partial_bypass, count: 1, size: 0.3, days: 40, onset: 2026-01-05, trades: shop}]\n"
    )
    read = read_plan(plan)
    (asked,) = read.asked
    assert read.keep == "innocents"
    assert asked.wish.size == (0.3, 0.3)
    assert asked.wish.days == (40, 40)
    assert asked.wish.onset == (date(2026, 1, 5), date(2026, 1, 5))
    assert asked.wish.trades == {"shop"}
    assert Decimal(asked.count or 0) == 1
