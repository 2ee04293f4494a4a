"""A house of content small enough to see through: a dozen fields, two core tables, marts written in the test."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jicha.kernel.period import Month
from jicha.lexicon.arrow import arrow_type
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.build import BuildReport, build
from jicha.warehouse.catalogue import Catalogue
from jicha.warehouse.engines.duckdb import DuckDBEngine
from jicha.warehouse.manifest import Manifest, Partition
from jicha.warehouse.slices import Store
from jicha.warehouse.workspace import Workspace

FIELDS = """\
customer_id: {type: text, en: Customer, zh: 户号}
bill_id: {type: text, en: Bill, zh: 账单编号}
meter_id: {type: text, en: Meter, zh: 电能表}
area_id: {type: text, en: Area, zh: 台区}
month_on: {type: date, en: Month, zh: 电费月份}
from_on: {type: date, en: First day, zh: 起始日期}
to_on: {type: date, en: Day after the last, zh: 截止日期}
valid_from: {type: date, en: Valid from, zh: 生效日期}
valid_to: {type: date, en: Valid to, zh: 失效日期}
billed_kwh: {type: "decimal(14,2)", unit: kwh, en: Energy billed, zh: 计费电量}
usual_kwh: {type: "decimal(14,2)", unit: kwh, en: Usual energy, zh: 常用电量}
bill_count: {type: integer, en: Bills, zh: 账单数}
share_ratio: {type: double, unit: ratio, en: Share, zh: 占比}
bill_type_code: {type: text, code: bill_type, en: Kind of bill, zh: 账单类型}
reason: {type: text, en: Reason, zh: 原因}
register_digits: {type: integer, en: Digits, zh: 示数位数}
register_limit_kwh: {type: "decimal(14,4)", unit: kwh, en: Limit, zh: 量程}
"""

BILL = """\
/* ---
table: core.bill
status: active
description: {en: Bill, zh: 账单}
grain: one row per bill
key: [bill_id]
reach: customer
partition_on: month_on
columns: [bill_id, customer_id, month_on, from_on, to_on, billed_kwh, bill_type_code]
audits: []
--- */
"""

CUSTOMER = """\
/* ---
table: core.customer
status: active
description: {en: Customer, zh: 用户}
grain: one row per customer
key: [customer_id]
reach: customer
columns: [customer_id, area_id]
audits: []
--- */
"""

PLANNED = """\
/* ---
table: core.seal
status: planned
description: {en: Seal, zh: 封印}
grain: one row per seal
key: [meter_id]
reach: customer
columns: [meter_id, customer_id]
--- */
"""

CONTENT: Mapping[str, str] = {
    "VERSION": "1",
    "lexicon/fields.yaml": FIELDS,
    "lexicon/codes/bill_type.csv": "code,en,zh\nregular,Regular,正常\nit's,Odd,异常\n",
    "core/bill.sql": BILL,
    "core/customer.sql": CUSTOMER,
    "core/seal.sql": PLANNED,
}

TYPES = {"customer_id": "text", "area_id": "text", "bill_id": "text", "bill_type_code": "text"} | {
    "month_on": "date",
    "from_on": "date",
    "to_on": "date",
    "billed_kwh": "decimal(14,2)",
}


def mart_text(
    select: str,
    *,
    key: str = "[customer_id, month_on]",
    partition_on: str | None = "month_on",
    reach: str = "customer",
    more: str = "",
) -> str:
    """A mart's file. The SELECT begins on the line after the header."""
    partition = f"partition_on: {partition_on}\n" if partition_on else ""
    return (
        "/* ---\nowner: billing\ndescription: {en: A mart, zh: 集市}\ngrain: one row each\n"
        f"key: {key}\nreach: {reach}\n{partition}{more}--- */\n{select}"
    )


MONTHLY = mart_text(
    """select b.customer_id as customer_id, b.month_on as month_on,
       cast(sum(b.billed_kwh) as decimal(14,2)) as billed_kwh
from core.bill as b
group by b.customer_id, b.month_on
"""
)


@dataclass
class House:
    """Content in a folder; write files, then load the catalogue."""

    root: Path
    files: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, text in {**CONTENT, **self.files}.items():
            self.put(name, text)

    def put(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def mart(self, name: str, select: str, **header: Any) -> Path:
        return self.put(f"marts/test/{name}.sql", mart_text(select, **header))

    @property
    def roots(self) -> ContentRoots:
        return ContentRoots(self.root)

    @property
    def catalogue(self) -> Catalogue:
        return Catalogue.load(self.roots)


@dataclass
class Lake:
    """A lake written row by row, without an ingest; every `put` replaces one partition."""

    workspace: Workspace
    parts: dict[tuple[str, str | None, int | None], Partition] = field(default_factory=dict)

    @classmethod
    def new(cls, path: Path, *, buckets: int = 2) -> Lake:
        return cls(Workspace.create(path, buckets=buckets))

    def put(
        self,
        table: str,
        columns: Mapping[str, str],
        rows: Sequence[Sequence[Any]],
        *,
        month: str | None = None,
        bucket: int | None = 0,
    ) -> None:
        arrays = [
            pa.array([row[place] for row in rows], type=arrow_type(kind))
            for place, kind in enumerate(columns.values())
        ]
        mark = int(hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()[:16], 16)
        file = Path(*table.split("."), f"{month}-{bucket}-{mark:x}.parquet")
        path = self.workspace.lake / file
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(arrays, names=list(columns)), path)
        self.parts[(table, month, bucket)] = Partition(
            month, bucket, file.as_posix(), len(rows), f"{len(rows):x}-{mark:x}-0"
        )

    def store(self, catalogue: Catalogue) -> Store:
        tables: dict[str, list[Partition]] = {}
        for key in sorted(self.parts, key=repr):
            tables.setdefault(key[0], []).append(self.parts[key])
        return Store(
            self.workspace, Manifest(number=1, tables={t: tuple(p) for t, p in tables.items()}), catalogue
        )

    def engine(self) -> DuckDBEngine:
        return DuckDBEngine([self.workspace.lake], threads=1)


BILL_COLUMNS = {
    name: TYPES[name]
    for name in ("bill_id", "customer_id", "month_on", "from_on", "to_on", "billed_kwh", "bill_type_code")
}


def put_bills(lake: Lake, bills: Iterable[tuple[str, str, Any]], *, buckets: int = 2) -> None:
    """`(customer, month, kWh)` as core.bill; customer `cN` lies in bucket N modulo `buckets`."""
    places: dict[tuple[str, int], list[tuple[Any, ...]]] = {}
    for customer, month, kwh in bills:
        bucket = int(customer[1:]) % buckets
        on = Month.parse(month)
        row = (f"{customer}/{month}", customer, on.first, on.first, on.next.first, kwh, "regular")
        places.setdefault((month, bucket), []).append(row)
    for (month, bucket), rows in places.items():
        lake.put("core.bill", BILL_COLUMNS, rows, month=month, bucket=bucket)


def rows_of(store: Store, name: str) -> list[tuple[Any, ...]]:
    """The rows of every piece of a relation, sorted."""
    found: list[tuple[Any, ...]] = []
    for piece in store.pieces(name):
        table = pq.ParquetFile(piece.path).read()
        found += list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return sorted(found, key=repr)


# -- bills of four customers, and marts over them -------------------------------------------------------

#: Each month's energy beside the mean of the month before and the month after.
NEIGHBOURS = """select m.customer_id as customer_id, m.month_on as month_on, m.billed_kwh as billed_kwh,
       lag(m.billed_kwh) over (partition by m.customer_id order by m.month_on) as usual_kwh,
       case when lead(m.month_on) over (partition by m.customer_id order by m.month_on) is null
            then 0 else 1 end as bill_count
from mart.monthly as m
"""
#: One row per customer over all months.
TOTALS = """select m.customer_id as customer_id, cast(sum(m.billed_kwh) as decimal(14,2)) as billed_kwh
from mart.monthly as m group by m.customer_id
"""
#: One row for the whole house.
HOUSE_WIDE = """select t.billed_kwh as billed_kwh, count(*) as bill_count from mart.totals as t group by t.billed_kwh
"""
MONTHS = [str(Month.parse("2025-01").plus(n)) for n in range(15)]
FEW_MONTHS = MONTHS[:4]


def bills(months: list[str], customers: int = 4) -> list[tuple[str, str, Decimal]]:
    """Energy that differs by customer and month; customer 2 misses two months."""
    return [
        (f"c{number}", month, Decimal(f"{number}.{place:02d}"))
        for number in range(customers)
        for place, month in enumerate(months)
        if not (number == 2 and place in (1, 2))
    ]


def built(house: House, lake: Lake, **options: Any) -> tuple[Store, BuildReport]:
    catalogue = house.catalogue
    store = lake.store(catalogue)
    engine = lake.engine()
    try:
        return store, build(list(catalogue.marts.values()), store, engine, **options)
    finally:
        engine.close()


def all_rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    return {name: rows_of(store, name) for name in store.catalogue.marts}


def files(lake: Lake) -> dict[str, bytes]:
    root = lake.workspace.lake / "mart"
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }
