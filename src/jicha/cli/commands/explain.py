"""`jicha explain finding`: rule, values, parameters, innocence checks, source rows, history."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.panel import Panel
from rich.text import Text

from jicha.cli.commands.explain_replay import show_replay
from jicha.cli.language import current, say
from jicha.cli.show import drawn, number, out, plain, print_table, table, tell
from jicha.cli.show_law import confidence_shown, row_said
from jicha.inspection.explain import CheckOutcome, Explanation, alibi_facts, explain_finding
from jicha.inspection.nearest import EVERYWHERE
from jicha.inspection.organisation import Organisation
from jicha.inspection.people import masked_names
from jicha.inspection.plan import load_plan
from jicha.law.book import Law
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Store
from jicha.warehouse.workspace import Workspace

#: `valid_to` of a span that has not ended.
OPEN_END = "9999-12-31"

#: Columns of the table of values: what fits beside its headings.
EVIDENCE_SHOWN = 5


def finding(*, key: str, run: int | None, workspace: Path, content: Sequence[Path]) -> None:
    opened = Workspace.open(workspace)
    plan = load_plan(ContentRoots.find(content))
    engine = DuckDBEngine([opened.lake])
    found = explain_finding(opened, plan, engine, key, run)
    store = Store(opened, Manifest.load(opened, found.run.manifest), plan.catalogue)
    names = masked_names(store, engine, [found.finding["customer_id"]])
    lexicon = plan.catalogue.lexicon
    _head(found, names.get(found.finding["customer_id"] or "", ""), lexicon)
    _evidence(found, lexicon)
    if found.replay is not None:
        show_replay(found.replay, lexicon)
    _parameters(found)
    _checks(found, lexicon)
    _law(found, plan.law, lexicon)
    _sources(found, lexicon)
    _chain(found, lexicon)


def _head(found: Explanation, name: str, lexicon: Lexicon) -> None:
    lang, row, header = current(), found.finding, found.topic.header
    method = getattr(lexicon.codes("impact_method")[row["impact_method"]], lang)
    lines: list[str | Text] = [
        Text.assemble(
            drawn(header.title.text.in_(lang), "bold"), drawn(f"  {header.code} · {found.topic.name}")
        ),
        header.description.text.in_(lang),
        "",
        f"{say('customer', '客户')}: {row['customer_id']} {name}   "
        f"{lexicon.field(found.topic.subject_column).text.in_(lang)}: {row['subject_id']}",
        f"{say('organisation', '单位')}: {' › '.join(o.org_name for o in found.organisations)}",
        f"{say('period', '时段')}: {row['period_from']} → {row['period_to']} "
        f"{say('(end not included)', '(不含末日)')}",
        f"{say('observed', '实际')}: {row['observed_value']}   {say('expected', '应为')}: {row['expected_value']}",
        f"{say('impact', '影响')}: {number(row['impact_kwh'])} kWh, {number(row['impact_yuan'])} "
        f"{say('yuan', '元')} ({method}{say(', PARTIAL', ', 不完整') if row['is_partial_impact'] else ''})",
        f"{say('to check on site', '现场核查')}: {'; '.join(getattr(header.check, lang))}",
    ]
    if found.run.is_retrospective:
        note = say(
            f"From a look back as of {found.run.as_of_on}, not from where things stand.",
            f"来自截至 {found.run.as_of_on} 的回溯批次, 不代表现状。",
        )
        lines.append(drawn(note, "yellow"))
    if found.content_changed:
        note = say(
            "Content has changed since this sweep; texts and rule shown are today's.",
            "本批次之后内容已修改; 所示规则文字为当前版本。",
        )
        lines.append(drawn(note, "yellow"))
    title = say(f"Finding {row['finding_key']}", f"疑似问题 {row['finding_key']}")
    body = Text("\n").join(line if isinstance(line, Text) else drawn(line) for line in lines)
    out.print(Panel(body, title=drawn(title), title_align="left"))


def _evidence(found: Explanation, lexicon: Lexicon) -> None:
    """Evidence as a person compares it: one line a field, one column a row, twelve rows at most."""
    lang = current()
    rows = found.evidence[-EVIDENCE_SHOWN:]
    if not rows:
        return
    skip = {"impact_method", "customer_id", "event_id"}
    columns = [column for column in found.topic.columns if column in rows[0] and column not in skip]
    rest = len(found.evidence) - len(rows)
    more = say(
        f" (last {len(rows)} of {len(found.evidence)})",
        f" (共 {len(found.evidence)} 行, 示最近 {len(rows)} 行)",
    )
    title = say("Values", "取值") + (more if rest else "")
    headings = [(say("field", "字段"), "left")] + [(str(place), "right") for place in range(1, len(rows) + 1)]
    made = table(
        headings,
        [
            (lexicon.field(column).text.in_(lang), *(_cell(column, row.get(column), lexicon) for row in rows))
            for column in columns
        ],
    )
    print_table(title, made)


def _cell(column: str, value: Any, lexicon: Lexicon) -> Any:
    """A value as a person reads it: codes by their name, an open end as such."""
    if value is None:
        return None
    if str(value) == OPEN_END:
        return say("open", "长期")
    field = lexicon.field(column)
    if column.endswith("_code") and field.code is not None:
        known = lexicon.codes(field.code).get(str(value))
        return value if known is None else getattr(known, current())
    return plain(value)


def _parameters(found: Explanation) -> None:
    if not found.parameters:
        return
    rows = [
        (
            p.name,
            f"{p.value} {p.unit}",
            _origin(p.from_org_id, p.from_org),
            p.why.in_(current()),
            p.file,
        )
        for p in found.parameters
    ]
    headings = [
        (say("parameter", "参数"), "left"),
        (say("value", "取值"), "right"),
        (say("from", "来源"), "left"),
        (say("why", "理由"), "left"),
        (say("file", "文件"), "left"),
    ]
    print_table(say("Parameters", "参数"), table(headings, rows))


def _origin(org_id: str | None, place: Organisation | None) -> str:
    """Whose value it is: nobody's but the topic's, everybody's, or an organisation's."""
    if org_id is None:
        return say("default of the topic", "主题默认值")
    if org_id == EVERYWHERE:
        return say("all organisations", "全部单位")
    return org_id if place is None else place.org_name


def _checks(found: Explanation, lexicon: Lexicon) -> None:
    lang = current()
    rows = [
        (
            check.title.in_(lang),
            say("covers the period", "覆盖整个时段")
            if check.clears == "covers"
            else say("touches it", "时段内或前后有事件"),
            f"{check.margin_days}",
            _outcome(check, lexicon),
        )
        for check in found.checks
    ]
    headings = [
        (say("innocence check", "排除检查"), "left"),
        (say("how it clears", "排除方式"), "left"),
        (say("margin (days)", "容差(天)"), "right"),
        (say("outcome", "结果"), "left"),
    ]
    print_table(say("Innocent explanations checked", "已核对的无辜解释"), table(headings, rows))


def _outcome(check: CheckOutcome, lexicon: Lexicon) -> str:
    if not check.explained:
        return say("does not explain it", "不能解释")
    parts = []
    for row in check.explained[:3]:
        facts = ", ".join(
            f"{lexicon.field(name).text.in_(current())} {value}" for name, value in alibi_facts(row).items()
        )
        parts.append(f"{row['period_from']} → {row['period_to']} ({facts})")
    return say("explained and left out: ", "已解释并剔除: ") + "; ".join(parts)


def _law(found: Explanation, law: Law, lexicon: Lexicon) -> None:
    """The law the topic names, as it stood when the period began."""
    rows: list[Sequence[Any]] = []
    for answer in found.law:
        title = answer.question.table.title.in_(current())
        if not answer.rows:
            rows.append((title, say("no value known for that day", "该日没有已知取值"), "", ""))
        rows += [
            (
                title,
                row_said(row, lexicon),
                "; ".join(law.clause(citation).text.in_(current()) for citation in row.citations),
                confidence_shown(row.confidence, lexicon),
            )
            for row in answer.rows
        ]
    if rows:
        headings = [
            (say("law", "法规"), "left"),
            (say("says", "取值"), "left"),
            (say("clause", "条款"), "left"),
            (say("confidence", "可信度"), "left"),
        ]
        day = found.finding["period_from"]
        print_table(say(f"Law as of {day}", f"法规依据({day})"), table(headings, rows))


def _sources(found: Explanation, lexicon: Lexicon) -> None:
    lang = current()
    for source in found.sources:
        shown: list[Sequence[Any]] = []
        columns = [c for c in source.rows[0] if c not in ("origin_file", "origin_row", "customer_id")]
        columns = [c for c in columns if any(row[c] is not None for row in source.rows)]
        for row in source.rows:
            shown.append(
                [f"{row['origin_file']}:{row['origin_row']}", *(_cell(c, row[c], lexicon) for c in columns)]
            )
        more = (
            ""
            if source.total == len(source.rows)
            else say(f" ({source.total} rows)", f" (共 {source.total} 行)")
        )
        headings = [(say("file:row", "文件:行"), "left")] + [
            (lexicon.field(c).text.in_(lang), "left") for c in columns
        ]
        print_table(f"{source.table.name} {source.table.description.in_(lang)}{more}", table(headings, shown))


def _chain(found: Explanation, lexicon: Lexicon) -> None:
    lang = current()
    presences = lexicon.codes("presence")
    rows = [
        (
            run,
            getattr(presences[row["presence_code"]], lang),
            f"{row['period_from']} → {row['period_to']}",
            number(row["impact_kwh"]),
            number(row["impact_yuan"]),
        )
        for run, row in found.chain
    ]
    headings = [
        (say("sweep", "批次"), "right"),
        (say("state", "状态"), "left"),
        (say("period", "时段"), "left"),
        ("kWh", "right"),
        (say("yuan", "元"), "right"),
    ]
    print_table(say("History", "历次观测"), table(headings, rows))
    run = found.run
    tell(
        say(
            f"sweep {run.run} · manifest {run.manifest} · data {run.lake_digest[:12]}"
            f" · content {run.content_digest[:12]} · fingerprint {run.fingerprint[:12]}",
            f"批次 {run.run} · 数据清单 {run.manifest} · 数据 {run.lake_digest[:12]} · 内容 {run.content_digest[:12]}"
            f" · 指纹 {run.fingerprint[:12]}",
        ),
        "dim",
    )
