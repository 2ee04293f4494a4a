"""`jicha test`: the tests beside content, and the review of the law. It does without the drawing library, which
takes a while to load."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import typer

from jicha.cli.engines import EngineName, opened
from jicha.cli.language import current, say
from jicha.inspection.content import load_catalogue
from jicha.inspection.content_test import Bench, find_tests, model_of
from jicha.law.book import read_law
from jicha.law.review import review
from jicha.lexicon.roots import ContentRoots


def run(*, path: Path | None, engine: EngineName, master: str, content: Sequence[Path]) -> None:
    started = time.perf_counter()
    roots = ContentRoots.find(content)
    reviewed = path is None or "law" in path.resolve().parts
    files = find_tests(roots, path) if path is None or not reviewed else []
    passed = failed = 0
    if reviewed:
        failed = _law(roots)
        passed = int(not failed)
    if files and not failed:  # models read the law: where it is wrong there is nothing to test them with
        more_passed, more_failed = _models(roots, files, path, engine, master)
        passed, failed = passed + more_passed, failed + more_failed
    seconds = time.perf_counter() - started
    _tell(
        say(
            f"{passed} passed, {failed} failed in {seconds:.2f} s",
            f"通过 {passed}, 失败 {failed}, 用时 {seconds:.2f} 秒",
        )
    )
    if failed or not passed:
        raise SystemExit(1)


def _models(
    roots: ContentRoots, files: Sequence[Path], path: Path | None, engine: EngineName, master: str
) -> tuple[int, int]:
    """Runs the tests beside content; returns how many passed and failed."""
    few = (
        [*files, *(model_of(file) for file in files if model_of(file).is_file())]
        if path is not None
        else None
    )
    catalogue = load_catalogue(roots, named_in=few)
    running = opened(engine, master=master, threads=1, few_rows=True)
    passed = failed = 0
    for result in Bench(catalogue, running, current()).run(files):
        name = f"{result.model} · {result.name}" + (f" ({result.kind})" if result.kind else "")
        if result.problems:
            failed += 1
            _tell(name, mark="✗", colour=typer.colors.RED)
            for problem in result.problems:
                _tell(f"    {problem}")
        else:
            passed += 1
            _tell(name, mark="✓", colour=typer.colors.GREEN)
    return passed, failed


def _law(roots: ContentRoots) -> int:
    """Tells what is wrong with the law; returns how much."""
    law = read_law(roots)
    problems = review(law)
    rows = sum(len(table.rows) for table in law.tables.values())
    counted = say(
        f"law · {len(law.instruments)} instruments, {len(law.tables)} tables, {rows} rows, "
        f"{len(law.settings)} named readings",
        f"法规 · {len(law.instruments)} 个文件, {len(law.tables)} 张表, {rows} 行, {len(law.settings)} 个待定读法",
    )
    if problems:
        _tell(counted, mark="✗", colour=typer.colors.RED)
        for problem in problems:
            _tell(f"    {problem.render(current())}")
    else:
        _tell(counted, mark="✓", colour=typer.colors.GREEN)
    return len(problems)


def _tell(text: object, *, mark: str = "", colour: str | None = None) -> None:
    """One line on stdout; what cannot be printed is shown as a replacement character."""
    shown = "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in str(text))
    typer.echo(f"{typer.style(mark, fg=colour)} {shown}" if mark else shown)
