"""Accounts drawn at random from one seed, as rows of core tables; and the billing marts over such rows.

Everybody is a customer of the county's price sheet. What a bill comes to is what the marts say: nothing here reckons.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, cast

from jicha.billing.relations import BILL, LINE, SEGMENT
from jicha.inspection.content_rows import typed_rows
from jicha.kernel.period import Month
from jicha.warehouse.catalogue import Catalogue, ReferenceTable
from jicha.warehouse.engines.protocol import Engine
from jicha.warehouse.model import setting_rows
from jicha.warehouse.slices import Store, swapped

from .accounts import ORG, Row, RowStore

BANDS = ("active_critical", "active_peak", "active_flat", "active_valley")
LAST = date(9999, 12, 31)
FIRST = date(2010, 1, 1)

#: An organisation that reads the law as its settings' defaults do; the county's own divides a month by thirty.
DEFAULT_ORG = "EX"

#: Price codes by use.
HOUSEHOLD = ("CN-RES-LV", "CN-RES-10KV")
UNTIERED = ("CN-RSU-LV", "CN-RSU-10KV", "CN-AGR-LV", "CN-AGR-10KV", "CN-IRR-LV")
SINGLE = ("CN-CI1-LV", "CN-CI1-10KV")
TWO_PART = ("CN-CI2-10KV",)
MODES = ("capacity", "contract_demand", "actual_demand")

DEFAULTS: Mapping[str, Row] = {
    "core.customer": {"opened_on": FIRST, "supply_voltage_code": "ac_10kv"},
    "core.price_agreement": {"valid_from": FIRST, "valid_to": LAST, "is_tiered": False},
    "core.contract_demand": {"valid_from": FIRST, "valid_to": LAST},
    "core.metering_point": {"commodity_code": "electricity"},
    "core.meter_installation": {"register_digits": 8, "valid_from": FIRST, "valid_to": LAST},
    "core.bill": {"commodity_code": "electricity", "bill_type_code": "regular", "billed_months": 1},
    "core.bill_line": {"charge_code": "energy", "line_amount_yuan": 0},
    "core.register_reading": {"reading_type_code": "manual"},
    "core.transformer_status": {
        "valid_from": FIRST,
        "valid_to": LAST,
        "transformer_status_code": "running",
    },
}


@dataclass(frozen=True)
class Account:
    """One customer: terms by day, and for every month what its registers counted."""

    customer_id: str
    org_id: str
    terms: tuple[Row, ...]
    multiplier: int
    is_low_metered: bool
    contract: tuple[Row, ...]
    months: tuple[Month, ...]
    counted: tuple[Mapping[str, Decimal], ...]
    reactive: tuple[Decimal, ...]
    demand: tuple[Decimal, ...]

    def bill_id(self, month: Month) -> str:
        return f"{self.customer_id}-{month}"

    def as_(self, customer_id: str, **changed: Any) -> Account:
        """Another customer of whom all else is the same."""
        return replace(self, customer_id=customer_id, **changed)

    def cut(self, on: date) -> Account:
        """The same account whose terms on file are two equal rows from `on`."""
        return replace(self, terms=_cut(self.terms, on), contract=_cut(self.contract, on))


def _cut(rows: Iterable[Row], on: date) -> tuple[Row, ...]:
    made: list[Row] = []
    for row in rows:
        held = row.get("valid_from", FIRST), row.get("valid_to", LAST)
        if held[0] < on < held[1]:
            made += [row | {"valid_to": on}, row | {"valid_from": on}]
        else:
            made.append(row)
    return tuple(made)


def accounts(seed: int, number: int, months: int) -> list[Account]:
    """So many accounts of every kind, each billed for consecutive months of 2025 and 2026."""
    draw = Random(seed)  # noqa: S311
    return [_account(draw, f"C{place:04d}", months) for place in range(number)]


def _account(draw: Random, customer_id: str, months: int) -> Account:
    kind = draw.choice(["household", "untiered", "single", "two_part", "two_part"])
    terms: Row = {"purchase_mode_code": "catalogue", "tariff_structure_code": "single_part"}
    size, multiplier = Decimal(draw.randint(20, 2000)) / 100, 1
    is_banded = kind in ("single", "two_part") and draw.random() < 0.6
    capacity = draw.choice([125, 315, 500, 1250])
    if kind == "household":
        terms |= {"price_code": draw.choice(HOUSEHOLD), "is_tiered": True}
        size = Decimal(draw.randint(5000, 120000)) / 100
    elif kind == "untiered":
        terms |= {"price_code": draw.choice(UNTIERED)}
        multiplier = draw.choice([1, 20, 40])
    else:
        codes = SINGLE if kind == "single" else TWO_PART
        terms |= {
            "price_code": draw.choice(codes) + ("-TOU" if is_banded else ""),
            "purchase_mode_code": "agency",
        }
        multiplier = draw.choice([20, 60, 1000])
        size = Decimal(capacity * draw.randint(40, 400)) / multiplier
        if kind == "two_part" or draw.random() < 0.5:
            terms |= {"power_factor_standard_ratio": draw.choice([0.8, 0.85, 0.9])}
    if kind == "two_part":
        terms |= {
            "tariff_structure_code": "two_part",
            "basic_charge_mode_code": draw.choice(MODES),
            "billed_capacity_kva": capacity,
        }
    terms |= {"is_time_of_use": is_banded}
    first = Month(2025, draw.randint(1, 12))
    held = [first]
    while len(held) < months:
        held.append(held[-1].next)
    registers = BANDS if is_banded else ("active_total",)
    is_low_metered = kind == "two_part" and draw.random() < 0.3
    return Account(
        customer_id,
        draw.choice([ORG, DEFAULT_ORG]),
        _changing(draw, terms, held) if kind == "two_part" and draw.random() < 0.3 else (terms,),
        multiplier,
        is_low_metered,
        ({"contract_demand_kw": round(capacity * draw.uniform(0.3, 1.0))},) if kind == "two_part" else (),
        tuple(held),
        tuple({each: _share(draw, size, len(registers)) for each in registers} for _ in held),
        tuple((size * draw.randint(5, 110) / 100).quantize(Decimal("0.01")) for _ in held),
        tuple(Decimal(round(capacity * draw.uniform(0.2, 1.2) / multiplier * 10000)) / 10000 for _ in held),
    )


def _share(draw: Random, size: Decimal, parts: int) -> Decimal:
    """Nothing at all now and then: a transformer loses energy behind which none is used."""
    return (size * max(0, draw.randint(-20, 200)) / 100 / parts).quantize(Decimal("0.01"))


def _changing(draw: Random, terms: Row, held: Sequence[Month]) -> tuple[Row, ...]:
    """Terms whose capacity changes on some day."""
    on = held[0].first + timedelta(days=draw.randint(1, 28 * len(held)))
    other = {"billed_capacity_kva": draw.choice([160, 400, 800]), "valid_from": on}
    return terms | {"valid_to": on}, terms | other


def core_rows(drawn: Iterable[Account]) -> dict[str, list[Row]]:
    """The accounts as rows of core tables. What was issued is nothing."""
    rows: dict[str, list[Row]] = {}

    def add(table: str, row: Row) -> None:
        rows.setdefault(table, []).append(row)

    for each in drawn:
        named: Row = {"customer_id": each.customer_id}
        point = named | {"metering_point_id": f"{each.customer_id}-P"}
        meter = point | {"meter_id": f"{each.customer_id}-M"}
        mode = "high_supply_low_metering" if each.is_low_metered else "high_supply_high_metering"
        add("core.customer", named | {"org_id": each.org_id})
        add("core.metering_point", point | {"metering_mode_code": mode})
        add("core.meter_installation", meter | {"multiplier": each.multiplier})
        for terms in each.terms:
            add("core.price_agreement", named | terms)
        for contract in each.contract:
            add("core.contract_demand", named | contract)
        if each.is_low_metered:
            _transformer(add, named)
        _bills(add, each, named, meter)
    return rows


def _transformer(add: Any, named: Row) -> None:
    held = named | {"power_transformer_id": f"{named['customer_id']}-T"}
    losses = {
        "no_load_loss_kw": "0.48",
        "load_loss_kw": "3.83",
        "no_load_current_pct": 1.1,
        "impedance_pct": 4.0,
    }
    add("core.power_transformer", held | losses | {"rated_capacity_kva": 315})
    add("core.transformer_status", held)


def _bills(add: Any, each: Account, named: Row, meter: Row) -> None:
    shown = {"reactive_total": Decimal(100), **dict.fromkeys((*BANDS, "active_total"), Decimal(1000))}
    is_read = any("power_factor_standard_ratio" in terms for terms in each.terms)
    before = each.months[0].first - timedelta(days=1)
    if is_read:
        read = {
            "reading_on": before,
            "register_code": "reactive_total",
            "register_kwh": shown["reactive_total"],
        }
        add("core.register_reading", meter | read)
    for month, counted, reactive, demand in zip(
        each.months, each.counted, each.reactive, each.demand, strict=True
    ):
        bill = named | {"bill_id": each.bill_id(month), "month_on": month.first}
        add("core.bill", bill | {"from_on": month.first, "to_on": month.next.first, "amount_yuan": 0})
        for place, (register, index) in enumerate(counted.items(), 1):
            line = bill | meter | {"line_no": place, "register_code": register}
            line |= {"previous_register_kwh": shown[register], "billed_multiplier": each.multiplier}
            shown[register] += index
            add("core.bill_line", line | {"current_register_kwh": shown[register]})
        if is_read:
            shown["reactive_total"] += reactive
            read = meter | {"reading_on": month.last, "register_code": "reactive_total"}
            add("core.register_reading", read | {"register_kwh": shown["reactive_total"]})
        if each.contract:
            read = meter | {"reading_on": month.last, "register_code": "demand"}
            add("core.register_reading", read | {"register_kwh": demand})


@dataclass
class Reckoned:
    """The billing marts over core rows."""

    store: RowStore
    bills: dict[str, Row] = field(init=False)
    lines: dict[str, list[Row]] = field(init=False)

    def __post_init__(self) -> None:
        self.bills = {row["bill_id"]: row for row in self.rows(BILL)}
        self.lines = {bill_id: [] for bill_id in self.bills}
        for line in self.rows(LINE):
            self.lines[line["bill_id"]].append(line)

    def other_than(self, after: Reckoned) -> set[str]:
        """The bills of which a column or a line is another one there."""
        return {
            bill_id
            for bill_id, bill in self.bills.items()
            if bill != after.bills[bill_id] or self.lines[bill_id] != after.lines[bill_id]
        }

    def rows(self, name: str) -> list[Row]:
        columns = list(self.store.catalogue.relation(name).columns)
        return [dict(zip(columns, row, strict=True)) for row in self.store.rows[name]]

    @property
    def as_store(self) -> Store:
        return cast(Store, self.store)


def reckoned(catalogue: Catalogue, engine: Engine, drawn: Iterable[Account]) -> Reckoned:
    """Every model up to the recalculated bills and their lines, run over the accounts."""
    given = core_rows(drawn)
    models = catalogue.upstream([BILL, LINE, SEGMENT])
    made = {mart.name for mart in models}
    read = {read for mart in models for read in mart.reads if read.startswith("core.")}.difference(made)
    store = RowStore(
        catalogue,
        engine,
        {
            name: typed_rows(
                given.get(name, []), catalogue.relation(name).columns, dict(DEFAULTS.get(name, {})), name
            )
            for name in sorted(read)
        },
    )
    for mart in models:
        queries = {name: store.query(engine, name, None, None) for name in mart.reads if name != "setting"}
        if mart.settings:
            rows = setting_rows(mart.settings)
            queries["setting"] = engine.register("setting", mart.setting_relation.columns, rows)
        store.rows[mart.name] = engine.rows(swapped(mart.tree, queries))
    return Reckoned(store)


def with_law(
    catalogue: Catalogue,
    table: str,
    where: Mapping[str, Any],
    column: str,
    other: Any,
    span: tuple[date, date],
) -> Catalogue:
    """The catalogue in whose law the rows `where` have another value of one column, on the days of the span alone.

    `other` makes the new value of the old. A row is cut into the days before, the span, and the days after.
    """
    held = catalogue.references[table]
    rows: list[tuple[Any, ...]] = []
    is_moved = False
    for values in held.rows:
        row = dict(zip(held.columns, values, strict=True))
        starts, ends = max(row["valid_from"], span[0]), min(row["valid_to"], span[1])
        if any(row[name] != value for name, value in where.items()) or starts >= ends or row[column] is None:
            rows.append(values)
            continue
        is_moved = True
        pieces = [
            row | {"valid_to": starts},
            row | {"valid_from": starts, "valid_to": ends, column: other(row[column])},
            row | {"valid_from": ends},
        ]
        rows += [tuple(piece.values()) for piece in pieces if piece["valid_from"] < piece["valid_to"]]
    assert is_moved
    moved = ReferenceTable(held.name, held.columns, tuple(rows), f"{held.digest} moved")
    return replace(catalogue, references={**catalogue.references, table: moved})
