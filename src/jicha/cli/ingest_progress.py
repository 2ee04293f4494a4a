"""Progress of an ingest on stderr: a bar a stage, the rows so far and rows per second beside it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from jicha.cli.language import current, say
from jicha.cli.show import err
from jicha.kernel.text import Text

_STAGES = {
    "read": Text(en="read the database", zh="读取数据库"),
    "find": Text(en="find files", zh="查找文件"),
    "take": Text(en="take files", zh="读取文件"),
    "map": Text(en="fill core tables", zh="写入核心表"),
    "commit": Text(en="publish", zh="发布"),
}


class IngestProgress:
    """What `jicha.warehouse.ingest` reports into; `file_seconds` says how long each taken file took."""

    def __init__(self, bars: Progress, of: str | None = None) -> None:
        self._bars = bars
        self._of = f"{of} · " if of else ""
        self._tasks: dict[str, Any] = {}
        self._started: dict[str, float] = {}
        self._at: list[float] = []

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        if stage == "rows":
            self._rows(done, now)
            return
        if stage not in self._tasks:
            text = _STAGES.get(stage)
            name = self._of + (text.in_(current()) if text else stage)
            self._started[stage] = now
            self._tasks[stage] = self._bars.add_task(name, total=total, rows="")
        if stage == "take":
            self._at.append(now)
        self._bars.update(self._tasks[stage], completed=done, total=total)

    @property
    def file_seconds(self) -> list[float]:
        """Seconds for each file, in the order in which the report names them."""
        return [end - start for start, end in zip(self._at, self._at[1:], strict=False)]

    def _rows(self, rows: int, now: float) -> None:
        """Rows of the stage that began last."""
        stage = list(self._tasks)[-1]
        seconds = max(now - self._started[stage], 0.001)
        told = say(
            f"{rows:,} rows · {rows / seconds:,.0f} rows/s", f"{rows:,} 行 · {rows / seconds:,.0f} 行/秒"
        )
        self._bars.update(self._tasks[stage], rows=told)


@contextmanager
def ingest_progress(of: str | None = None) -> Iterator[IngestProgress]:
    """Bars that stay when all is done; those `of` one system among several name it and go again."""
    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rows]}", markup=False),
        TimeElapsedColumn(),
        console=err,
        transient=of is not None or not err.is_terminal,
    )
    with bars:
        yield IngestProgress(bars, of)
