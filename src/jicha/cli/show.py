"""Output: tables for people on stdout, json and csv for programs; log and progress go to stderr.

Names and values come from the utility's files. They are drawn as `rich.text.Text`, never as markup: a station
called 城东[/bold]所 is shown as that, and no cell can colour, break or steer a terminal.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text as Drawn

from jicha.cli.formats import Format
from jicha.cli.language import current
from jicha.kernel.text import Text

#: Width of tables that go into a file or a pipe; a terminal's own width otherwise.
PIPE_WIDTH = 140

out = Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
err = Console(stderr=True, highlight=False)


#: Control characters (escape sequences among them) are shown as a mark; lines and tabs stay.
_CONTROLS = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}


def drawn(value: Any, style: str = "") -> Drawn:
    """A value as it stands, in a style of ours; nothing in it is taken for markup."""
    return Drawn(str(value).translate(_CONTROLS), style=style)


def tell(message: str, style: str = "") -> None:
    """A line for people on stdout; whatever names it holds are shown as they are."""
    out.print(drawn(message, style))


def tell_command(command: str) -> None:
    """A command to copy: never broken over two lines, whatever the terminal's width."""
    out.print(drawn(command, "bold"), soft_wrap=True)


def plain(value: Any) -> Any:
    """A value as JSON has it: dates and decimals as texts, exactly as stored."""
    if isinstance(value, Decimal | date | datetime):
        return str(value)
    return value


def rows_out(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], kind: Format) -> None:
    """Rows for a program: one json array whose keys are the column names, or csv with a header."""
    if kind is Format.json:
        listed = [{column: plain(row[column]) for column in columns} for row in rows]
        sys.stdout.write(json.dumps(listed, ensure_ascii=False, indent=1) + "\n")
        return
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(["" if row[column] is None else plain(row[column]) for column in columns])


def table(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]], **options: Any) -> Table:
    """A Rich table; `columns` are (heading, justify). A cell in a style of its own is given as `drawn`."""
    made = Table(header_style="bold", box=box.SIMPLE_HEAD, **options)
    for heading, justify in columns:
        # Numbers and keys never break; texts fold.
        made.add_column(drawn(heading), justify=justify, overflow="fold", no_wrap=justify == "right")  # type: ignore[arg-type]
    for row in rows:
        made.add_row(*(_cell(cell) for cell in row))
    return made


def _cell(value: Any) -> Drawn:
    return value if isinstance(value, Drawn) else drawn("" if value is None else value)


def print_table(title: str, made: Table) -> None:
    """A table under its title, which may be wider than the table."""
    tell(title, "bold")
    out.print(made)


def number(value: Decimal | int | None, places: int = 2) -> str:
    return "" if value is None else f"{value:,.{places}f}"


@contextmanager
def progress() -> Iterator[Callable[[Text | str, int, int], None]]:
    """A bar per stage on stderr; callables of the warehouse report into it."""

    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=not err.is_terminal,
    )
    tasks: dict[str, Any] = {}

    def report(stage: Text | str, done: int, total: int) -> None:
        name = stage.in_(current()) if isinstance(stage, Text) else stage
        if name not in tasks:
            tasks[name] = bars.add_task(name, total=total)
        bars.update(tasks[name], completed=done, total=total)

    with bars:
        yield report
