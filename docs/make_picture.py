"""Draws docs/img/demo.svg: what `make demo SEED=1` ends with, in Chinese. Run by `make docs`."""

from __future__ import annotations

import html
import io
import re
import tempfile
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console

from jicha.cli import language, show
from jicha.cli.commands import county, demo, findings, ingest, sweep
from jicha.cli.formats import Format

LINES = 12

#: Width of one terminal cell in Rich's SVG.
CELL = 12.2


def draw(target: Path) -> None:
    """Runs the demo quietly in a folder of its own and records the ranked table."""
    language.choose("zh")
    quiet = Console(file=io.StringIO(), width=show.PIPE_WIDTH)
    pen = Console(file=io.StringIO(), record=True, width=show.PIPE_WIDTH, highlight=False)
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace"
        for module in (county.shown, demo, findings, ingest, sweep, show):
            module.out = quiet  # type: ignore[attr-defined]
        show.err = quiet
        demo.run(customers=400, seed=1, workspace=workspace)
        findings.out = show.out = pen
        findings.show(
            topic=None,
            org=None,
            area=None,
            run=None,
            which="present",
            limit=LINES,
            workspace=workspace,
            content=(),
            format=Format.table,
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(_wide_enough(pen.export_svg(title="jicha demo")), encoding="utf-8")


def _wide_enough(svg: str) -> str:
    """Rich counts characters where Chinese ones take two cells; the lengths are put right here."""

    def mend(match: re.Match[str]) -> str:
        text = html.unescape(match.group(3))
        return f"{match.group(1)}{CELL * cell_len(text):.1f}{match.group(2)}{match.group(3)}</text>"

    return re.sub(r'(<text [^>]*textLength=")[0-9.]+("[^>]*>)([^<]*)</text>', mend, svg)


if __name__ == "__main__":
    draw(Path(__file__).parent / "img" / "demo.svg")
