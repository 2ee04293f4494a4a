"""The relations of recalculated bills, and a store in which they are built."""

from __future__ import annotations

from collections.abc import Iterable

import sqlglot.expressions as exp

from jicha.warehouse.build import build
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store

#: One row a bill, one wide row a segment of it, and its lines.
BILL = "mart.recalculated_bill"
SEGMENT = "mart.recalculated_bill_segment"
LINE = "mart.recalculated_bill_line"

#: The scenario of what is on file; every other one is a replay.
ACTUAL = "actual"


def built(store: Store, engine: Engine, names: Iterable[str] = (BILL, LINE)) -> Store:
    """The store with these marts and all they are built from; pieces already there are taken as they are.

    The caller holds the workspace's writer lock where pieces may be missing. Raises `ContentError` for a mart the
    engine or the linter refuses.
    """
    build(store.catalogue.upstream(names), store, engine)
    return store


def rows_where(
    store: Store, engine: Engine, relation: str, column: str, value: str
) -> list[dict[str, object]]:
    """All rows of a relation in which a text column has a value, as dictionaries by column."""
    columns = list(store.catalogue.relation(relation).columns)
    query = (
        exp.Select(expressions=[exp.column(name, quoted=True) for name in columns])
        .from_(exp.alias_(exp.Subquery(this=store.query(engine, relation, None, None)), "r", table=True))
        .where(exp.EQ(this=exp.column(column, quoted=True), expression=exp.Literal.string(value)))
    )
    return [dict(zip(columns, row, strict=True)) for row in engine.rows(query)]
