"""The locked connection: what it refuses, and that values pass through it unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlglot
import sqlglot.expressions as exp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jicha.kernel.errors import ContentError, JichaError
from jicha.lexicon.arrow import arrow_type
from jicha.warehouse.engines.duckdb import DuckDBEngine

TYPES = ("text", "integer", "boolean", "date", "timestamp", "double", "decimal(14,2)", "decimal(38,10)")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A lake with one file, and beside it what must stay out of reach."""
    lake = tmp_path / "lake"
    lake.mkdir()
    for place in (lake, tmp_path, tmp_path / "lake-other"):
        place.mkdir(exist_ok=True)
        pq.write_table(pa.table({"n": [1, 2]}), place / "x.parquet")
        (place / "x.csv").write_text("n\n1\n")
    return lake


@pytest.fixture
def engine(folder: Path) -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine([folder], threads=1)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def bare() -> Iterator[DuckDBEngine]:
    engine = DuckDBEngine(threads=1)
    yield engine
    engine.close()


def query(sql: str) -> exp.Query:
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    assert isinstance(tree, exp.Query)
    return tree


def parsed(sql: str) -> list[exp.Expr]:
    """The tree of a statement; none where the parser does not know it."""
    try:
        return [sqlglot.parse_one(sql, dialect="duckdb")]
    except sqlglot.errors.ParseError:
        return []


# -- what it refuses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "read",
    [
        "'{0}/x.parquet'",
        "read_parquet('{0}/x.parquet')",
        "read_parquet(['{1}/x.parquet', '{0}/x.parquet'])",
        "parquet_metadata('{0}/x.parquet')",
        "read_csv('{0}/x.csv')",
        "sniff_csv('{0}/x.csv')",
        "read_text('{0}/x.csv')",
        "read_blob('{0}/x.csv')",
        "glob('{0}/*')",
    ],
)
@pytest.mark.parametrize("place", ["{0}/..", "{0}-other", "{0}/../lake-other", "{0}/./..", "/etc"])
def test_files_outside_are_out_of_reach(engine: DuckDBEngine, folder: Path, read: str, place: str) -> None:
    source = read.format(place.format(folder), folder)
    with pytest.raises(JichaError):
        engine.rows(query(f"select * from {source}"))


def test_a_link_does_not_lead_outside(engine: DuckDBEngine, folder: Path) -> None:
    """The lake holds no links; one put there must not open the rest of the disk to content."""
    (folder / "plain.parquet").symlink_to(folder.parent / "x.parquet")
    with pytest.raises(JichaError):
        engine.rows(query(f"select * from read_parquet('{folder}/plain.parquet')"))


def test_without_directories_it_reads_no_file(bare: DuckDBEngine, folder: Path) -> None:
    for name in ("x.parquet", "x.csv"):
        with pytest.raises(JichaError):
            bare.rows(query(f"select * from '{folder}/{name}'"))


def test_inside_it_reads(engine: DuckDBEngine, folder: Path) -> None:
    assert engine.rows(engine.scan([folder / "x.parquet"], {"n": "integer"})) == [(1,), (2,)]


STATEMENTS = [
    "attach '{0}/x.db' as x",
    "copy (select 1 as n) to '{0}/out.csv'",
    "copy (select 1 as n) to '{0}/out.parquet' (format parquet)",
    "set threads = 4",
    "set enable_external_access = true",
    "set allowed_directories = ['/']",
    "reset lock_configuration",
    "install httpfs",
    "load httpfs",
    "pragma database_list",
    "pragma enable_profiling",
    "create table t (n integer)",
    "create view v as select 1 as n",
    "insert into t values (1)",
    "update t set n = 2",
    "delete from t",
    "drop table t",
    "export database '{0}/dump'",
    "import database '{0}/dump'",
    "checkpoint",
    "call pragma_version()",
    "use memory",
    "describe select 1 as n",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_only_queries_run(engine: DuckDBEngine, folder: Path, statement: str) -> None:
    sql = statement.format(folder)
    before = sorted(path.name for path in folder.iterdir())
    for tree in (*parsed(sql), sql, exp.Command(this=sql)):
        with pytest.raises(ContentError) as caught:
            engine.rows(tree)  # type: ignore[arg-type]
        assert caught.value.code == "not_a_query"
        with pytest.raises(ContentError):
            engine.arrow(tree)  # type: ignore[arg-type]
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize(
    "statement",
    [
        "set threads = 4",
        "set memory_limit = '64GB'",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "reset lock_configuration",
        "set lock_configuration = false",
        "install httpfs",
        "load httpfs",
        "attach '{0}/../x.db' as x",
        "copy (select 1 as n) to '{0}/../out.csv'",
        "copy (select 1 as n) to '/tmp/jicha-out.csv'",
        "export database '{0}/../dump'",
        "select * from read_csv('{0}/../x.csv')",
    ],
)
def test_the_connection_is_locked_as_well(engine: DuckDBEngine, folder: Path, statement: str) -> None:
    """Neither alone is enough: were a statement to slip through, the connection refuses it."""
    with pytest.raises(duckdb.Error):
        engine._connection.execute(statement.format(folder))


@pytest.mark.parametrize(
    "sql",
    [
        "with x as (insert into held values (1) returning n) select * from x",
        "with x as (delete from held returning n) select * from x",
        "with x as (update held set n = 8 returning n) select * from x",
        "with x as materialized (delete from held returning n) select * from x",
        "with x as not materialized (delete from held returning n) select * from x",
        "with x as ((delete from held returning n)) select * from x",
        "with x as (select 1 as n), y as (delete from held returning n) select * from y",
        "select * from (with x as (delete from held returning n) select * from x) as y",
        "with x as (with y as (delete from held returning n) select * from y) select * from x",
        "with x as (copy (select 1 as n) to '/tmp/jicha-out.csv') select * from x",
        "with x as (describe held) select * from x",
        "select * from (delete from held returning n)",
    ],
)
def test_a_query_cannot_write(engine: DuckDBEngine, sql: str) -> None:
    held = engine.register("held", {"n": "integer"}, [(7,)])
    for tree in parsed(sql):
        with pytest.raises(JichaError):
            engine.rows(tree)  # type: ignore[arg-type]
    assert engine.rows(held) == [(7,)]


def test_words_in_a_text_write_nothing(engine: DuckDBEngine) -> None:
    """They only look like the WITH that is refused above."""
    held = query("with x as (select 'AS (DELETE FROM held)' as word) select word as word from x as x")
    assert engine.rows(held) == [("AS (DELETE FROM held)",)]
    assert engine.arrow(held).to_pylist() == [{"word": "AS (DELETE FROM held)"}]


def test_an_engines_error_while_it_runs_is_told_alike_for_arrow(engine: DuckDBEngine) -> None:
    rows = engine.register("words", {"word": "text"}, [("1",), ("x",)])
    failing = exp.select(exp.cast(exp.column("word"), "bigint").as_("n")).from_(rows.subquery("w"))
    for run in (engine.rows, engine.arrow):
        with pytest.raises(ContentError) as caught:
            run(failing)
        assert caught.value.code == "engine_refused"


def test_an_engines_error_is_told_in_both_languages(engine: DuckDBEngine) -> None:
    with pytest.raises(ContentError) as caught:
        engine.rows(query("select cast('x' as integer) as n"))
    error = caught.value
    assert error.code == "engine_refused"
    assert "引擎" in error.text.zh
    assert "\n" not in error.text.en


# -- scans --------------------------------------------------------------------------------------------


def test_a_scan_of_no_files_has_the_right_types(engine: DuckDBEngine) -> None:
    columns = {f"c{place}": kind for place, kind in enumerate(TYPES)}
    table = engine.arrow(engine.scan([], columns))
    assert table.num_rows == 0
    assert table.schema == pa.schema([(name, arrow_type(kind)) for name, kind in columns.items()])


def test_a_scan_of_no_files_joins_like_any_other(engine: DuckDBEngine) -> None:
    empty = engine.scan([], {"a": "decimal(14,2)", "b": "text"})
    kept = engine.register("kept", {"a": "decimal(14,2)"}, [(Decimal("1.25"),)])
    joined = query(
        "select k.a as a, e.b as b, k.a + coalesce(e.a, 0) as c from kept as k left join e on e.a = k.a"
    )
    sql = joined.sql("duckdb").replace("kept AS k", f"({kept.sql('duckdb')}) AS k")
    sql = sql.replace("JOIN e ON", f"JOIN ({empty.sql('duckdb')}) AS e ON")
    assert engine.rows(query(sql)) == [(Decimal("1.25"), None, Decimal("1.25"))]


def test_a_scan_names_its_columns_in_order(engine: DuckDBEngine, tmp_path: Path) -> None:
    path = tmp_path / "lake" / "it's 电.parquet"
    pq.write_table(pa.table({"b": [1], "select": ["x"], 'q"t': [True]}), path)
    found = engine.arrow(engine.scan([path], {'q"t': "boolean", "select": "text", "b": "integer"}))
    assert found.to_pylist() == [{'q"t': True, "select": "x", "b": 1}]


# -- small tables -------------------------------------------------------------------------------------

_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from(["'", '"', "''; drop table t; --", "综合倍率", "a\nb", "\\", "%", "NULL", ""]),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "date": st.dates(date(1, 1, 1), date(9999, 12, 31)),
    "timestamp": st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)),  # noqa: DTZ001 - no zone in the house
    "double": st.floats(allow_nan=False, allow_infinity=False),
    "decimal(14,2)": st.decimals(Decimal("-999999999999.99"), Decimal("999999999999.99"), places=2),
    "decimal(38,10)": st.decimals(Decimal(-(10**20)), Decimal(10**20), places=10),
}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_registered_rows_come_back_exactly(bare: DuckDBEngine, data: st.DataObject) -> None:
    row = st.tuples(*(st.none() | _VALUES[kind] for kind in TYPES))
    rows = data.draw(st.lists(row, max_size=6))
    columns = {f"c{place}": kind for place, kind in enumerate(TYPES)}
    read = bare.register("small", columns, rows)
    assert sorted(bare.rows(read), key=repr) == sorted(rows, key=repr)
    assert bare.arrow(read).schema == pa.schema([(n, arrow_type(kind)) for n, kind in columns.items()])


@pytest.mark.parametrize("count", [0, 1, 199, 200, 201, 5_000])
def test_many_rows(bare: DuckDBEngine, count: int) -> None:
    rows = [
        (f"户{number}", Decimal(number).scaleb(-2), date(2026, 1, 1 + number % 28) if number % 7 else None)
        for number in range(count)
    ]
    read = bare.register("many", {"a": "text", "b": "decimal(14,2)", "c": "date"}, rows)
    assert sorted(bare.rows(read), key=repr) == sorted(rows, key=repr)


def test_registering_again_replaces(bare: DuckDBEngine) -> None:
    bare.register("again", {"a": "text"}, [("x",)])
    read = bare.register("again", {"b": "integer", "c": "text"}, [(1, "y")])
    assert bare.rows(read) == [(1, "y")]


def test_columns_with_quotes(bare: DuckDBEngine) -> None:
    assert bare.rows(bare.register("quoted", {'c"d': "text"}, [("v",)])) == [("v",)]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("decimal(14,2)", Decimal("1000000000000")),
        ("decimal(14,2)", Decimal("1.005")),
        ("decimal(14,2)", Decimal("nan")),
        ("integer", 2**63),
        ("integer", 1.5),
        ("integer", "x"),
        ("date", "soon"),
    ],
)
def test_a_value_that_does_not_fit_is_an_error_of_ours(bare: DuckDBEngine, kind: str, value: Any) -> None:
    """Never rounded in silence, never a bare exception of the engine."""
    with pytest.raises(JichaError):
        bare.register("narrow", {"a": kind}, [(value,)])
