"""Rows far outside the data's months: dated wrongly, looked at too narrowly, or at the ends of time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from jicha.kernel.errors import ContentError
from jicha.kernel.period import Month

from .houses import (
    BILL_COLUMNS,
    FEW_MONTHS,
    MONTHLY,
    MONTHS,
    NEIGHBOURS,
    House,
    Lake,
    bills,
    built,
    put_bills,
    rows_of,
)

CUSTOMER = {"customer_id": "text", "area_id": "text"}
DUE = (
    "select b.customer_id as customer_id, b.to_on as to_on, b.billed_kwh as billed_kwh from core.bill as b\n"
)
DATED_BY_A_MASTER_FILE = """
select c.customer_id as customer_id, cast(c.area_id as date) as month_on
from core.customer as c left join core.bill as b on b.customer_id = c.customer_id and b.billed_kwh < 0
"""


def made(tmp_path: Path, name: str = "") -> tuple[House, Lake]:
    return House(tmp_path / f"house{name}"), Lake.new(tmp_path / f"workspace{name}")


def test_rows_dated_by_a_master_file_are_kept_whatever_their_date(tmp_path: Path) -> None:
    house, lake = made(tmp_path)
    put_bills(lake, bills(FEW_MONTHS))
    lake.put(
        "core.customer",
        CUSTOMER,
        [("c1", "2206-05-01"), ("c3", "9999-12-31"), ("c5", "2025-02-01")],
        bucket=1,
    )
    lake.put("core.customer", CUSTOMER, [("c2", "1999-01-01")], bucket=0)
    house.mart("dated", DATED_BY_A_MASTER_FILE, more="lookback_months: 2\nlookahead_months: 1\n")
    house.mart("copied", "select d.customer_id as customer_id, d.month_on as month_on from mart.dated as d\n")
    store, report = built(house, lake)
    assert len(rows_of(store, "mart.dated")) == 4
    assert rows_of(store, "mart.copied") == rows_of(store, "mart.dated")
    _, again = built(house, lake)
    assert (again.rebuilt, again.reused) == ([], len(report.rebuilt))


def test_going_back_to_fewer_months_shows_fewer_rows(tmp_path: Path) -> None:
    house, lake = made(tmp_path)
    house.mart("due", DUE, key="[customer_id, to_on]", partition_on="to_on", more="lookback_months: 1\n")
    put_bills(lake, bills(MONTHS[:6]))
    built(house, lake)
    earlier = Lake(
        lake.workspace, {place: part for place, part in lake.parts.items() if place[1] < "2025-05"}
    )
    store, _ = built(house, earlier)
    assert len(rows_of(store, "mart.due")) == len(bills(FEW_MONTHS))


@pytest.mark.parametrize("lookback", [0, 1])
def test_a_header_that_understates_its_look_back_is_told(tmp_path: Path, lookback: int) -> None:
    house, lake = made(tmp_path)
    for month in MONTHS:
        on = Month.parse(month)
        bill = (month, "c1", on.first, on.first, on.plus(2).first, Decimal(1), "regular")
        lake.put("core.bill", BILL_COLUMNS, [bill], month=month, bucket=1)
    house.mart(
        "due", DUE, key="[customer_id, to_on]", partition_on="to_on", more=f"lookback_months: {lookback}\n"
    )
    with pytest.raises(ContentError) as refused:
        built(house, lake)
    assert refused.value.code == "row_outside_months"
    assert refused.value.file is not None and refused.value.line is not None


def test_the_first_and_the_last_month_there_is(tmp_path: Path) -> None:
    house, lake = made(tmp_path)
    house.put("marts/test/monthly.sql", MONTHLY)
    house.mart("neighbours", NEIGHBOURS, more="lookback_months: 3\nlookahead_months: 3\n")
    put_bills(lake, bills(FEW_MONTHS))
    for name, day in (("x", date(9999, 12, 31)), ("y", date(1, 1, 1))):
        bill = (name, "c1", day, None, None, Decimal(1), "regular")
        lake.put("core.bill", BILL_COLUMNS, [bill], month=day.isoformat()[:7], bucket=1)
    store, report = built(house, lake)
    assert len(rows_of(store, "mart.monthly")) == len(bills(FEW_MONTHS)) + 2
    assert len(report.rebuilt) < 40
