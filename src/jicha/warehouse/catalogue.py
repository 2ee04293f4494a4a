"""Everything under `content/` the warehouse knows, and the graph between it.

Dependencies are read from the SQL. A cycle, a name nobody defines and a table that is only planned are
errors that name file and line.
"""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

import sqlglot.expressions as exp

from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.core import CoreTable, load_core_tables
from jicha.warehouse.header import ContentFile, read_content_file
from jicha.warehouse.model import Mart, line_in_body, load_mart
from jicha.warehouse.portable import check
from jicha.warehouse.relation import Relation

#: Small relations the runner makes for a statement; no file defines them.
RUNTIME_RELATIONS = frozenset({"parameter", "sweep_window", "setting"})


@dataclass(frozen=True, slots=True)
class ReferenceTable:
    """A table of arithmetic facts (no law, no house rule) that SQL cannot express portably."""

    name: str
    columns: Mapping[str, str]
    rows: tuple[tuple[Any, ...], ...]
    digest: str

    @property
    def relation(self) -> Relation:
        return Relation(name=self.name, columns=self.columns)


@dataclass(frozen=True)
class Catalogue:
    """Core tables, reference tables and marts; marts in an order in which each follows what it reads."""

    roots: ContentRoots
    lexicon: Lexicon
    core: Mapping[str, CoreTable]
    references: Mapping[str, ReferenceTable]
    marts: Mapping[str, Mart]

    @classmethod
    def load(
        cls, roots: ContentRoots, lexicon: Lexicon | None = None, *, named_in: Iterable[Path] | None = None
    ) -> Catalogue:
        """Reads and checks all tables and models, or only those whose names stand in the files `named_in`,
        in the innocence checks they name and in what those read: a single test need not read a whole library."""
        lexicon = lexicon or Lexicon.load(roots)
        words = None if named_in is None else _words(roots, named_in)
        core = load_core_tables(roots, lexicon, words)
        references = {table.name: table for table in _reference_tables(roots, lexicon)}
        marts: dict[str, Mart] = {}
        for path in roots.files("marts", "*.sql"):
            if words is not None and path.stem not in words:
                continue
            mart = load_mart(read_content_file(path, roots.shown(path)), lexicon)
            if mart.name in marts:
                raise ContentError(
                    "model_twice",
                    en=f"{mart.name} is already defined by {marts[mart.name].content.shown}",
                    zh=f"{mart.name} 已由 {marts[mart.name].content.shown} 定义",
                    file=mart.content.shown,
                    line=mart.content.header_line,
                )
            marts[mart.name] = mart
        catalogue = cls(roots, lexicon, core, references, marts)
        for mart in marts.values():
            catalogue.require(mart.tree, mart.content)
        return cls(roots, lexicon, core, references, {name: marts[name] for name in _ordered(marts)})

    def relation(self, name: str) -> Relation:
        """The relation of an active core table, a mart or a reference table."""
        if name in self.marts:
            return self.marts[name].relation
        if name in self.references:
            return self.references[name].relation
        table = self.core[name]
        return Relation(
            name=name,
            columns=self.lexicon.types(table.columns),
            reach=table.reach,
            dated={"valid_from", "valid_to"} <= set(table.columns),
        )

    @cached_property
    def relations(self) -> dict[str, Relation]:
        """All relations a statement may name, the runtime ones apart."""
        active = [name for name, table in self.core.items() if table.status == "active"]
        return {name: self.relation(name) for name in (*active, *self.references, *self.marts)}

    def require(self, tree: exp.Query, content: ContentFile) -> None:
        """Raises `ContentError` for the first relation that is planned or does not exist."""
        local = {cte.alias for cte in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            name = f"{table.db}.{table.name}" if table.db else table.name
            if name in self.relations or name in RUNTIME_RELATIONS or (not table.db and name in local):
                continue
            line = content.body_line + line_in_body(table) - 1
            if name in self.core:
                raise ContentError(
                    "planned_table",
                    en=f"{name} is only planned: its contract stands, no source fills it yet",
                    zh=f"表 {name} 尚处于规划状态: 已有契约, 但没有数据源填充",
                    file=content.shown,
                    line=line,
                )
            near = difflib.get_close_matches(name, self.relations, n=3)
            raise ContentError(
                "unknown_relation",
                en=f"no table or model is called {name}"
                + (f"; did you mean {', '.join(near)}" if near else ""),
                zh=f"没有名为 {name} 的表或模型" + (f"; 是否应为 {'、'.join(near)}" if near else ""),
                file=content.shown,
                line=line,
            )

    def upstream(self, names: Iterable[str]) -> list[Mart]:
        """The marts among `names` and everything they are built from, in build order."""
        wanted: set[str] = set()
        stack = [name for name in names if name in self.marts]
        while stack:
            name = stack.pop()
            if name not in wanted:
                wanted.add(name)
                stack += [read for read in self.marts[name].reads if read in self.marts]
        return [mart for name, mart in self.marts.items() if name in wanted]

    def core_upstream(self, names: Iterable[str]) -> list[str]:
        """The core tables under `names`, directly or through marts, sorted."""
        names = list(names)
        reads = {read for mart in self.upstream(names) for read in mart.reads} | set(names)
        return sorted(read for read in reads if read in self.core)

    def lint(self, mart: Mart) -> None:
        """Refuses a mart outside the portable subset or naming an unknown column."""
        relations = dict(self.relations)
        if mart.settings:
            relations["setting"] = mart.setting_relation
        check(
            mart.content.body,
            relations=relations,
            file=mart.content.shown,
            first_line=mart.content.body_line,
            kind="mart",
        )


def _words(roots: ContentRoots, files: Iterable[Path]) -> set[str]:
    """Every word of the files, and of the models and checks whose name is one of them, and so on."""
    models = {path.stem: path for folder in ("marts", "innocence") for path in roots.files(folder, "*.sql")}
    waiting = list(files)
    words = {path.name.partition(".")[0] for path in waiting}
    while waiting:
        fresh = set(re.findall(r"\w+", waiting.pop().read_text(encoding="utf-8", errors="replace"))) - words
        words |= fresh
        waiting += [models[word] for word in sorted(fresh) if word in models]
    return words


def _ordered(marts: Mapping[str, Mart]) -> list[str]:
    graph = {
        name: sorted(read for read in mart.reads if read in marts) for name, mart in sorted(marts.items())
    }
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        cycle: list[str] = error.args[1]
        first = marts[cycle[0]]
        files = " -> ".join(f"{name} ({marts[name].content.shown})" for name in cycle)
        raise ContentError(
            "cycle",
            en=f"these models read each other in a circle: {files}",
            zh=f"模型循环引用: {files}",
            file=first.content.shown,
            line=first.content.body_line,
        ) from error


def _reference_tables(roots: ContentRoots, lexicon: Lexicon) -> Iterable[ReferenceTable]:
    for path in roots.files("lexicon/reference", "*.csv"):
        text = path.read_text(encoding="utf-8")
        header, *records = list(csv.reader(text.splitlines()))
        columns = {name: lexicon.field(name, file=roots.shown(path), line=1).type for name in header}
        rows = tuple(
            tuple(_value(kind, text) for kind, text in zip(columns.values(), record, strict=True))
            for record in records
        )
        yield ReferenceTable(f"reference.{path.stem}", columns, rows, digest(text))


def _value(kind: str, text: str) -> Any:
    if text == "":
        return None
    if kind == "integer":
        return int(text)
    if kind == "date":
        return date.fromisoformat(text)
    if kind.startswith("decimal"):
        return Decimal(text)
    return text
