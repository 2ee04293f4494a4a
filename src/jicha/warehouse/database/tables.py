"""Tables of a utility's database, written as Parquet files that then enter like any delivered file.

A raw table of a source says which: `table: schema.name`, of which the columns of the map are read and no
other, or `query:`, one SELECT, of which all are. The same rows give the same bytes, so a table that did not
change is recognised as taken before: rows come in the order of the primary key, without one in the order of
all columns; a query's own ORDER BY is kept.

Text stays text and identifiers become text. Whole numbers, decimals with a scale, dates, truth values and
timestamps keep their types; a column of them that holds what the type has no room for (NaN, infinity), a
number without scale, a float (its shortest decimal), a timestamp with zone (ISO with offset) and everything
else are delivered as text and typed, or set aside, by the map. Bytes are refused.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from jicha.kernel.errors import ContentError, JichaError, SourceError
from jicha.warehouse.database.rows import (
    BinaryValue,
    Column,
    Misfit,
    described,
    prepare,
    rows,
    schema_of,
)
from jicha.warehouse.database.snapshot import snapshot, told
from jicha.warehouse.database.url import database_url, names_database, shown
from jicha.warehouse.intake.header_row import folded
from jicha.warehouse.source import RawTable, Source

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

__all__ = ["Progress", "database_url", "delivered_tables", "export_table", "names_database"]

#: Called as progress(raw table, rows written so far).
Progress = Callable[[str, int], None]

_SQLGLOT = {"postgresql": "postgres", "mssql": "tsql", "mariadb": "mysql"}

#: Parts of a SELECT that change or lock something.
_NOT_READING = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock)


@dataclass(frozen=True, slots=True)
class _Selection:
    """What is read for one raw table. `what` names it in errors; `statement` has no order yet."""

    name: str
    what: str
    statement: str
    order: str
    columns: tuple[Column, ...]

    def as_text(self, names: Collection[str]) -> _Selection:
        columns = (column.as_text if column.name in names else column for column in self.columns)
        return replace(self, columns=tuple(columns))


def delivered_tables(source: Source, url: URL, folder: Path, progress: Progress | None = None) -> None:
    """Writes `<source>.<raw_table>.parquet` into `folder` for each raw table that has a `table` or a `query`.

    All are read from one state of the database, and all are looked at before the first row is read. Raises
    `SourceError` where the database cannot be read, lacks a table or a column or is asked for bytes,
    `ContentError` where a query is not one SELECT.
    """
    wanted = [table for table in source.tables.values() if table.table is not None or table.query is not None]
    if not wanted:
        raise SourceError(
            "no_database_tables",
            en=f"no table of {source.name} is read from a database; give it `table` or `query`",
            zh=f"数据源 {source.name} 没有从数据库读取的表; 请填写 table 或 query",
            file=source.shown,
        )
    with snapshot(url) as connection:
        try:
            prepare(connection)
            selections = [_selection(connection, url, table) for table in wanted]
        except JichaError as error:
            raise error.placed(source.shown) from None
        for table, selection in zip(wanted, selections, strict=True):
            _write(connection, url, selection, folder / str(table.database_file), progress)


def export_table(url: URL, table_or_query: str, to: Path, progress: Progress | None = None) -> int:
    """Writes one table (`schema.name`) or one SELECT with all its columns to a Parquet file; returns its rows."""
    with snapshot(url) as connection:
        prepare(connection)
        if table_or_query.split(None, 1)[0].lower() in ("select", "with"):
            selection = _of_query(connection, url, to.stem, table_or_query)
        else:
            selection = _of_table(connection, url, to.stem, table_or_query, None)
        return _write(connection, url, selection, to, progress)


def _selection(connection: Connection, url: URL, table: RawTable) -> _Selection:
    if table.query is not None:
        selection = _of_query(connection, url, table.name, table.query)
    else:
        selection = _of_table(connection, url, table.name, str(table.table), table)
    known = {folded(header): column for column in table.columns for header in column.headers}
    identifiers = [
        column.name
        for column in selection.columns
        if folded(column.name) in known and known[folded(column.name)].is_identifier
    ]
    return selection.as_text(identifiers)


def _of_table(connection: Connection, url: URL, name: str, table: str, mapped: RawTable | None) -> _Selection:
    """The columns of a table that the map names (all, where there is none), in the order of its key."""
    from sqlalchemy import column, inspect, select
    from sqlalchemy import table as named

    schema, _, bare = table.rpartition(".")
    with told(url, table):
        inspector = inspect(connection)
        if not inspector.has_table(bare, schema=schema or None):
            raise _no_table(url, table, _tables(inspector, schema or None))
        reflected = {entry["name"]: entry["type"] for entry in inspector.get_columns(bare, schema or None)}
        key = inspector.get_pk_constraint(bare, schema or None)["constrained_columns"]
        names = list(reflected) if mapped is None else _mapped(mapped, table, list(reflected))
        chosen = select(*(column(each) for each in names)).select_from(named(bare, schema=schema or None))
        statement = _sql(connection, chosen)
        columns = described(connection, statement, reflected)
        order = [_sql(connection, column(each)) for each in key] or _by_all(connection, columns)
    return _checked(_Selection(name, table, statement, ", ".join(order), columns))


def _of_query(connection: Connection, url: URL, name: str, query: str) -> _Selection:
    """The columns of a query. One that says no order is sorted by all columns."""
    dialect = connection.dialect.name
    tree = _one_select(query, _SQLGLOT.get(dialect, dialect))
    statement = query.strip().rstrip(";")
    with told(url, name):
        columns = described(connection, statement, {})
        order = ""
        if tree.args.get("order") is None:
            order = ", ".join(_by_all(connection, columns))
            statement = f"SELECT * FROM ({statement}\n) delivered" if order else statement
    return _checked(_Selection(name, f"query: {name}", statement, order, columns))


def _write(
    connection: Connection, url: URL, selection: _Selection, to: Path, progress: Progress | None
) -> int:
    """Reads once; a second time, in the same state, where values did not fit the types of their columns.

    A file that could not be written to its end does not get its name.
    """
    part = to.with_name(f"{to.name}.part")
    try:
        try:
            done = _write_once(connection, url, selection, part, progress)
        except Misfit as misfit:
            done = _write_once(connection, url, selection.as_text(misfit.names), part, progress)
        part.replace(to)
    except BinaryValue as value:
        raise _binary(selection.what, value.name) from None
    finally:
        part.unlink(missing_ok=True)
    return done


def _write_once(
    connection: Connection, url: URL, selection: _Selection, to: Path, progress: Progress | None
) -> int:
    statement = selection.statement
    if selection.order:
        statement = f"{statement} ORDER BY {selection.order}"
    done = 0
    with (
        told(url, selection.what),
        pq.ParquetWriter(to, schema_of(selection.columns), compression="zstd") as out,
    ):
        for group in rows(connection, statement, selection.columns):
            out.write_table(group, row_group_size=group.num_rows)
            done += group.num_rows
            if progress is not None:
                progress(selection.name, done)
    return done


def _by_all(connection: Connection, columns: Sequence[Column]) -> list[str]:
    """An order in which only equal rows are neighbours in any sequence. Texts go by their bytes: fast, and no
    collation takes two different ones for equal."""
    from sqlalchemy import column

    return [
        _sql(connection, column(each.name).collate("C") if each.order == "bytes" else column(each.name))
        for each in columns
        if each.order is not None
    ]


def _mapped(table: RawTable, shown_table: str, present: list[str]) -> list[str]:
    """Names in the database of the columns that the map knows; raises where one that must be there is not."""
    wanted = {folded(header) for column in table.columns for header in column.headers}
    there = {folded(name) for name in present}
    missing = [
        column
        for column in table.columns
        if not column.may_be_absent and not any(folded(header) in there for header in column.headers)
    ]
    if missing:
        names = ", ".join("|".join(column.headers) for column in missing)
        near = difflib.get_close_matches(missing[0].header, present, n=3, cutoff=0.4) or present
        raise SourceError(
            "database_column_missing",
            en=f"the table {shown_table} has no column {names} (map {table.shown}); it has: {', '.join(near)}",
            zh=f"表 {shown_table} 缺少列 {names} (列映射 {table.shown}); 现有: {'、'.join(near)}",
            column=missing[0].header,
        )
    return [name for name in present if folded(name) in wanted]


def _checked(selection: _Selection) -> _Selection:
    names = [column.name for column in selection.columns]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SourceError(
            "database_column_twice",
            en=f"{selection.what} gives {', '.join(twice)} twice; give each column its own name with AS",
            zh=f"{selection.what} 中 {'、'.join(twice)} 重复; 请用 AS 为每列指定唯一名称",
            column=twice[0],
        )
    for column in selection.columns:
        if column.type is None:
            raise _binary(selection.what, column.name)
    return selection


def _one_select(query: str, dialect: str) -> Any:
    """The parsed query; raises `ContentError` where it is not one SELECT that only reads."""
    try:
        trees = [tree for tree in sqlglot.parse(query, dialect=dialect) if tree is not None]
    except SqlglotError as error:
        reason = str(error).split("\n", 1)[0]
    else:
        tree = trees[0] if len(trees) == 1 else None
        if isinstance(tree, exp.Query) and tree.find(*_NOT_READING) is None:
            return tree
        reason = ", ".join(tree.key for tree in trees)
    raise ContentError(
        "query_not_select",
        en=f"`query` must be one SELECT that changes and locks nothing: {reason}",
        zh=f"query 只能是一条只读的 SELECT, 不得修改或加锁: {reason}",
    )


def _no_table(url: URL, table: str, others: list[str]) -> SourceError:
    near = difflib.get_close_matches(table, others, n=5, cutoff=0.4) or others[:20]
    return SourceError(
        "database_table_missing",
        en=f"there is no table {table} in {shown(url)}, or this user may not see it"
        + (f"; there are: {', '.join(near)}" if near else ""),
        zh=f"{shown(url)} 中没有表 {table}, 或该用户无权查看"
        + (f"; 现有: {'、'.join(near)}" if near else ""),
    )


def _tables(inspector: Any, schema: str | None) -> list[str]:
    if schema is not None and schema not in inspector.get_schema_names():
        return [f"{each}." for each in inspector.get_schema_names()]
    prefix = f"{schema}." if schema else ""
    listed = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
    return sorted(f"{prefix}{each}" for each in listed)


def _binary(what: str, column: str) -> SourceError:
    return SourceError(
        "database_column_binary",
        en=f"{what}: the column {column} holds bytes, which are no values of a table; take it out of the map or "
        "the query",
        zh=f"{what}: 列 {column} 为二进制数据, 不能作为表数据导入; 请从列映射或查询中去除该列",
        column=column,
    )


def _sql(connection: Connection, clause: Any) -> str:
    """A clause as text. Without parameters nobody halves the percent signs that a compiler doubled."""
    text = str(clause.compile(dialect=connection.dialect))
    return text.replace("%%", "%") if connection.dialect.paramstyle in ("format", "pyformat") else text
