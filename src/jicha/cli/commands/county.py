"""`jicha county build`."""

from __future__ import annotations

from pathlib import Path

from jicha.cli import show as shown
from jicha.cli.language import say
from jicha.county import CountySummary, build


def build_county(*, out: Path, customers: int, seed: int, months: int) -> CountySummary:
    with shown.progress() as report:
        summary = build(out, customers=customers, seed=seed, months=months, progress=report)
    show(summary, out)
    return summary


def show(summary: CountySummary, folder: Path) -> None:
    rows = sum(summary.files.values())
    shown.tell(
        say(
            f"Synthetic county: {summary.customers} customers, {len(summary.files)} files, "
            f"{rows:,} rows in {folder} ({summary.seconds:.1f} s)",
            f"合成县域: {summary.customers} 户, {len(summary.files)} 个文件, "
            f"{rows:,} 行, 位于 {folder} ({summary.seconds:.1f} 秒)",
        )
    )
