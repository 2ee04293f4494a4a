"""`jicha ingest` and `jicha quarantine`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jicha.cli.formats import Format
from jicha.cli.language import current, say
from jicha.cli.show import print_table, progress, rows_out, table, tell
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.ingest import IngestReport
from jicha.warehouse.ingest import ingest as take
from jicha.warehouse.quarantine import quarantined
from jicha.warehouse.workspace import Workspace


def opened(path: Path, buckets: int) -> Workspace:
    """The workspace at a path; a new one where the folder is missing or empty."""
    if path.is_dir() and any(path.iterdir()):
        return Workspace.open(path)
    return Workspace.create(path, buckets=buckets)


def run(*, source: str, data: Path, workspace: Path, content: Sequence[Path], buckets: int) -> None:
    roots = ContentRoots.find(content)
    with progress() as report:
        done = take(
            opened(workspace, buckets),
            source,
            data,
            roots=roots,
            lexicon=Lexicon.load(roots),
            progress=report,
        )
    show_report(done)


def show_report(report: IngestReport) -> None:
    rows = sum(table.rows for table in report.tables)
    line = say(
        f"{report.source}: {len(report.files)} files, {report.rows_read:,} rows read, {report.rows_quarantined:,} "
        f"quarantined; {rows:,} rows in {len(report.tables)} tables "
        f"({report.seconds:.1f} s, {report.rows_per_second:,.0f} rows/s)",
        f"{report.source}: {len(report.files)} 个文件, 读入 {report.rows_read:,} 行, "
        f"隔离 {report.rows_quarantined:,} 行; "
        f"{len(report.tables)} 张表共 {rows:,} 行 ({report.seconds:.1f} 秒, 每秒 {report.rows_per_second:,.0f} 行)",
    )
    tell(line)
    if report.skipped:
        tell(
            say(f"{len(report.skipped)} files were taken before", f"{len(report.skipped)} 个文件此前已入湖"),
            "dim",
        )
    if report.missing:
        tables = ", ".join(report.missing)
        tell(say(f"no file for: {tables}", f"未提供文件: {tables}"), "yellow")
    if report.rows_quarantined:
        tell(say("`jicha quarantine` lists them", "用 `jicha quarantine` 查看"), "yellow")


QUARANTINE_COLUMNS = (
    "source",
    "raw_table",
    "file",
    "row",
    "column",
    "value",
    "effect",
    "reason_code",
    "reason_zh",
    "reason_en",
    "advice_zh",
    "advice_en",
)


def show_quarantine(*, workspace: Path, format: Format, limit: int) -> None:
    everything = list(quarantined(Workspace.open(workspace)))
    if format is not Format.table:
        rows = [
            {name: getattr(q, name) for name in QUARANTINE_COLUMNS[:8]}
            | {
                "reason_zh": q.reason.zh,
                "reason_en": q.reason.en,
                "advice_zh": q.advice.zh,
                "advice_en": q.advice.en,
            }
            for q in everything
        ]
        rows_out(rows, QUARANTINE_COLUMNS, format)
        return
    lang = current()
    print_table(
        say(f"{len(everything):,} rows and values not taken", f"未入湖的行与值: {len(everything):,}"),
        table(
            [
                (say("file", "文件"), "left"),
                (say("row", "行"), "right"),
                (say("column", "列"), "left"),
                (say("value", "值"), "left"),
                (say("reason", "原因"), "left"),
                (say("what to do", "处理办法"), "left"),
            ],
            [
                (q.file, q.row, q.column, q.value, q.reason.in_(lang), q.advice.in_(lang))
                for q in everything[:limit]
            ],
        ),
    )
