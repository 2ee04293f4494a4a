"""DuckDB, the embedded engine.

Two kinds of connection, never the same one:

* `DuckDBEngine` runs content. It may read only the directories it was opened for, cannot be reconfigured,
  and its own methods accept nothing but a parsed query. It writes nothing: results leave it as rows or Arrow.
* `connect()` gives the plain connection with which the warehouse itself writes the lake.

COPY and `duckdb_settings()` still pass a locked connection, which is why the allow-list of
`jicha.warehouse.portable` stands in front of it: neither alone is enough.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import sqlglot.expressions as exp

from jicha.kernel.errors import ContentError, WorkspaceError
from jicha.warehouse.engines.exact_values import FEW_ROWS, first_line, table, texts

_TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "double": "DOUBLE",
}


#: Name under which an Arrow table is readable while it is copied.
_INCOMING = "jicha_incoming"

#: A WITH that does not begin as a query does. From 2.0 on DuckDB runs INSERT, UPDATE, DELETE and COPY in there,
#: so that what reads like a query would write.
_ODD_BODY = re.compile(r"\bAS (?:(?:NOT )?MATERIALIZED )?\((?!SELECT\b|WITH\b)")


def sql_type(lexicon_type: str) -> str:
    """DuckDB's name of a lexicon type: `decimal(14,2)` -> `DECIMAL(14,2)`, `text` -> `VARCHAR`."""
    if lexicon_type.startswith("decimal("):
        return lexicon_type.upper()
    return _TYPES[lexicon_type]


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def file_list(files: Sequence[Path]) -> str:
    """Paths as a DuckDB list literal, in the given order."""
    return "[" + ", ".join(literal(str(path)) for path in files) + "]"


def connect(
    *, threads: int = 2, memory_limit: str = "4GB", temp: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """A plain in-memory connection for the warehouse's own work (reading raw files, writing partitions)."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "threads": threads,
        "memory_limit": memory_limit,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # Without a folder of its own a connection does not spill; DuckDB's default would be the user's folder.
        "temp_directory": "" if temp is None else str(temp),
    }
    return duckdb.connect(":memory:", config=settings)


class DuckDBEngine:
    """The locked connection that runs content.

    `directories` are all it may ever read; with none it reads no file at all (topic tests).
    """

    name = "duckdb"

    def __init__(
        self,
        directories: Sequence[Path] = (),
        *,
        threads: int | None = None,
        memory_limit: str = "4GB",
        temp: Path | None = None,
    ) -> None:
        self._connection = connect(
            threads=threads or min(os.cpu_count() or 1, 4), memory_limit=memory_limit, temp=temp
        )
        # The spill directory must be known before external access closes.
        allowed = [*directories, *([temp] if temp is not None else [])]
        roots = ", ".join(literal(f"{path.resolve()}/") for path in allowed)
        self._connection.execute(f"SET allowed_directories = [{roots}]")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")
        self._scans: set[str] = set()
        self._held: dict[str, tuple[Mapping[str, str], tuple[Any, ...]]] = {}

    @property
    def versions(self) -> dict[str, str]:
        return {"duckdb": version("duckdb")}

    def scan(self, files: Sequence[Path], columns: Mapping[str, str]) -> exp.Query:
        if not files:
            return exp.Select(
                expressions=[
                    exp.alias_(exp.cast(exp.null(), sql_type(kind), dialect="duckdb"), name, quoted=True)
                    for name, kind in columns.items()
                ]
            ).where(exp.false())
        # The list of files stands once, in a view: trees that name it stay small, and are copied often.
        listed = ", ".join(quoted(name) for name in columns)
        body = f"SELECT {listed} FROM read_parquet({file_list(files)})"
        view = f"scan_{hashlib.sha256(body.encode('utf-8')).hexdigest()[:24]}"
        if view not in self._scans:
            # Making a view opens its files.
            self._execute(f"CREATE VIEW IF NOT EXISTS {view} AS {body}")
            self._scans.add(view)
        return exp.Select(expressions=[exp.column(name, quoted=True) for name in columns]).from_(
            exp.to_table(view), copy=False
        )

    def register(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> exp.Query:
        if not self._holds(name, columns, rows):
            # Only what nobody can change any more is known by what it is, and need not be looked through again.
            listed = list(rows)
            if len(listed) <= FEW_ROWS:
                self._register_few(name, columns, listed)
            else:
                self._register_many(name, columns, listed)
            if isinstance(rows, tuple):
                self._held[name] = (dict(columns), rows)
        return _whole(name, columns)

    def keep(self, name: str, columns: Mapping[str, str], query: exp.Query) -> exp.Query:
        self._held.pop(name, None)
        listed = ", ".join(
            f"CAST({quoted(column)} AS {sql_type(kind)}) AS {quoted(column)}"
            for column, kind in columns.items()
        )
        self._execute(
            f"CREATE OR REPLACE TABLE {quoted(name)} AS SELECT {listed} FROM ({_text(query)}) AS kept"
        )
        return _whole(name, columns)

    def _holds(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> bool:
        """Whether the table of this name is this very tuple of rows; else what is held is forgotten."""
        held = self._held.pop(name, None)
        if held is None or held[1] is not rows or held[0] != columns:
            return False
        self._held[name] = held
        return True

    # Neither way binds parameters: for each of them the client looks for pandas, a thousand times the cost.

    def _register_few(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        shape = ", ".join(f"{quoted(column)} {sql_type(kind)}" for column, kind in columns.items())
        values = ", ".join(
            f"({', '.join('NULL' if text is None else literal(text) for text in row)})"
            for row in texts(columns, rows)
        )
        self._execute(f"CREATE OR REPLACE TABLE {quoted(name)} ({shape})")
        if values:
            self._execute(f"INSERT INTO {quoted(name)} VALUES {values}")

    def _register_many(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        self._connection.register(_INCOMING, table(columns, rows))
        try:
            self._execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS SELECT * FROM {_INCOMING}")
        finally:
            self._connection.unregister(_INCOMING)

    def rows(self, query: exp.Query) -> list[tuple[Any, ...]]:
        return self._execute(_text(query)).fetchall()

    def arrow(self, query: exp.Query) -> Any:
        # A relation hands its rows to Arrow in parallel, where a cursor's result is copied by one thread.
        text = _text(query)
        with _told():
            return self._connection.sql(text).to_arrow_table()

    def close(self) -> None:
        self._connection.close()

    def _execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        with _told():
            return self._connection.execute(sql)


def _whole(name: str, columns: Mapping[str, str]) -> exp.Query:
    return exp.Select(expressions=[exp.column(column, quoted=True) for column in columns]).from_(
        exp.to_table(name, quoted=True)
    )


def _text(query: exp.Query) -> str:
    """The query as DuckDB reads it. Raises `ContentError` for what is no query, or holds what is none."""
    odd: exp.Expr | None = query
    if isinstance(query, exp.Query):
        # A statement runs once; copying it first would cost more than many a statement takes.
        text = query.sql(dialect="duckdb", copy=False)
        odd = _odd_body(query) if _ODD_BODY.search(text) else None
        if odd is None:
            return text
    raise ContentError(
        "not_a_query",
        en=f"the engine runs queries only, not {type(odd).__name__}",
        zh=f"引擎只执行查询语句, 不执行 {type(odd).__name__}",
    )


def _odd_body(query: exp.Query) -> exp.Expr | None:
    """What stands in a WITH and is no query."""
    return next((each.this for each in query.find_all(exp.CTE) if not isinstance(each.this, exp.Query)), None)


@contextmanager
def _told() -> Iterator[None]:
    """DuckDB's errors as the house tells them."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise WorkspaceError(
            "engine_out_of_memory",
            en=f"the engine ran out of memory: {first_line(error)}; lower `threads` or raise `memory_limit`",
            zh=f"引擎内存不足: {first_line(error)}; 请减少 threads 或提高 memory_limit",
        ) from error
    except duckdb.Error as error:
        raise ContentError(
            "engine_refused",
            en=f"the engine refused the statement: {first_line(error)}",
            zh=f"引擎拒绝执行该语句: {first_line(error)}",
        ) from error
