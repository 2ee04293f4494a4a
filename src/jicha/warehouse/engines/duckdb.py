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
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import duckdb
import sqlglot.expressions as exp

from jicha.kernel.errors import ContentError, WorkspaceError
from jicha.warehouse.engines.protocol import arrow_type

_TYPES = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "double": "DOUBLE",
}


def _truth(text: str) -> bool:
    return {"true": True, "false": False}[text]


#: By lexicon type: how a text is read, and the Python types taken as they are.
_READ: dict[str, tuple[Callable[[str], Any], frozenset[type]]] = {
    "text": (str, frozenset({str})),
    "integer": (int, frozenset({int})),
    "boolean": (_truth, frozenset({bool})),
    "date": (date.fromisoformat, frozenset({date})),
    "timestamp": (datetime.fromisoformat, frozenset({datetime})),
    "double": (float, frozenset({float, int})),
    "decimal": (Decimal, frozenset({Decimal, int})),
}

#: Tables up to this many rows are written as SQL text: that needs no Arrow and is quicker.
_FEW_ROWS = 50

#: Wide enough for any decimal a column can hold, so that no digit is lost while looking at it.
_WIDE = Context(prec=100)

#: Name under which an Arrow table is readable while it is copied.
_INCOMING = "jicha_incoming"


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
        self._execute(f"CREATE VIEW IF NOT EXISTS {view} AS {body}")
        return exp.Select(expressions=[exp.column(name, quoted=True) for name in columns]).from_(
            exp.to_table(view), copy=False
        )

    def register(self, name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> exp.Query:
        listed = list(rows)
        if len(listed) <= _FEW_ROWS:
            self._register_few(name, columns, listed)
        else:
            self._register_many(name, columns, listed)
        return exp.Select(expressions=[exp.column(column, quoted=True) for column in columns]).from_(
            exp.to_table(name, quoted=True)
        )

    # Neither way binds parameters: for each of them the client looks for pandas, a thousand times the cost.

    def _register_few(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        shape = ", ".join(f"{quoted(column)} {sql_type(kind)}" for column, kind in columns.items())
        self._execute(f"CREATE OR REPLACE TABLE {quoted(name)} ({shape})")
        if rows:
            texts = (
                ", ".join(_literal(c, k, v) for (c, k), v in zip(columns.items(), row, strict=True))
                for row in rows
            )
            self._execute(f"INSERT INTO {quoted(name)} VALUES {', '.join(f'({text})' for text in texts)}")

    def _register_many(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        import pyarrow as pa

        values = zip(*rows, strict=True)
        arrays = [
            _array(column, kind, found) for (column, kind), found in zip(columns.items(), values, strict=True)
        ]
        self._connection.register(_INCOMING, pa.table(arrays, names=list(columns)))
        try:
            self._execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS SELECT * FROM {_INCOMING}")
        finally:
            self._connection.unregister(_INCOMING)

    def rows(self, query: exp.Query) -> list[tuple[Any, ...]]:
        return self._run(query).fetchall()

    def arrow(self, query: exp.Query) -> Any:
        return self._run(query).to_arrow_table()

    def close(self) -> None:
        self._connection.close()

    def _run(self, query: exp.Query) -> duckdb.DuckDBPyConnection:
        if not isinstance(query, exp.Query):
            raise ContentError(
                "not_a_query",
                en=f"the engine runs queries only, not {type(query).__name__}",
                zh=f"引擎只执行查询语句, 不执行 {type(query).__name__}",
            )
        # A statement runs once; copying it first would cost more than many a statement takes.
        return self._execute(query.sql(dialect="duckdb", copy=False))

    def _execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        try:
            return self._connection.execute(sql)
        except duckdb.OutOfMemoryException as error:
            raise WorkspaceError(
                "engine_out_of_memory",
                en=f"the engine ran out of memory: {_first_line(error)}; lower `threads` or raise `memory_limit`",
                zh=f"引擎内存不足: {_first_line(error)}; 请减少 threads 或提高 memory_limit",
            ) from error
        except duckdb.Error as error:
            raise ContentError(
                "engine_refused",
                en=f"the engine refused the statement: {_first_line(error)}",
                zh=f"引擎拒绝执行该语句: {_first_line(error)}",
            ) from error


def _array(column: str, kind: str, values: Sequence[Any]) -> Any:
    """Python values as an Arrow array of a lexicon type."""
    import pyarrow as pa

    try:
        return pa.array([_exact(kind, value) for value in values], arrow_type(kind))
    except (pa.ArrowException, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise _value_type(column, kind, error) from error


def _literal(column: str, kind: str, value: Any) -> str:
    """One Python value as SQL text of a lexicon type; refuses what would lose a digit."""
    try:
        exact = _exact(kind, value)
        if isinstance(exact, Decimal):
            _require_digits(kind, exact)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise _value_type(column, kind, error) from error
    if exact is None:
        return "NULL"
    return literal(str(exact))


def _require_digits(kind: str, value: Decimal) -> None:
    precision, scale = (int(part) for part in kind.removeprefix("decimal(").rstrip(")").split(","))
    if not value.is_finite():
        raise ValueError(f"{value} is no number")
    whole = value.scaleb(scale, _WIDE)
    if whole != whole.to_integral_value(context=_WIDE) or abs(whole) >= 10**precision:
        raise ValueError(f"{value} has too many digits")


def _value_type(column: str, kind: str, error: Exception) -> ContentError:
    return ContentError(
        "value_type",
        en=f"a value of column {column} does not fit {kind}: {_first_line(error)}",
        zh=f"列 {column} 有值与类型 {kind} 不符: {_first_line(error)}",
    )


def _exact(kind: str, value: Any) -> Any:
    """The value as Arrow takes it for a lexicon type. Arrow itself cuts 1.5 to 1 and a timestamp to its date.

    A text is read where a number or a date is wanted; what would lose a digit is a `ValueError`.
    """
    if value is None:
        return None
    read, taken = _READ[kind.partition("(")[0]]
    if isinstance(value, str) and str not in taken:
        value = read(value)
    if type(value) not in taken:
        if type(value) is Decimal and kind == "integer" and value == value.to_integral_value():
            return int(value)
        raise ValueError(f"{value!r} is a {type(value).__name__}")
    return value


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
