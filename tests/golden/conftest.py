"""One installation for all examples."""

from __future__ import annotations

import pytest

from .working import House, this_house


@pytest.fixture(scope="session")
def house() -> House:
    return this_house()
