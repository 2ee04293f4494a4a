"""`jicha ingest`: takes a delivery and tells what became of every file and every core table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text as Drawn

from jicha.cli.ingest_progress import ingest_progress
from jicha.cli.language import current, say
from jicha.cli.show import drawn, print_table, table, tell
from jicha.kernel.errors import SourceError
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.database import database_url, names_database
from jicha.warehouse.ingest import IngestReport, TableReport
from jicha.warehouse.ingest import ingest as take
from jicha.warehouse.manifest import RawFile
from jicha.warehouse.source import Source
from jicha.warehouse.workspace import Workspace

if TYPE_CHECKING:
    from sqlalchemy import URL

#: Files the report lists one by one; beyond it, those about which something is to be said come first.
_MOST_FILES = 40

#: Names in one line.
_MOST_NAMES = 5


def opened(path: Path, buckets: int) -> Workspace:
    """The workspace at a path; a new one where the folder is missing or empty."""
    if path.is_dir() and any(path.iterdir()):
        return Workspace.open(path)
    return Workspace.create(path, buckets=buckets)


def run(*, source: str, data: str | None, workspace: Path, content: Sequence[Path], buckets: int) -> None:
    roots = ContentRoots.find(content)
    delivery = _delivery(data)
    with ingest_progress() as report:
        done = take(
            opened(workspace, buckets),
            source,
            delivery,
            roots=roots,
            lexicon=Lexicon.load(roots),
            progress=report,
        )
    if done.files:
        show_files(done, report.file_seconds)
    if done.tables:
        show_tables(done)
    show_report(done)


def _delivery(data: str | None) -> Path | URL:
    """The folder or the database that was named."""
    if names_database(data):
        return database_url(data)
    if data is None:
        raise SourceError(
            "no_data",
            en="say --data DIR, or set JICHA_DATABASE_URL_FILE",
            zh="请指定 --data 目录, 或设置 JICHA_DATABASE_URL_FILE",
        )
    return Path(data)


def show_files(report: IngestReport, seconds: Sequence[float]) -> None:
    """What became of each file's rows. `seconds` are the files' in the report's order."""
    timed = list(zip(report.files, seconds, strict=True))
    if len(timed) > _MOST_FILES:
        timed.sort(key=lambda each: not (_notes(each[0]).plain or each[0].rows_quarantined))
    shown = timed[:_MOST_FILES]
    print_table(
        say("Files taken", "已导入文件"),
        table(
            [
                (say("file", "文件"), "left"),
                (say("read", "读入"), "right"),
                (say("taken", "取用"), "right"),
                (say("quarantined", "隔离"), "right"),
                (say("rows/s", "行/秒"), "right"),
                (say("notes", "说明"), "left"),
            ],
            [
                (
                    file.file,
                    f"{file.rows_read:,}",
                    f"{file.rows_typed:,}",
                    _counted(file.rows_quarantined, "red"),
                    f"{file.rows_read / spent:,.0f}" if spent > 0 else "",
                    _notes(file),
                )
                for file, spent in shown
            ],
        ),
    )
    rest = timed[_MOST_FILES:]
    if rest:
        rows = sum(file.rows_read for file, _ in rest)
        tell(
            say(
                f"and {len(rest):,} more files with {rows:,} rows",
                f"另有 {len(rest):,} 个文件共 {rows:,} 行",
            ),
            "dim",
        )


def _notes(file: RawFile) -> Drawn:
    """What a person may want to know about a file beside its counts, one thing a line."""
    notes = []
    if file.values_quarantined:
        count = f"{file.values_quarantined:,}"
        notes.append(drawn(say(f"values emptied: {count}", f"置空值: {count}"), "yellow"))
    if file.absent_columns:
        names = ", ".join(file.absent_columns)
        notes.append(drawn(say(f"columns absent: {names}", f"缺少可选列: {names}"), "yellow"))
    if file.ignored_columns:
        names = ", ".join(file.ignored_columns)
        notes.append(drawn(say(f"columns ignored: {names}", f"忽略的列: {names}"), "yellow"))
    if file.ignored_sheets:
        names = ", ".join(file.ignored_sheets)
        notes.append(drawn(say(f"sheets ignored: {names}", f"忽略的工作表: {names}"), "yellow"))
    if file.rows_blank:
        notes.append(drawn(say(f"blank rows: {file.rows_blank:,}", f"空行: {file.rows_blank:,}"), "dim"))
    if file.rows_above:
        notes.append(drawn(say(f"title rows: {file.rows_above:,}", f"标题行: {file.rows_above:,}"), "dim"))
    return Drawn("\n").join(notes)


def show_tables(report: IngestReport) -> None:
    """What became of each core table."""
    print_table(
        say("Core tables", "核心表"),
        table(
            [
                (say("table", "表"), "left"),
                (say("rows", "行数"), "right"),
                (say("added", "新增"), "right"),
                (say("changed", "变更"), "right"),
                (say("removed", "删除"), "right"),
                ("", "left"),
            ],
            [
                (
                    each.table,
                    f"{each.rows:,}",
                    *(drawn(f"{n:,}", "" if n else "dim") for n in (each.added, each.changed, each.removed)),
                    _table_notes(each),
                )
                for each in report.tables
            ],
        ),
    )


def _table_notes(table: TableReport) -> Drawn:
    notes = []
    if table.superseded:
        count = f"{table.superseded:,}"
        notes.append(drawn(say(f"same key, other content: {count}", f"主键相同内容不同: {count}"), "yellow"))
    if table.without_key:
        count = f"{table.without_key:,}"
        notes.append(drawn(say(f"without key: {count}", f"缺主键: {count}"), "yellow"))
    if table.is_rebuilt:
        notes.append(drawn(say("rebuilt", "重建"), "dim"))
    return Drawn("\n").join(notes)


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
        tell(_missing(report.missing), "yellow")
    if report.unclaimed:
        tell(_unclaimed(report.unclaimed), "yellow")
    if _has_quarantine(report):
        tell(
            say("`jicha quarantine` says why and what to do", "原因与处理办法: `jicha quarantine`"), "yellow"
        )


def _missing(tables: Sequence[str]) -> str:
    """Tables of which this delivery had nothing: of a month's delivery most, so not all are named."""
    names = ", ".join(tables[:_MOST_NAMES]) + (", …" if len(tables) > _MOST_NAMES else "")
    return say(f"no file for {len(tables)} tables: {names}", f"{len(tables)} 张表未提供文件: {names}")


def show_sources(reports: Sequence[IngestReport], sources: Mapping[str, Source]) -> None:
    """A line for each system: what was delivered and what was made of it."""
    print_table(
        say("Taken in", "数据入湖"),
        table(
            [
                (say("source", "数据源"), "left"),
                (say("system", "系统"), "left"),
                (say("files", "文件"), "right"),
                (say("rows read", "读入行数"), "right"),
                (say("left out", "隔离"), "right"),
                (say("emptied", "置空值"), "right"),
                (say("core tables", "核心表"), "right"),
                (say("rows", "核心表行数"), "right"),
                (say("seconds", "秒"), "right"),
            ],
            [
                (
                    report.source,
                    sources[report.source].title.in_(current()),
                    f"{len(report.files):,}",
                    f"{report.rows_read:,}",
                    _counted(report.rows_quarantined, "red"),
                    _counted(sum(file.values_quarantined for file in report.files), "yellow"),
                    f"{len(report.tables):,}",
                    f"{sum(each.rows for each in report.tables):,}",
                    f"{report.seconds:.1f}",
                )
                for report in reports
            ],
        ),
    )
    absent = [sources[report.source].tables[name].title for report in reports for name in report.missing]
    if absent:
        names = ", ".join(title.in_(current()) for title in absent)
        tell(
            say(f"Not delivered ({len(absent)} tables): {names}", f"未提供 ({len(absent)} 张表): {names}"),
            "dim",
        )


def _counted(number: int, style: str) -> Drawn:
    return drawn(f"{number:,}", style if number else "dim")


def _unclaimed(files: Sequence[str]) -> str:
    """Files that no table takes: perhaps nothing, perhaps a table under a mistyped name."""
    names = ", ".join(files[:_MOST_NAMES]) + (", …" if len(files) > _MOST_NAMES else "")
    return say(
        f"{len(files):,} files are of no table by their names, and were not read: {names}",
        f"{len(files):,} 个文件的名称不属于任何表, 未读取: {names}",
    )


def _has_quarantine(report: IngestReport) -> bool:
    """Rows of earlier files may have lost their place to rows of these."""
    return any(file.quarantine for file in report.files) or any(
        table.superseded or table.without_key for table in report.tables
    )
