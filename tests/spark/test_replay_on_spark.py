"""Replay on the second engine: the same scenarios, bill for bill and charge for charge."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jicha.billing.replay import replay
from jicha.billing.scenario import Override
from jicha.inspection.content import load_catalogue
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.engines.spark import SparkEngine

from ..billing.accounts import ORG, factory, household, on, opened

CATALOGUE = load_catalogue(ContentRoots.find()).resolved({ORG: None})
BILLS = [
    household("H", "2025-01", "1900.5"),
    household("H", "2025-02", "900"),
    household("H", "2025-03", "910", input_reason_code="reading_missing"),
    factory("F", "2025-01", "133.3333", multiplier=7),
    factory("F", "2025-02", "66.7777", multiplier=9),
]
#: Cut within a month, put together again, over a tier, and by text.
OVERRIDES = [
    Override("H", "H", date(2025, 1, 11), date(2025, 2, 1), "multiplier", Decimal(2)),
    Override("F", "F", date(2025, 1, 1), date(2025, 3, 1), "multiplier", Decimal(11)),
    Override("F", "F", date(2025, 2, 6), date(2025, 3, 1), "purchase_group_code", None, "left_market"),
    Override("G", "F", date(2025, 1, 6), date(2025, 2, 18), "multiplier"),
]


def test_both_engines_replay_alike() -> None:
    duckdb = DuckDBEngine(threads=1)
    store = opened(CATALOGUE, duckdb, BILLS)
    spark = SparkEngine(master="local[1]", few_rows=True)
    try:
        found = replay(on(store, spark), spark, OVERRIDES)
    finally:
        spark.close()
    assert found == replay(store, duckdb, OVERRIDES)
    assert {name: each.status for name, each in found.items()} == {"F": "whole", "G": "whole", "H": "partial"}
    assert all(each.yuan for name, each in found.items() if name != "G") and found["G"].yuan == 0
