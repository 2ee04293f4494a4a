"""One county for most properties: small, with every planted cause and a hit and a cleared hit in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from jicha.inspection.results import RunRecord
from jicha.warehouse.slices import Store

from .counties import EVERY_TOPIC, MIDDLE, Stand, exports, files_of, punctual


@dataclass
class Once:
    """The county delivered at once and swept once; `built`, a store that holds all its marts."""

    exports: Path
    stand: Stand
    record: RunRecord
    built: Store | None = None


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    folder = tmp_path_factory.mktemp("once")
    out = exports(folder / "exports", customers=90, months=16, seed=5, faults=EVERY_TOPIC)
    punctual(out, MIDDLE)
    stand = Stand.new(folder / "workspace", buckets=3)
    stand.take(files_of(out))
    return Once(out, stand, stand.sweep())
