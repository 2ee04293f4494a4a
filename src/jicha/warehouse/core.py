"""Canonical tables: contracts without a SELECT, filled by the sources' `to_core` models."""

from __future__ import annotations

import difflib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.header import ContentFile, read_content_file

Reach = Literal["customer", "area", "feeder", "organisation", "all"]
Status = Literal["active", "planned"]

#: Columns every core row carries beside the declared ones: where it came from.
ORIGIN = ("origin_file", "origin_row")


class Audit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rule on a model's rows. `to` names the other relation (references), `by` the group (spans)."""

    check: Literal["unique", "not_null", "references", "in_list", "not_negative", "spans", "ordered"]
    columns: tuple[str, ...]
    level: Literal["error", "warning"]
    to: str | None = None
    by: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        target = f" -> {self.to}" if self.to else ""
        return f"{self.check}({', '.join(self.columns)}){target}"


class _CoreHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    table: str
    status: Status
    description: Bilingual
    grain: str
    key: tuple[str, ...]
    reach: Reach
    columns: tuple[str, ...]
    partition_on: str | None = None
    planned_columns: tuple[str, ...] = ()
    audits: tuple[Audit, ...] = ()
    cim: str | None = None


@dataclass(frozen=True, slots=True)
class CoreTable:
    """One canonical table. `audits` includes those the key implies."""

    name: str
    status: Status
    description: Text
    grain: str
    key: tuple[str, ...]
    reach: Reach
    partition_on: str | None
    columns: tuple[str, ...]
    planned_columns: tuple[str, ...]
    audits: tuple[Audit, ...]
    file: str
    digest: str


def load_core_tables(
    roots: ContentRoots, lexicon: Lexicon, names: Container[str] | None = None
) -> dict[str, CoreTable]:
    """The headers of `content/core` by name, active and planned; with `names`, only of those tables."""
    tables: dict[str, CoreTable] = {}
    contents: dict[str, ContentFile] = {}
    paths = roots.files("core", "*.sql")
    known = {f"core.{path.stem}" for path in paths}
    for path in paths:
        if names is not None and path.stem not in names:
            continue
        content = read_content_file(path, roots.shown(path))
        table = _core_table(content, lexicon)
        if table.name in tables:
            raise ContentError(
                "table_twice",
                en=f"{table.name} is already defined by {tables[table.name].file}",
                zh=f"{table.name} 已由 {tables[table.name].file} 定义",
                file=content.shown,
                line=content.header_line,
            )
        tables[table.name] = table
        contents[table.name] = content
    for name, table in tables.items():
        if table.status == "planned":  # its rules are not counted yet
            continue
        stated = table.audits[len(implied_audits(table.key)) :]
        check_targets(contents[name], stated, lexicon.types(table.columns), known, tables, lexicon)
    return tables


def implied_audits(key: tuple[str, ...]) -> tuple[Audit, ...]:
    """The rules every key implies; they stand before those of the header."""
    return (
        Audit(check="unique", columns=key, level="error"),
        Audit(check="not_null", columns=key, level="error"),
    )


def check_contract(
    content: ContentFile,
    lexicon: Lexicon,
    columns: Mapping[str, str],
    *,
    key: Sequence[str],
    partition_on: str | None,
    audits: Sequence[Audit],
) -> None:
    """Refuses a key, a partition or a rule that cannot be meant; `columns` are those of the rows, with types.

    Raises `ContentError` with the line of the value. Which table a rule refers to: see `check_targets`.
    """
    if not key or len(set(key)) != len(key):
        raise ContentError(
            "bad_key",
            en="a key has at least one column, and each column once",
            zh="key 至少一列, 且各列不得重复",
            file=content.shown,
            line=content.line_of("key"),
        )
    if partition_on is not None and columns[partition_on] != "date":
        raise ContentError(
            "bad_partition",
            en=f"partition_on names a date, and {partition_on} is of type {columns[partition_on]}",
            zh=f"partition_on 须为日期列, 而 {partition_on} 的类型为 {columns[partition_on]}",
            file=content.shown,
            line=content.line_of("partition_on"),
        )
    for place, audit in enumerate(audits):
        fault = _fault(audit, columns, lexicon)
        if fault is not None:
            raise ContentError(
                "bad_audit",
                en=f"{audit.label}: {fault.en}",
                zh=f"{audit.label}: {fault.zh}",
                file=content.shown,
                line=content.line_of("audits", place),
            )


def _fault(audit: Audit, columns: Mapping[str, str], lexicon: Lexicon) -> Text | None:
    """Why a rule cannot be counted."""
    named = audit.columns
    if not named or len(set(named)) != len(named):
        return Text(en="needs at least one column, and each once", zh="至少一列, 且各列不得重复")
    if (audit.check == "references") != (audit.to is not None):
        return Text(
            en="`to` names the other table of a references rule, and of no other",
            zh="references 须用 to 指明另一张表, 其他规则不得有 to",
        )
    if (audit.check == "spans") != bool(audit.by):
        return Text(
            en="`by` names the group of a spans rule, and of no other",
            zh="spans 须用 by 指明分组, 其他规则不得有 by",
        )
    families = [_family(columns[column]) for column in named]
    if audit.check in ("ordered", "spans"):
        wanted = ("moment",) if audit.check == "spans" else ("moment", "number")
        if len(named) != 2 or families[0] != families[1] or families[0] not in wanted:
            return Text(
                en="needs two columns that can be compared, the earlier or smaller first",
                zh="须为两个可比较的列, 先小后大",
            )
    if audit.check == "not_negative" and set(families) != {"number"}:
        return Text(en="only numbers can be negative", zh="只有数值列可以为负")
    if audit.check == "in_list":
        for column in named:
            if not lexicon.has_codes(lexicon.field(column).code or column.removesuffix("_code")):
                return Text(en=f"{column} has no code list", zh=f"{column} 没有代码表")
    return None


def _family(kind: str) -> str:
    if kind in ("date", "timestamp"):
        return "moment"
    return "number" if kind in ("integer", "double") or kind.startswith("decimal(") else kind


def check_targets(
    content: ContentFile,
    audits: Sequence[Audit],
    columns: Mapping[str, str],
    known: Container[str],
    tables: Mapping[str, CoreTable],
    lexicon: Lexicon,
) -> None:
    """Refuses a references rule whose table does not exist, is only planned or has another key.

    `known` are the names of all core tables, `tables` those that were read.
    """
    for place, audit in enumerate(audits):
        if audit.to is None:
            continue
        fault = None
        target = tables.get(audit.to)
        if audit.to not in known:
            near = difflib.get_close_matches(audit.to, tables, n=3)
            fault = Text(
                en="there is no such core table" + (f"; did you mean {', '.join(near)}" if near else ""),
                zh="没有该 core 表" + (f"; 是否应为 {'、'.join(near)}" if near else ""),
            )
        elif target is not None and target.status == "planned":
            fault = Text(
                en=f"{audit.to} is only planned, so no row could refer to it",
                zh=f"{audit.to} 尚处于规划状态, 不可能有行指向它",
            )
        elif target is not None and [columns[column] for column in audit.columns] != [
            lexicon.type_of(column) for column in target.key
        ]:
            fault = Text(
                en=f"the key of {audit.to} is ({', '.join(target.key)}); name as many columns of the same types",
                zh=f"{audit.to} 的主键为 ({', '.join(target.key)}); 列数与类型须一致",
            )
        if fault is not None:
            raise ContentError(
                "bad_audit",
                en=f"{audit.label}: {fault.en}",
                zh=f"{audit.label}: {fault.zh}",
                file=content.shown,
                line=content.line_of("audits", place),
            )


def _core_table(content: ContentFile, lexicon: Lexicon) -> CoreTable:
    header = content.typed(_CoreHeader)

    def refuse(code: str, en: str, zh: str) -> ContentError:
        return ContentError(code, en=en, zh=zh, file=content.shown, line=content.header_line)

    if header.table != f"core.{content.path.stem}":
        raise refuse(
            "wrong_name",
            f"the file is named {content.path.stem}, the table {header.table}",
            f"文件名 {content.path.stem} 与表名 {header.table} 不一致",
        )
    if content.body.strip():
        raise refuse(
            "core_has_no_select",
            "a core table is a contract; its rows come from a source's to_core model",
            "core 表只是契约, 数据来自数据源的 to_core 模型, 此处不得有 SELECT",
        )
    listed = (*header.columns, *header.planned_columns)
    for column in listed:
        if column not in lexicon.fields:
            where = "columns" if column in header.columns else "planned_columns"
            lexicon.field(column, file=content.shown, line=content.line_of(where))
        if listed.count(column) > 1:
            raise refuse("column_twice", f"the column {column} is listed twice", f"列 {column} 重复列出")
    named = {*header.key, *(c for audit in header.audits for c in (*audit.columns, *audit.by))}
    if header.partition_on:
        named.add(header.partition_on)
    for column in sorted(named - set(header.columns)):
        raise refuse(
            "column_not_listed",
            f"{column} is named by key, partition_on or an audit but not listed in columns",
            f"{column} 出现在 key、partition_on 或 audits 中, 但未列入 columns",
        )
    check_contract(
        content,
        lexicon,
        lexicon.types(header.columns),
        key=header.key,
        partition_on=header.partition_on,
        audits=header.audits,
    )
    return CoreTable(
        name=header.table,
        status=header.status,
        description=header.description.text,
        grain=header.grain,
        key=header.key,
        reach=header.reach,
        partition_on=header.partition_on,
        columns=header.columns,
        planned_columns=header.planned_columns,
        audits=(*implied_audits(header.key), *header.audits),
        file=content.shown,
        digest=content.digest,
    )
