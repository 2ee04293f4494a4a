"""`jicha ingest` and `jicha quarantine`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jicha.cli.language import current, say
from jicha.cli.show import Format, out, progress, rows_out, table
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.ingest import IngestReport
from jicha.warehouse.ingest import ingest as take
from jicha.warehouse.quarantine import QUARANTINE_COLUMNS, list_quarantine
from jicha.warehouse.workspace import Workspace


def opened(path: Path, buckets: int) -> Workspace:
    """The workspace at a path; a new one where the folder is missing or empty."""
    if path.is_dir() and any(path.iterdir()):
        return Workspace.open(path)
    return Workspace.create(path, buckets=buckets)


def run(*, source: str, data: Path, workspace: Path, content: Sequence[Path], buckets: int) -> None:
    roots = ContentRoots.find(content)
    with progress() as report:
        done = take(opened(workspace, buckets), source, data, roots=roots, lexicon=Lexicon.load(roots), progress=report)
    show_report(done)


def show_report(report: IngestReport) -> None:
    out.print(
        say(
            f"{report.source}: {report.rows_read:,} rows read, {report.rows_kept:,} kept, "
            f"{report.rows_quarantined:,} quarantined ({report.rows_per_second:,.0f} rows/s)",
            f"{report.source}: 读入 {report.rows_read:,} 行, 入湖 {report.rows_kept:,} 行, "
            f"隔离 {report.rows_quarantined:,} 行 (每秒 {report.rows_per_second:,.0f} 行)",
        )
    )
    if report.rows_quarantined:
        out.print(say("`jicha quarantine` lists them", "用 `jicha quarantine` 查看"), style="yellow")


def show_quarantine(*, workspace: Path, format: Format, limit: int) -> None:
    rows = list_quarantine(Workspace.open(workspace))
    if format is not Format.table:
        rows_out(rows, list(QUARANTINE_COLUMNS), format)
        return
    lang = current()
    out.print(
        table(
            say(f"{len(rows):,} values and rows not taken", f"未入湖的值与行: {len(rows):,}"),
            [
                (say("file", "文件"), "left"),
                (say("row", "行"), "right"),
                (say("column", "列"), "left"),
                (say("value", "值"), "left"),
                (say("reason", "原因"), "left"),
                (say("what to do", "处理办法"), "left"),
            ],
            [
                (r["file"], r["row"], r["column"], r["value"], r[f"reason_{lang}"], r[f"advice_{lang}"])
                for r in rows[:limit]
            ],
        )
    )
