"""First to_core models of a new source: for each core table whose needed columns the samples have.

Pure. Where the sample resembles a table that another source maps, that source's model is followed wherever
the draft has the columns it reads, so that "the last day billed, and one" is not forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import sqlglot.expressions as exp

from jicha.lexicon.lexicon import Lexicon
from jicha.warehouse.core import ORIGIN, CoreTable
from jicha.warehouse.drafting.header_matching import KnownTable
from jicha.warehouse.drafting.mapping import TableDraft
from jicha.warehouse.source import EXCHANGED_DATE, MONTH
from jicha.warehouse.to_core import ToCore

#: The driver's alias in every draft.
ALIAS = "r"


@dataclass(frozen=True, slots=True)
class CoreDraft:
    """A to_core model: each column of the core table with its SQL, None where the sample has nothing for it.
    `like` names the source whose model some expressions follow."""

    target: CoreTable
    driver: str
    columns: Mapping[str, str | None]
    like: str | None = None


def core_drafts(
    tables: Sequence[TableDraft],
    lexicon: Lexicon,
    core: Mapping[str, CoreTable],
    models: Mapping[str, Mapping[str, ToCore]],
) -> tuple[CoreDraft, ...]:
    """One draft for each active core table whose needed columns some sample has.

    `models` are the to_core models of the existing sources. Of several samples that have the columns of a core
    table the one with most is its driver. Without such a model, at least half of the columns must be there and
    the key must be a key in the sample: a customer number alone makes no customer table. Of a sample that
    resembles a mapped table, something more must be there than that table has: whoever mapped it filled from it
    what can be filled.
    """
    drafts: list[CoreDraft] = []
    for target in core.values():
        if target.status != "active":
            continue
        found = [draft for table in tables if (draft := _core_draft(target, table, lexicon, models))]
        if found:
            drafts.append(max(found, key=lambda d: (d.like is not None, sum(map(bool, d.columns.values())))))
    return tuple(drafts)


def with_keys_required(tables: Sequence[TableDraft], models: Sequence[CoreDraft]) -> tuple[TableDraft, ...]:
    """The tables, those columns required without which a core row has no place, where no sample value is
    empty. Of a table that resembles a mapped one that is known already: its map says what is required."""
    changed = []
    for table in tables:
        needed = {
            name for model in models if model.driver == table.name for name in needed_columns(model.target)
        }
        columns = tuple(
            column
            if _is_in(table.sibling, column.column)
            else replace(
                column, required=column.required or (column.column in needed and column.is_always_filled)
            )
            for column in table.columns
        )
        changed.append(replace(table, columns=columns))
    return tuple(changed)


def needed_columns(table: CoreTable) -> tuple[str, ...]:
    """Columns without which a core row has no place."""
    more = [table.partition_on] if table.partition_on else []
    more += ["customer_id"] if table.reach == "customer" else []
    return tuple(dict.fromkeys((*table.key, *more)))


def _core_draft(
    target: CoreTable, table: TableDraft, lexicon: Lexicon, models: Mapping[str, Mapping[str, ToCore]]
) -> CoreDraft | None:
    known = None
    if table.sibling is not None:
        known = models.get(table.sibling.source.name, {}).get(target.name)
        if known is not None and known.driver != table.sibling.table.name:
            known = None
    # A model that looks things up cannot be followed: the sample is one table.
    model = known if known is not None and not known.lookups else None
    followed = dict(_followed(model, table)) if model is not None else {}
    columns = {name: followed.get(name) or _plain(name, table, lexicon) for name in target.columns}
    if any(columns[name] is None for name in needed_columns(target)):
        return None
    if model is None and not _is_its_own_table(target, table, columns):
        return None
    if known is None and table.sibling is not None:
        more = [name for name, sql in columns.items() if sql and not _is_in(table.sibling, name)]
        if not more:
            return None
    return CoreDraft(target, table.name, columns, model.source if model is not None else None)


def _is_in(sibling: KnownTable | None, column: str) -> bool:
    return sibling is not None and any(taken.column == column for taken in sibling.table.taken)


def _is_its_own_table(target: CoreTable, table: TableDraft, columns: Mapping[str, str | None]) -> bool:
    rest = [name for name in target.columns if name not in target.key]
    is_key = len(target.key) > 1 or table.taken[target.key[0]].is_unique
    return is_key and 2 * sum(columns[name] is not None for name in rest) >= len(rest)


def _plain(name: str, table: TableDraft, lexicon: Lexicon) -> str | None:
    """The column as it is, cast where the map gives it another type than the lexicon."""
    draft = table.taken.get(name)
    if draft is None:
        return None
    kind = lexicon.type_of(name)
    stored = (
        "date" if draft.type in (MONTH, EXCHANGED_DATE) else re.sub(r"^integer\(.*", "integer", draft.type)
    )
    return f"{ALIAS}.{name}" if stored == kind else f"cast({ALIAS}.{name} as {sql_name(kind)})"


def sql_name(kind: str) -> str:
    """How SQL spells a lexicon type: its whole numbers have eight bytes."""
    return "bigint" if kind == "integer" else kind


def _followed(model: ToCore, table: TableDraft) -> Iterator[tuple[str, str]]:
    """The model's expressions for which the draft has all columns, nulls left out."""
    there = {*table.taken, *ORIGIN}
    for projection in model.tree.selects:
        expression = projection.unalias().copy()
        columns = list(expression.find_all(exp.Column))
        value = expression.this if isinstance(expression, exp.Cast) else expression
        if isinstance(value, exp.Null) or any(column.name not in there for column in columns):
            continue
        for column in columns:
            column.set("table", exp.to_identifier(ALIAS))
        yield projection.alias, _lower(expression.sql(dialect="duckdb"))


def _lower(sql: str) -> str:
    """Keywords in lower case as the house writes them; texts in quotation marks stay."""
    return "".join(
        part if place % 2 else part.lower() for place, part in enumerate(re.split(r"('[^']*')", sql))
    )
