"""Policy tables: a utility's own limits that several topics share, by organisation, dated, owned and reasoned.

`policy/<table>.yaml` defines `policy.<table>` and its defaults; organisations add rows in
`policy/parameters/*.yaml`. The nearest organisation that has a row of a key gives the whole row.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from jicha.inspection.nearest import OrgTree, refuse_overlaps, rows_over_time
from jicha.inspection.policy_file import BlockFile, Cell, ChoicesFile, TableFile, refuse_odd
from jicha.inspection.policy_setting import NAME as LAW_SETTING
from jicha.kernel.text import Text
from jicha.law.cell import BadCell, cell_value
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.yaml_place import Place, YamlFile
from jicha.warehouse.relation import Relation

#: Files of `policy/` that are no tables, and names the runner gives to relations of its own.
SWEEP = "sweep"
RESERVED = frozenset({LAW_SETTING, "parameter", "parameters"})

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SPAN = {"valid_from": "date", "valid_to": "date"}


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """What one organisation says of one key. `values` holds key and value columns as the lexicon types them."""

    table: str
    key: tuple[Any, ...]
    values: Mapping[str, Any]
    org_id: str
    valid_from: date
    valid_to: date | None
    owner: str
    why: Text
    place: Place

    @property
    def file(self) -> str:
        return self.place.file.shown

    @property
    def line(self) -> int:
        return self.place.line


@dataclass(frozen=True)
class PolicyTable:
    """`policy.<name>`: `columns` maps key and value columns to lexicon types, in order; `stated` is all that the
    files say."""

    name: str
    title: Text
    description: Text
    key: tuple[str, ...]
    columns: Mapping[str, str]
    stated: tuple[PolicyRow, ...]
    place: Place

    @property
    def relation(self) -> Relation:
        """As statements see it: one row per organisation, key and span."""
        return Relation(
            name=f"policy.{self.name}",
            columns={"org_id": "text", **self.columns, **_SPAN},
            reach="organisation",
            dated=True,
        )

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(column for column in self.columns if column not in self.key)

    def by_key(self) -> dict[tuple[Any, ...], list[PolicyRow]]:
        """All that anybody says, key by key in the order of the files."""
        found: dict[tuple[Any, ...], list[PolicyRow]] = {}
        for row in self.stated:
            found.setdefault(row.key, []).append(row)
        return found

    def rows(self, parents: Mapping[str, str | None]) -> list[tuple[Any, ...]]:
        """Rows of the relation over all dates, in the order of its columns, for these organisations and their
        parents; days nobody speaks for have none."""
        tree = OrgTree(parents)
        found = [
            row
            for stated in self.by_key().values()
            for row in rows_over_time(stated, tree, lambda s: tuple(s.values[c] for c in self.columns))
        ]
        width = 1 + len(self.key)
        return sorted(found, key=lambda row: (*row[:width], row[-2]))


def load_tables(
    roots: ContentRoots, choices: Iterable[tuple[YamlFile, ChoicesFile]], lexicon: Lexicon
) -> dict[str, PolicyTable]:
    """All policy tables by name, with the rows of every file that speaks of them. Raises `ContentError`."""
    tables = {table.name: table for table in _defined(roots, lexicon)}
    added: dict[str, list[PolicyRow]] = {}
    for file, read in choices:
        for number, block in enumerate(read.tables):
            place = Place(file, ("tables", number))
            table = tables.get(block.table)
            if table is None:
                near = difflib.get_close_matches(block.table, tables, n=3)
                raise place.below("table").refuse(
                    "unknown_policy_table",
                    f"there is no policy table {block.table}"
                    + (f"; did you mean {', '.join(near)}?" if near else ""),
                    f"没有名为 {block.table} 的政策表" + (f"; 是否应为 {'、'.join(near)}?" if near else ""),
                )
            added.setdefault(table.name, []).extend(_rows(block, table, place, lexicon))
    found = {}
    for name, table in tables.items():
        stated = (*table.stated, *added.get(name, ()))
        refuse_overlaps(
            stated, lambda row: row.key, lambda row: f"policy.{row.table} {_shown(row.key)}".strip()
        )
        found[name] = replace(table, stated=stated)
    return found


def _defined(roots: ContentRoots, lexicon: Lexicon) -> Iterator[PolicyTable]:
    for path in roots.files("policy", "*.yaml"):
        shown = roots.shown(path)
        folder = next(root / "policy" for root in roots if path.is_relative_to(root / "policy"))
        parts = path.relative_to(folder).with_suffix("").parts
        if parts == (SWEEP,) or parts[0] == "parameters":
            continue
        table = _table(YamlFile(path, shown), parts, lexicon)
        public = roots.public / "policy" / f"{table.name}.yaml"
        if public.is_file() and path != public:
            _refuse_narrower(table, _table(YamlFile(public, roots.shown(public)), parts, lexicon))
        yield table


def _table(file: YamlFile, parts: tuple[str, ...], lexicon: Lexicon) -> PolicyTable:
    whole = Place(file)
    name = parts[-1]
    if len(parts) != 1 or _NAME.fullmatch(name) is None or name in RESERVED:
        raise whole.refuse(
            "policy_place",
            f"a policy table is policy/<table>.yaml in small letters, digits and underscores, and is not called "
            f"{', '.join(sorted(RESERVED))}; what organisations choose stands in policy/parameters/",
            f"政策表须为 policy/<表名>.yaml, 名称只用小写字母、数字与下划线, 且不得为 {'、'.join(sorted(RESERVED))}; "
            "各单位的取值放在 policy/parameters/ 下",
        )
    read = file.typed(TableFile)
    columns = [*read.key, *read.values]
    clash = sorted({"org_id", *_SPAN} & set(columns)) + [c for c in set(columns) if columns.count(c) > 1]
    if clash or not read.values:
        raise whole.below("values").refuse(
            "policy_columns",
            "a policy table names its value columns, each once; org_id, valid_from and valid_to come of "
            f"themselves; wrong here: {', '.join(clash) or 'no values'}",
            "政策表须列出取值列且不重复; org_id、valid_from、valid_to 自动提供; 有误: "
            + ("、".join(clash) or "没有取值列"),
        )
    types = {
        column: lexicon.field(column, file=file.shown, line=whole.below(part).line).type
        for part, names in (("key", read.key), ("values", read.values))
        for column in names
    }
    table = PolicyTable(
        name, read.title.text, read.description.text, tuple(read.key), types, (), Place(file, ("title",))
    )
    stated = [
        row
        for number, block in enumerate(read.blocks)
        for row in _rows(block, table, whole.below("blocks", number), lexicon)
    ]
    return replace(table, stated=tuple(stated))


def _refuse_narrower(table: PolicyTable, public: PolicyTable) -> None:
    """Topics read the public table's columns by name: a file that replaces it may add values, no more."""
    lost = [column for column in public.columns if column not in table.columns]
    if lost or table.key != public.key:
        raise table.place.refuse(
            "policy_table_changed",
            f"this file replaces {public.place.file.shown} and must keep its key ({', '.join(public.key)}) and "
            f"columns; missing: {', '.join(lost) or 'none'}",
            f"该文件替换 {public.place.file.shown}, 须保留其键 ({'、'.join(public.key)}) 与各列; "
            f"缺少: {'、'.join(lost) or '无'}",
        )


def _rows(block: BlockFile, table: PolicyTable, place: Place, lexicon: Lexicon) -> Iterator[PolicyRow]:
    refuse_odd(block, f"policy.{table.name}", place)
    names = block.columns or [column for column in table.columns if column not in block.fixed]
    told = [*names, *block.fixed]
    if sorted(told) != sorted(table.columns):
        raise place.refuse(
            "policy_columns",
            f"policy.{table.name} has the columns {', '.join(table.columns)}; given here: {', '.join(told)}",
            f"policy.{table.name} 的列为 {'、'.join(table.columns)}; 此处给出: {'、'.join(told)}",
        )
    for number, cells in enumerate(block.rows):
        here = place.below("rows", number)
        if len(cells) != len(names):
            raise here.refuse(
                "row_length",
                f"{len(cells)} cells for {len(names)} columns: {', '.join(names)}",
                f"该行有 {len(cells)} 格, 应为 {len(names)} 列: {'、'.join(names)}",
            )
        given = {**block.fixed, **dict(zip(names, cells, strict=True))}
        values = {column: _typed(column, given[column], table, here, lexicon) for column in table.columns}
        yield PolicyRow(
            table=table.name,
            key=tuple(values[column] for column in table.key),
            values=values,
            org_id=block.org,
            valid_from=block.valid_from,
            valid_to=block.valid_to,
            owner=block.owner,
            why=block.reason,
            place=here,
        )


def _typed(column: str, cell: Cell, table: PolicyTable, place: Place, lexicon: Lexicon) -> Any:
    try:
        value = cell_value(column, cell, lexicon)
    except BadCell as error:
        raise place.refuse("policy_cell", error.text.en, error.text.zh) from error
    if value is None and column in table.key:
        raise place.refuse(
            "policy_key_empty",
            f"{column} is part of the key of policy.{table.name} and may not be empty",
            f"{column} 是 policy.{table.name} 的键列, 不可为空",
        )
    return value


def _shown(key: tuple[Any, ...]) -> str:
    return "/".join(map(str, key))
