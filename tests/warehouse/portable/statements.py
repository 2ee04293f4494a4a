"""What the tests of the subset share: linting by rule, and DuckDB tables made from relations."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from jicha.kernel.errors import ContentError
from jicha.warehouse.portable import Kind, lint, parse
from jicha.warehouse.portable.examples import RELATIONS
from jicha.warehouse.relation import Relation

#: Engine types of lexicon types; an integer column is a BIGINT.
ENGINE_TYPE = {"text": "VARCHAR", "integer": "BIGINT", "boolean": "BOOLEAN", "date": "DATE"} | {
    "timestamp": "TIMESTAMP",
    "double": "DOUBLE",
}


def broken_rules(
    sql: str, *, kind: Kind = "topic", relations: Mapping[str, Relation] = RELATIONS
) -> list[str]:
    """Ids of the rules a statement breaks, whether the parser or the linter refuses it."""
    try:
        tree = parse(sql, file="x.sql")
    except ContentError as error:
        return [error.code]
    return [violation.rule for violation in lint(tree, relations=relations, file="x.sql", kind=kind)]


def engine_type(lexicon_type: str) -> str:
    return ENGINE_TYPE.get(lexicon_type, lexicon_type.upper().replace(" ", ""))


def engine(relations: Mapping[str, Relation] = RELATIONS) -> duckdb.DuckDBPyConnection:
    """A connection with one empty table for each relation."""
    connection = duckdb.connect()
    for relation in relations.values():
        schema, _, _ = relation.name.rpartition(".")
        if schema:
            connection.execute(f"create schema if not exists {schema}")
        columns = ", ".join(f"{name} {engine_type(kind)}" for name, kind in relation.columns.items())
        connection.execute(f"create table {relation.name} ({columns})")
    return connection
