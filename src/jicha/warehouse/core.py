"""Canonical tables: contracts without a SELECT, filled by the sources' `to_core` models."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

import msgspec

from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.header import ContentFile, read_content_file

Reach = Literal["customer", "area", "feeder", "organisation", "all"]
Status = Literal["active", "planned"]

#: Columns every core row carries beside the declared ones: where it came from.
ORIGIN = ("origin_file", "origin_row")


class Bilingual(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    en: str
    zh: str

    @property
    def text(self) -> Text:
        return Text(en=self.en, zh=self.zh)


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
    for path in roots.files("core", "*.sql"):
        if names is not None and path.stem not in names:
            continue
        table = _core_table(read_content_file(path, roots.shown(path)), lexicon)
        tables[table.name] = table
    return tables


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
    for column in (*header.columns, *header.planned_columns):
        lexicon.field(column, file=content.shown, line=content.header_line)
    named = {*header.key, *(c for audit in header.audits for c in (*audit.columns, *audit.by))}
    if header.partition_on:
        named.add(header.partition_on)
    for column in sorted(named - set(header.columns)):
        raise refuse(
            "column_not_listed",
            f"{column} is named by key, partition_on or an audit but not listed in columns",
            f"{column} 出现在 key、partition_on 或 audits 中, 但未列入 columns",
        )
    implied = (
        Audit(check="unique", columns=header.key, level="error"),
        Audit(check="not_null", columns=header.key, level="error"),
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
        audits=(*implied, *header.audits),
        file=content.shown,
        digest=content.digest,
    )
