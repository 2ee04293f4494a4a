"""The step from raw to core: one SELECT per core table, `content/sources/<system>/to_core/<table>.sql`.

It renames, recodes and joins, nothing else: every row of its driver (the raw table after FROM) becomes
exactly one core row. That is what lets ingest run it over new files only, in pieces, and count every row:

* FROM names the driver, each further raw table of the same system is a LEFT JOIN on its key;
* no WHERE, GROUP BY, DISTINCT, UNION, aggregate or window in the outer SELECT;
* the output columns are those of the core table, each cast to its lexicon type; ingest adds the origin;
* the driver's `origin_row`, the row of its file, may be read where a system gives its rows no number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import sqlglot.expressions as exp

from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.core import ORIGIN, CoreTable
from jicha.warehouse.header import ContentFile, read_content_file
from jicha.warehouse.portable import check
from jicha.warehouse.relation import Relation
from jicha.warehouse.source import Source

#: The row of its file from which a driver row came.
ORIGIN_ROW = ORIGIN[1]


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    driver: str


@dataclass(frozen=True, slots=True)
class ToCore:
    """One linted model. `driver` and `lookups` are raw tables of the source, by their short names."""

    target: CoreTable
    source: str
    driver: str
    lookups: tuple[str, ...]
    tree: exp.Select
    content: ContentFile
    digest: str

    def query(self, relations: Mapping[str, exp.Query]) -> exp.Select:
        """The statement over the given relations (by short name), with the driver's origin columns added."""
        tree = self.tree.copy()
        driver_alias = tree.args["from_"].this.alias_or_name
        for table in list(tree.find_all(exp.Table)):
            if table.db:
                relation = exp.Subquery(this=relations[table.name].copy())
                table.replace(exp.alias_(relation, table.alias_or_name, table=True))
        return tree.select(*(exp.column(name, table=driver_alias).as_(name) for name in ORIGIN), copy=False)


def load_to_core(source: Source, roots: ContentRoots, core: Mapping[str, CoreTable]) -> dict[str, ToCore]:
    """All to_core models of a source by core table. Raises `ContentError` naming file and line."""
    models = {}
    for path in sorted((source.folder / "to_core").glob("*.sql")):
        model = _load(path, source, roots, core)
        models[model.target.name] = model
    return models


def _load(path: Path, source: Source, roots: ContentRoots, core: Mapping[str, CoreTable]) -> ToCore:
    content = read_content_file(path, roots.shown(path))
    driver = content.typed(_Header).driver
    target = _target(f"core.{path.stem}", content, core)
    tree = check(
        content.body,
        relations={
            table.relation_name: _with_row(table.relation)
            if table.relation_name == driver
            else table.relation
            for table in source.tables.values()
        },
        file=content.shown,
        first_line=content.body_line,
        kind="to_core",
    )
    if not isinstance(tree, exp.Select):
        raise _refusal(content, "one SELECT, no UNION", "须为单个 SELECT, 不得使用 UNION")
    _check_shape(tree, driver, content)
    _check_columns(tree, target, content)
    prefix = f"raw_{source.name}."
    read = {f"{table.db}.{table.name}" for table in tree.find_all(exp.Table) if table.db}
    return ToCore(
        target=target,
        source=source.name,
        driver=driver.removeprefix(prefix),
        lookups=tuple(sorted(name.removeprefix(prefix) for name in read - {driver})),
        tree=tree,
        content=content,
        # The statement itself, so that a comment or an indent changes nothing.
        digest=digest([driver, tree.sql(dialect="duckdb", comments=False), target.columns, target.key]),
    )


def _with_row(relation: Relation) -> Relation:
    return replace(relation, columns={**relation.columns, ORIGIN_ROW: "integer"})


def _target(name: str, content: ContentFile, core: Mapping[str, CoreTable]) -> CoreTable:
    target = core.get(name)
    if target is None:
        raise ContentError(
            "unknown_core_table",
            en=f"there is no core table {name}; the file must be named like one",
            zh=f"没有 core 表 {name}; 文件名须与 core 表一致",
            file=content.shown,
        )
    if target.status == "planned":
        raise ContentError(
            "planned_table",
            en=f"{name} is only planned: activate its contract {target.file} before a source fills it",
            zh=f"表 {name} 尚处于规划状态: 须先启用其契约 {target.file}, 数据源才能填充",
            file=content.shown,
            line=content.header_line,
        )
    return target


def _check_shape(tree: exp.Select, driver: str, content: ContentFile) -> None:
    """Holds the outer SELECT to one core row for one driver row."""
    first = tree.args["from_"].this
    drivers = [t for t in tree.find_all(exp.Table) if f"{t.db}.{t.name}" == driver]
    if len(drivers) != 1 or drivers[0] is not first:
        raise _refusal(
            content,
            f"FROM must name the driver {driver}, once",
            f"FROM 之后须为驱动表 {driver}, 且只出现一次",
        )
    for clause in ("where", "group", "having", "qualify", "distinct"):
        if tree.args.get(clause):
            raise _refusal(
                content,
                f"no {clause.upper()} in the outer SELECT",
                f"最外层 SELECT 不得使用 {clause.upper()}",
            )
    if any(join.side != "LEFT" for join in tree.args.get("joins") or ()):
        raise _refusal(
            content, "a lookup is a LEFT JOIN, or rows would vanish", "关联须为 LEFT JOIN, 否则会丢失数据行"
        )
    if any(projection.find(exp.AggFunc, exp.Window) for projection in tree.selects):
        raise _refusal(content, "no aggregate and no window", "不得使用聚合函数或窗口函数")


def _check_columns(tree: exp.Select, target: CoreTable, content: ContentFile) -> None:
    given = tree.named_selects
    missing = [column for column in target.columns if column not in given]
    extra = [column for column in given if column not in target.columns]
    twice = sorted({column for column in given if given.count(column) > 1})
    if missing or extra or twice:
        raise ContentError(
            "wrong_columns",
            en=f"the output is not {target.name}: missing {missing}, not declared {extra}, twice {twice}",
            zh=f"输出列与 {target.name} 不一致: 缺少 {missing}, 未声明 {extra}, 重复 {twice}",
            file=content.shown,
            line=content.body_line,
        )


def _refusal(content: ContentFile, en: str, zh: str) -> ContentError:
    return ContentError(
        "to_core_shape",
        en=f"a to_core model gives one core row for each driver row: {en}",
        zh=f"to_core 模型须使驱动表每行恰好对应一行 core 数据: {zh}",
        file=content.shown,
        line=content.body_line,
    )
