"""A lake audited again and again, and the engine that counts its statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlglot.expressions as exp

from jicha.warehouse.audits import AuditCache, audit_relation
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.core import Audit
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.slices import Store

from .houses import BILL_COLUMNS, House, Lake

Row = tuple[str | None, str | None, date, date | None, date | None, Decimal | None, str | None]
FIRST = date(2026, 1, 1)
CODES = {"regular", "it's"}


class Counting:
    """An engine that says how many statements it ran."""

    name = "counting"

    def __init__(self, engine: DuckDBEngine) -> None:
        self.engine = engine
        self.statements = 0

    def rows(self, query: exp.Query) -> list[tuple[Any, ...]]:
        self.statements += 1
        return self.engine.rows(query)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.engine, name)


@dataclass(repr=False)
class Bench:
    """One lake, audited again and again; rows are put as (bucket, month) -> rows."""

    lake: Lake
    catalogue: Catalogue
    engine: Counting
    cache: Path

    def put(
        self, rows: Sequence[Row], *, buckets: int = 2, months: int = 2, table: str = "core.bill"
    ) -> None:
        """Spreads rows over buckets by customer and over months by their month; every piece is replaced."""
        placed: dict[tuple[int, str], list[Row]] = {}
        for bucket in range(buckets):
            for month in range(months):
                placed[bucket, f"2026-{month + 1:02d}"] = []
        for row in rows:
            month = f"2026-{min(row[2].month, months):02d}"
            placed[_bucket(row[1], buckets), month].append(row)
        self.lake.parts = {key: part for key, part in self.lake.parts.items() if key[0] != table}
        for (bucket, month), found in placed.items():
            self.lake.put(table, BILL_COLUMNS, found, month=month, bucket=bucket)

    def put_customers(self, ids: Sequence[str], *, buckets: int = 2) -> None:
        self.lake.parts = {
            place: part for place, part in self.lake.parts.items() if place[0] != "core.customer"
        }
        for bucket in range(buckets):
            rows = [(each, "t1") for each in ids if _bucket(each, buckets) == bucket]
            self.lake.put("core.customer", {"customer_id": "text", "area_id": "text"}, rows, bucket=bucket)

    @property
    def store(self) -> Store:
        return self.lake.store(self.catalogue)

    def count(self, *audits: Audit, name: str = "core.bill") -> list[int]:
        cache = AuditCache(self.cache)
        found = audit_relation(name, audits, self.store, self.engine, self.catalogue.lexicon, cache)
        cache.save()
        assert [result.audit for result in found] == list(audits)
        return [result.violations for result in found]


def _bucket(customer: str | None, buckets: int) -> int:
    return (ord(customer[-1]) if customer else 0) % buckets


@contextmanager
def open_bench(path: Path) -> Iterator[Bench]:
    house = House(path / "house")
    lake = Lake.new(path / "workspace", buckets=3)
    engine = lake.engine()
    yield Bench(lake, house.catalogue, Counting(engine), path / "audits.json")
    engine.close()


def audit(check: Any, *columns: str, to: str | None = None, by: tuple[str, ...] = ()) -> Audit:
    return Audit(check=check, columns=columns, level="warning", to=to, by=by)


def stay(bill: str, customer: str, first: int, last: int) -> Row:
    return (bill, customer, FIRST, FIRST + timedelta(first), FIRST + timedelta(last), Decimal(1), "regular")
