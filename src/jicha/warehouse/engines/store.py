"""The writer's connection: the plain DuckDB connection with which the warehouse itself writes the lake.

It runs the house's own statements only, never content. Other modules of this package hold the statements;
this one holds the connection, the spelling of a row as text and of a Parquet file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import duckdb

from jicha.kernel.errors import WorkspaceError
from jicha.warehouse.engines.duckdb import connect, file_list, literal, quoted, sql_type
from jicha.warehouse.engines.exact_values import first_line

#: Rows of one row group: small enough to skip by month or key, large enough to compress.
_ROW_GROUP = 122_880


class Store:
    """A context manager around one connection. `temp` is where it may spill."""

    def __init__(self, *, threads: int, memory_limit: str, temp: Path) -> None:
        self._connection = connect(threads=threads, memory_limit=memory_limit, temp=temp)

    def beside(self) -> Store:
        """A second connection for another thread: temporary tables of its own, the same memory and threads."""
        other = Store.__new__(Store)
        other._connection = self._connection.cursor()
        return other

    def close(self) -> None:
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, sql: str) -> None:
        """Runs one statement for its effect."""
        self._execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._execute(sql).fetchall()

    def row(self, sql: str) -> tuple[Any, ...]:
        """The only row of a statement that always has one, such as an aggregate."""
        (row,) = self._execute(sql).fetchall()
        return row

    def count(self, relation: str) -> int:
        return int(self.row(f"SELECT count(*) FROM {relation}")[0])

    def types(self, query: str) -> dict[str, str]:
        """Column names of a query with DuckDB's types."""
        return {name: kind for name, kind, *_ in self.rows(f"DESCRIBE {query}")}

    def hold(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """A temporary table with these rows (lexicon types); replaces one of the same name."""
        shape = ", ".join(f"{quoted(column)} {sql_type(kind)}" for column, kind in columns.items())
        self.run(f"CREATE OR REPLACE TEMP TABLE {name} ({shape})")
        values = [tuple(row) for row in rows]
        if values:
            marks = f"({', '.join('?' * len(columns))})"
            for start in range(0, len(values), 500):
                chunk = values[start : start + 500]
                self._execute(
                    f"INSERT INTO {name} VALUES {', '.join([marks] * len(chunk))}",
                    [value for row in chunk for value in row],
                )

    def take(self, name: str, arrow: Any) -> None:
        """Makes an Arrow table or record batch reader readable under a name; a reader can be read once."""
        self._connection.register(name, arrow)

    def let_go(self, name: str) -> None:
        self._connection.unregister(name)

    def write_parquet(self, query: str, path: Path, *, compression: str = "zstd") -> int:
        """Writes the rows of a query, in the order they come, to one Parquet file; returns how many."""
        copy = f"COPY ({query}) TO {literal(str(path))}"
        options = f"(FORMAT parquet, COMPRESSION {compression}, ROW_GROUP_SIZE {_ROW_GROUP})"
        return int(self._execute(f"{copy} {options}").fetchall()[0][0])

    def _execute(self, sql: str, values: Sequence[Any] | None = None) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(sql, values)
        except duckdb.OutOfMemoryException as error:
            raise WorkspaceError(
                "engine_out_of_memory",
                en=f"the engine ran out of memory: {first_line(error)}; free memory or disk, run it again",
                zh=f"引擎内存不足: {first_line(error)}; 请释放内存或磁盘空间后重试",
            ) from error
        except duckdb.IOException as error:
            raise WorkspaceError(
                "engine_io",
                en=f"a file could not be read or written: {first_line(error)}",
                zh=f"文件读写失败: {first_line(error)}",
            ) from error


def parquet(files: Sequence[Path], *, with_name: bool = False) -> str:
    """Parquet files as a relation, `filename` among its columns if asked for. At least one file."""
    return f"read_parquet({file_list(files)}, filename = {str(with_name).lower()}, hive_partitioning = false)"


def row_text(columns: Mapping[str, str], alias: str = "") -> str:
    """Expression for the canonical text of a row: values in declared order, borders and nulls unambiguous.

    A text stands as `<length>:<text>`, a null text as `-`; any other value in DuckDB's own spelling and
    closed by `|`, which none of them contains, a null as nothing.
    """
    parts = []
    for name, kind in columns.items():
        column = f"{alias}{quoted(name)}"
        if kind == "text":
            parts.append(f"coalesce(length({column}) || ':' || {column}, '-')")
        else:
            parts.append(f"coalesce(CAST({column} AS VARCHAR), '') || '|'")
    return f"concat({', '.join(parts)})"


def digest_sums(text: str) -> str:
    """Three aggregates that make a `RowsDigest` of the rows' texts: count, sum of low and of high halves."""
    low = f"CAST(md5_number({text}) & 18446744073709551615 AS HUGEINT)"
    high = f"CAST(md5_number({text}) >> 64 AS HUGEINT)"
    return f"count(*), sum({low}), sum({high})"
