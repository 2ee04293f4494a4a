"""Everything under `content/` the warehouse knows, and the graph between it.

Dependencies are read from the SQL. A cycle, a name nobody defines and a table that is only planned are
errors that name file and line.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, Protocol

import sqlglot.expressions as exp

from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError
from jicha.lexicon.lexicon import Lexicon, decimal_digits
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import csv_rows, read_text
from jicha.warehouse.core import CoreTable, check_targets, implied_audits, load_core_tables
from jicha.warehouse.header import ContentFile, read_content_file
from jicha.warehouse.model import Mart, line_in_body, load_mart
from jicha.warehouse.portable import check
from jicha.warehouse.relation import Relation

#: Small relations the runner makes for a statement; no file defines them.
RUNTIME_RELATIONS = frozenset({"parameter", "sweep_window", "setting"})

#: Where names, addresses and telephone numbers live. They join at display, under right; no statement reads them.
PERSONS = frozenset({"core.person", "core.staff_person"})

#: The column of relations cut by the month of a bill; any other partition is by the day of the fact.
MONTH = "month_on"

_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DAY.pattern + r" [0-9]{2}:[0-9]{2}:[0-9]{2}")


@dataclass(frozen=True, slots=True)
class ReferenceTable:
    """A small table that content gives: arithmetic facts SQL cannot express portably (`reference.*`), or what
    the caller of `Catalogue.load` hands over, such as dated law (`law.*`)."""

    name: str
    columns: Mapping[str, str]
    rows: tuple[tuple[Any, ...], ...]
    digest: str

    @property
    def relation(self) -> Relation:
        dated = {"valid_from", "valid_to"} <= set(self.columns)
        return Relation(name=self.name, columns=self.columns, dated=dated)


class OrganisationTable(Protocol):
    """A small table whose rows depend on the organisations of the lake (`policy.*`). Its rows are made for a
    run, so topics and innocence checks may read it; a mart is a fact for all and may not, unless its header says
    why in `policy`: then it is built with the rows of the run."""

    @property
    def relation(self) -> Relation: ...

    def rows(self, parents: Mapping[str, str | None]) -> list[tuple[Any, ...]]:
        """Rows in the order of the relation's columns, the first being `org_id`; `parents` by organisation."""
        ...


@dataclass(frozen=True)
class Catalogue:
    """Core tables, reference tables and marts; marts in an order in which each follows what it reads."""

    roots: ContentRoots
    lexicon: Lexicon
    core: Mapping[str, CoreTable]
    references: Mapping[str, ReferenceTable]
    marts: Mapping[str, Mart]
    by_organisation: Mapping[str, OrganisationTable] = field(default_factory=dict)

    @classmethod
    def load(
        cls,
        roots: ContentRoots,
        lexicon: Lexicon | None = None,
        *,
        named_in: Iterable[Path] | None = None,
        given: Iterable[ReferenceTable] = (),
        by_organisation: Iterable[OrganisationTable] = (),
    ) -> Catalogue:
        """Reads and checks all tables and models, or only those whose names stand in the files `named_in`,
        in the innocence checks they name and in what those read: a single test need not read a whole library.
        `given` are further small tables that statements may read, `by_organisation` those that only topics and
        innocence checks may read."""
        lexicon = lexicon or Lexicon.load(roots)
        words = None if named_in is None else _words(roots, named_in)
        core = load_core_tables(roots, lexicon, words)
        references = {table.name: table for table in (*_reference_tables(roots, lexicon), *given)}
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
        of_runs = {table.relation.name: table for table in by_organisation}
        catalogue = cls(roots, lexicon, core, references, marts, of_runs)
        known = {f"core.{path.stem}" for path in roots.files("core", "*.sql")}
        for mart in marts.values():
            catalogue.require(mart.tree, mart.content)
            catalogue._refuse_policy(mart)
            catalogue._require_partition(mart)
            stated = mart.audits[len(implied_audits(mart.key)) :]
            check_targets(mart.content, stated, mart.columns, known, core, lexicon)
        ordered = {name: marts[name] for name in _ordered(marts)}
        return cls(roots, lexicon, core, references, ordered, of_runs)

    def relation(self, name: str) -> Relation:
        """The relation of an active core table, a mart or a reference table."""
        if name in self.marts:
            return self.marts[name].relation
        if name in self.references:
            return self.references[name].relation
        if name in self.by_organisation:
            return self.by_organisation[name].relation
        table = self.core[name]
        return Relation(
            name=name,
            columns=self.lexicon.types(table.columns),
            reach=table.reach,
            dated={"valid_from", "valid_to"} <= set(table.columns),
        )

    @cached_property
    def relations(self) -> dict[str, Relation]:
        """All relations any statement may name, the runtime ones apart."""
        active = [name for name, table in self.core.items() if table.status == "active"]
        return {name: self.relation(name) for name in (*active, *self.references, *self.marts)}

    @cached_property
    def judging_relations(self) -> dict[str, Relation]:
        """What a topic or an innocence check may name, `parameter` and `sweep_window` apart."""
        return self.relations | {name: self.relation(name) for name in self.by_organisation}

    def is_daily(self, name: str) -> bool:
        """Whether a relation's rows are those of single days or moments: the day they are cut by, or a
        moment in it, tells them apart (a register read for billing has an id of its own)."""
        table = self.core.get(name) or self.marts.get(name)
        if table is None or table.partition_on in (None, MONTH):
            return False
        return any(self.lexicon.type_of(column) in ("date", "timestamp") for column in table.key)

    def require(self, tree: exp.Query, content: ContentFile) -> None:
        """Raises `ContentError` for the first relation that is personal, is planned or does not exist."""
        local = {cte.alias for cte in tree.find_all(exp.CTE)}
        for table in tree.find_all(exp.Table):
            name = f"{table.db}.{table.name}" if table.db else table.name
            line = content.body_line + line_in_body(table) - 1
            if name in PERSONS:
                raise ContentError(
                    "personal_data",
                    en=f"{name} holds personal data: topics, checks and models carry ids, names join at display",
                    zh=f"{name} 存放个人信息: 主题、排除检查与集市只带编号, 姓名等在展示时关联",
                    file=content.shown,
                    line=line,
                )
            if (
                name in self.judging_relations
                or name in RUNTIME_RELATIONS
                or (not table.db and name in local)
            ):
                continue
            if name in self.core:
                raise ContentError(
                    "planned_table",
                    en=f"{name} is only planned: its contract stands, no source fills it yet",
                    zh=f"表 {name} 尚处于规划状态: 已有契约, 但没有数据源填充",
                    file=content.shown,
                    line=line,
                )
            near = difflib.get_close_matches(name, self.judging_relations, n=3)
            raise ContentError(
                "unknown_relation",
                en=f"no table or model is called {name}"
                + (f"; did you mean {', '.join(near)}" if near else ""),
                zh=f"没有名为 {name} 的表或模型" + (f"; 是否应为 {'、'.join(near)}" if near else ""),
                file=content.shown,
                line=line,
            )

    def _refuse_policy(self, mart: Mart) -> None:
        if mart.policy is not None:
            return
        for table in mart.tree.find_all(exp.Table):
            name = f"{table.db}.{table.name}"
            if name in self.by_organisation:
                raise ContentError(
                    "policy_in_mart",
                    en=f"{name} differs by organisation and is for topics and innocence checks; a mart is a fact "
                    "for all: give it a setting, let the topic join the policy, or say in `policy` why it must",
                    zh=f"{name} 随单位而不同, 仅供主题和排除检查读取; 集市对所有单位是同一事实: "
                    "请改用 setting、由主题关联政策表, 或在 policy 中说明理由",
                    file=mart.content.shown,
                    line=mart.content.body_line + line_in_body(table) - 1,
                )

    def _require_partition(self, mart: Mart) -> None:
        """A mart is cut by month where something it reads is: that tells which months there are."""
        if mart.partition_on is None:
            return
        tables = [self.core.get(read) or self.marts.get(read) for read in mart.reads]
        if not any(table is not None and table.partition_on is not None for table in tables):
            raise ContentError(
                "nothing_partitioned",
                en="this mart is cut by partition_on but nothing it reads is; leave partition_on out",
                zh="本集市设有 partition_on, 但所读的表均未分区; 请去掉 partition_on",
                file=mart.content.shown,
                line=mart.content.line_of("partition_on"),
            )

    def resolved(self, parents: Mapping[str, str | None]) -> Catalogue:
        """The catalogue in which what marts read of policy holds the rows for these organisations."""
        read = {read for mart in self.marts.values() if mart.policy is not None for read in mart.reads}
        tables = {}
        for name in sorted(read & set(self.by_organisation)):
            table = self.by_organisation[name]
            rows = tuple(table.rows(parents))
            told = digest([name, *(list(row) for row in rows)])
            tables[name] = ReferenceTable(name, table.relation.columns, rows, told)
        return replace(self, references={**self.references, **tables})

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
        relations = dict(self.relations if mart.policy is None else self.judging_relations)
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
        shown = roots.shown(path)
        text = read_text(path, shown)
        names, records = csv_rows(text, shown)
        columns = {name: lexicon.field(name, file=shown, line=1).type for name in names}
        rows = tuple(
            tuple(
                _value(kind, cell, name, shown, line)
                for (name, kind), cell in zip(columns.items(), cells, strict=True)
            )
            for line, cells in records
        )
        yield ReferenceTable(f"reference.{path.stem}", columns, rows, digest(text))


def _value(kind: str, cell: str, name: str, shown: str, line: int) -> Any:
    """One cell as its lexicon type; an empty one is NULL. Written one way only: no `1,000`, `1e3`, `nan`."""
    if cell == "":
        return None
    value = _read(kind, cell)
    if value is None:
        raise ContentError(
            "bad_cell",
            en=f"{cell!r} is no value of {name}, which is of type {kind}",
            zh=f"{cell!r} 不是 {name} 的有效值, 该列类型为 {kind}",
            file=shown,
            line=line,
            column=name,
        )
    return value


def _read(kind: str, cell: str) -> Any:
    """The value, or None for a text that is none."""
    if kind == "text":
        return cell
    if kind == "boolean":
        return {"true": True, "false": False}.get(cell)
    if kind in ("date", "timestamp"):
        try:
            if kind == "date":
                return date.fromisoformat(cell) if _DAY.fullmatch(cell) else None
            return datetime.fromisoformat(cell) if _MOMENT.fullmatch(cell) else None
        except ValueError:
            return None
    if _PLAIN_NUMBER.fullmatch(cell) is None:
        return None
    number = Decimal(cell)
    if kind == "double":
        return float(number)
    digits, scale = (19, 0) if kind == "integer" else decimal_digits(kind) or (0, 0)
    whole, _, decimals = cell.lstrip("-").partition(".")
    if len(decimals) > scale or len(whole.lstrip("0")) > digits - scale:
        return None
    if kind == "integer":
        return int(cell) if -(2**63) <= int(cell) < 2**63 else None
    return number
