"""Rows of a database as Arrow tables, in bounded memory and to the last digit.

PostgreSQL through psycopg sends its own text of every value (COPY), which Arrow types in bulk: no number
passes through Python, none through a float. Any other database is read through a cursor on the server's side
(as far as its driver has one) and its values are taken as the driver gives them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.types import TypeEngine

#: Rows that are held at once, and that stand together in the Parquet file.
ROWS = 50_000

#: Bytes after which a group of rows ends before it is full, for tables with long texts.
_BYTES = 16 << 20

#: The house's times are without zone, in the zone of the utility; a time with zone is shown there, with offset.
_ZONE = "Asia/Shanghai"

_MAX_DIGITS = 38
_TEXT = pa.string()
_STAMP = pa.timestamp("us")

#: PostgreSQL types that are taken as what they are; the rest as text.
_EXACT = {"int2": pa.int64(), "int4": pa.int64(), "int8": pa.int64(), "date": pa.date32(), "bool": pa.bool_()}
_SORTED_AS_BYTES = ("text", "varchar", "bpchar")
_SORTABLE = ("timestamp", "timestamptz", "numeric", "float4", "float8", "time", "uuid", *_EXACT)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is delivered.

    `type` is its Arrow type, None for bytes, which nobody can deliver as a table. `has_zone`: PostgreSQL's
    timestamp with time zone, delivered as text. `order` says how rows can be sorted by it: as the database
    does ("plain"), by its bytes ("bytes"), or not at all (None).
    """

    name: str
    type: Any
    has_zone: bool = False
    order: str | None = "plain"

    @property
    def as_text(self) -> Column:
        return self if self.type is None else replace(self, type=_TEXT)


class Misfit(Exception):
    """Values that do not fit the type of their columns: NaN in a decimal, an infinite date."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = frozenset(names)
        super().__init__(", ".join(sorted(names)))


def uses_copy(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql" and connection.dialect.driver == "psycopg"


def described(
    connection: Connection, statement: str, reflected: Mapping[str, TypeEngine[Any]]
) -> tuple[Column, ...]:
    """The columns of a statement without its rows. `reflected` are declared types by name, where known."""
    if uses_copy(connection):
        cursor = _driver(connection).execute(f"SELECT * FROM ({statement}\n) AS delivered LIMIT 0")
        return tuple(_postgres_column(column) for column in cursor.description)
    empty = f"SELECT * FROM ({statement}\n) delivered WHERE 1 = 0"
    names = tuple(connection.exec_driver_sql(empty, execution_options={"no_parameters": True}).keys())
    is_sqlite = connection.dialect.name == "sqlite"
    return tuple(_declared_column(name, reflected.get(name), is_sqlite=is_sqlite) for name in names)


def prepare(connection: Connection) -> None:
    """Settles how PostgreSQL writes values, so that the same value is always the same text."""
    if uses_copy(connection):
        for setting in (
            "datestyle = 'ISO, YMD'",
            "intervalstyle = 'iso_8601'",
            f"timezone = '{_ZONE}'",
            "extra_float_digits = 1",
        ):
            _driver(connection).execute(f"SET LOCAL {setting}")


def rows(connection: Connection, statement: str, columns: Sequence[Column]) -> Iterator[pa.Table]:
    """The rows of a statement in tables of `ROWS` rows (fewer where they are long, and at the end).

    How they are cut depends on the rows alone. Raises `Misfit` after the last row, naming every column that
    does not fit, so that one more reading is enough; tables after the first misfit are not given.
    """
    names = [column.name for column in columns]
    misfits: set[str] = set()
    groups = (
        _copied(connection, statement, names) if uses_copy(connection) else _fetched(connection, statement)
    )
    for group in groups:
        arrays = []
        for column in columns:
            try:
                # Popped, so that text and typed values of a group are not held twice.
                arrays.append(_typed(column, group.pop(0)))
            except (ValueError, TypeError, OverflowError):
                misfits.add(column.name)
        if not misfits:
            yield pa.Table.from_arrays(arrays, schema=schema_of(columns))
    if misfits:
        raise Misfit(misfits)


def schema_of(columns: Sequence[Column]) -> Any:
    return pa.schema([(column.name, column.type) for column in columns])


def _copied(connection: Connection, statement: str, names: Sequence[str]) -> Iterator[list[Any]]:
    """Each column of a group as an Arrow array of PostgreSQL's own text, nulls apart from empty texts."""
    driver = _driver(connection)
    # A database without a declared encoding refuses to send, as UTF-8, what is none: it is asked for its bytes.
    stored = driver.info.parameter_status("server_encoding")
    encoding = stored if stored == "SQL_ASCII" else "UTF8"
    copy_statement = f"COPY ({statement}\n) TO STDOUT (FORMAT csv, ENCODING '{encoding}')"
    with driver.cursor() as cursor, cursor.copy(copy_statement) as copy:
        for messages in _groups(copy):
            count = len(messages)
            block = b"".join(messages)
            messages.clear()
            yield _parsed(block, count, names)
            del block


def _groups(copy: Iterable[Any]) -> Iterator[list[bytes]]:
    """The rows of a COPY in groups. The server sends each row as one message."""
    held: list[bytes] = []
    size = 0
    for message in copy:
        held.append(bytes(message))
        size += len(message)
        if len(held) == ROWS or size >= _BYTES:
            yield held
            held, size = [], 0
    if held:
        yield held


def _parsed(block: bytes, count: int, names: Sequence[str]) -> list[Any]:
    try:
        table = _csv(block, names)
    except pa.ArrowInvalid:
        # Of those bytes, what is no UTF-8 becomes U+FFFD, which typing sets aside with a reason.
        table = _csv(block.decode("utf-8", errors="replace").encode("utf-8"), names)
    if table.num_rows != count:
        raise RuntimeError(f"{count} rows sent, {table.num_rows} read")
    return [column.combine_chunks() for column in table.columns]


def _csv(block: bytes, names: Sequence[str]) -> Any:
    return pacsv.read_csv(
        BytesIO(block),
        read_options=pacsv.ReadOptions(
            column_names=list(names), block_size=len(block) + 1, use_threads=False
        ),
        parse_options=pacsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, _TEXT),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _fetched(connection: Connection, statement: str) -> Iterator[list[Any]]:
    """Each column of a group as a list of the driver's values."""
    result = connection.execution_options(stream_results=True, max_row_buffer=ROWS).exec_driver_sql(
        statement, execution_options={"no_parameters": True}
    )
    with result:
        for group in result.partitions(ROWS):
            yield [list(values) for values in zip(*group, strict=True)]


def _typed(column: Column, values: Any) -> Any:
    """Values in their column's type; raises ValueError, TypeError or OverflowError where one does not fit."""
    if isinstance(values, list):
        return _from_values(column, values)
    if column.has_zone:
        # 2024-01-05 10:00:00+08 -> +08:00, as ISO 8601 has it beside minutes.
        return pc.replace_substring_regex(values, r"([+-]\d\d)$", r"\1:00")
    if column.type == pa.bool_():
        return pc.equal(values, "t")
    return values if column.type == _TEXT else values.cast(column.type)


def _from_values(column: Column, values: list[Any]) -> Any:
    kinds = set(map(type, values)) - {type(None)}
    if any(issubclass(kind, bytes | bytearray | memoryview) for kind in kinds):
        raise BinaryValue(column.name)
    if column.type == _TEXT:
        if not kinds <= {str}:
            values = [None if value is None else _text(value) for value in values]
        return pa.array(values, _TEXT)
    # Arrow would cut the time off a date, the zone off a time and the point off a number without a word.
    if column.type == pa.date32() and not kinds <= {date}:
        raise ValueError(column.name)
    if column.type == _STAMP and any(getattr(value, "tzinfo", None) for value in values):
        raise ValueError(column.name)
    if column.type == pa.int64() and not kinds <= {int}:
        raise ValueError(column.name)
    return pa.array(values, column.type)


class BinaryValue(Exception):
    """Bytes in a column that was not declared to hold them; `name` is the column's."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


def _text(value: Any) -> str:
    """A driver's value as text. A float is given as the shortest decimal that is that float."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        number = Decimal(repr(value))
        return format(number, "f").removesuffix(".0") if number.is_finite() else repr(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)


def _postgres_column(column: Any) -> Column:
    from psycopg.postgres import types

    info = types.get(column.type_code)
    # The number of an array's type leads to the type of its elements.
    kind = info.name if info is not None and info.oid == column.type_code else ""
    if kind == "bytea":
        return Column(column.name, None, order=None)
    order = "bytes" if kind in _SORTED_AS_BYTES else "plain" if kind in _SORTABLE else None
    if kind == "numeric":
        return Column(column.name, _decimal(column.precision, column.scale), order=order)
    if kind == "timestamp":
        return Column(column.name, _STAMP, order=order)
    return Column(column.name, _EXACT.get(kind, _TEXT), has_zone=kind == "timestamptz", order=order)


def _declared_column(name: str, declared: TypeEngine[Any] | None, *, is_sqlite: bool) -> Column:
    """A column by the type that was declared for it; one of a query has none and is delivered as text."""
    from sqlalchemy import types as sql

    if isinstance(declared, sql.LargeBinary | sql.BINARY | sql.VARBINARY):
        return Column(name, None, order=None)
    if is_sqlite:
        # SQLite keeps any value in any column: dates and decimals are texts or floats there.
        return Column(name, pa.int64() if isinstance(declared, sql.Integer) else _TEXT)
    if isinstance(declared, sql.Integer):
        return Column(name, pa.int64())
    if isinstance(declared, sql.Numeric) and not isinstance(declared, sql.Float):
        return Column(name, _decimal(declared.precision, declared.scale))
    if isinstance(declared, sql.DateTime):
        return Column(name, _TEXT if declared.timezone else _STAMP)
    if isinstance(declared, sql.Date):
        return Column(name, pa.date32())
    if isinstance(declared, sql.Boolean):
        return Column(name, pa.bool_())
    sortable = isinstance(declared, sql.String | sql.Float | sql.Time) and not isinstance(declared, sql.Text)
    return Column(name, _TEXT, order="plain" if sortable else None)


def _decimal(precision: int | None, scale: int | None) -> Any:
    """A number without a declared scale has as many digits as each value has: text."""
    if precision is None or scale is None or not 0 <= scale <= precision <= _MAX_DIGITS or precision == 0:
        return _TEXT
    return pa.decimal128(precision, scale)


def _driver(connection: Connection) -> Any:
    """The driver's own connection, inside the same transaction."""
    return connection.connection.driver_connection
