"""The words of this installation, read once."""

from __future__ import annotations

import pytest

from jicha.reporting.wording import Wording, load_names
from tests.golden.working import this_house


@pytest.fixture(scope="session")
def words() -> Wording:
    house = this_house()
    return Wording("zh", house.lexicon, house.law, load_names(house.roots))
