"""Building marts: only what is dirty, whole or not at all, and the same rows however it is cut."""

from __future__ import annotations

import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import jicha.warehouse.build as building
from jicha.kernel.errors import ContentError
from jicha.kernel.period import Month
from jicha.kernel.text import Text
from jicha.warehouse.catalogue import Catalogue

from .houses import (
    FEW_MONTHS,
    MONTHS,
    TOTALS,
    House,
    Lake,
    all_rows,
    bills,
    built,
    files,
    put_bills,
    rows_of,
)


def pieces(
    name: str, months: list[str] | tuple[str, ...] = ("all",), buckets: str = "01"
) -> set[tuple[str, str, str]]:
    return set(itertools.product([f"mart.{name}"], months, buckets))


# -- what is built ------------------------------------------------------------------------------------


def test_rows_as_computed_by_hand(house: House, lake: Lake) -> None:
    store, report = built(house, lake)
    assert report.blocked == {}
    energy = {(c, m): kwh for c, m, kwh in bills(FEW_MONTHS)}
    assert rows_of(store, "mart.monthly") == sorted(
        ((c, Month.parse(m).first, kwh) for (c, m), kwh in energy.items()), key=repr
    )
    totals: dict[str, Decimal] = {}
    for (customer, _), kwh in energy.items():
        totals[customer] = totals.get(customer, Decimal(0)) + kwh
    assert rows_of(store, "mart.totals") == sorted(totals.items(), key=repr)
    before = {
        (row[0], str(Month.parse(row[1]))): (row[3], row[4]) for row in rows_of(store, "mart.neighbours")
    }
    assert before[("c2", FEW_MONTHS[3])] == (energy[("c2", FEW_MONTHS[0])], 0)
    assert before[("c1", FEW_MONTHS[1])] == (energy[("c1", FEW_MONTHS[0])], 1)


def test_the_first_build_builds_all_and_the_second_nothing(house: House, lake: Lake) -> None:
    _, first = built(house, lake)
    everything = pieces("monthly", FEW_MONTHS) | pieces("neighbours", FEW_MONTHS) | pieces("totals")
    assert set(first.rebuilt) == everything | {("mart.house_wide", "all", "all")}
    assert len(first.rebuilt) == len(set(first.rebuilt))
    assert first.reused == 0
    before = files(lake)
    _, second = built(house, lake)
    assert (second.rebuilt, second.reused) == ([], len(first.rebuilt))
    assert files(lake) == before


def test_one_changed_month_dirties_what_looks_at_it(house: House, lake: Lake) -> None:
    put_bills(lake, bills(MONTHS))
    built(house, lake)
    changed = [(c, m, kwh + 1 if (c, m) == ("c1", MONTHS[7]) else kwh) for c, m, kwh in bills(MONTHS)]
    put_bills(lake, changed)
    store, report = built(house, lake)
    assert set(report.rebuilt) == (
        pieces("monthly", [MONTHS[7]], "1")
        | pieces("neighbours", MONTHS[4:11], "1")
        | pieces("totals", buckets="1")
        | {("mart.house_wide", "all", "all")}
    )
    fresh = Lake.new(lake.workspace.path.parent / "fresh")
    put_bills(fresh, changed)
    assert all_rows(store) == all_rows(built(house, fresh)[0])


def test_a_changed_text_rebuilds_it_and_what_reads_it(house: House, lake: Lake) -> None:
    built(house, lake)
    house.mart("totals", TOTALS.replace("sum(", "max("), key="[customer_id]", partition_on=None)
    store, report = built(house, lake)
    assert set(report.rebuilt) == pieces("totals") | {("mart.house_wide", "all", "all")}
    assert rows_of(store, "mart.totals")[0] == ("c0", Decimal("0.03"))
    # Back to the old text: its pieces still lie there.
    house.mart("totals", TOTALS, key="[customer_id]", partition_on=None)
    assert built(house, lake)[1].rebuilt == []


def test_a_changed_reference_table_rebuilds_what_reads_it(house: House, lake: Lake) -> None:
    name = "lexicon/reference/size.csv"
    house.put(name, "bill_type_code,register_digits\nregular,4\n")
    house.mart(
        "sized",
        "select b.customer_id as customer_id, b.month_on as month_on, z.register_digits as register_digits\n"
        "from core.bill as b left join reference.size as z on z.bill_type_code = b.bill_type_code\n",
    )
    assert pieces("sized", FEW_MONTHS) <= set(built(house, lake)[1].rebuilt)
    house.put(name, "bill_type_code,register_digits\nregular,5\n")
    store, report = built(house, lake)
    assert set(report.rebuilt) == pieces("sized", FEW_MONTHS)
    assert {row[2] for row in rows_of(store, "mart.sized")} == {5}


def test_a_new_bucket_and_a_new_month_are_built_alone(house: House, lake: Lake) -> None:
    lake = Lake.new(lake.workspace.path.parent / "three", buckets=3)
    put_bills(lake, bills(FEW_MONTHS, 2), buckets=3)
    built(house, lake)
    put_bills(lake, [("c2", FEW_MONTHS[0], Decimal(5))], buckets=3)
    report = built(house, lake)[1]
    assert set(report.rebuilt) == (
        pieces("monthly", FEW_MONTHS, "2")
        | pieces("neighbours", FEW_MONTHS, "2")
        | pieces("totals", buckets="2")
    ) | {("mart.house_wide", "all", "all")}


# -- cut into statements ------------------------------------------------------------------------------


@pytest.mark.parametrize("months", [1, 2, 6, 7, 100])
def test_months_in_one_statement_or_many(
    house: House, lake: Lake, months: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fifteen months, look-back and look-ahead of three: files are the same byte for byte."""
    put_bills(lake, bills(MONTHS))
    expected_rows = all_rows(built(house, lake)[0])
    expected = files(lake)
    other = Lake.new(lake.workspace.path.parent / "other")
    put_bills(other, bills(MONTHS))
    monkeypatch.setattr(building, "MONTHS_PER_STATEMENT", months)
    store, report = built(house, other)
    assert all_rows(store) == expected_rows
    assert files(other) == expected
    assert len(report.rebuilt) == len(expected)


def test_a_hole_in_what_is_missing_is_not_bridged(house: House, lake: Lake) -> None:
    """Some months of a run lie there already: the rest come out as if all were built at once."""
    put_bills(lake, bills(MONTHS))
    store, _ = built(house, lake)
    expected = files(lake)
    for piece in store.pieces("mart.neighbours")[1::3]:
        piece.path.unlink()
    built(house, lake)
    assert files(lake) == expected


# -- blocked ------------------------------------------------------------------------------------------


def test_what_reads_a_blocked_relation_is_blocked_with_its_reason(house: House, lake: Lake) -> None:
    reason = Text("core.bill: 3 rows break unique(bill_id)", "core.bill: 3 行不符合 unique(bill_id)")
    house.mart(
        "customers",
        "select c.customer_id as customer_id, c.area_id as area_id from core.customer as c\n",
        key="[customer_id]",
        partition_on=None,
    )
    _, report = built(house, lake, blocked={"core.bill": reason})
    assert report.blocked == dict.fromkeys(
        ["core.bill", "mart.monthly", "mart.neighbours", "mart.totals", "mart.house_wide"], reason
    )
    assert {mart for mart, _, _ in report.rebuilt} == {"mart.customers"}
    assert not [name for name in files(lake) if not name.startswith("customers/")]


def test_a_mart_whose_audit_fails_stops_what_reads_it(house: House, lake: Lake) -> None:
    reason = Text("mart.totals: 1 rows break it", "mart.totals: 1 行不符合")
    asked: list[str] = []

    def after(mart: Any) -> Text | None:
        asked.append(mart.name)
        return reason if mart.name == "mart.totals" else None

    _, report = built(house, lake, after=after)
    assert report.blocked == {"mart.totals": reason, "mart.house_wide": reason}
    assert sorted(asked) == ["mart.monthly", "mart.neighbours", "mart.totals"]
    assert ("mart.house_wide", "all", "all") not in report.rebuilt


# -- nothing is silently dropped ----------------------------------------------------------------------


def test_rows_dated_outside_the_inputs_months_are_not_lost(house: House, lake: Lake) -> None:
    """What a bill says of the month after it belongs to a month no bill has yet."""
    house.mart(
        "due",
        "select b.customer_id as customer_id, b.to_on as to_on, b.billed_kwh as billed_kwh\n"
        "from core.bill as b\n",
        key="[customer_id, to_on]",
        partition_on="to_on",
        more="lookback_months: 2\n",
    )
    store, _ = built(house, lake)
    assert len(rows_of(store, "mart.due")) == len(bills(FEW_MONTHS))


def test_rows_without_a_date_are_not_lost(house: House, lake: Lake) -> None:
    """A mart cut by a column that is null for some rows must say so rather than leave them out."""
    house.mart(
        "undated",
        "select b.customer_id as customer_id, b.bill_id as bill_id,\n"
        "  case when b.billed_kwh > 0 then b.month_on end as month_on from core.bill as b\n",
        key="[bill_id]",
    )
    with pytest.raises(ContentError) as caught:
        built(house, lake)
    assert caught.value.file == "house/marts/test/undated.sql"


def test_a_mart_cut_by_month_reads_something_cut_by_month(house: House, lake: Lake) -> None:
    """Otherwise it would have no piece, and no row, for ever."""
    lake.put("core.customer", {"customer_id": "text", "area_id": "text"}, [("c1", "t1")], bucket=1)
    house.mart(
        "dated",
        "select c.customer_id as customer_id, cast('9999-12-31' as date) as month_on from core.customer as c\n",
    )
    with pytest.raises(ContentError) as caught:
        built(house, lake)
    assert caught.value.file == "house/marts/test/dated.sql"


def test_no_data_no_pieces(house: House, tmp_path: Path) -> None:
    store, report = built(house, Lake.new(tmp_path / "empty"))
    assert report.blocked == {}
    assert {name: rows_of(store, name) for name in store.catalogue.marts} == {
        name: [] for name in store.catalogue.marts
    }


def test_progress_tells_every_mart(house: House, lake: Lake) -> None:
    told: list[tuple[str, int, int]] = []
    built(house, lake, progress=lambda *each: told.append(each))
    catalogue: Catalogue = house.catalogue
    assert [name for name, _, _ in told] == [*catalogue.marts, ""]
    assert told[-1][1:] == (4, 4)
