"""Columns take the lexicon's types exactly, or the build says why not."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from jicha.kernel.errors import ContentError
from jicha.lexicon.arrow import arrow_type
from jicha.warehouse.build import build
from jicha.warehouse.conforming import conform

from .houses import FEW_MONTHS, House, Lake, put_bills


@pytest.mark.parametrize(
    ("column", "expression"),
    [
        ("billed_kwh", "cast(b.billed_kwh as decimal(20,2)) * b.billed_kwh"),
        ("billed_kwh", "cast(b.billed_kwh as double) * cast(b.billed_kwh as double)"),
        ("billed_kwh", "b.customer_id"),
        ("bill_count", "b.billed_kwh"),
        ("bill_count", "cast(b.billed_kwh as double)"),
        ("bill_count", "b.billed_kwh > 0"),
        ("reason", "b.billed_kwh"),
        ("reason", "b.month_on"),
        ("to_on", "b.customer_id"),
        ("share_ratio", "b.customer_id"),
    ],
)
def test_a_column_of_another_type_is_refused(house: House, lake: Lake, column: str, expression: str) -> None:
    """Never rounded, parsed or spelt out in silence: the author says in SQL what is meant."""
    house.mart(
        "bad",
        "select b.customer_id as customer_id, b.month_on as month_on,\n"
        f"  {expression} as {column}\nfrom core.bill as b\n",
    )
    catalogue = house.catalogue
    with pytest.raises(ContentError) as caught:
        build([catalogue.marts["mart.bad"]], lake.store(catalogue), lake.engine())
    error = caught.value
    assert (error.code, error.file) == ("column_type", "house/marts/test/bad.sql")
    assert column in error.text.en
    assert column in error.text.zh


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("decimal(14,2)", Decimal("1.236")),
        ("decimal(14,2)", Decimal("1000000000000.00")),
        ("decimal(14,2)", 1.236),
        ("decimal(14,2)", 0.1 + 0.2),
        ("decimal(14,2)", "1.23"),
        ("decimal(14,2)", True),
        ("double", 2**60 + 1),
        ("double", "1.5"),
        ("integer", 1.5),
        ("integer", Decimal("1.5")),
        ("integer", 2**70),
        ("integer", "7"),
        ("integer", True),
        ("boolean", 1),
        ("boolean", "true"),
        ("date", "2026-01-31"),
        ("date", datetime(2026, 1, 31, 10)),  # noqa: DTZ001 - a timestamp of the house has no zone
        ("timestamp", "2026-01-31 10:00:00"),
        ("text", 7),
        ("text", Decimal("7.10")),
        ("text", date(2026, 1, 31)),
    ],
)
def test_a_value_that_would_change_is_refused(kind: str, value: Any) -> None:
    if isinstance(value, int) and value >= 2**63:
        array = pa.array([Decimal(value)], pa.decimal128(38, 0))
    else:
        array = pa.array([value])
    with pytest.raises(ContentError) as caught:
        conform(pa.table({"billed_kwh": array}), {"billed_kwh": kind}, "content/marts/x.sql")
    assert (caught.value.code, caught.value.file) == ("column_type", "content/marts/x.sql")


@pytest.mark.parametrize(
    ("array", "kind", "value"),
    [
        (pa.array([Decimal("1.5000")]), "decimal(14,2)", Decimal("1.50")),
        (pa.array([Decimal(7)], pa.decimal128(38, 0)), "integer", 7),
        (pa.array([7], pa.int32()), "integer", 7),
        (pa.array([7], pa.decimal128(38, 0)), "decimal(14,2)", Decimal("7.00")),
        (pa.array([None]), "decimal(14,2)", None),
        (pa.array([None]), "text", None),
        (pa.array([1.5], pa.float32()), "double", 1.5),
        (pa.array([date(2026, 1, 31)]), "date", date(2026, 1, 31)),
        (pa.array(["电"]), "text", "电"),
    ],
)
def test_a_value_that_fits_takes_the_lexicons_type(array: pa.Array, kind: str, value: Any) -> None:
    table = conform(pa.table({"x": array, "y": array}), {"x": kind}, "content/marts/x.sql")
    assert table.schema == pa.schema([("x", arrow_type(kind))])
    assert table["x"].to_pylist() == [value]


def test_an_engines_error_names_the_mart(house: House, lake: Lake) -> None:
    """Only the data show that a cast is too narrow; a person must learn in which file."""
    put_bills(lake, [("c1", FEW_MONTHS[0], Decimal("999999999999.99"))])
    house.mart(
        "bad",
        "select b.customer_id as customer_id, b.month_on as month_on,\n"
        "  cast(b.billed_kwh + b.billed_kwh as decimal(14,2)) as billed_kwh\nfrom core.bill as b\n",
    )
    catalogue = house.catalogue
    with pytest.raises(ContentError) as caught:
        build([catalogue.marts["mart.bad"]], lake.store(catalogue), lake.engine())
    assert caught.value.file == "house/marts/test/bad.sql"
