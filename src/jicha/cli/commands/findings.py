"""`jicha findings`: the ranked table of a sweep, what is absent and why, what was cleared and by what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from jicha.cli.formats import Format
from jicha.cli.language import current, say
from jicha.cli.show import drawn, number, print_table, rows_out, table, tell
from jicha.inspection.area_problems import area as area_on_file
from jicha.inspection.content import load_catalogue
from jicha.inspection.innocence import load_checks
from jicha.inspection.known import ABSENCES
from jicha.inspection.organisation import Organisation, organisations
from jicha.inspection.people import masked_names
from jicha.inspection.results import CLEARED_COLUMNS, FINDING_COLUMNS, Results, RunRecord
from jicha.inspection.topic import Topic, load_topics
from jicha.kernel.errors import UnknownKey
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Store
from jicha.warehouse.workspace import Workspace

SEVERITY_STYLE = {"high": "bold red", "medium": "yellow", "low": "dim"}
ABSENT_COLUMNS = (
    "finding_key",
    "topic",
    "subject_id",
    "customer_id",
    "org_id",
    "period_from",
    "period_to",
    "presence_code",
    "reason_en",
    "reason_zh",
    "other_key",
)


def show(
    *,
    topic: str | None,
    org: str | None,
    area: str | None,
    run: int | None,
    which: str,
    limit: int,
    workspace: Path,
    content: Sequence[Path],
    format: Format,
) -> None:
    opened = Workspace.open(workspace)
    results = Results(opened)
    record = _record(results, run)
    catalogue = load_catalogue(ContentRoots.find(content))
    engine = DuckDBEngine([opened.lake])
    topics = load_topics(catalogue)
    _require_topic(topic, {*topics, *record.topics, *record.skipped})
    store = Store(opened, Manifest.load(opened, record.manifest), catalogue)
    places = organisations(store, engine)
    rows, columns = _rows(results, record.run, which)
    rows = [row for row in rows if _wanted(row, topic, _below(org, places))]
    asked = None if area is None else area_on_file(store, engine, area)
    if asked is not None:
        rows = [row | {"owner_id": asked.owner(row)} for row in rows if asked.holds(row)]
        columns = (*columns, "owner_id")
    if format is not Format.table:
        rows_out(rows, columns, format)
        return
    title = say(
        f"Sweep {record.run} · as of {record.as_of_on} · {len(rows)} rows",
        f"稽查批次 {record.run} · 截至 {record.as_of_on} · {len(rows)} 条",
    )
    if asked is not None:
        who = asked.manager_id or asked.reader_id or "?"
        post = say("manager", "台区经理") if asked.manager_id else say("reader", "抄表员")
        title = say(f"Area {area} · {post} {who} · {title}", f"台区 {area} · {post} {who} · {title}")
    if record.is_retrospective:
        title += say(" · look back", " · 回溯")
    names = masked_names(store, engine, [row["customer_id"] for row in rows[:limit]])
    if which == "present":
        print_table(title, ranked(rows[:limit], topics, places, names, catalogue.lexicon))
        totals(rows, limit)
    elif which == "absent":
        print_table(title, _absent(rows[:limit], topics, catalogue.lexicon))
    else:
        checks = {
            name: check.header.title.text.in_(current()) for name, check in load_checks(catalogue).items()
        }
        print_table(title, _cleared(rows[:limit], topics, names, checks))


def _record(results: Results, run: int | None) -> RunRecord:
    """The sweep asked for; else the last one that tells where things stand. A look back answers a question
    about the past and is shown only where it is asked for, or where nothing else is there."""
    if run is not None:
        return results.record(run)
    for each in reversed(results.runs()):
        record = results.record(each)
        if not record.is_retrospective:
            return record
    return results.record()


def _require_topic(topic: str | None, known: set[str]) -> None:
    """A topic or theme of the content or of the sweep; nothing found for a misspelt one would look innocent."""
    if topic is not None and topic not in known | {name.partition("/")[0] for name in known}:
        near = ", ".join(get_close_matches(topic, sorted(known), n=3))
        raise UnknownKey(
            "unknown_topic",
            en=f"there is no topic or theme {topic}" + (f"; did you mean {near}" if near else ""),
            zh=f"没有主题或专题 {topic}" + (f"; 是否应为 {near}" if near else ""),
        )


def _rows(results: Results, run: int, which: str) -> tuple[list[dict[str, Any]], Sequence[str]]:
    if which == "present":
        return results.findings(run), FINDING_COLUMNS
    if which == "cleared":
        return results.cleared(run), CLEARED_COLUMNS
    rows = [asdict(known) | {"presence_code": known.presence} for known in results.known(run)]
    return [row for row in rows if row["presence_code"] in ABSENCES], ABSENT_COLUMNS


def _wanted(row: Mapping[str, Any], topic: str | None, below: set[str] | None) -> bool:
    if topic is not None and row["topic"] != topic and row["topic"].partition("/")[0] != topic:
        return False
    return below is None or row["org_id"] in below


def _below(org: str | None, places: Mapping[str, Organisation]) -> set[str] | None:
    if org is None:
        return None
    if org not in places:
        raise UnknownKey(
            "unknown_organisation", en=f"there is no organisation {org}", zh=f"没有编码为 {org} 的单位"
        )
    found = {org}
    while grown := {o.org_id for o in places.values() if o.parent_org_id in found} - found:
        found |= grown
    return found


def ranked(
    rows: Sequence[Mapping[str, Any]],
    topics: Mapping[str, Topic],
    places: Mapping[str, Organisation],
    names: Mapping[str, str],
    lexicon: Lexicon,
) -> Table:
    """The table an inspector reads first."""
    methods, severities = lexicon.codes("impact_method"), lexicon.codes("severity")
    lang = current()
    made = table(
        [
            ("#", "right"),
            (say("key", "编号"), "left"),
            (say("topic", "主题"), "left"),
            (say("customer", "客户"), "left"),
            (say("station", "供电所"), "left"),
            (say("period", "时段"), "left"),
            ("kWh", "right"),
            (say("yuan", "金额(元)"), "right"),
            (say("method", "算法"), "left"),
            (say("severity", "等级"), "left"),
            (say("state", "状态"), "left"),
        ],
        [],
        padding=(0, 1, 0, 0),  # eleven columns: blanks on both sides would cut the last one off
    )
    presences = lexicon.codes("presence")
    made.columns[2].min_width = 18
    made.columns[8].max_width = 10
    for column in (1, 5, 10):
        made.columns[column].no_wrap = True
    for order, row in enumerate(rows, start=1):
        topic = topics.get(row["topic"])
        severity = row["severity_code"]
        yuan = row["impact_yuan"]
        end = "%m-%d" if row["period_from"].year == row["period_to"].year else "%Y-%m-%d"
        cells = (
            order,
            row["finding_key"],
            topic.header.title.text.in_(lang) if topic else row["topic"],
            f"{row['customer_id'] or row['subject_id']}\n{names.get(row['customer_id'] or '', '')}".strip(),
            _owner(row, places),
            f"{row['period_from']:%Y-%m-%d}\n→ {row['period_to']:{end}}",
            number(row["impact_kwh"]),
            drawn(
                number(yuan) + ("*" if row["is_partial_impact"] else ""),
                "green" if yuan is not None and yuan < 0 else "",
            ),
            getattr(methods[row["impact_method"]], lang),
            drawn(getattr(severities[severity], lang), SEVERITY_STYLE[severity]),
            getattr(presences[row["presence_code"]], lang),
        )
        made.add_row(*(cell if isinstance(cell, Text) else drawn(cell) for cell in cells))
    return made


def _owner(row: Mapping[str, Any], places: Mapping[str, Organisation]) -> str:
    """The station and, in the list of one area, who reads there."""
    org_id = row["org_id"]
    station = places[org_id].org_name if org_id in places else (org_id or "")
    return f"{station}\n{row.get('owner_id') or ''}".strip()


def totals(rows: Sequence[Mapping[str, Any]], limit: int) -> None:
    """Sums by direction, each with its count; what has no price is said."""
    owed = [row["impact_yuan"] for row in rows if row["impact_yuan"] is not None and row["impact_yuan"] > 0]
    refund = [row["impact_yuan"] for row in rows if row["impact_yuan"] is not None and row["impact_yuan"] < 0]
    unpriced = sum(1 for row in rows if row["impact_yuan"] is None)
    zero = Decimal(0)
    tell(
        say(
            f"{len(rows)} findings: {number(sum(owed, zero))} yuan owed to the utility ({len(owed)}), "
            f"{number(-sum(refund, zero))} yuan owed to customers ({len(refund)}), {unpriced} without a price. "
            "All money is estimated until bills are re-calculated.",
            f"共 {len(rows)} 条: 应追补 {number(sum(owed, zero))} 元 ({len(owed)} 条), "
            f"应退还 {number(-sum(refund, zero))} 元 ({len(refund)} 条), 未定价 {unpriced} 条。"
            "金额均为估算, 待电费重算后确定。",
        )
    )
    if len(rows) > limit:
        tell(say(f"{len(rows) - limit} more: use --limit", f"另有 {len(rows) - limit} 条: 用 --limit 查看"))


def _absent(rows: Sequence[Mapping[str, Any]], topics: Mapping[str, Topic], lexicon: Lexicon) -> Table:
    lang, presences = current(), lexicon.codes("presence")
    return table(
        [
            (say("key", "编号"), "left"),
            (say("topic", "主题"), "left"),
            (say("subject", "对象"), "left"),
            (say("period", "时段"), "left"),
            (say("absent", "缺席"), "left"),
            (say("reason", "原因"), "left"),
        ],
        [
            (
                row["finding_key"],
                topics[row["topic"]].header.title.text.in_(lang) if row["topic"] in topics else row["topic"],
                row["subject_id"],
                f"{row['period_from']} → {row['period_to']}",
                getattr(presences[row["presence_code"]], lang),
                row[f"reason_{lang}"],
            )
            for row in rows
        ],
    )


def _cleared(
    rows: Sequence[Mapping[str, Any]],
    topics: Mapping[str, Topic],
    names: Mapping[str, str],
    checks: Mapping[str, str],
) -> Table:
    """`names` are the customers', masked; `checks` the titles of the innocence checks there are today."""
    lang = current()
    return table(
        [
            (say("topic", "主题"), "left"),
            (say("subject", "对象"), "left"),
            (say("customer", "客户"), "left"),
            (say("period", "时段"), "left"),
            (say("yuan", "金额(元)"), "right"),
            (say("cleared by", "排除检查"), "left"),
            (say("because", "理由"), "left"),
        ],
        [
            (
                topics[row["topic"]].header.title.text.in_(lang) if row["topic"] in topics else row["topic"],
                row["subject_id"],
                f"{row['customer_id'] or ''} {names.get(row['customer_id'] or '', '')}".strip(),
                f"{row['period_from']} → {row['period_to']}",
                number(row["impact_yuan"]),
                checks.get(row["check_name"], row["check_name"]),
                row[f"reason_{lang}"],
            )
            for row in rows
        ],
    )
