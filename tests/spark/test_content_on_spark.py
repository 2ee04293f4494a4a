"""Every model on Spark: it is portable when its own cases hold there too.

Of each file some cases spread over it: what an engine reads otherwise shows in almost any row, and a statement there
takes a hundred times as long. All of them: `jicha test --engine spark`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jicha.inspection.content import load_catalogue
from jicha.inspection.content_test import Bench, find_tests, model_of
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.spark import SparkEngine

ROOTS = ContentRoots.find()
TESTS = find_tests(ROOTS)
#: Cases of a file.
MOST = 4


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    engine = SparkEngine(master="local[1]", few_rows=True)
    yield Bench(load_catalogue(ROOTS), engine)
    engine.close()


def test_every_model_has_a_test_that_runs_here() -> None:
    """As many models are executed on Spark as there are."""
    models = {path for folder in ("marts", "innocence", "topics") for path in ROOTS.files(folder, "*.sql")}
    assert {model_of(test) for test in TESTS} == models
    assert len(TESTS) == len(models) > 40


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.name.removesuffix(".test.yaml"))
def test_the_cases_of_a_model_hold_on_spark(bench: Bench, test: Path) -> None:
    results = list(bench.run([test], MOST))
    assert results
    assert not [(result.name, result.problems) for result in results if result.problems]
