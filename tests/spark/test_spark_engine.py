"""The engine itself: values come back as DuckDB gives them, bad ones are refused, failures are told in both languages.

That compiled statements (codegen) give the same is shown by the sweep, which runs with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from jicha.kernel.errors import ContentError, JichaError, WorkspaceError
from jicha.warehouse.engines import spark_session
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.engines.spark import SparkEngine
from jicha.warehouse.slices import statement

COLUMNS = {
    "name": "text",
    "counted": "integer",
    "is_true": "boolean",
    "on_day": "date",
    "at_time": "timestamp",
    "ratio": "double",
    "paid": "decimal(14,2)",
    "price": "decimal(12,8)",
}
ROW: tuple[Any, ...] = (
    "户'号\\\"%_${env:HOME}", 2**62, True, date(1582, 1, 1), datetime.fromisoformat("2026-03-08 02:30:00.123456"), 0.1,
    Decimal("-0.10"), Decimal("0.00000001"),
)  # fmt: skip
NOTHING = (None,) * len(COLUMNS)


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkEngine]:
    engine = SparkEngine(master="local[1]", few_rows=True)
    yield engine
    engine.close()


@pytest.mark.parametrize("times", [1, 60], ids=["as text", "as Arrow"])
def test_values_come_back_as_from_duckdb(spark: SparkEngine, times: int) -> None:
    rows = [ROW, NOTHING] * times
    found = spark.rows(spark.register("given", COLUMNS, rows))
    duckdb = DuckDBEngine(threads=1)
    expected = duckdb.rows(duckdb.register("given", COLUMNS, rows))
    assert found == expected == rows
    assert [type(value) for value in found[0]] == [type(value) for value in expected[0]]
    assert [str(value) for value in found[0]] == [str(value) for value in expected[0]]


def test_no_rows_keep_their_types(spark: SparkEngine) -> None:
    duckdb = DuckDBEngine(threads=1)
    for empty in (spark.scan([], COLUMNS), spark.register("nobody", COLUMNS, [])):
        assert spark.rows(empty) == []
        assert spark.arrow(empty).schema.types == duckdb.arrow(duckdb.scan([], COLUMNS)).schema.types


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("decimal(14,2)", Decimal("0.001")),
        ("decimal(14,2)", Decimal("1000000000000.00")),
        ("decimal(14,2)", Decimal("NaN")),
        ("integer", Decimal("1.5")),
        ("integer", True),
        ("date", datetime.fromisoformat("2026-01-01 01:00:00")),
        ("boolean", "yes"),
        ("text", 1),
    ],
)
@pytest.mark.parametrize("times", [1, 60], ids=["as text", "as Arrow"])
def test_a_value_is_taken_exactly_or_refused(spark: SparkEngine, kind: str, value: Any, times: int) -> None:
    told = []
    for engine in (spark, DuckDBEngine(threads=1)):
        with pytest.raises(ContentError) as raised:
            engine.register("given", {"value": kind}, [(value,)] * times)
        told.append(raised.value.code)
    assert told == ["value_type", "value_type"]


@pytest.mark.parametrize(
    "query",
    [
        "select cast(cast(99999999 as decimal(10,2)) as decimal(4,2)) as paid from given as g",
        "select cast(g.name as integer) as counted from given as g",
        "select sqrt(cast(-1 as double)) as ratio from given as g",
        "select g.nowhere as nowhere from given as g",
    ],
)
def test_what_cannot_be_computed_is_told_and_never_null(spark: SparkEngine, query: str) -> None:
    from jicha.warehouse.slices import swapped

    given = spark.register("given", COLUMNS, [ROW])
    with pytest.raises(JichaError) as raised:
        spark.rows(swapped(statement(query), {"given": given}))
    assert raised.value.text.en != raised.value.text.zh


def test_a_damaged_or_foreign_file_is_told(spark: SparkEngine, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    damaged = tmp_path / "damaged.parquet"
    damaged.write_bytes(b"PAR1 nothing PAR1")
    foreign = tmp_path / "foreign.parquet"
    pq.write_table(pa.table({"paid": pa.array([1.5])}), foreign)
    for path in (damaged, foreign, tmp_path / "absent.parquet"):
        with pytest.raises(WorkspaceError, match=path.name) as raised:
            spark.rows(spark.scan([path], {"paid": "decimal(14,2)"}))
        assert raised.value.text.en != raised.value.text.zh


def test_a_path_is_taken_as_it_stands(spark: SparkEngine, tmp_path: Path) -> None:
    """Lake folders hold `=`; a utility's may hold blanks, brackets and what patterns are made of."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = tmp_path / "month=2026-01 {a,b} [x] %3D 台区"
    folder.mkdir()
    pq.write_table(pa.table({"counted": pa.array([7], pa.int64())}), folder / "x.parquet")
    assert spark.rows(spark.scan([folder / "x.parquet"], {"counted": "integer"})) == [(7,)]


class TestStart:
    def test_without_java(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.delenv("JAVA_HOME", raising=False)
        with pytest.raises(WorkspaceError, match="openjdk-17-jre-headless") as raised:
            spark_session.require_java()
        assert raised.value.code == "no_java" and "请安装" in raised.value.text.zh

    def test_with_an_old_java(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        java = tmp_path / "bin" / "java"
        java.parent.mkdir()
        java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", encoding="utf-8")
        java.chmod(0o755)
        monkeypatch.setenv("JAVA_HOME", str(tmp_path))
        with pytest.raises(WorkspaceError, match="is Java 11") as raised:
            spark_session.require_java()
        assert raised.value.code == "old_java"

    def test_one_process_has_one_master(self, spark: SparkEngine) -> None:
        assert spark.name == "spark"
        with pytest.raises(WorkspaceError, match=r"local\[1\]"):
            SparkEngine(master="local[2]")
