"""How a statement reaches Spark: laid out in steps, computed once where it would grow, named when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jicha.inspection.content import load_catalogue
from jicha.inspection.content_test import Bench
from jicha.kernel.errors import ContentError
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.build import build
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.engines.spark import SparkEngine
from jicha.warehouse.engines.spark_dialect import script
from jicha.warehouse.slices import statement, swapped

from ..warehouse.models.houses import MONTHLY, NEIGHBOURS, House, Lake, mart_text, put_bills

#: Each step names the one before it twice: planned as it stands, the last would be two to the ninth copies.
DOUBLING = "with s0 as (select t.k as k, t.n as n from t as t), " + ", ".join(
    f"s{n} as (select a.k as k, round(a.n + b.n, 2) as n from s{n - 1} as a join s{n - 1} as b on b.k = a.k)"
    for n in range(1, 10)
)
BILLS = [(f"c{n}", month, Decimal(n).scaleb(-1)) for n in range(1, 5) for month in ("2026-01", "2026-02")]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkEngine]:
    """As a sweep runs it: compiled, adaptive, shared steps kept on the executors."""
    engine = SparkEngine(master="local[1]")
    yield engine
    engine.close()


def house(tmp_path: Path) -> House:
    return House(
        tmp_path / "content",
        {
            "marts/test/monthly.sql": MONTHLY,
            "marts/test/neighbours.sql": mart_text(
                NEIGHBOURS, more="lookback_months: 1\nlookahead_months: 1\n"
            ),
        },
    )


def lake(tmp_path: Path, name: str) -> Lake:
    made = Lake.new(tmp_path / name)
    put_bills(made, BILLS)
    return made


def test_a_slice_named_often_is_one_step(spark: SparkEngine) -> None:
    given = spark.register("t", {"k": "text", "n": "double"}, [("a", 1.0)])
    body = swapped(statement("select a.k as k from t as a join t as b on b.k = a.k"), {"t": given})
    text = script(body, {"t": {"k": "text", "n": "double"}}, most_copies=12)
    assert text.keep == {}
    assert "WITH" not in text.rows


def test_what_would_grow_is_computed_once(spark: SparkEngine) -> None:
    relations = {"t": {"k": "text", "n": "double"}}
    tree = swapped(
        statement(f"{DOUBLING} select z.k as k, z.n as n from s9 as z"),
        {"t": spark.register("t", relations["t"], [("a", 1.0), ("b", 0.25), (None, 2.0)])},
    )
    assert len(script(tree, relations, most_copies=12).keep) > 1
    assert script(tree, relations, most_copies=10**6).keep == {}
    assert sorted(spark.rows(tree)) == [("a", 512.0), ("b", 128.0)]
    # What was kept is let go: nothing of a statement outlives it.
    assert spark._spark.sparkContext._jsc.getPersistentRDDs().size() == 0
    # Asked in SQL: `catalog.listTables` decodes rows under the settings of whichever session was active last.
    views = spark._spark.sql("SHOW VIEWS").toArrow().column("viewName").to_pylist()
    assert set(spark._relations) & set(views)
    assert not set(views) - set(spark._relations)


def test_compiled_statements_hold_the_cases_of_a_topic(spark: SparkEngine) -> None:
    """Tests of content run without compiling, for speed; this topic (windows, medians, joins, unions) runs with it."""
    roots = ContentRoots.find()
    test = roots.public / "topics" / "reading" / "constant_use.test.yaml"
    results = list(Bench(load_catalogue(roots), spark).run([test]))
    assert len(results) > 10
    assert not [(result.name, result.problems) for result in results if result.problems]


def test_names_inside_a_derived_table_are_its_own(spark: SparkEngine) -> None:
    """Two parts of a statement may use one WITH name for different things, and hide a relation's."""
    columns = {"k": "integer"}
    given = {"t": spark.register("t", columns, [(1,), (2,)]), "u": spark.register("u", columns, [(2,), (3,)])}
    left = swapped(statement("with x as (select t.k as k from t as t) select x.k as k from x"), given)
    right = swapped(statement("with x as (select u.k as k from u as u) select x.k as k from x"), given)
    both = statement(
        "select a.k as k from l as a where not exists (select 1 as one from r as b where b.k = a.k)"
    )
    assert spark.rows(swapped(both, {"l": left, "r": right})) == [(1,)]
    joined = statement("select a.k as k from l as a join r as b on b.k = a.k")
    assert spark.rows(swapped(joined, {"l": left, "r": right})) == [(2,)]


def test_marts_are_built_alike(spark: SparkEngine, tmp_path: Path) -> None:
    """Bit for bit, under the same names; what one engine built the other takes up."""
    catalogue = house(tmp_path).catalogue
    marts = list(catalogue.marts.values())
    pieces = {}
    for name, engine in (("duckdb", None), ("spark", spark)):
        made = lake(tmp_path, name)
        own: Engine = engine or made.engine()
        store = made.store(catalogue)
        assert build(marts, store, own).rebuilt
        pieces[name] = {
            piece.path.relative_to(made.workspace.lake): pq.ParquetFile(piece.path).read()
            for mart in marts
            for piece in store.pieces(mart.name)
        }
        other = DuckDBEngine([made.workspace.lake], threads=1) if name == "spark" else spark
        assert build(marts, made.store(catalogue), other).rebuilt == []
    assert pieces["spark"] == pieces["duckdb"]
    assert sum(table.num_rows for table in pieces["spark"].values()) == 2 * len(BILLS)


def test_a_failure_names_the_models_file(spark: SparkEngine, tmp_path: Path) -> None:
    made = house(tmp_path)
    made.mart(
        "failing",
        "select b.bill_id as bill_id, cast(round(b.billed_kwh + cast(b.bill_id as bigint), 2) as decimal(14,2))\n"
        "  as billed_kwh\nfrom core.bill as b\n",
        key="[bill_id]",
        partition_on=None,
    )
    catalogue = made.catalogue
    with pytest.raises(ContentError) as raised:
        build([catalogue.marts["mart.failing"]], lake(tmp_path, "lake").store(catalogue), spark)
    error = raised.value
    assert error.code == "engine_refused"
    assert (
        error.file == "content/marts/test/failing.sql"
        and error.line == catalogue.marts["mart.failing"].content.body_line
    )
    for told in (error.render("en"), error.render("zh")):
        assert "content/marts/test/failing.sql" in told and "\n" not in told
    assert "引擎" in error.text.zh


def test_a_refusal_fills_no_terminal(spark: SparkEngine, capfd: pytest.CaptureFixture[str]) -> None:
    given = spark.register("t", {"a": "text"}, [("x",)])
    with pytest.raises(ContentError):
        spark.rows(swapped(statement("select cast(t.a as bigint) as n from t as t"), {"t": given}))
    assert capfd.readouterr() == ("", "")


def test_a_piece_that_is_gone_is_no_fewer_rows(spark: SparkEngine, tmp_path: Path) -> None:
    made = lake(tmp_path, "lake")
    store = made.store(house(tmp_path).catalogue)
    query = store.query(spark, "core.bill", None, None)
    assert len(spark.rows(query)) == len(BILLS)
    store.pieces("core.bill")[0].path.unlink()
    with pytest.raises(ContentError) as raised:
        spark.rows(query)
    assert raised.value.code == "engine_refused"


def test_days_before_the_reform_of_the_calendar(spark: SparkEngine, tmp_path: Path) -> None:
    made = Lake.new(tmp_path / "lake")
    made.put("core.x", {"a": "date"}, [(date(1, 1, 1),), (date(1582, 10, 10),), (date(9999, 12, 31),)])
    path = next(made.workspace.lake.rglob("*.parquet"))
    assert spark.rows(spark.scan([path], {"a": "date"})) == [
        (date(1, 1, 1),), (date(1582, 10, 10),), (date(9999, 12, 31),)
    ]  # fmt: skip
