"""Reactive power to compensate for a better power factor: Qc = P (tan φ1 − tan φ2), or S (sin φ1 − sin φ2).

The first form holds where the active power stays, the second where the apparent power does (a transformer at full
load); with neither given the results are per kW, or a share of the capacity. Sines are roots of 1 − cos² φ. Results
are exact but for quotients and roots (twelve places).
"""

from __future__ import annotations

from collections.abc import Mapping

from jicha.kernel.derivation import Step
from jicha.kernel.formulas import Formula, FormulaBook, difference, product, quotient, square_root, total
from jicha.losses.constants import ONE, PHASES


def _angle(before: str) -> tuple[Formula, ...]:
    """Sine and tangent of the angle whose cosine is `<before>_cosine`."""
    return (
        product(f"{before}_cosine_squared", (f"{before}_cosine", f"{before}_cosine"), "ratio"),
        difference(f"{before}_sine_squared", ("one", f"{before}_cosine_squared")),
        square_root(f"{before}_sine", f"{before}_sine_squared", "ratio"),
        quotient(f"{before}_tangent", (f"{before}_sine", f"{before}_cosine"), "ratio"),
    )


COMPENSATION = FormulaBook(
    "compensation",
    {
        "active_kw": "kw",
        "reactive_kvar": "kvar",
        "apparent_kva": "kva",
        "energy_kwh": "kwh",
        "reactive_kvarh": "kvarh",
        "hours": "hours",
        "first_cosine": "ratio",
        "second_cosine": "ratio",
        "first_tangent": "ratio",
        "second_tangent": "ratio",
        "unit_kvar": "kvar",
        "compensation_kvar": "kvar",
        "line_voltage_kv": "kv",
        "load_ratio": "ratio",
    },
    (
        quotient("active_kw", ("energy_kwh", "hours"), "kw"),
        quotient("reactive_kvar", ("reactive_kvarh", "hours"), "kvar"),
        product("active_squared", ("active_kw", "active_kw"), None),
        product("reactive_squared", ("reactive_kvar", "reactive_kvar"), None),
        total("apparent_squared", ("active_squared", "reactive_squared")),
        square_root("apparent_kva", "apparent_squared", None),
        quotient("first_cosine", ("active_kw", "apparent_kva"), "ratio"),
        product("active_kw", ("apparent_kva", "first_cosine"), "kw"),
        *_angle("first"),
        *_angle("second"),
        difference("tangent_step", ("first_tangent", "second_tangent")),
        difference("sine_step", ("first_sine", "second_sine")),
        product("compensation_kvar", ("active_kw", "load_ratio", "tangent_step"), "kvar"),
        product("compensation_kvar", ("active_kw", "tangent_step"), "kvar"),
        total("compensation_kvar_per_kw", ("tangent_step",)),
        product("same_capacity_kvar", ("apparent_kva", "sine_step"), "kvar"),
        total("capacity_share_ratio", ("sine_step",)),
        quotient("unit_count", ("compensation_kvar", "unit_kvar"), "ratio"),
        # What it brings.
        product("first_reactive_kvar", ("active_kw", "first_tangent"), "kvar"),
        difference("second_reactive_kvar", ("first_reactive_kvar", "compensation_kvar")),
        quotient("first_apparent_kva", ("active_kw", "first_cosine"), "kva"),
        quotient("second_apparent_kva", ("active_kw", "second_cosine"), "kva"),
        difference("released_kva", ("first_apparent_kva", "second_apparent_kva")),
        product("second_active_kw", ("apparent_kva", "second_cosine"), "kw"),
        difference("added_kw", ("second_active_kw", "active_kw")),
        quotient("cosine_step", ("first_cosine", "second_cosine"), "ratio"),
        product("left_loss_ratio", ("cosine_step", "cosine_step"), "ratio"),
        difference("loss_reduction_ratio", ("one", "left_loss_ratio")),
        square_root("root_of_phases", "phase_count", "ratio"),
        product("three_phase_kv", ("root_of_phases", "line_voltage_kv"), "kv"),
        quotient("first_current_a", ("first_apparent_kva", "three_phase_kv"), "a"),
        quotient("second_current_a", ("second_apparent_kva", "three_phase_kv"), "a"),
        difference("current_step_a", ("first_current_a", "second_current_a")),
    ),
    constants=(ONE, PHASES),
)


def compensation(inputs: Mapping[str, object]) -> dict[str, Step]:
    """Reactive power to add, and what it brings, by name. Raises `FormulaError` where the inputs lead nowhere."""
    return COMPENSATION.work_out(inputs)
