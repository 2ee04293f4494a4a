"""`jicha quarantine`: what was not taken, counted first, then row by row, and that the counts add up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.text import Text as Drawn

from jicha.cli.formats import Format
from jicha.cli.language import current, say
from jicha.cli.show import drawn, print_table, rows_out, table, tell
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.quarantine import Effect, Quarantined, quarantined
from jicha.warehouse.quarantine_summary import FileBalance, Group, Kind, Tally, kinds, selected
from jicha.warehouse.workspace import Workspace

#: Texts of both languages, at the end of either list.
_TEXT_COLUMNS = ("reason_zh", "reason_en", "advice_zh", "advice_en")

COLUMNS = (
    "source",
    "raw_table",
    "file",
    "row",
    "sheet",
    "sheet_row",
    "column",
    "value",
    "effect",
    "reason_code",
    *_TEXT_COLUMNS,
)

SUMMARY_COLUMNS = ("count", "source", "raw_table", "file", "column", "effect", "reason_code", *_TEXT_COLUMNS)

#: A row that is not there is worse than a value that is not there.
_STYLES: dict[Effect, str] = {"row": "red", "value": "yellow", "superseded": "magenta"}

#: Characters of a value that the table shows; json and csv have all of it.
_SHOWN = 40


def show(
    *,
    workspace: Path,
    format: Format,
    limit: int,
    file: str | None = None,
    reasons: Sequence[str] = (),
    summary: bool = False,
) -> None:
    opened = Workspace.open(workspace)
    head = Manifest.head(opened)
    told = selected(quarantined(opened, head), head, file=file, reasons=reasons)
    if format is not Format.table and not summary:
        rows_out([_row(each) for each in told], COLUMNS, format)
        return
    tally, first = Tally(), list[Quarantined]()
    for each in told:
        tally.add(each)
        if len(first) < limit:
            first.append(each)
    if format is not Format.table:
        rows_out([_group_row(group) for group in tally.groups()], SUMMARY_COLUMNS, format)
        return
    if tally.total:
        _show_summary(tally.total, kinds(tally.groups()), limit)
        if not summary:
            _show_rows(first, tally.total)
    elif file is None and not reasons:
        tell(say("nothing is in quarantine", "隔离区为空"), "green")
    else:
        tell(say("nothing of this is in quarantine", "隔离区中没有符合条件的记录"), "green")
    # The ledger knows files, not reasons: with some reasons left out nothing could add up.
    if not reasons:
        _show_balances(tally.balances(head, file), limit)


def _row(told: Quarantined) -> dict[str, Any]:
    return {name: getattr(told, name) for name in COLUMNS if name not in _TEXT_COLUMNS} | _texts(told)


def _group_row(group: Group) -> dict[str, Any]:
    named = {name: getattr(group, name) for name in SUMMARY_COLUMNS if name not in _TEXT_COLUMNS}
    return named | _texts(group)


def _texts(told: Quarantined | Group) -> dict[str, str]:
    return {
        "reason_zh": told.reason.zh,
        "reason_en": told.reason.en,
        "advice_zh": told.advice.zh,
        "advice_en": told.advice.en,
    }


def show_kinds(workspace: Workspace, limit: int) -> None:
    """What is in quarantine at the head, counted by kind of fault alone; nothing where it is empty."""
    tally = Tally()
    for each in quarantined(workspace):
        tally.add(each)
    if tally.total:
        _show_kinds(tally.total, kinds(tally.groups()), limit)


def _show_summary(total: int, found: Sequence[Kind], limit: int) -> None:
    _show_kinds(total, found, limit)
    advice = {kind.reason_code: kind.advice.in_(current()) for kind in found}
    print_table(
        say("What to do", "处理办法"),
        table(
            [(say("code", "代码"), "left"), (say("advice", "办法"), "left")],
            [(drawn(code, "dim"), text) for code, text in sorted(advice.items())],
        ),
    )


def _show_kinds(total: int, found: Sequence[Kind], limit: int) -> None:
    shown = found
    if len(found) > limit:
        shown = sorted(found, key=lambda kind: -kind.count)[:limit]
    print_table(
        say(f"In quarantine: {total:,} entries", f"隔离区: 共 {total:,} 条"),
        table(
            [
                (say("number", "数量"), "right"),
                (say("effect", "影响"), "left"),
                (say("file", "文件"), "left"),
                (say("column", "列"), "left"),
                (say("reason", "原因"), "left"),
                (say("code", "代码"), "left"),
            ],
            [
                (
                    drawn(f"{kind.count:,}", _STYLES[kind.effect]),
                    _effect(kind.effect),
                    _files(kind.files),
                    kind.column,
                    kind.reason.in_(current()),
                    drawn(kind.reason_code, "dim"),
                )
                for kind in shown
            ],
        ),
    )
    if len(shown) < len(found):
        rest = len(found) - len(shown)
        tell(say(f"and {rest:,} more lines, less frequent", f"另有 {rest:,} 行较少见的汇总未显示"), "dim")


def _files(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return say(f"{names[0]} and {len(names) - 1:,} more", f"{names[0]} 等 {len(names):,} 个")


def _effect(effect: Effect) -> Drawn:
    words = {
        "row": say("row left out", "整行未取"),
        "value": say("value empty", "该值置空"),
        "superseded": say("replaced", "被取代"),
    }
    return drawn(words[effect], _STYLES[effect])


def _show_rows(first: Sequence[Quarantined], total: int) -> None:
    if not first:
        return
    lang = current()
    print_table(
        say("Rows and values", "明细"),
        table(
            [
                (say("file", "文件"), "left"),
                (say("row", "行"), "right"),
                (say("column", "列"), "left"),
                (say("value", "值"), "left"),
                (say("reason", "原因"), "left"),
            ],
            [
                (q.file, q.shown_row, q.column, _short(q), drawn(q.reason.in_(lang), _STYLES[q.effect]))
                for q in first
            ],
        ),
    )
    if len(first) < total:
        tell(
            say(
                f"the first {len(first):,} of {total:,}; --limit N shows more, --format csv all",
                f"仅显示 {total:,} 条中的前 {len(first):,} 条; --limit N 显示更多, --format csv 输出全部",
            ),
            "dim",
        )


def _short(told: Quarantined) -> str:
    text = (told.value or "").replace("\n", "⏎")
    # What a replaced row says was made by ingest: key and winner, of which nothing may be missing.
    if told.effect == "superseded" or len(text) <= _SHOWN:
        return text
    return text[: _SHOWN - 1] + "…"


def _show_balances(balances: Sequence[FileBalance], limit: int) -> None:
    """The proof that nothing is missing, a line or two for each file; those that do not add up first."""
    wrong = [balance for balance in balances if not balance.is_balanced]
    right = [balance for balance in balances if balance.is_balanced]
    for balance in (*wrong, *right[:limit]):
        tell(_balance(balance), "dim" if balance.is_balanced else "bold red")
        if not balance.is_balanced:
            tell(
                say(
                    f"  the ledger has {balance.recorded}, the quarantine lists {balance.listed}; report this",
                    f"  台账记录为 {balance.recorded}, 隔离区列出 {balance.listed}; 请报告此问题",
                ),
                "bold red",
            )
    rest = len(right) - limit
    if rest > 0:
        tell(
            say(f"and {rest:,} more files, which add up as well", f"另有 {rest:,} 个文件, 计数均相符"), "dim"
        )


def _balance(balance: FileBalance) -> str:
    """read = taken + quarantined, and what is no row; below it each core table that left rows out."""
    entry = balance.entry
    line = say(
        f"{entry.file}: {entry.rows_read:,} read = {entry.rows_typed:,} taken "
        f"+ {entry.rows_quarantined:,} quarantined",
        f"{entry.file}: 读入 {entry.rows_read:,} = 取用 {entry.rows_typed:,} + 隔离 {entry.rows_quarantined:,}",
    )
    if entry.rows_blank:
        line += say(f" (+ {entry.rows_blank:,} blank)", f" (+ 空行 {entry.rows_blank:,})")
    if entry.values_quarantined:
        line += say(
            f"; {entry.values_quarantined:,} values emptied", f"; 置空值 {entry.values_quarantined:,}"
        )
    for each in entry.landings:
        if each.quarantined or each.superseded:
            line += say(
                f"\n  {each.table}: {entry.rows_typed:,} taken = {each.kept:,} kept + {each.duplicate:,} "
                f"duplicate + {each.superseded:,} replaced + {each.quarantined:,} without key",
                f"\n  {each.table}: 取用 {entry.rows_typed:,} = 入表 {each.kept:,} + 重复 {each.duplicate:,} "
                f"+ 被取代 {each.superseded:,} + 缺主键 {each.quarantined:,}",
            )
    return line
