"""Models: derived tables. One file, a header and one SELECT; the graph is found in the SQL, never declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
import sqlglot.expressions as exp

from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.lexicon.lexicon import Lexicon
from jicha.warehouse.core import Audit, Bilingual, Reach
from jicha.warehouse.header import ContentFile
from jicha.warehouse.portable import parse, tables
from jicha.warehouse.relation import Relation

#: Type of a setting's or parameter's column, whatever its unit.
NUMBER = "decimal(16,6)"


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A constant of a mart, with its unit and its reason. Not by organisation: facts are the same for all."""

    value: int | float | str
    unit: str
    why: str


class _MartHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    owner: str
    description: Bilingual
    grain: str
    key: tuple[str, ...]
    reach: Reach
    partition_on: str | None = None
    lookback_months: int = 0
    lookahead_months: int = 0
    settings: dict[str, Setting] = {}
    audits: tuple[Audit, ...] = ()


@dataclass(frozen=True, slots=True)
class Mart:
    """One derived table, parsed but not yet linted.

    A partitioned mart's rows of month M depend on nothing outside [M - lookback, M + lookahead] of its
    partitioned inputs; the metamorphic tests hold every mart to that.
    """

    name: str
    content: ContentFile
    tree: exp.Query
    reads: tuple[str, ...]
    columns: Mapping[str, str]
    description: Text
    grain: str
    owner: str
    key: tuple[str, ...]
    reach: Reach
    partition_on: str | None
    lookback_months: int
    lookahead_months: int
    settings: Mapping[str, Setting]
    audits: tuple[Audit, ...]

    @property
    def relation(self) -> Relation:
        return Relation(
            name=self.name,
            columns=self.columns,
            reach=self.reach,
            dated={"valid_from", "valid_to"} <= set(self.columns),
        )

    @property
    def setting_relation(self) -> Relation:
        return Relation(name="setting", columns=dict.fromkeys(self.settings, NUMBER))

    @property
    def digest(self) -> str:
        """What the rows depend on besides the inputs. Settings are part of the file, so the file is enough."""
        return digest([self.name, self.content.digest])


def output_types(tree: exp.Query, content: ContentFile, lexicon: Lexicon) -> dict[str, str]:
    """Output columns of a query with their lexicon types; a column unknown to the lexicon is an error."""
    columns: dict[str, str] = {}
    for projection in tree.selects:
        name = projection.alias_or_name
        line = content.body_line + line_in_body(projection) - 1
        if not name or name == "*":
            raise ContentError(
                "unnamed_column",
                en="every output column needs a name: write `expression as name`",
                zh="每个输出列都要有名称: 写成 `表达式 as 名称`",
                file=content.shown,
                line=line,
            )
        if name in columns:
            raise ContentError(
                "column_twice",
                en=f"the output column {name} stands twice",
                zh=f"输出列 {name} 出现两次",
                file=content.shown,
                line=line,
            )
        columns[name] = lexicon.field(name, file=content.shown, line=line).type
    return columns


def line_in_body(node: exp.Expr) -> int:
    """Line of the first token below a node that knows its place, counted from 1 in the body."""
    for part in node.walk():
        line = part.meta.get("line")
        if line is not None:
            return int(line)
    return 1


def load_mart(content: ContentFile, lexicon: Lexicon) -> Mart:
    header = content.typed(_MartHeader)
    tree = parse(content.body, file=content.shown, first_line=content.body_line)
    columns = output_types(tree, content, lexicon)
    named = {*header.key, *(column for audit in header.audits for column in (*audit.columns, *audit.by))}
    if header.partition_on:
        named.add(header.partition_on)
    for column in sorted(named - set(columns)):
        raise ContentError(
            "column_not_selected",
            en=f"{column} is named by the header (key, partition_on, audits) but not selected",
            zh=f"头部 (key、partition_on、audits) 提到的列 {column} 未在 SELECT 中输出",
            file=content.shown,
            line=content.header_line,
        )
    implied = (
        Audit(check="unique", columns=header.key, level="error"),
        Audit(check="not_null", columns=header.key, level="error"),
    )
    return Mart(
        name=f"mart.{content.path.stem}",
        content=content,
        tree=tree,
        reads=tuple(sorted(tables(tree))),
        columns=columns,
        description=header.description.text,
        grain=header.grain,
        owner=header.owner,
        key=header.key,
        reach=header.reach,
        partition_on=header.partition_on,
        lookback_months=header.lookback_months,
        lookahead_months=header.lookahead_months,
        settings=header.settings,
        audits=(*implied, *header.audits),
    )


def setting_rows(settings: Mapping[str, Setting]) -> list[tuple[Any, ...]]:
    """The one row of the relation `setting`."""
    return [tuple(Decimal(str(setting.value)) for setting in settings.values())]
