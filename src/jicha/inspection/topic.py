"""Inspection topics: one SELECT and a header that says what a hit means and how it may be innocent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import sqlglot.expressions as exp

from jicha.inspection.replay_header import check_replay
from jicha.kernel.canonical import digest
from jicha.kernel.errors import ContentError
from jicha.kernel.text import Text
from jicha.lexicon.bilingual import Bilingual
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.core import Reach
from jicha.warehouse.header import ContentFile, read_content_file
from jicha.warehouse.model import NUMBER, Months, check_number, is_reason, output_types
from jicha.warehouse.portable import check, parse, tables
from jicha.warehouse.relation import Relation

Identity = Literal["state", "episode", "event"]
Severity = Literal["high", "medium", "low"]
Status = Literal["draft", "trial", "active", "retired"]

#: Subjects a topic may speak of; the column that names one is `<subject>_id`.
SUBJECTS = ("customer", "metering_point", "meter", "area", "feeder", "reading_book", "organisation")


def subject_column(subject: str) -> str:
    """The column that names a subject: `<subject>_id`, and for an organisation the one all tables have."""
    return "org_id" if subject == "organisation" else f"{subject}_id"


#: The row every topic returns, beside its subject; further columns are evidence.
ROW = (
    "period_from",
    "period_to",
    "observed_value",
    "expected_value",
    "impact_kwh",
    "impact_yuan",
    "impact_method",
)

SWEEP_WINDOW = {"as_of_on": "date", "from_on": "date", "to_on": "date"}


class Parameter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A house threshold with its default, unit and reason; `sourced` where the number has a public source."""

    value: int | float | str
    unit: str
    why: str | Bilingual
    sourced: bool = False

    @property
    def reason(self) -> Text:
        """Why this value; one wording serves both languages where the author gave only one."""
        return self.why.text if isinstance(self.why, Bilingual) else Text(en=self.why, zh=self.why)


class InnocenceUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one exculpatory check clears: its span covers the whole period, or an event touches it."""

    check: str
    clears: Literal["covers", "touches"]
    margin_days: int = 0


class Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    en: tuple[str, ...]
    zh: tuple[str, ...]


class _TopicHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    uid: str
    code: str
    title: Bilingual
    severity: Severity
    status: Status
    identity: Identity
    subject: str
    population: str
    description: Bilingual
    check: Lists
    resolved_when: str | dict[str, Any]
    needs: dict[str, float] = {}
    verify_days: int = 35
    pack: Literal["latest", "sum"] = "latest"
    lookback_months: Months = 0
    reach: Reach = "customer"
    parameters: dict[str, Parameter] = {}
    law: tuple[str, ...] = ()
    innocence: tuple[InnocenceUse, ...] = ()
    replay: dict[str, str] = {}
    remedy: str | None = None
    playbook: str | None = None
    reads_daily_because: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic, parsed and checked against the house's row; linted only when it runs."""

    name: str
    header: _TopicHeader
    content: ContentFile
    tree: exp.Query
    reads: tuple[str, ...]
    columns: Mapping[str, str]

    @property
    def subject_column(self) -> str:
        return subject_column(self.header.subject)

    @property
    def theme(self) -> str:
        return self.name.partition("/")[0]

    @property
    def evidence(self) -> tuple[str, ...]:
        """Columns beyond the common row."""
        common = {self.subject_column, *ROW}
        return tuple(column for column in self.columns if column not in common)

    @property
    def digest(self) -> str:
        """What the topic's answer depends on besides data, parameters and the marts it reads."""
        return digest([self.header.uid, self.content.digest])

    @property
    def parameter_relation(self) -> Relation:
        return parameter_relation(self.header.parameters)


def parameter_relation(parameters: Mapping[str, Parameter]) -> Relation:
    """The relation `parameter`: one row per organisation, one column per declared parameter."""
    return Relation(
        name="parameter",
        columns={"org_id": "text", **dict.fromkeys(parameters, NUMBER)},
        reach="organisation",
    )


def load_topics(catalogue: Catalogue) -> dict[str, Topic]:
    """All topics by name (`theme/what_is_wrong`), sorted. Uids and codes are unique."""
    topics: dict[str, Topic] = {}
    seen: dict[str, Topic] = {}
    for path in catalogue.roots.files("topics", "*.sql"):
        content = read_content_file(path, catalogue.roots.shown(path))
        topic = load_topic(content, catalogue)
        for mark in (topic.header.uid, topic.header.code):
            if mark in seen:
                raise _refuse(
                    topic.content,
                    "topic_twice",
                    f"{mark} is already used by {seen[mark].content.shown}; make a new one with `jicha new topic`",
                    f"{mark} 已被 {seen[mark].content.shown} 使用; 请用 `jicha new topic` 生成新的",
                )
            seen[mark] = topic
        topics[topic.name] = topic
    return topics


def load_topic(content: ContentFile, catalogue: Catalogue) -> Topic:
    """One topic. Raises `ContentError` with file and line for anything the house does not accept."""
    header = content.typed(_TopicHeader)
    tree = parse(content.body, file=content.shown, first_line=content.body_line)
    catalogue.require(tree, content)
    topic = Topic(
        name=f"{content.path.parent.name}/{content.path.stem}",
        header=header,
        content=content,
        tree=tree,
        reads=tuple(sorted(tables(tree))),
        columns=output_types(tree, content, catalogue.lexicon),
    )
    _require_row(topic)
    _require_header(topic, catalogue)
    return topic


def lint_topic(topic: Topic, catalogue: Catalogue) -> None:
    """Refuses a topic outside the portable subset or naming an unknown column."""
    check(
        topic.content.body,
        relations={
            **catalogue.judging_relations,
            "parameter": topic.parameter_relation,
            "sweep_window": Relation(name="sweep_window", columns=SWEEP_WINDOW),
        },
        file=topic.content.shown,
        first_line=topic.content.body_line,
        kind="topic",
    )


def _require_row(topic: Topic) -> None:
    needed = [topic.subject_column, *ROW]
    if topic.header.reach == "customer":
        needed.append("customer_id")
    if topic.header.identity == "event":
        needed.append("event_id")
    missing = [column for column in needed if column not in topic.columns]
    if missing:
        raise ContentError(
            "row_incomplete",
            en=f"every topic returns the same row; not selected here: {', '.join(missing)}",
            zh=f"每个主题返回同样的行; 此处未输出: {'、'.join(missing)}",
            file=topic.content.shown,
            line=topic.content.body_line,
        )


def _require_header(topic: Topic, catalogue: Catalogue) -> None:
    header, content = topic.header, topic.content
    if header.subject not in SUBJECTS:
        raise _refuse(
            content,
            "unknown_subject",
            f"a topic speaks of one of {', '.join(SUBJECTS)}, not of {header.subject}",
            f"主题对象须为 {'、'.join(SUBJECTS)} 之一, 不能是 {header.subject}",
        )
    if header.population not in catalogue.relations:
        raise _refuse(
            content,
            "unknown_population",
            f"the population {header.population} is no table or model",
            f"population 指定的 {header.population} 不是表或模型",
        )
    columns = set(catalogue.relation(header.population).columns)
    wanted = {topic.subject_column, "from_on", "to_on"}
    wanted |= {f"{need}_{part}" for need in header.needs for part in ("observed", "expected")}
    if missing := sorted(wanted - columns):
        raise _refuse(
            content,
            "population_incomplete",
            f"the population {header.population} lacks {', '.join(missing)}",
            f"population {header.population} 缺少列 {'、'.join(missing)}",
        )
    for need, share in header.needs.items():
        if not 0 <= share <= 1:
            raise ContentError(
                "need_is_a_share",
                en=f"the need {need} is a share from 0 to 1, not {share}",
                zh=f"needs 中的 {need} 须为 0 至 1 的比例, 不能是 {share}",
                file=content.shown,
                line=content.line_of("needs", need),
            )
    check_parameters(content, header.parameters)
    check_replay(header.replay, topic.columns, content, catalogue.lexicon)
    daily = [read for read in topic.reads if catalogue.is_daily(read)]
    if daily and not header.reads_daily_because:
        raise _refuse(
            content,
            "reads_daily",
            "topics read monthly, event or feature marts; say in `reads_daily_because` why this one reads "
            f"the daily rows of {', '.join(daily)}",
            f"主题应读月度、事件或特征集市; 如必须读 {'、'.join(daily)} 的日数据, 请在 reads_daily_because 中说明理由",
        )


def check_parameters(content: ContentFile, parameters: Mapping[str, Parameter]) -> None:
    """Refuses a default that is no number or does not fit, and a parameter without a reason."""
    for name, parameter in parameters.items():
        why = parameter.why
        en, zh = (why, why) if isinstance(why, str) else (why.en, why.zh)
        if not is_reason(en=en, zh=zh):
            raise ContentError(
                "parameter_without_reason",
                en=f"the parameter {name} needs a reason in `why`",
                zh=f"参数 {name} 的 why 须说明理由",
                file=content.shown,
                line=content.line_of("parameters", name, "why"),
            )
        check_number(parameter.value, name, content, "parameters")


def _refuse(content: ContentFile, code: str, en: str, zh: str) -> ContentError:
    return ContentError(code, en=en, zh=zh, file=content.shown, line=content.header_line)
