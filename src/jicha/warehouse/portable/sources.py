"""What a SELECT reads from: tables and WITH names, with what the rules need to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlglot.expressions as exp

from jicha.warehouse.portable import types
from jicha.warehouse.portable.types import Type
from jicha.warehouse.relation import Relation

#: From the finest reach to the coarsest; rows of the first three are kept apart by a key.
REACHES = ("customer", "area", "feeder", "organisation", "all")
KEY_OF_REACH = {"customer": "customer_id", "area": "area_id", "feeder": "feeder_id"}

_REACH_OF_KEY = {key: reach for reach, key in KEY_OF_REACH.items()}
MONEY = "_yuan"


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column a table or a query offers. `key_of` is the reach whose key it carries, under whatever name."""

    name: str
    type: Type
    key_of: str = ""
    money: bool = False


@dataclass(slots=True, eq=False)
class Source:
    """One entry of FROM or JOIN. An unknown source accepts every column: its own fault is reported."""

    alias: str
    table: str
    columns: Mapping[str, OutputColumn]
    reach: str = "all"
    dated: bool = False
    law: bool = False
    known: bool = True

    def named(self, alias: str) -> Source:
        return Source(alias, self.table, self.columns, self.reach, self.dated, self.law, self.known)


@dataclass(slots=True, eq=False)
class Scope:
    """One SELECT: `sources[0]` is FROM, `sources[i]` join i; `role` is body, cte or exists."""

    select: exp.Select
    role: str
    parent: Scope | None
    sources: list[Source] = field(default_factory=list)
    outputs: dict[str, exp.Expr] = field(default_factory=dict)
    columns: list[OutputColumn] = field(default_factory=list)

    @property
    def joins(self) -> list[exp.Join]:
        return list(self.select.args.get("joins") or [])

    @property
    def is_grouped(self) -> bool:
        return bool(self.select.args.get("group") or self.select.args.get("distinct"))

    @property
    def reach(self) -> str:
        """Reach of the rows this SELECT gives: that of its finest source. Grouped without that source's
        key the rows belong to the next coarser thing whose key they carry."""
        finest = min((source.reach for source in self.sources), key=REACHES.index, default="all")
        keys = {column.key_of for column in self.columns}
        if finest not in KEY_OF_REACH or finest in keys or not self.is_grouped:
            return finest
        coarser = REACHES[REACHES.index(finest) + 1 :]
        return next((reach for reach in coarser if reach in keys), "all")

    @property
    def law(self) -> bool:
        return bool(self.sources) and all(source.law for source in self.sources)


def relation_source(relation: Relation) -> Source:
    columns = {
        name: OutputColumn(name, types.lexicon_type(kind), _REACH_OF_KEY.get(name, ""), name.endswith(MONEY))
        for name, kind in relation.columns.items()
    }
    return Source(
        alias=relation.name,
        table=relation.name,
        columns=columns,
        reach=relation.reach if relation.reach in REACHES else "all",
        dated=relation.dated,
        law=relation.name.startswith("law."),
    )


def query_source(name: str, branches: Sequence[Scope]) -> Source:
    """A WITH name as a source: what all its UNION ALL branches have in common, its reach the finest."""
    columns = {column.name: column for column in merged(branches)}
    reaches = (scope.reach for scope in branches)
    return Source(
        alias=name,
        table=name,
        columns=columns,
        reach=min(reaches, key=REACHES.index, default="all"),
        dated={"valid_from", "valid_to"} <= set(columns),
        law=any(scope.law for scope in branches),
    )


def unknown_source(alias: str) -> Source:
    return Source(alias=alias, table="", columns={}, known=False)


def merged(branches: Sequence[Scope]) -> list[OutputColumn]:
    """Columns of a UNION ALL: named by its first branch, by position."""
    return [_merge(columns) for columns in zip(*(scope.columns for scope in branches), strict=False)]


def _merge(columns: Iterable[OutputColumn]) -> OutputColumn:
    first, *others = columns
    return OutputColumn(
        name=first.name,
        type=types.common([first.type, *(other.type for other in others)]),
        key_of=first.key_of if all(other.key_of == first.key_of for other in others) else "",
        money=first.money or any(other.money for other in others),
    )
