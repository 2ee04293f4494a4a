"""Why a finding is one: rule, values, parameters with their origin, innocence checks, law, source rows.

Everything is read from the run that found it: its manifest, its parameters. Only the texts of the rule are
today's; where the rule changed since, the explanation says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlglot.expressions as exp

from jicha.inspection.fingerprint import content_digest
from jicha.inspection.innocence import checks_of
from jicha.inspection.organisation import Organisation, organisations
from jicha.inspection.plan import Plan
from jicha.inspection.results import Results, RunRecord, evidence_rows
from jicha.inspection.topic import Topic, subject_column
from jicha.inspection.topic_law import law_of
from jicha.kernel.errors import UnknownKey
from jicha.kernel.period import Month
from jicha.kernel.text import Text
from jicha.law.question import Answer
from jicha.warehouse.core import ORIGIN, CoreTable
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Store, Window
from jicha.warehouse.workspace import Workspace

#: Rows of one table an explanation shows; the number of all is told beside them.
ROWS_SHOWN = 8

_ORIGIN_TYPES = dict(zip(ORIGIN, ("text", "integer"), strict=True))


@dataclass(frozen=True, slots=True)
class ParameterUsed:
    """A threshold the finding was judged by. `from_org_id` is None for the header's default and `*` for a
    value of the whole tree; `from_org` is the organisation where it is one of the lake's."""

    name: str
    value: str
    unit: str
    from_org_id: str | None
    from_org: Organisation | None
    owner: str | None
    why: Text
    file: str
    sourced: bool


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """One innocence check of the topic: how many of the subject's hits it explained in this run."""

    title: Text
    reason: Text
    clears: str
    margin_days: int
    explained: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class SourceRows:
    """Rows of a core table behind the finding, with `origin_file` and `origin_row`; `total` of them exist."""

    table: CoreTable
    rows: tuple[Mapping[str, Any], ...]
    total: int


@dataclass(frozen=True, slots=True)
class Explanation:
    finding: Mapping[str, Any]
    topic: Topic
    evidence: tuple[Mapping[str, Any], ...]
    parameters: tuple[ParameterUsed, ...]
    checks: tuple[CheckOutcome, ...]
    law: tuple[Answer, ...]
    sources: tuple[SourceRows, ...]
    chain: tuple[tuple[int, Mapping[str, Any]], ...]
    organisations: tuple[Organisation, ...]
    run: RunRecord
    content_changed: bool
    #: What replaying the bills came to (`replaying.replayed_findings` says how it looks); None where nothing was.
    replay: Mapping[str, Any] | None = None


def find(results: Results, key: str, run: int | None = None) -> tuple[RunRecord, dict[str, Any]]:
    """The finding whose key starts with `key`, in the given run or the newest that has it; look backs, which
    do not tell where things stand, are asked last."""
    for number in [run] if run is not None else _newest_first(results):
        matches = [row for row in results.findings(number) if row["finding_key"].startswith(key)]
        if len(matches) > 1:
            keys = ", ".join(row["finding_key"] for row in matches[:5])
            raise UnknownKey(
                "ambiguous_key",
                en=f"{len(matches)} findings begin with {key}: {keys}; give more of the key",
                zh=f"有 {len(matches)} 条以 {key} 开头: {keys}; 请输入更多位",
            )
        if matches:
            return results.record(number), matches[0]
    raise UnknownKey(
        "unknown_finding",
        en=f"no sweep has a finding {key}; `jicha findings` lists the keys",
        zh=f"没有编号为 {key} 的疑似问题; 用 `jicha findings` 查看编号",
    )


def _newest_first(results: Results) -> list[int]:
    back = {number: results.record(number).is_retrospective for number in results.runs()}
    return sorted(back, key=lambda number: (back[number], -number))


def explain_finding(
    workspace: Workspace, plan: Plan, engine: Engine, key: str, run: int | None = None
) -> Explanation:
    """Raises `UnknownKey` for a key no run has, or a topic that no longer exists."""
    results = Results(workspace)
    record, finding = find(results, key, run)
    topic = plan.topics.get(finding["topic"])
    if topic is None:
        raise UnknownKey(
            "unknown_topic",
            en=f"the topic {finding['topic']} no longer exists",
            zh=f"主题 {finding['topic']} 已不存在",
        )
    store = Store(workspace, Manifest.load(workspace, record.manifest), plan.catalogue)
    known = organisations(store, engine)
    return Explanation(
        finding=finding,
        topic=topic,
        evidence=tuple(evidence_rows(finding)),
        parameters=_parameters(topic, finding, record, known),
        checks=_checks(topic, finding, plan, results, record.run),
        law=tuple(law_of(topic, plan.law, finding["period_from"])),
        sources=_sources(topic, finding, store, engine),
        chain=_chain(results, finding["finding_key"], record),
        organisations=_path(finding["org_id"], known),
        run=record,
        content_changed=content_digest(plan.catalogue.roots) != record.content_digest,
        replay=json.loads(told) if (told := finding.get("replay_json")) else None,
    )


def _parameters(
    topic: Topic, finding: Mapping[str, Any], record: RunRecord, known: Mapping[str, Organisation]
) -> tuple[ParameterUsed, ...]:
    mine = [row for row in record.parameters if row["of"] == topic.name]
    used = []
    for name in topic.header.parameters:
        own = next((r for r in mine if r["parameter"] == name and r["org_id"] == finding["org_id"]), None)
        row = own or next((r for r in mine if r["parameter"] == name and r["org_id"] is None), None)
        if row is not None:
            place = row["from_org_id"]
            used.append(
                ParameterUsed(
                    name=name,
                    value=row["value"],
                    unit=row["unit"],
                    from_org_id=place,
                    from_org=known.get(place) if place else None,
                    owner=row["owner"],
                    why=Text(**row["why"]),
                    file=row["file"],
                    sourced=row["sourced"],
                )
            )
    return tuple(used)


def _checks(
    topic: Topic, finding: Mapping[str, Any], plan: Plan, results: Results, run: int
) -> tuple[CheckOutcome, ...]:
    cleared = [
        row
        for row in results.cleared(run)
        if row["topic"] == topic.name and row["subject_id"] == finding["subject_id"]
    ]
    outcomes = []
    for use, check in zip(topic.header.innocence, checks_of(topic, plan.checks), strict=True):
        outcomes.append(
            CheckOutcome(
                title=check.header.title.text,
                reason=check.reason,
                clears=use.clears,
                margin_days=use.margin_days,
                explained=tuple(row for row in cleared if row["check_name"] == check.name),
            )
        )
    return tuple(outcomes)


def _sources(
    topic: Topic, finding: Mapping[str, Any], store: Store, engine: Engine
) -> tuple[SourceRows, ...]:
    catalogue = store.catalogue
    found = []
    for name in catalogue.core_upstream(topic.reads):
        table = catalogue.core[name]
        if table.reach == "customer" and finding["customer_id"] is None:
            continue
        condition = _condition(table, finding)
        if condition is None:
            continue
        columns = {**catalogue.lexicon.types(table.columns), **_ORIGIN_TYPES}
        window = _months(finding) if table.partition_on else None
        scan = engine.scan([piece.path for piece in store.select(name, None, window)], columns)
        inner = exp.alias_(exp.Subquery(this=scan), "source", table=True)
        order = [
            exp.column(c, quoted=True)
            for c in ([table.partition_on] if table.partition_on else []) + list(table.key)
        ]
        query = (
            exp.Select(expressions=[exp.column(c, quoted=True) for c in columns])
            .from_(inner)
            .where(condition)
        )
        rows = engine.rows(query.order_by(*order))
        shown = [dict(zip(columns, row, strict=True)) for row in rows[:ROWS_SHOWN]]
        if rows:
            found.append(SourceRows(table, tuple(shown), len(rows)))
    return tuple(found)


def _months(finding: Mapping[str, Any]) -> Window:
    start: date = finding["period_from"]
    return Window(Month.parse(start - timedelta(days=1)), Month.parse(finding["period_to"]))


def _condition(table: CoreTable, finding: Mapping[str, Any]) -> exp.Condition | None:
    """Rows of the finding's subject and days; a table that knows neither is not behind the finding."""

    def equals(column: str, value: str) -> exp.Condition:
        return exp.EQ(this=exp.column(column, quoted=True), expression=exp.Literal.string(value))

    subject = subject_column(finding["subject_type_code"])
    parts: list[exp.Condition] = []
    if subject in table.columns:
        parts.append(equals(subject, finding["subject_id"]))
    elif "customer_id" in table.columns and finding["customer_id"]:
        parts.append(equals("customer_id", finding["customer_id"]))
    else:
        return None
    if table.partition_on:
        # A reading at the end of the day before opens the period; a bill's month is its first day.
        first = finding["period_from"] - timedelta(days=1)
        if table.partition_on == "month_on":
            first = finding["period_from"].replace(day=1)
        column = exp.column(table.partition_on, quoted=True)
        parts.append(exp.GTE(this=column, expression=exp.cast(exp.Literal.string(first.isoformat()), "DATE")))
        last = exp.cast(exp.Literal.string(finding["period_to"].isoformat()), "DATE")
        parts.append(exp.LT(this=column.copy(), expression=last))
    return exp.and_(*parts)


def _chain(results: Results, key: str, until: RunRecord) -> tuple[tuple[int, Mapping[str, Any]], ...]:
    """The finding's observations in earlier runs and this one, oldest first. Other look backs are no part of
    its history, and before a look back lies only what was known on its day."""
    seen: list[tuple[int, Mapping[str, Any]]] = []
    for run in results.runs():
        if run == until.run or (run < until.run and _precedes(results.record(run), until)):
            seen += [(run, row) for row in results.findings(run) if row["finding_key"] == key]
    return tuple(seen)


def _precedes(earlier: RunRecord, later: RunRecord) -> bool:
    if earlier.is_retrospective or not later.is_retrospective:
        return not earlier.is_retrospective
    return earlier.manifest <= later.manifest and earlier.as_of_on <= later.as_of_on


def _path(org_id: str | None, known: Mapping[str, Organisation]) -> tuple[Organisation, ...]:
    """From the province down to the station."""
    path: list[Organisation] = []
    while org_id is not None and org_id in known and known[org_id] not in path:
        path.append(known[org_id])
        org_id = known[org_id].parent_org_id
    return tuple(reversed(path))


def alibi_facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """The facts a clearing alibi rests on, decimals and dates as texts."""
    facts: dict[str, Any] = json.loads(row["alibi_json"])
    return facts
