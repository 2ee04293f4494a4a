"""Accounts of the county's price sheet as rows of `mart.billing_input`, and a store that holds rows in place of files.

Nothing here reckons a bill: what a bill comes to is what the marts say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

import sqlglot.expressions as exp

from jicha.billing.relations import BILL
from jicha.billing.replay_pass import charge_models
from jicha.billing.scenario import INPUT
from jicha.inspection.content_rows import typed_rows
from jicha.kernel.period import Month
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.slices import Store, Window, swapped

ORG = "42408"
Row = dict[str, Any]

TIERED, UNTIERED = "CN-RES-LV", "CN-RSU-LV"
SINGLE, TWO_PART, LOW_VOLTAGE = "CN-CI1-10KV", "CN-CI2-10KV", "CN-CI1-LV"


def bill(customer: str, month: str, index: str | None, **changed: Any) -> Row:
    """One bill of one segment: the calendar month, `index` on the total register."""
    held = Month.parse(month)
    days = {"from_on": held.first, "to_on": held.next.first}
    row = {
        "scenario_id": "actual",
        "customer_id": customer,
        "org_id": ORG,
        "bill_id": f"{customer}-{held}",
        "segment_no": 1,
        "month_on": held.first,
        "bill_from_on": days["from_on"],
        "bill_to_on": days["to_on"],
        **days,
        "billed_months": 1,
        "charged_months": 1,
        "charged_days": 0,
        "opened_on": date(2010, 1, 1),
        "metering_point_id": f"{customer}-P",
        "meter_id": f"{customer}-M",
        "multiplier": 1,
        "total_index": index,
        "price_code": SINGLE,
        "purchase_mode_code": "agency",
        "purchase_group_code": "ordinary",
        "is_time_of_use": False,
        "is_tiered": False,
        "has_transformer_loss": False,
    }
    return row | changed


def household(customer: str, month: str, index: str | None, **changed: Any) -> Row:
    """A bill of a household on yearly tiers."""
    terms = {"price_code": TIERED, "purchase_mode_code": "catalogue", "is_tiered": True}
    return bill(customer, month, index, **(terms | changed))


def factory(customer: str, month: str, index: str | None, **changed: Any) -> Row:
    """A bill of a two-part user charged by capacity and held to a power factor."""
    terms = {
        "price_code": TWO_PART,
        "tariff_structure_code": "two_part",
        "basic_charge_mode_code": "capacity",
        "billed_capacity_kva": 315,
        "power_factor_standard_ratio": 0.9,
        "reactive_index": "30",
    }
    return bill(customer, month, index, **(terms | changed))


@dataclass
class RowStore:
    """What replay asks of a `Store`, over rows; `bucket` and months are the lake's business and left out."""

    catalogue: Catalogue
    engine: Engine
    rows: dict[str, list[tuple[Any, ...]]]
    asked: list[tuple[str, int | None]] = field(default_factory=list)

    def query(
        self, engine: Engine, name: str, bucket: int | None, window: Window | None, **_: object
    ) -> exp.Query:
        self.asked.append((name, bucket))
        known: Sequence[tuple[Any, ...]]
        if name in self.catalogue.references:
            table = self.catalogue.references[name]
            columns, known = table.columns, table.rows
        else:
            columns, known = self.catalogue.relation(name).columns, self.rows.get(name, [])
        return engine.register(f"row_store_{name.replace('.', '_')}", columns, known)

    def buckets(self) -> tuple[int, ...]:
        return (0,)


def opened(
    catalogue: Catalogue, engine: Engine, bills: Iterable[Row], issued: Mapping[str, str] | None = None
) -> Store:
    """A store in which these bills are recalculated. A bill was issued for what `issued` says, else for nothing."""
    listed = list(bills)
    segments = typed_rows(listed, catalogue.relation(INPUT).columns, {}, INPUT)
    papers: dict[str, Row] = {
        row["bill_id"]: {
            "bill_id": row["bill_id"],
            "customer_id": row["customer_id"],
            "month_on": row["month_on"],
            "from_on": row["bill_from_on"],
            "to_on": row["bill_to_on"],
            "commodity_code": "electricity",
            "bill_type_code": "regular",
            "amount_yuan": (issued or {}).get(row["bill_id"], "0"),
        }
        for row in listed
    }
    customers = [
        {"customer_id": each, "org_id": ORG} for each in sorted({row["customer_id"] for row in listed})
    ]
    core = {"core.bill": list(papers.values()), "core.customer": customers}
    rows = {
        name: typed_rows(given, catalogue.relation(name).columns, {}, name) for name, given in core.items()
    }
    store = cast(Store, RowStore(catalogue, engine, {INPUT: segments, **rows}))
    for mart in charge_models(store):
        queries = {read: store.query(engine, read, None, None) for read in mart.reads}
        cast(RowStore, store).rows[mart.name] = engine.rows(swapped(mart.tree, queries))
    return store


def on(store: Store, engine: Engine) -> Store:
    """The same rows for another engine."""
    return cast(Store, RowStore(store.catalogue, engine, cast(RowStore, store).rows))


def recalculated(store: Store) -> dict[str, Row]:
    """The store's recalculated bills by id."""
    columns = list(store.catalogue.relation(BILL).columns)
    return {
        row["bill_id"]: row
        for each in cast(RowStore, store).rows[BILL]
        if (row := dict(zip(columns, each, strict=True)))
    }
