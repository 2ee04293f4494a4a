"""A utility's private root brings a place, price codes and a tariff of its own; bills of core rows are reckoned and
replayed under it like any other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest

from jicha.billing.relations import BILL
from jicha.billing.replay import replay
from jicha.billing.scenario import Override
from jicha.inspection.content import load_catalogue
from jicha.inspection.content_rows import typed_rows
from jicha.kernel.errors import ContentError
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.model import setting_rows
from jicha.warehouse.slices import Store, swapped

from .accounts import ORG, Row, RowStore, recalculated

OWN = Path(__file__).parent / "private_tariff"
EVER = {"valid_from": date(2010, 1, 1), "valid_to": date(9999, 12, 31)}


def lines(customer: str, month: int, bands: dict[str, int]) -> list[Row]:
    """The lines of a bill of a calendar month of 2025, one for each register."""
    return [
        {
            "bill_id": f"{customer}-{month}",
            "customer_id": customer,
            "month_on": date(2025, month, 1),
            "line_no": number,
            "metering_point_id": f"{customer}-P",
            "meter_id": f"{customer}-M",
            "charge_code": "energy",
            "register_code": register,
            "billed_multiplier": 1,
            "previous_register_kwh": 0,
            "current_register_kwh": index,
            "line_kwh": index,
            "line_amount_yuan": 0,
        }
        for number, (register, index) in enumerate(bands.items(), start=1)
    ]


def core_rows() -> dict[str, list[Row]]:
    terms = {"tariff_structure_code": "single_part", "purchase_mode_code": "catalogue", **EVER}
    billed = [
        *lines("home", 1, {"active_peak": 1200, "active_valley": 700}),
        *lines("home", 2, {"active_peak": 200, "active_valley": 100}),
        *lines("house", 1, {"active_total": 100}),
    ]
    bills = {row["bill_id"]: row for row in billed}
    return {
        "core.customer": [
            {"customer_id": each, "org_id": ORG, "opened_on": date(2010, 1, 1)} for each in ("home", "house")
        ],
        "core.price_agreement": [
            {"customer_id": "home", "price_code": "QS-RES-BOTH", **terms},
            {"customer_id": "house", "price_code": "QS-RSU-LV", **terms},
        ],
        "core.bill": [
            {
                "bill_id": bill_id,
                "customer_id": row["customer_id"],
                "commodity_code": "electricity",
                "bill_type_code": "regular",
                "month_on": row["month_on"],
                "from_on": row["month_on"],
                "to_on": date(2025, row["month_on"].month + 1, 1),
                "billed_months": 1,
                "amount_yuan": 0,
            }
            for bill_id, row in bills.items()
        ],
        "core.bill_line": billed,
    }


@pytest.fixture(scope="module")
def store(engine: DuckDBEngine) -> Store:
    catalogue = load_catalogue(ContentRoots.find([OWN])).resolved({ORG: None})
    rows = {
        name: typed_rows(given, catalogue.relation(name).columns, {}, name)
        for name, given in core_rows().items()
    }
    store = cast(Store, RowStore(catalogue, engine, rows))
    for mart in catalogue.upstream([BILL]):
        queries = {read: store.query(engine, read, None, None) for read in mart.reads if read != "setting"}
        if mart.settings:
            columns = mart.setting_relation.columns
            queries["setting"] = engine.register("setting", columns, setting_rows(mart.settings))
        rows[mart.name] = engine.rows(swapped(mart.tree, queries))
    return store


def test_bills_are_reckoned_under_price_codes_of_the_private_root(store: Store) -> None:
    """1,200 x 0.58 + 700 x 0.30; 200 x 0.58 + 100 x 0.30, and 200 of the 300 lie above 2,000: x 0.05; 100 x 0.57."""
    bills = recalculated(store)
    assert {name: row["not_recalculated_code"] for name, row in bills.items()} == dict.fromkeys(bills)
    assert {name: row["recalculated_yuan"] for name, row in bills.items()} == {
        "home-1": Decimal("906.00"),
        "home-2": Decimal("156.00"),
        "house-1": Decimal("57.00"),
    }


def test_tiers_and_time_of_use_are_replayed_over_the_whole_year(store: Store, engine: DuckDBEngine) -> None:
    """January doubled: 3,800 kWh, of which 1,600 bear 0.05 and 200 bear 0.30; so February lies in the third tier."""
    override = Override(
        scenario_id="S",
        customer_id="home",
        valid_from=date(2025, 1, 1),
        valid_to=date(2025, 2, 1),
        field="multiplier",
        value_number=Decimal(2),
    )
    found = replay(store, engine, [override])["S"]
    assert found.status == "whole" and found.kwh == Decimal("1900.00")
    assert {each.bill_id: each.scenario_yuan for each in found.bills} == {
        "home-1": Decimal("1952.00"),
        "home-2": Decimal("236.00"),
    }


def test_without_the_private_root_the_codes_are_unknown(tmp_path: Path) -> None:
    """The same tariff without its code lists is refused, by file and line."""
    bare = tmp_path / "bare"
    for path in OWN.joinpath("law").rglob("*.yaml"):
        target = bare / path.relative_to(OWN)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    with pytest.raises(ContentError) as caught:
        load_catalogue(ContentRoots.find([bare])).resolved({ORG: None})
    assert "429900" in caught.value.text.en
