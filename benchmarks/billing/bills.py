"""A synthetic input of bills: `mart.billing_input` and the two core tables beside it, in a workspace of its own.

85 of 100 customers are residents (tiers), 8 pay a single-part price by time of use with a power factor, 7 a two-part
price. Every column the marts read is there; what a customer of the kind does not have is null, as in the mart.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from jicha.inspection.content import load_catalogue
from jicha.kernel.period import Month
from jicha.lexicon.roots import ContentRoots
from jicha.warehouse.engines.duckdb import sql_type
from jicha.warehouse.manifest import Manifest
from jicha.warehouse.slices import Piece, Store
from jicha.warehouse.workspace import Workspace

INPUT, BILL, CUSTOMER = "mart.billing_input", "core.bill", "core.customer"
FIRST_MONTH = Month(2025, 1)
ORGANISATION = "4240801"

#: Of a customer with number n: what kind, and what the month's registers say. Prices are the county's sheet.
_KINDS = """
select n, m,
       case when n % 100 < 85 then 'resident' when n % 100 < 93 then 'single' else 'two_part' end as kind,
       (hash(n * 97 + m) % 99991)::double / 100 as chance,
       make_date(2025, m, 1) as month_on,
       make_date(2025, m, 1) + interval 1 month as next_month_on
from range({first}, {last}) as c(n), range(1, {months} + 1) as t(m)
"""

_INPUT = {
    "scenario_id": "'actual'",
    "customer_id": "printf('%010d', n)",
    "org_id": f"'{ORGANISATION}'",
    "bill_id": "printf('B%010d%02d', n, m)",
    "segment_no": "1",
    "month_on": "month_on",
    "bill_from_on": "month_on",
    "bill_to_on": "next_month_on",
    "from_on": "month_on",
    "to_on": "next_month_on",
    "billed_months": "1",
    "charged_months": "1",
    "charged_days": "0",
    "opened_on": "date '2015-03-01'",
    "metering_point_id": "printf('P%010d', n)",
    "meter_id": "printf('M%010d', n)",
    "total_index": "case kind when 'resident' then 60 + chance % 420 end",
    "critical_index": "case kind when 'resident' then null else 20 + chance % 13 end",
    "peak_index": "case kind when 'resident' then null else 60 + chance % 97 end",
    "flat_index": "case kind when 'resident' then null else 70 + chance % 89 end",
    "valley_index": "case kind when 'resident' then null else 80 + chance % 101 end",
    "reactive_index": "case kind when 'resident' then null else 50 + chance % 173 end",
    "demand_index": "case kind when 'two_part' then 1 + chance / 1000 end",
    "multiplier": "case kind when 'resident' then 1 when 'single' then 40 else 200 end",
    "price_code": "case kind when 'resident' then 'CN-RES-LV' when 'single' then 'CN-CI1-10KV-TOU' "
    "else 'CN-CI2-10KV-TOU' end",
    "supply_voltage_code": "case kind when 'resident' then 'AC220V' else 'AC10kV' end",
    "tariff_structure_code": "case kind when 'two_part' then 'two_part' else 'single_part' end",
    "purchase_mode_code": "case kind when 'resident' then 'catalogue' else 'agency' end",
    "purchase_group_code": "'ordinary'",
    "is_time_of_use": "kind <> 'resident'",
    "is_tiered": "kind = 'resident'",
    "basic_charge_mode_code": "case when kind <> 'two_part' then null when n % 2 = 0 then 'capacity' "
    "else 'actual_demand' end",
    "billed_capacity_kva": "case kind when 'two_part' then 315 + n % 5 * 250 when 'single' then 160 end",
    "power_factor_standard_ratio": "case kind when 'resident' then null when 'single' then 0.85 else 0.9 end",
    "has_transformer_loss": "false",
}
_BILL = {
    "bill_id": _INPUT["bill_id"],
    "customer_id": _INPUT["customer_id"],
    "month_on": "month_on",
    "from_on": "month_on",
    "to_on": "next_month_on",
    "bill_type_code": "'regular'",
    "commodity_code": "'electricity'",
    "amount_yuan": "0",
}
_CUSTOMER = {
    "customer_id": "printf('%010d', n)",
    "org_id": f"'{ORGANISATION}'",
    "opened_on": "date '2015-03-01'",
}


@dataclass(frozen=True)
class Bills:
    """A store whose input stands; `files` are those of the input."""

    store: Store
    files: list[Path]
    customers: int
    count: int


#: Every other customer on the benchmark's own price by time of use, the rest on its monthly tiers.
_SIMPLE = {
    **_INPUT,
    "total_index": "case when n % 2 = 1 then 60 + chance % 420 end",
    "critical_index": "null",
    "peak_index": "case when n % 2 = 0 then 60 + chance % 97 end",
    "flat_index": "case when n % 2 = 0 then 70 + chance % 89 end",
    "valley_index": "case when n % 2 = 0 then 80 + chance % 101 end",
    "reactive_index": "null",
    "demand_index": "null",
    "multiplier": "1",
    "price_code": "case when n % 2 = 0 then 'BN-TOU' else 'BN-TIER' end",
    "supply_voltage_code": "'AC220V'",
    "tariff_structure_code": "'single_part'",
    "purchase_mode_code": "case when n % 2 = 0 then 'agency' else 'catalogue' end",
    "is_time_of_use": "n % 2 = 0",
    "is_tiered": "n % 2 = 1",
    "basic_charge_mode_code": "null",
    "billed_capacity_kva": "null",
    "power_factor_standard_ratio": "null",
}


def bills(folder: Path, roots: ContentRoots, **sizes: int) -> Bills:
    """Writes the input month by month and bucket by bucket, as a build would. `sizes`: customers, months,
    customers_per_bucket."""
    return _written(folder, roots, _INPUT, **sizes)


def simple_bills(folder: Path, roots: ContentRoots, **sizes: int) -> Bills:
    """The same, of bills that other programs can reckon too."""
    return _written(folder, roots, _SIMPLE, **sizes)


def _written(
    folder: Path,
    roots: ContentRoots,
    given_input: dict[str, str],
    *,
    customers: int,
    months: int,
    customers_per_bucket: int,
) -> Bills:
    catalogue = load_catalogue(roots)
    catalogue = catalogue.resolved({ORGANISATION: None})
    workspace = Workspace.create(folder / "workspace", buckets=-(-customers // customers_per_bucket))
    store = Store(workspace, Manifest.head(workspace), catalogue)
    connection = duckdb.connect(config={"threads": 2})
    for name in [INPUT, BILL, CUSTOMER]:
        store.built[name] = ()
    for bucket, first in enumerate(range(0, customers, customers_per_bucket)):
        last = min(first + customers_per_bucket, customers)
        connection.execute(
            "create or replace temp table given as " + _KINDS.format(first=first, last=last, months=months)
        )
        for name, given in ((INPUT, given_input), (BILL, _BILL)):
            store.built[name] += tuple(
                _piece(connection, store, name, given, bucket, FIRST_MONTH.plus(step))
                for step in range(months)
            )
        store.built[CUSTOMER] += (_piece(connection, store, CUSTOMER, _CUSTOMER, bucket, None),)
    connection.close()
    files = [piece.path for piece in store.built[INPUT]]
    return Bills(store, files, customers, customers * months)


def _piece(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    name: str,
    given: dict[str, str],
    bucket: int,
    month: Month | None,
) -> Piece:
    columns = store.catalogue.relation(name).columns
    unknown = set(given) - set(columns)
    if unknown:
        raise SystemExit(f"{name} has no column {', '.join(sorted(unknown))}")
    chosen = ", ".join(
        f"cast({given.get(column, 'null')} as {sql_type(kind)}) as {column}"
        for column, kind in columns.items()
    )
    which = f"m = {month.month}" if month else "m = 1"
    path = store.workspace.lake / f"{name}-{bucket:03d}-{month or 'all'}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"copy (select {chosen} from given where {which} order by n) to '{path}' (format parquet, compression zstd)"
    )
    return Piece(month=month, bucket=bucket, path=path, identity=path.name)
