"""The content's charge models, resolved for the county's organisation, and a locked engine."""

from __future__ import annotations

import pytest

from jicha.inspection.content import load_catalogue
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine

from .accounts import ORG


@pytest.fixture(scope="session")
def charges() -> Catalogue:
    return load_catalogue(ContentRoots.find()).resolved({ORG: None})


@pytest.fixture(scope="session")
def engine() -> DuckDBEngine:
    return DuckDBEngine(threads=1)
