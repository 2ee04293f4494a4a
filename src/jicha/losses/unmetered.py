"""Energy of a supply without a meter: capacity × load factor × hours a day × days, and what is prepaid for it.

Load factors and hours are agreed between the two sides, never law (`law.temporary_prepayment` says how a prepayment is
settled). A rent by the month counts by thirtieths.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from jicha.kernel.derivation import Input, Node, Operation, Step, compute
from jicha.kernel.formulas import Formula, FormulaBook, Known, node, product, quotient, rows, total
from jicha.law.book import Law


def _row_energy(row: Mapping[str, Node], days: Node, place: int) -> Step:
    own = [row[each] for each in ("power_kw", "load_ratio", "daily_hours", "count") if each in row]
    return compute(Operation.PRODUCT, f"equipment_kwh [{place}]", [*own, days], unit="kwh")


def _added_up(name: str, known: Sequence[Known]) -> Step:
    parts: list[Node] = [
        _row_energy(row, node(known[1]), place) for place, row in enumerate(rows(known[0]), start=1)
    ]
    return compute(Operation.SUM, name, parts)


def _kind(kind: str) -> Formula:
    """Energy of one kind of equipment: its power, its load factor where one is agreed, its hours, the days."""
    return product(f"{kind}_kwh", (f"{kind}_kw", f"{kind}_load_ratio", f"{kind}_hours", "days"), "kwh")


_KINDS = ("motor", "welder", "lighting")

UNMETERED = FormulaBook(
    "unmetered",
    {
        **{
            f"{kind}_{what}": unit
            for kind in _KINDS
            for what, unit in (("kw", "kw"), ("load_ratio", "ratio"), ("hours", "hours"))
        },
        "daily_hours": "hours",
        "days": "days",
        "price_yuan_per_kwh": "yuan_per_kwh",
        "rent_yuan": "yuan",
        "month_days": "days",
    },
    (
        *(_kind(kind) for kind in _KINDS),
        *(product(f"{kind}_kwh", (f"{kind}_kw", f"{kind}_hours", "days"), "kwh") for kind in _KINDS),
        *(total(f"{kind}_hours", ("daily_hours",)) for kind in _KINDS),
        Formula("equipment_kwh", ("equipment", "days"), _added_up),
        total("unmetered_kwh", ("motor_kwh", "welder_kwh", "lighting_kwh")),
        total("unmetered_kwh", ("motor_kwh", "lighting_kwh")),
        total("unmetered_kwh", ("motor_kwh", "welder_kwh")),
        total("unmetered_kwh", ("equipment_kwh",)),
        *(total("unmetered_kwh", (f"{kind}_kwh",)) for kind in _KINDS),
        quotient("days_share", ("days", "month_days"), "ratio"),
        product("rent_due_yuan", ("rent_yuan", "days_share"), "yuan"),
    ),
    rows={"equipment": {"power_kw": "kw", "load_ratio": "ratio", "daily_hours": "hours", "count": "ratio"}},
)


def unmetered_energy(
    inputs: Mapping[str, object], law: Law, *, on: date | None = None, jurisdiction: str = "CN"
) -> dict[str, Step]:
    """Energy by kind of equipment and in all, and the rent due. Raises `FormulaError` where nothing follows."""
    given = dict(inputs)
    if "rent_yuan" in given and "month_days" not in given:
        found = law.table("basic_charge_proration").matching(jurisdiction_code=jurisdiction)
        days = [row.values["month_divisor_days"] for row in found if on is None or row.holds(on)]
        stated = next((each for each in days if each is not None), None)
        given["month_days"] = None if stated is None else Input("month_days", Decimal(str(stated)), "days")
    return UNMETERED.work_out(given)
