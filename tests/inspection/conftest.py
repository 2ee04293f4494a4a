"""Shared by the inspection tests: the content they rest on, and the town as first swept."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine

from .desk import LOCAL, Desk, copy_content
from .town import delivery, write_daily


@pytest.fixture(scope="session")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the public content; tests that change it make their own."""
    return copy_content(tmp_path_factory.mktemp("public") / "content")


@pytest.fixture(scope="session")
def roots(public: Path) -> ContentRoots:
    return ContentRoots(public, (LOCAL,))


@pytest.fixture(scope="session")
def catalogue(roots: ContentRoots) -> Catalogue:
    return Catalogue.load(roots)


@pytest.fixture(scope="session")
def engine() -> DuckDBEngine:
    """A locked engine that reads no file at all."""
    return DuckDBEngine(threads=1)


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town's first delivery, as files."""
    return write_daily(delivery().write(tmp_path_factory.mktemp("exports")))


@pytest.fixture(scope="session")
def swept(tmp_path_factory: pytest.TempPathFactory, roots: ContentRoots, exports: Path) -> Desk:
    """The town after its first sweep. Never written to: tests take a `fresh` twin."""
    desk = Desk.new(tmp_path_factory.mktemp("swept") / "workspace", roots)
    desk.take(exports)
    desk.take(exports, source="ami_zh")
    desk.sweep()
    return desk


@pytest.fixture
def fresh(swept: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The town after its first sweep, one's own. Taken away at once: a workspace is hundreds of small files."""
    desk = swept.twin(tmp_path / "workspace")
    yield desk
    shutil.rmtree(desk.workspace.path)


@pytest.fixture(scope="module")
def fresh_twin(swept: Desk, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Desk]:
    """Makes twins that outlive one test."""
    return lambda: swept.twin(tmp_path_factory.mktemp("twin") / "workspace")
