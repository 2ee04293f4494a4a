"""Models: derived tables. One file, a header and one SELECT; the graph is found in the SQL, never declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import msgspec
import sqlglot.expressions as exp

from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.lexicon import Lexicon
from jicha.warehouse.core import Audit, Reach, check_contract, implied_audits
from jicha.warehouse.header import ContentFile
from jicha.warehouse.portable import parse, tables
from jicha.warehouse.relation import Relation

#: Type of a setting's or parameter's column, whatever its unit.
NUMBER = "decimal(16,6)"

#: A span a header states in months.
Months = Annotated[int, msgspec.Meta(ge=0)]


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
    lookback_months: Months = 0
    lookahead_months: Months = 0
    settings: dict[str, Setting] = {}
    audits: tuple[Audit, ...] = ()
    policy: str | None = None
    view: str | None = None


@dataclass(frozen=True, slots=True)
class Mart:
    """One derived table, parsed but not yet linted.

    A partitioned mart's rows of month M depend on nothing outside [M - lookback, M + lookahead] of its
    partitioned inputs; the metamorphic tests hold every mart to that. `policy` says why its rows depend on what an
    organisation decides; a mart with a `view` is read through its one relation and not stored, for that reason.
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
    policy: str | None = None
    view: str | None = None

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
        field = lexicon.field(name, file=content.shown, line=line)
        if field.personal:
            raise ContentError(
                "personal_data",
                en=f"{name} is personal data: topics, checks and models carry ids, names join at display",
                zh=f"{name} 属于个人信息: 主题、排除检查与集市只带编号, 姓名等在展示时关联",
                file=content.shown,
                line=line,
            )
        columns[name] = field.type
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
    check_contract(
        content, lexicon, columns, key=header.key, partition_on=header.partition_on, audits=header.audits
    )
    _check_settings(content, header.settings)
    reads = tuple(sorted(tables(tree)))
    _check_reasons(content, header, reads)
    return Mart(
        name=f"mart.{content.path.stem}",
        content=content,
        tree=tree,
        reads=reads,
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
        audits=(*implied_audits(header.key), *header.audits),
        policy=header.policy,
        view=header.view,
    )


def _check_reasons(content: ContentFile, header: _MartHeader, reads: tuple[str, ...]) -> None:
    """`policy` and `view` are reasons; a view is read through one relation and has nothing to be built with."""
    for name, why in (("policy", header.policy), ("view", header.view)):
        if why is not None and not is_reason(en=why, zh=why):
            raise ContentError(
                "reason_missing",
                en=f"`{name}` says why, in two words or more",
                zh=f"{name} 须说明理由",
                file=content.shown,
                line=content.line_of(name),
            )
    is_built = header.settings or header.lookback_months or header.lookahead_months or header.audits
    if header.view is not None and (len(reads) != 1 or is_built):
        raise ContentError(
            "view_of_several",
            en="a view reads exactly one relation and has no settings, look-back, look-ahead or audits; "
            f"this one reads {', '.join(reads) or 'none'}",
            zh=f"视图只读一个关系, 且不设 settings、回看、前看与 audits; 此处读取: {'、'.join(reads) or '无'}",
            file=content.shown,
            line=content.line_of("view"),
        )


def _check_settings(content: ContentFile, settings: Mapping[str, Setting]) -> None:
    for name, setting in settings.items():
        check_number(setting.value, name, content, "settings")
        if not is_reason(en=setting.why, zh=setting.why):
            raise ContentError(
                "setting_without_reason",
                en=f"the setting {name} needs a reason in `why`",
                zh=f"设置 {name} 的 why 须说明理由",
                file=content.shown,
                line=content.line_of("settings", name, "why"),
            )


def check_number(value: int | float | str, name: str, content: ContentFile, group: str) -> None:
    """Refuses a header's number (`<group>.<name>.value`) that `number` does not accept, with its line."""
    try:
        number(value, name, content.shown)
    except ContentError as error:
        raise ContentError(
            error.code,
            en=error.text.en,
            zh=error.text.zh,
            file=content.shown,
            line=content.line_of(group, name, "value"),
        ) from error


def number(value: int | float | str, name: str, file: str) -> Decimal:
    """A setting or threshold as an exact decimal, as it was written; it fits `NUMBER`."""
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise ContentError(
            "not_a_number",
            en=f"the value {value!r} of {name} is not a number",
            zh=f"{name} 的值 {value!r} 不是数字",
            file=file,
        ) from error
    exponent = found.as_tuple().exponent
    if not found.is_finite() or (isinstance(exponent, int) and exponent < -6) or abs(found) >= 10**10:
        raise ContentError(
            "number_out_of_range",
            en=f"the value {value!r} of {name} has more than six decimals or ten integer digits",
            zh=f"{name} 的值 {value!r} 超过六位小数或十位整数",
            file=file,
        )
    return found


def is_reason(*, en: str, zh: str) -> bool:
    """Whether a `why` says something: two English words or six Chinese characters."""
    return len(en.split()) >= 2 or len(zh.strip()) >= 6


def setting_rows(settings: Mapping[str, Setting]) -> list[tuple[Any, ...]]:
    """The one row of the relation `setting`."""
    return [tuple(Decimal(str(setting.value)) for setting in settings.values())]
