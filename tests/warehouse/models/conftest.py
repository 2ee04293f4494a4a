"""A house with a chain of four marts, and a lake with a few months of bills."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .auditing import Bench, open_bench
from .houses import FEW_MONTHS, HOUSE_WIDE, MONTHLY, NEIGHBOURS, TOTALS, House, Lake, bills, put_bills


@pytest.fixture
def house(tmp_path: Path) -> House:
    house = House(tmp_path / "house", {"marts/test/monthly.sql": MONTHLY})
    house.mart("neighbours", NEIGHBOURS, more="lookback_months: 3\nlookahead_months: 3\n")
    house.mart("totals", TOTALS, key="[customer_id]", partition_on=None)
    house.mart("house_wide", HOUSE_WIDE, key="[billed_kwh]", partition_on=None, reach="all")
    return house


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake.new(tmp_path / "workspace")
    put_bills(lake, bills(FEW_MONTHS))
    return lake


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with open_bench(tmp_path) as bench:
        yield bench
