"""The words of this installation, read once."""

from __future__ import annotations

import pytest

from jicha.lexicon.roots import ContentRoots
from jicha.reporting.report import load_wording
from jicha.reporting.wording import Wording


@pytest.fixture(scope="session")
def words() -> Wording:
    return load_wording("zh", ContentRoots.find())
