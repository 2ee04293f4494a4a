"""`jicha sweep`: runs and tells what is new, still there, changed, and every way of being absent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from jicha.cli import engines
from jicha.cli.engines import THIS_MACHINE, EngineName
from jicha.cli.formats import Format
from jicha.cli.language import current, say
from jicha.cli.show import print_table, progress, rows_out, table, tell
from jicha.inspection.known import ABSENCES, PRESENCES
from jicha.inspection.results import FINDING_COLUMNS, Results, RunRecord
from jicha.inspection.sweep import SweepOptions
from jicha.inspection.sweep import sweep as run_sweep
from jicha.kernel.errors import JichaError
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.workspace import Workspace


def day(text: str | None, option: str) -> date | None:
    """A date the user typed."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise JichaError(
            "bad_date",
            en=f"{option} {text} is not a date; write it as 2026-06-30",
            zh=f"{option} {text} 不是有效日期; 请写成 2026-06-30",
        ) from error


def run(
    *,
    as_of: str | None,
    known_at: int | None,
    topics: Sequence[str],
    engine: EngineName = EngineName.duckdb,
    master: str = THIS_MACHINE,
    workspace: Path,
    content: Sequence[Path],
    format: Format,
) -> RunRecord:
    opened = Workspace.open(workspace)
    roots = ContentRoots.find(content)
    results = Results(opened)
    manifest = None if known_at is None else results.record(known_at).manifest
    options = SweepOptions(as_of=day(as_of, "--as-of"), known_at=manifest, topics=tuple(topics))
    running = engines.opened(engine, master=master, directories=[opened.lake], temp=opened.staging)
    with progress() as report:
        record = run_sweep(opened, roots, running, options, progress=report)
    if format is not Format.table:
        rows_out(results.findings(record.run), FINDING_COLUMNS, format)
        return record
    summary(record, Lexicon.load(roots))
    return record


def summary(record: RunRecord, lexicon: Lexicon) -> None:
    """What the sweep did, in one table and a few lines."""
    presences = lexicon.codes("presence")
    lang = current()
    compared = (
        say("first sweep", "首次稽查")
        if record.baseline_run is None
        else say(f"compared with sweep {record.baseline_run}", f"与批次 {record.baseline_run} 比较")
    )
    title = say(
        f"Sweep {record.run} · as of {record.as_of_on} · {compared} · {record.seconds:.1f} s",
        f"稽查批次 {record.run} · 截至 {record.as_of_on} · {compared} · {record.seconds:.1f} 秒",
    )
    if record.is_retrospective:
        title += say(" · a look back", " · 回溯")
    rows = [(getattr(presences[p], lang), record.counts.get(p, 0)) for p in (*PRESENCES, *ABSENCES)]
    headings = [(say("findings", "疑似问题"), "left"), (say("number", "数量"), "right")]
    print_table(title, table(headings, [row for row in rows if row[1]]))
    for name, reason in record.skipped.items():
        tell(f"{name}: {reason[lang]}", "yellow")
    _bills(record, lexicon)
    broken = [audit for audit in record.audits if audit["violations"]]
    for audit in broken:
        style = "red" if audit["level"] == "error" else "dim"
        tell(f"{say('audit', '审计')} {audit['relation']} {audit['audit']}: {audit['violations']:,}", style)
    tell(
        say(
            f"{len(record.built)} mart pieces built, {record.reused} reused · fingerprint {record.fingerprint[:12]}",
            f"集市分片: 新建 {len(record.built)}, 复用 {record.reused} · 指纹 {record.fingerprint[:12]}",
        ),
        "dim",
    )


def _bills(record: RunRecord, lexicon: Lexicon) -> None:
    """The share of bills recalculated; the rest by reason, the commonest first."""
    found = record.bills
    if found is None or not found["bills"]:
        return
    done, differing = found["recalculated"], found["differing"]
    tell(
        say(
            f"Bills: {done:,} of {found['bills']:,} recalculated, {differing:,} of them differ from the issued",
            f"电费账单: {found['bills']:,} 张中 {done:,} 张可重算, 其中 {differing:,} 张与已发行金额不符",
        )
    )
    codes = lexicon.codes("not_recalculated")
    for reason, bills in found["not_recalculated"].items():
        tell(f"  {bills:,} · {getattr(codes[reason], current())}", "dim")
