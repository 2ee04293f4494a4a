"""Law of a test's own, and the law of this installation."""

from __future__ import annotations

from pathlib import Path

import pytest

from jicha.law.book import Law, load_law
from jicha.lexicon.roots import ContentRoots
from tests.law.lawbooks import LawBooks, law_books


@pytest.fixture
def books(tmp_path: Path) -> LawBooks:
    return law_books(tmp_path)


@pytest.fixture(scope="session")
def shipped() -> Law:
    """The law of this repository."""
    return load_law(ContentRoots.find())
