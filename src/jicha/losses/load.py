"""What equipment takes: installed capacity, calculated load by the demand-coefficient method, load rates.

Equipment of intermittent duty is brought to the reference duty of its kind (`law.equipment_duty`): capacity × √(duty ÷
reference duty). Calculated load: P = Kd × ΣPe, Q = P × tan φ, S = √(P² + Q²), I = S ÷ (√3 × U). Load rate: mean ÷
greatest load. Results are exact but for quotients and roots (twelve places).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from jicha.kernel.derivation import Input, Node, Operation, Step, compute
from jicha.kernel.formulas import (
    ON_THE_WAY,
    PLACES,
    Formula,
    FormulaBook,
    Known,
    difference,
    product,
    quotient,
    rows,
    square_root,
    total,
)
from jicha.law.book import Law
from jicha.losses.constants import ONE, PHASES, in_force

#: Equipment of intermittent duty, by the rows it is given in; the name is that of `law.equipment_duty`.
_INTERMITTENT = {"welders": "welder", "cranes": "crane"}


def _rooted(name: str, inputs: Sequence[Node], unit: str | None = None) -> Step:
    return compute(Operation.SQUARE_ROOT_ROUNDED, name, inputs, unit=unit, places=PLACES, rounding=ON_THE_WAY)


def _product(name: str, inputs: Sequence[Node], unit: str | None) -> Step:
    return compute(Operation.PRODUCT, name, inputs, unit=unit)


def _sum(name: str, parts: Sequence[Node]) -> Step:
    return compute(Operation.SUM, name, parts)


def _installed(name: str, known: Sequence[Known]) -> Step:
    """Power × number of each machine, added up."""
    parts: list[Node] = []
    for place, row in enumerate(rows(known[0]), start=1):
        count = row.get("count") or Input(f"count [{place}]", Decimal(1), "ratio")
        parts.append(_product(f"machines_kw [{place}]", [row["power_kw"], count], "kw"))
    return _sum(name, parts)


def _at_reference_duty(kind: str) -> Formula:
    """Capacity of intermittent equipment at the reference duty of its kind; kVA count with their power factor."""

    def make(name: str, known: Sequence[Known]) -> Step:
        reference = known[1]
        if isinstance(reference, tuple):
            raise TypeError("a reference duty is one value")
        parts: list[Node] = []
        for place, row in enumerate(rows(known[0]), start=1):
            share = compute(
                Operation.QUOTIENT_ROUNDED,
                f"duty_share [{place}]",
                [row["duty_ratio"], reference],
                unit="ratio",
                places=PLACES,
                rounding=ON_THE_WAY,
            )
            own = [
                row[each]
                for each in ("power_kw", "apparent_kva", "power_factor_ratio", "count")
                if each in row
            ]
            parts.append(
                _product(
                    f"{kind}_kw [{place}]", [*own, _rooted(f"duty_root [{place}]", [share], "ratio")], "kw"
                )
            )
        return _sum(name, parts)

    return Formula(f"{kind}_kw", (f"{kind}s", f"{kind}_reference_duty_ratio"), make)


def _tangent(place: int, row: Mapping[str, Node]) -> Node:
    if "tangent" in row:
        return row["tangent"]
    cosine = row["power_factor_ratio"]
    square = _product(f"cosine_squared [{place}]", [cosine, cosine], "ratio")
    rest = compute(Operation.DIFFERENCE, f"sine_squared [{place}]", [ONE, square])
    sine = _rooted(f"sine [{place}]", [rest], "ratio")
    return compute(
        Operation.QUOTIENT_ROUNDED,
        f"tangent [{place}]",
        [sine, cosine],
        unit="ratio",
        places=PLACES,
        rounding=ON_THE_WAY,
    )


def _group_kw(row: Mapping[str, Node], place: int) -> Step:
    return _product(f"group_kw [{place}]", [row["power_kw"], row["demand_ratio"]], "kw")


def _groups_active(name: str, known: Sequence[Known]) -> Step:
    return _sum(name, [_group_kw(row, place) for place, row in enumerate(rows(known[0]), start=1)])


def _groups_reactive(name: str, known: Sequence[Known]) -> Step:
    parts: list[Node] = [
        _product(f"group_kvar [{place}]", [_group_kw(row, place), _tangent(place, row)], "kvar")
        for place, row in enumerate(rows(known[0]), start=1)
    ]
    return _sum(name, parts)


_EQUIPMENT = {
    "apparent_kva": "kva",
    "power_kw": "kw",
    "duty_ratio": "ratio",
    "power_factor_ratio": "ratio",
    "count": "ratio",
}

LOAD = FormulaBook(
    "load",
    {
        "installed_kw": "kw",
        "demand_ratio": "ratio",
        "tangent": "ratio",
        "power_factor_ratio": "ratio",
        "coincidence_ratio": "ratio",
        "line_voltage_kv": "kv",
        "active_kw": "kw",
        "reactive_kvar": "kvar",
        "rated_kw": "kw",
        "hours": "hours",
        "energy_kwh": "kwh",
        "average_kw": "kw",
        "greatest_kw": "kw",
        "least_kw": "kw",
        "welder_reference_duty_ratio": "ratio",
        "crane_reference_duty_ratio": "ratio",
    },
    (
        Formula("machines_kw", ("machines",), _installed),
        _at_reference_duty("welder"),
        _at_reference_duty("crane"),
        total("installed_kw", ("machines_kw", "welder_kw", "crane_kw")),
        total("installed_kw", ("machines_kw", "welder_kw")),
        total("installed_kw", ("machines_kw", "crane_kw")),
        total("installed_kw", ("machines_kw",)),
        # Calculated load.
        Formula("groups_kw", ("groups",), _groups_active),
        Formula("groups_kvar", ("groups",), _groups_reactive),
        product("active_kw", ("groups_kw", "coincidence_ratio"), "kw"),
        total("active_kw", ("groups_kw",)),
        product("active_kw", ("installed_kw", "demand_ratio"), "kw"),
        product("cosine_squared", ("power_factor_ratio", "power_factor_ratio"), "ratio"),
        difference("sine_squared", ("one", "cosine_squared")),
        square_root("sine", "sine_squared", "ratio"),
        quotient("tangent", ("sine", "power_factor_ratio"), "ratio"),
        product("reactive_kvar", ("groups_kvar", "coincidence_ratio"), "kvar"),
        total("reactive_kvar", ("groups_kvar",)),
        product("reactive_kvar", ("active_kw", "tangent"), "kvar"),
        product("active_squared", ("active_kw", "active_kw"), None),
        product("reactive_squared", ("reactive_kvar", "reactive_kvar"), None),
        total("apparent_squared", ("active_squared", "reactive_squared")),
        square_root("apparent_kva", "apparent_squared", None),
        square_root("root_of_phases", "phase_count", "ratio"),
        product("three_phase_kv", ("root_of_phases", "line_voltage_kv"), "kv"),
        quotient("current_a", ("apparent_kva", "three_phase_kv"), "a"),
        # Load rates.
        quotient("average_kw", ("energy_kwh", "hours"), "kw"),
        product("expected_kwh", ("rated_kw", "hours"), "kwh"),
        quotient("equivalent_load_ratio", ("energy_kwh", "expected_kwh"), "ratio"),
        quotient("load_rate_ratio", ("average_kw", "greatest_kw"), "ratio"),
        quotient("least_load_ratio", ("least_kw", "greatest_kw"), "ratio"),
        quotient("use_hours", ("energy_kwh", "greatest_kw"), "hours"),
        difference("peak_valley_kw", ("greatest_kw", "least_kw")),
        quotient("peak_valley_ratio", ("peak_valley_kw", "greatest_kw"), "ratio"),
        quotient("found_demand_ratio", ("greatest_kw", "installed_kw"), "ratio"),
    ),
    rows={
        "machines": {"power_kw": "kw", "count": "ratio"},
        "welders": _EQUIPMENT,
        "cranes": _EQUIPMENT,
        "groups": {
            "power_kw": "kw",
            "demand_ratio": "ratio",
            "tangent": "ratio",
            "power_factor_ratio": "ratio",
        },
    },
    constants=(PHASES, ONE),
)


def calculated_load(
    inputs: Mapping[str, object], law: Law, *, on: date | None = None, jurisdiction: str = "CN"
) -> dict[str, Step]:
    """Every capacity, load and rate the inputs lead to, by name. Raises `FormulaError` where they lead to none.

    Reference duties come from law where they are not given.
    """
    given = dict(inputs)
    for rows_name, kind in _INTERMITTENT.items():
        name = f"{kind}_reference_duty_ratio"
        if rows_name in given and name not in given:
            given[name] = _reference_duty(law, kind, on, jurisdiction)
    return LOAD.work_out(given)


def _reference_duty(law: Law, kind: str, on: date | None, jurisdiction: str) -> Input | None:
    name = f"{kind}_reference_duty_ratio"
    for row in law.table("equipment_duty").matching(jurisdiction_code=jurisdiction, equipment_kind_code=kind):
        value = row.values["reference_duty_ratio"]
        if in_force(row, on) and isinstance(value, Decimal):
            return Input(name, value, "ratio", "; ".join(row.citations))
    return None
