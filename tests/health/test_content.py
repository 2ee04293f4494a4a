"""Content keeps the rules: every model lints, is tested, is used, and says why."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from jicha.billing.relations import LINE
from jicha.inspection.content import load_catalogue
from jicha.inspection.content_test import KINDS, SUFFIX, Bench, ContentTest, find_tests
from jicha.inspection.innocence import checks_of, lint_check, load_checks
from jicha.inspection.topic import lint_topic, load_topics
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.yaml_file import typed
from jicha.warehouse.engines.duckdb import DuckDBEngine

ROOTS = ContentRoots.find()
CATALOGUE = load_catalogue(ROOTS)
TOPICS = load_topics(CATALOGUE)
CHECKS = load_checks(CATALOGUE)


def test_marts_lint() -> None:
    for mart in CATALOGUE.marts.values():
        CATALOGUE.lint(mart)


def test_topics_and_checks_lint() -> None:
    for topic in TOPICS.values():
        lint_topic(topic, CATALOGUE)
    for check in CHECKS.values():
        lint_check(check, CATALOGUE)


@pytest.mark.parametrize("file", find_tests(ROOTS), ids=lambda path: path.name)
def test_content_test(file: Path) -> None:
    results = list(Bench(CATALOGUE, DuckDBEngine(threads=1)).run([file]))
    assert results
    assert not {result.name: result.problems for result in results if result.problems}


def models() -> Iterable[Path]:
    for folder in ("marts", "innocence", "topics"):
        yield from ROOTS.files(folder, "*.sql")


@pytest.mark.parametrize("sql", list(models()), ids=lambda path: path.stem)
def test_every_model_has_a_test_beside_it(sql: Path) -> None:
    assert sql.with_name(sql.stem + SUFFIX).is_file()


@pytest.mark.parametrize("name", sorted(TOPICS))
def test_every_topic_shows_all_kinds_of_cases(name: str) -> None:
    path = TOPICS[name].content.path
    test = typed(path.with_name(path.stem + SUFFIX).read_text(encoding="utf-8"), ContentTest, file=path)
    assert set(KINDS) <= {case.kind for case in test.cases}


def test_every_topic_is_in_the_catalogue_with_its_theme_and_severity() -> None:
    with (ROOTS.public / "topics" / "catalogue.csv").open(encoding="utf-8", newline="") as handle:
        catalogue = {row["code"]: row for row in csv.DictReader(handle)}
    for topic in TOPICS.values():
        row = catalogue[topic.header.code]
        assert (topic.theme, topic.header.severity) == (row["theme"], row["severity"]), topic.name


def test_every_check_is_used_by_a_topic_and_every_mart_by_a_model() -> None:
    used = {check.name for topic in TOPICS.values() for check in checks_of(topic, CHECKS)}
    assert used == set(CHECKS)
    read = {read for topic in TOPICS.values() for read in topic.reads}
    read |= {read for check in CHECKS.values() for read in check.reads}
    read |= {read for mart in CATALOGUE.marts.values() for read in mart.reads}
    read.add(LINE)  # by `jicha explain bill`
    assert set(CATALOGUE.marts) <= read


def test_every_active_table_is_filled_by_a_source() -> None:
    """Used: a source fills it, and a model, the organisation tree or the display of names reads it."""
    filled = {f"core.{path.stem}" for path in ROOTS.files("sources", "to_core/*.sql")}
    filled |= {
        f"core.{path.stem}" for path in ROOTS.files("sources", "*.sql") if path.parent.name == "to_core"
    }
    active = {name for name, table in CATALOGUE.core.items() if table.status == "active"}
    assert filled == active


def test_few_topics_read_daily_rows() -> None:
    assert sum(1 for topic in TOPICS.values() if topic.header.reads_daily_because) <= 15


def test_every_topic_works_on_both_sides_of_the_border() -> None:
    """Titles, descriptions, site checks in both languages; a topic with checks to do says as many in each."""
    for topic in TOPICS.values():
        assert len(topic.header.check.en) == len(topic.header.check.zh) > 0
        for parameter in topic.header.parameters.values():
            assert parameter.reason.zh != parameter.reason.en, topic.name


def test_content_is_plain_text() -> None:
    for path in ROOTS.public.rglob("*"):
        if path.is_file() and path.suffix not in {".parquet"}:
            assert path.read_bytes().decode("utf-8") is not None, json.dumps(str(path))
