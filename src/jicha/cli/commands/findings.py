"""`jicha findings`: the ranked table of a sweep, what is absent and why, what was cleared and by what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.table import Table

from jicha.cli.formats import Format
from jicha.cli.language import current, say
from jicha.cli.show import number, out, print_table, rows_out, table
from jicha.inspection.known import ABSENCES
from jicha.inspection.organisation import Organisation, organisations
from jicha.inspection.people import masked_names
from jicha.inspection.results import CLEARED_COLUMNS, FINDING_COLUMNS, Results
from jicha.inspection.topic import Topic, load_topics
from jicha.kernel.errors import UnknownKey
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue
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
    run: int | None,
    which: str,
    limit: int,
    workspace: Path,
    content: Sequence[Path],
    format: Format,
) -> None:
    opened = Workspace.open(workspace)
    results = Results(opened)
    record = results.record(run)
    catalogue = Catalogue.load(ContentRoots.find(content))
    engine = DuckDBEngine([opened.lake])
    store = Store(opened, Manifest.load(opened, record.manifest), catalogue)
    places = organisations(store, engine)
    rows, columns = _rows(results, record.run, which)
    rows = [row for row in rows if _wanted(row, topic, _below(org, places))]
    if format is not Format.table:
        rows_out(rows, columns, format)
        return
    topics = load_topics(catalogue)
    title = say(
        f"Sweep {record.run} · as of {record.as_of_on} · {len(rows)} rows",
        f"稽查批次 {record.run} · 截至 {record.as_of_on} · {len(rows)} 条",
    )
    names = masked_names(store, engine, [row["customer_id"] for row in rows[:limit]])
    if which == "present":
        print_table(title, ranked(rows[:limit], topics, places, names, catalogue.lexicon))
        totals(rows, limit)
    elif which == "absent":
        print_table(title, _absent(rows[:limit], topics))
    else:
        print_table(title, _cleared(rows[:limit], topics, names))


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
    )
    presences = lexicon.codes("presence")
    for column in (1, 5):
        made.columns[column].no_wrap = True
    for place, row in enumerate(rows, start=1):
        topic = topics.get(row["topic"])
        severity = row["severity_code"]
        yuan = row["impact_yuan"]
        made.add_row(
            str(place),
            row["finding_key"],
            topic.header.title.text.in_(lang) if topic else row["topic"],
            f"{row['customer_id'] or ''}\n{names.get(row['customer_id'] or '', '')}".strip(),
            places[row["org_id"]].org_name if row["org_id"] in places else (row["org_id"] or ""),
            f"{row['period_from']:%Y-%m-%d}\n→ {row['period_to']:%m-%d}"
            if row["period_from"].year == row["period_to"].year
            else f"{row['period_from']:%Y-%m-%d}\n→ {row['period_to']:%Y-%m-%d}",
            number(row["impact_kwh"]),
            f"[{'green' if yuan is not None and yuan < 0 else 'default'}]{number(yuan)}[/]"
            + ("*" if row["is_partial_impact"] else ""),
            methods[row["impact_method"]].zh if lang == "zh" else methods[row["impact_method"]].en,
            f"[{SEVERITY_STYLE[severity]}]{getattr(severities[severity], lang)}[/]",
            getattr(presences[row["presence_code"]], lang),
        )
    return made


def totals(rows: Sequence[Mapping[str, Any]], limit: int) -> None:
    """Sums by direction, each with its count; what has no price is said."""
    owed = [row["impact_yuan"] for row in rows if row["impact_yuan"] is not None and row["impact_yuan"] > 0]
    refund = [row["impact_yuan"] for row in rows if row["impact_yuan"] is not None and row["impact_yuan"] < 0]
    unpriced = sum(1 for row in rows if row["impact_yuan"] is None)
    zero = Decimal(0)
    out.print(
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
        out.print(
            say(f"{len(rows) - limit} more: use --limit", f"另有 {len(rows) - limit} 条: 用 --limit 查看")
        )


def _absent(rows: Sequence[Mapping[str, Any]], topics: Mapping[str, Topic]) -> Table:
    lang = current()
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
                row["presence_code"],
                row[f"reason_{lang}"],
            )
            for row in rows
        ],
    )


def _cleared(
    rows: Sequence[Mapping[str, Any]], topics: Mapping[str, Topic], names: Mapping[str, str]
) -> Table:
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
                row["check_name"],
                row[f"reason_{lang}"],
            )
            for row in rows
        ],
    )
