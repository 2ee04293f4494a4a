"""One installation for all examples."""

from __future__ import annotations

import pytest

from jicha.lexicon.roots import ContentRoots

from .working import House


@pytest.fixture(scope="session")
def house() -> House:
    return House(ContentRoots.find())
