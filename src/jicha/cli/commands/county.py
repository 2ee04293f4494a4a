"""`jicha county build`, `jicha county causes`."""

from __future__ import annotations

from pathlib import Path

from jicha.cli import show as shown
from jicha.cli.formats import Format
from jicha.cli.language import say
from jicha.county import CountySummary, build
from jicha.county.tables import cause_plan


def build_county(
    *, out: Path, customers: int, seed: int, months: int, faults: Path | None, processes: int | None
) -> CountySummary:
    with shown.progress() as report:
        summary = build(
            out,
            customers=customers,
            seed=seed,
            months=months,
            faults=faults,
            processes=processes,
            progress=report,
        )
    show(summary, out)
    for kind, why in summary.shortfalls.items():
        shown.tell(say(f"  {kind}: {why.en}", f"  {cause_plan()[kind].name.zh} ({kind}): {why.zh}"))
    return summary


def show(summary: CountySummary, folder: Path) -> None:
    rows = sum(summary.files.values())
    kinds = sum(number > 0 for number in summary.causes.values())
    shown.tell(
        say(
            f"Synthetic county: {summary.customers:,} customers, {len(summary.files)} files, {rows:,} rows, "
            f"{sum(summary.causes.values())} happenings of {kinds} kinds in {folder} ({summary.seconds:.1f} s)",
            f"合成县域: {summary.customers:,} 户, {len(summary.files)} 个文件, {rows:,} 行, "
            f"{kinds} 类 {sum(summary.causes.values())} 处成因, 位于 {folder} ({summary.seconds:.1f} 秒)",
        )
    )


_COLUMNS = ("cause", "theme", "blame", "per_mille", "min_months", "name_zh", "name_en")


def list_causes(format: Format) -> None:
    """What the county can plant, and what a plan from outside may name."""
    causes = list(cause_plan().values())
    if format is not Format.table:
        rows = [
            {
                "cause": each.kind,
                "theme": each.theme,
                "blame": each.blame,
                "per_mille": each.per_mille,
                "min_months": each.min_months,
                "name_zh": each.name.zh,
                "name_en": each.name.en,
            }
            for each in causes
        ]
        shown.rows_out(rows, _COLUMNS, format)
        return
    listed = [(each.kind, each.theme, _blame(each.blame), say(each.name.en, each.name.zh)) for each in causes]
    headings = [
        (say("cause", "成因"), "left"),
        (say("theme", "专题"), "left"),
        (say("blame", "责任"), "left"),
        (say("what it is", "说明"), "left"),
    ]
    shown.print_table(say(f"{len(causes)} kinds", f"{len(causes)} 类"), shown.table(headings, listed))


def _blame(code: str) -> str:
    return {
        "guilty": say("guilty", "有责"),
        "data": say("data fault", "数据问题"),
        "innocent": say("innocent", "无辜"),
    }[code]
