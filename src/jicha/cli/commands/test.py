"""`jicha test`: the tests beside content."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from jicha.cli.language import current, say
from jicha.cli.show import drawn, out, tell
from jicha.inspection.content_test import Bench, find_tests, model_of
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue
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
    catalogue = Catalogue.load(roots, named_in=few)
    passed = failed = 0
    for result in Bench(catalogue, DuckDBEngine(threads=1), current()).run(files):
        name = f"{result.model} · {result.name}" + (f" ({result.kind})" if result.kind else "")
        if result.problems:
            failed += 1
            out.print(drawn("✗", "red"), drawn(name))
            for problem in result.problems:
                tell(f"    {problem}")
        else:
            passed += 1
            out.print(drawn("✓", "green"), drawn(name))
    seconds = time.perf_counter() - started
    tell(
        say(
            f"{passed} passed, {failed} failed in {seconds:.2f} s",
            f"通过 {passed}, 失败 {failed}, 用时 {seconds:.2f} 秒",
        )
    )
    if failed or not passed:
        raise SystemExit(1)
