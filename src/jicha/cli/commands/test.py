"""`jicha test`: the tests beside content. It does without the drawing library, which takes a while to load."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import typer

from jicha.cli.language import current, say
from jicha.inspection.content import load_catalogue
from jicha.inspection.content_test import Bench, find_tests, model_of
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine


def run(*, path: Path | None, content: Sequence[Path]) -> None:
    started = time.perf_counter()
    roots = ContentRoots.find(content)
    files = find_tests(roots, path)
    few = (
        [*files, *(model_of(file) for file in files if model_of(file).is_file())]
        if path is not None
        else None
    )
    catalogue = load_catalogue(roots, named_in=few)
    passed = failed = 0
    for result in Bench(catalogue, DuckDBEngine(threads=1), current()).run(files):
        name = f"{result.model} · {result.name}" + (f" ({result.kind})" if result.kind else "")
        if result.problems:
            failed += 1
            _tell(name, mark="✗", colour=typer.colors.RED)
            for problem in result.problems:
                _tell(f"    {problem}")
        else:
            passed += 1
            _tell(name, mark="✓", colour=typer.colors.GREEN)
    seconds = time.perf_counter() - started
    _tell(
        say(
            f"{passed} passed, {failed} failed in {seconds:.2f} s",
            f"通过 {passed}, 失败 {failed}, 用时 {seconds:.2f} 秒",
        )
    )
    if failed or not passed:
        raise SystemExit(1)


def _tell(text: object, *, mark: str = "", colour: str | None = None) -> None:
    """One line on stdout; what cannot be printed is shown as a replacement character."""
    shown = "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in str(text))
    typer.echo(f"{typer.style(mark, fg=colour)} {shown}" if mark else shown)
