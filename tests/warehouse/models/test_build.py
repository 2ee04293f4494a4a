"""Building marts: only what is dirty, whole or not at all, and the same rows however it is cut."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import jicha.warehouse.build as building
from jicha.kernel.errors import ContentError
from jicha.kernel.period import Month
from jicha.kernel.text import Text
from jicha.warehouse.build import BuildReport, arrow_type, build, conform
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.lake import FilePress
from jicha.warehouse.slices import Store

from .houses import MONTHLY, House, Lake, put_bills, rows_of

#: Each month's energy beside the mean of the month before and the month after.
NEIGHBOURS = """select m.customer_id as customer_id, m.month_on as month_on, m.billed_kwh as billed_kwh,
       lag(m.billed_kwh) over (partition by m.customer_id order by m.month_on) as usual_kwh,
       case when lead(m.month_on) over (partition by m.customer_id order by m.month_on) is null
            then 0 else 1 end as bill_count
from mart.monthly as m
"""
#: One row per customer over all months.
TOTALS = """select m.customer_id as customer_id, cast(sum(m.billed_kwh) as decimal(14,2)) as billed_kwh
from mart.monthly as m group by m.customer_id
"""
#: One row for the whole house.
HOUSE_WIDE = """select t.billed_kwh as billed_kwh, count(*) as bill_count from mart.totals as t group by t.billed_kwh
"""
MONTHS = [str(Month.parse("2025-01").plus(n)) for n in range(15)]
FEW_MONTHS = MONTHS[:4]


def bills(months: list[str], customers: int = 4) -> list[tuple[str, str, Decimal]]:
    """Energy that differs by customer and month; customer 2 misses two months."""
    return [
        (f"c{number}", month, Decimal(f"{number}.{place:02d}"))
        for number in range(customers)
        for place, month in enumerate(months)
        if not (number == 2 and place in (1, 2))
    ]


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "house", {"marts/test/monthly.sql": MONTHLY})
    house.mart("neighbours", NEIGHBOURS, more="lookback_months: 3\nlookahead_months: 3\n")
    house.mart("totals", TOTALS, key="[customer_id]", partition_on=None)
    house.mart("house_wide", HOUSE_WIDE, key="[billed_kwh]", partition_on=None, reach="all")
    return house


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake.new(tmp_path / "workspace")
    put_bills(lake, bills(FEW_MONTHS))
    return lake


def built(house: House, lake: Lake, **options: Any) -> tuple[Store, BuildReport]:
    catalogue = house.catalogue
    store = lake.store(catalogue)
    engine = lake.engine()
    try:
        return store, build(list(catalogue.marts.values()), store, engine, **options)
    finally:
        engine.close()


def all_rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    return {name: rows_of(store, name) for name in store.catalogue.marts}


def files(lake: Lake) -> dict[str, bytes]:
    root = lake.workspace.lake / "mart"
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


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


# -- killed -------------------------------------------------------------------------------------------


class Killed(BaseException):
    """As good as a kill: nothing in the product handles it."""


def test_stopped_between_any_two_pieces(house: House, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    expected_rows = all_rows(built(house, lake)[0])
    expected = files(lake)
    publish = FilePress.publish_as
    for number in range(len(expected)):
        other = Lake.new(lake.workspace.path.parent / f"killed{number}")
        put_bills(other, bills(FEW_MONTHS))
        monkeypatch.setattr(FilePress, "publish_as", _dies_at(number, publish))
        with pytest.raises(Killed):
            built(house, other)
        monkeypatch.setattr(FilePress, "publish_as", publish)
        done = {name: data for name, data in files(other).items() if ".tmp-" not in name}
        assert len(done) == number
        assert done.items() <= expected.items()
        store, report = built(house, other)
        assert (len(report.rebuilt), report.reused) == (len(expected) - number, number)
        assert all_rows(store) == expected_rows
        assert {n: d for n, d in files(other).items() if ".tmp-" not in n} == expected


def _dies_at(number: int, publish: Callable[..., Path]) -> Callable[..., Path]:
    count = itertools.count()

    def publish_as(self: FilePress, temp: Path, final: Path, *, kind: str) -> Path:
        if next(count) == number:
            raise Killed
        return publish(self, temp, final, kind=kind)

    return publish_as


KILLER = """
import itertools, os, sys
from pathlib import Path
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.build import build
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.lake import FilePress
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Store
from jicha.warehouse.workspace import Workspace
import msgspec
content, path, manifest, number = sys.argv[1:]
publish, count = FilePress.publish_as, itertools.count()
def publish_as(self, temp, final, *, kind):
    done = publish(self, temp, final, kind=kind)
    if next(count) == int(number):
        os._exit(9)
    return done
FilePress.publish_as = publish_as
workspace = Workspace.open(Path(path))
catalogue = Catalogue.load(ContentRoots(Path(content)))
store = Store(workspace, msgspec.json.decode(Path(manifest).read_bytes(), type=Manifest), catalogue)
build(list(catalogue.marts.values()), store, DuckDBEngine([workspace.lake], threads=1))
"""


def test_a_process_killed_inside_a_build(house: House, lake: Lake, tmp_path: Path) -> None:
    import msgspec

    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(msgspec.json.encode(lake.store(house.catalogue).manifest))
    arguments = [str(house.root), str(lake.workspace.path), str(manifest), "6"]
    assert subprocess.run([sys.executable, "-c", KILLER, *arguments]).returncode == 9
    assert len(files(lake)) == 7
    store, report = built(house, lake)
    assert report.reused == 7
    fresh = Lake.new(tmp_path / "fresh")
    put_bills(fresh, bills(FEW_MONTHS))
    assert all_rows(store) == all_rows(built(house, fresh)[0])
    assert files(lake) == files(fresh)


# -- types --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "expression"),
    [
        ("billed_kwh", "cast(b.billed_kwh as decimal(20,2)) * b.billed_kwh"),
        ("billed_kwh", "cast(b.billed_kwh as double) * cast(b.billed_kwh as double)"),
        ("billed_kwh", "b.customer_id"),
        ("bill_count", "b.billed_kwh"),
        ("bill_count", "cast(b.billed_kwh as double)"),
        ("bill_count", "b.billed_kwh > 0"),
        ("reason", "b.billed_kwh"),
        ("reason", "b.month_on"),
        ("to_on", "b.customer_id"),
        ("share_ratio", "b.customer_id"),
    ],
)
def test_a_column_of_another_type_is_refused(house: House, lake: Lake, column: str, expression: str) -> None:
    """Never rounded, parsed or spelt out in silence: the author says in SQL what is meant."""
    house.mart(
        "bad",
        "select b.customer_id as customer_id, b.month_on as month_on,\n"
        f"  {expression} as {column}\nfrom core.bill as b\n",
    )
    catalogue = house.catalogue
    with pytest.raises(ContentError) as caught:
        build([catalogue.marts["mart.bad"]], lake.store(catalogue), lake.engine())
    error = caught.value
    assert (error.code, error.file) == ("column_type", "house/marts/test/bad.sql")
    assert column in error.text.en
    assert column in error.text.zh


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("decimal(14,2)", Decimal("1.236")),
        ("decimal(14,2)", Decimal("1000000000000.00")),
        ("decimal(14,2)", 1.236),
        ("decimal(14,2)", 0.1 + 0.2),
        ("decimal(14,2)", "1.23"),
        ("decimal(14,2)", True),
        ("double", 2**60 + 1),
        ("double", "1.5"),
        ("integer", 1.5),
        ("integer", Decimal("1.5")),
        ("integer", 2**70),
        ("integer", "7"),
        ("integer", True),
        ("boolean", 1),
        ("boolean", "true"),
        ("date", "2026-01-31"),
        ("date", datetime(2026, 1, 31, 10)),  # noqa: DTZ001 - a timestamp of the house has no zone
        ("timestamp", "2026-01-31 10:00:00"),
        ("text", 7),
        ("text", Decimal("7.10")),
        ("text", date(2026, 1, 31)),
    ],
)
def test_a_value_that_would_change_is_refused(kind: str, value: Any) -> None:
    if isinstance(value, int) and value >= 2**63:
        array = pa.array([Decimal(value)], pa.decimal128(38, 0))
    else:
        array = pa.array([value])
    with pytest.raises(ContentError) as caught:
        conform(pa.table({"billed_kwh": array}), {"billed_kwh": kind}, "content/marts/x.sql")
    assert (caught.value.code, caught.value.file) == ("column_type", "content/marts/x.sql")


@pytest.mark.parametrize(
    ("array", "kind", "value"),
    [
        (pa.array([Decimal("1.5000")]), "decimal(14,2)", Decimal("1.50")),
        (pa.array([Decimal(7)], pa.decimal128(38, 0)), "integer", 7),
        (pa.array([7], pa.int32()), "integer", 7),
        (pa.array([7], pa.decimal128(38, 0)), "decimal(14,2)", Decimal("7.00")),
        (pa.array([None]), "decimal(14,2)", None),
        (pa.array([None]), "text", None),
        (pa.array([1.5], pa.float32()), "double", 1.5),
        (pa.array([date(2026, 1, 31)]), "date", date(2026, 1, 31)),
        (pa.array(["电"]), "text", "电"),
    ],
)
def test_a_value_that_fits_takes_the_lexicons_type(array: pa.Array, kind: str, value: Any) -> None:
    table = conform(pa.table({"x": array, "y": array}), {"x": kind}, "content/marts/x.sql")
    assert table.schema == pa.schema([("x", arrow_type(kind))])
    assert table["x"].to_pylist() == [value]


def test_an_engines_error_names_the_mart(house: House, lake: Lake) -> None:
    """Only the data show that a cast is too narrow; a person must learn in which file."""
    put_bills(lake, [("c1", FEW_MONTHS[0], Decimal("999999999999.99"))])
    house.mart(
        "bad",
        "select b.customer_id as customer_id, b.month_on as month_on,\n"
        "  cast(b.billed_kwh + b.billed_kwh as decimal(14,2)) as billed_kwh\nfrom core.bill as b\n",
    )
    catalogue = house.catalogue
    with pytest.raises(ContentError) as caught:
        build([catalogue.marts["mart.bad"]], lake.store(catalogue), lake.engine())
    assert caught.value.file == "house/marts/test/bad.sql"


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
