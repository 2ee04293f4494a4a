"""Spark, the second engine: the same statements over the same files, on one machine or a cluster.

A statement reaches Spark only as a parsed query, put into Spark's words by `spark_dialect`. Nothing here writes:
results leave as rows or Arrow, and whoever asked writes the lake. What DuckDB's locked connection gives is not
there: a Spark session can read whatever its user can. The linter's allow-list stands alone before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sqlglot.expressions as exp

from jicha.kernel.errors import ContentError, WorkspaceError
from jicha.lexicon.arrow import arrow_type
from jicha.warehouse.engines.exact_values import FEW_ROWS, first_line, table, texts
from jicha.warehouse.engines.spark_dialect import Script, script
from jicha.warehouse.engines.spark_session import require_java, session

#: Bytes of Parquet that are read as one part. What is in one part need not be exchanged before a join, a group or a
#: window, and for little data the exchange is what takes the time.
_ONE_PART = 8 << 20

#: Copies of its steps that a statement may be planned as before the shared ones are computed once and kept. Planning
#: grows with every copy, keeping costs a job of its own; over a handful of rows a job is cheap.
_COPIES = 12
_FEW_COPIES = 2

_TYPES = {
    "text": "STRING",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP_NTZ",
    "double": "DOUBLE",
}


def sql_type(lexicon_type: str) -> str:
    """Spark's name of a lexicon type: `decimal(14,2)` -> `DECIMAL(14,2)`, `text` -> `STRING`."""
    if lexicon_type.startswith("decimal("):
        return lexicon_type.upper()
    return _TYPES[lexicon_type]


class SparkEngine:
    """A session in this process's Spark.

    `master` is Spark's own URL: `local[2]`, `spark://host:7077`, `yarn`. `memory` is what a local master's Java may
    take, unless SPARK_DRIVER_MEMORY says otherwise; it counts when the process's first engine starts Spark.
    `few_rows` is for many statements over a handful of rows, as tests of content are.
    """

    name = "spark"

    def __init__(self, *, master: str = "local[*]", memory: str = "2g", few_rows: bool = False) -> None:
        self._spark = session(master=master, memory=memory, few_rows=few_rows)
        self._few_rows = few_rows
        self._relations: dict[str, dict[str, str]] = {}
        self._held: dict[str, tuple[Any, ...]] = {}
        self._checked: dict[Path, Any] = {}

    @property
    def versions(self) -> dict[str, str]:
        return {"pyspark": version("pyspark"), "java": require_java()}

    def scan(self, files: Sequence[Path], columns: Mapping[str, str]) -> exp.Query:
        key = repr((sorted(columns.items()), [str(path) for path in files]))
        name = f"scan_{hashlib.sha256(key.encode('utf-8')).hexdigest()[:24]}"
        if name not in self._relations:
            if files:
                for path in files:
                    self._require_columns(path, columns)
                reader = self._spark.read.schema(_shape(columns))
                # A path means one file: no pattern, no folders to look into, no columns made of folder names.
                reader = reader.options(__globPaths__="false", recursiveFileLookup="true")
                # As Hadoop writes a path: not a URI, nothing in it is escaped.
                frame = reader.parquet(*(f"file://{path.resolve()}" for path in files))
                if sum(path.stat().st_size for path in files) <= _ONE_PART:
                    frame = frame.coalesce(1)
            else:
                frame = self._frame(columns, []).coalesce(1)
            self._view(name, frame, columns)
        return _whole(name, columns)

    def register(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> exp.Query:
        if self._held.get(name) is not rows or self._relations.get(name) != columns:
            self._held.pop(name, None)
            self._view(name, self._frame(columns, list(rows)).coalesce(1), columns)
            if isinstance(rows, tuple):
                # Nobody can change it any more: given again, it need not be looked through again.
                self._held[name] = rows
        return _whole(name, columns)

    def keep(self, name: str, columns: Mapping[str, str], query: exp.Query) -> exp.Query:
        self._held.pop(name, None)
        told = self.arrow(query)
        if told.num_rows:
            frame = self._spark.createDataFrame(told, _shape(columns)).coalesce(1)
        else:
            frame = self._frame(columns, []).coalesce(1)
        self._view(name, frame, columns)
        return _whole(name, columns)

    def rows(self, query: exp.Query) -> list[tuple[Any, ...]]:
        columns = [column.to_pylist() for column in self.arrow(query).columns]
        return list(zip(*columns, strict=True))

    def arrow(self, query: exp.Query) -> Any:
        if not isinstance(query, exp.Query):
            raise ContentError(
                "not_a_query",
                en=f"the engine runs queries only, not {type(query).__name__}",
                zh=f"引擎只执行查询语句, 不执行 {type(query).__name__}",
            )
        return self._run(
            script(query, self._relations, most_copies=_FEW_COPIES if self._few_rows else _COPIES)
        )

    def close(self) -> None:
        """Forgets the session's relations. Spark itself ends with the process: another engine may use it."""
        for name in self._relations:
            self._spark.catalog.dropTempView(name)
        self._relations.clear()
        self._held.clear()

    def _run(self, wanted: Script) -> Any:
        kept = []
        try:
            for name, text in wanted.keep.items():
                frame = self._kept(text)
                kept.append((name, frame))
                frame.createOrReplaceTempView(f"`{name}`")
            return self._told(lambda: self._spark.sql(wanted.rows).toArrow())
        finally:
            for name, frame in kept:
                self._spark.catalog.dropTempView(name)
                if not self._few_rows:
                    frame._jdf.logicalPlan().rdd().unpersist(False)

    def _kept(self, text: str) -> Any:
        """A step that is computed once. Not `persist`: what reads a persisted step is planned as if it were not."""
        frame = self._told(lambda: self._spark.sql(text))
        if self._few_rows:
            # Asked for at once: what follows is planned over the rows there are, and over none there is no work.
            rows = self._told(frame.toArrow)
            return self._spark.createDataFrame(rows, frame.schema).coalesce(1)
        lasting = self._spark.sparkContext.getCheckpointDir() is not None
        return frame.checkpoint(eager=False) if lasting else frame.localCheckpoint(eager=False)

    def _told(self, work: Any) -> Any:
        """What `work` gives, Spark's refusals told in our own words."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            return work()
        except (PySparkException, Py4JError) as error:
            told = first_line(error)
            if "OutOfMemoryError" in str(error):
                raise WorkspaceError(
                    "engine_out_of_memory",
                    en=f"the engine ran out of memory: {told}; give the driver or the executors more",
                    zh=f"引擎内存不足: {told}; 请提高 driver 或 executor 的内存",
                ) from error
            raise ContentError(
                "engine_refused",
                en=f"the engine refused the statement: {told}",
                zh=f"引擎拒绝执行该语句: {told}",
            ) from error

    def _view(self, name: str, frame: Any, columns: Mapping[str, str]) -> None:
        frame.createOrReplaceTempView(f"`{name}`")
        self._relations[name] = dict(columns)

    def _frame(self, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> Any:
        if not rows:
            # Not `createDataFrame([])`: that asks a Python process on an executor for no rows.
            nulls = ", ".join(f"CAST(NULL AS {sql_type(kind)}) AS `{name}`" for name, kind in columns.items())
            return self._spark.sql(f"SELECT {nulls} WHERE FALSE")
        if len(rows) > FEW_ROWS:
            return self._spark.createDataFrame(table(columns, rows), _shape(columns))
        kinds = [sql_type(kind) for kind in columns.values()]
        values = ", ".join(
            "(" + ", ".join(_literal(text, kind) for text, kind in zip(row, kinds, strict=True)) + ")"
            for row in texts(columns, rows)
        )
        names = ", ".join(f"`{name}`" for name in columns)
        return self._told(lambda: self._spark.sql(f"SELECT * FROM VALUES {values} AS t({names})"))

    def _require_columns(self, path: Path, columns: Mapping[str, str]) -> None:
        """Refuses a file without one of the columns, or with it in another type: Spark would read NULL."""
        import pyarrow.parquet as pq

        if path not in self._checked:
            try:
                self._checked[path] = pq.read_schema(path)
            except (OSError, ValueError) as error:
                raise _unreadable(path, first_line(error)) from error
        schema = self._checked[path]
        for name, kind in columns.items():
            place = schema.get_field_index(name)
            if place < 0 or schema.field(place).type != arrow_type(kind):
                found = "none" if place < 0 else str(schema.field(place).type)
                raise _unreadable(path, f"{name} {kind}: {found}")


def _unreadable(path: Path, told: str) -> WorkspaceError:
    return WorkspaceError(
        "engine_io",
        en=f"a file of the lake cannot be read: {told}",
        zh=f"数据湖文件无法读取: {told}",
        file=path,
    )


def _shape(columns: Mapping[str, str]) -> str:
    return ", ".join(f"`{name}` {sql_type(kind)}" for name, kind in columns.items())


def _whole(name: str, columns: Mapping[str, str]) -> exp.Query:
    return exp.Select(expressions=[exp.column(column, quoted=True) for column in columns]).from_(
        exp.to_table(name, quoted=True), copy=False
    )


def _literal(text: str | None, kind: str) -> str:
    if text is None:
        return f"CAST(NULL AS {kind})"
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'" if kind == "STRING" else f"CAST('{escaped}' AS {kind})"
