"""Losses of a line by its resistance: three phases (3 I² R), two conductors (I² R), and the loss rate.

A line of which a load angle or a current of each phase is told is reckoned with three phases, one of which only
power and voltage are told with two conductors. Results are exact but for quotients and roots (twelve places).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
)
from jicha.losses.constants import CONDUCTORS, KILO, ONE, PHASES


def _mean_square(name: str, known: Sequence[Known]) -> Step:
    """The mean of the squares of currents read at equal times."""
    currents = [row["current_a"] for row in rows(known[0])]
    squares: list[Node] = [
        compute(Operation.PRODUCT, f"{each.name}²", [each, each], unit="a²") for each in currents
    ]
    together = compute(Operation.SUM, "current_squares", squares)
    count = Input("readings", Decimal(len(currents)), "ratio")
    return compute(
        Operation.QUOTIENT_ROUNDED, name, [together, count], unit="a²", places=PLACES, rounding=ON_THE_WAY
    )


LINE = FormulaBook(
    "line",
    {
        "rms_current_a": "a",
        "current_a": "a",
        "phase_resistance_ohm": "ohm",
        "loop_resistance_ohm": "ohm",
        "resistance_ohm_per_km": "ohm_per_km",
        "resistance_ohm_per_m": "ohm_per_m",
        "reactance_ohm_per_km": "ohm_per_km",
        "length_km": "km",
        "hours": "hours",
        "power_kw": "kw",
        "reactive_kvar": "kvar",
        "power_factor_ratio": "ratio",
        "second_power_factor_ratio": "ratio",
        "line_voltage_kv": "kv",
        "voltage_v": "v",
        "second_voltage_v": "v",
        "loss_ratio": "ratio",
        "loss_kwh": "kwh",
        "loss_power_kw": "kw",
        "supply_kwh": "kwh",
        "sales_kwh": "kwh",
        "second_supply_kwh": "kwh",
        "second_sales_kwh": "kwh",
        "lossless_kwh": "kwh",
        "price_yuan_per_kwh": "yuan_per_kwh",
    },
    (
        # Balance of supply and sales.
        difference("loss_kwh", ("supply_kwh", "sales_kwh")),
        quotient("loss_ratio", ("loss_kwh", "supply_kwh"), "ratio"),
        product("loss_kwh", ("supply_kwh", "loss_ratio"), "kwh"),
        difference("sales_kwh", ("supply_kwh", "loss_kwh")),
        difference("second_loss_kwh", ("second_supply_kwh", "second_sales_kwh")),
        quotient("second_loss_ratio", ("second_loss_kwh", "second_supply_kwh"), "ratio"),
        difference("saved_ratio", ("loss_ratio", "second_loss_ratio")),
        difference("loss_bearing_kwh", ("supply_kwh", "lossless_kwh")),
        quotient("bearing_loss_ratio", ("loss_kwh", "loss_bearing_kwh"), "ratio"),
        # Three phases.
        square_root("root_of_phases", "phase_count", "ratio"),
        Formula("current_mean_square", ("currents",), _mean_square),
        square_root("rms_current_a", "current_mean_square", "a"),
        product("three_phase_va", ("root_of_phases", "line_voltage_kv", "power_factor_ratio"), None),
        quotient("rms_current_a", ("power_kw", "three_phase_va"), "a"),
        product("phase_resistance_ohm", ("resistance_ohm_per_km", "length_km"), "ohm"),
        product("phase_reactance_ohm", ("reactance_ohm_per_km", "length_km"), "ohm"),
        product("loss_w", ("phase_count", "rms_current_a", "rms_current_a", "phase_resistance_ohm"), "w"),
        product("loss_var", ("phase_count", "rms_current_a", "rms_current_a", "phase_reactance_ohm"), "var"),
        quotient("loss_kvar", ("loss_var", "kilo"), "kvar"),
        product("loss_kvarh", ("loss_kvar", "hours"), "kvarh"),
        # Two conductors.
        product("length_m", ("length_km", "kilo"), "m"),
        product("conductor_m", ("length_m", "conductor_count"), "m"),
        product("loop_resistance_ohm", ("resistance_ohm_per_m", "conductor_m"), "ohm"),
        product("power_w", ("power_kw", "kilo"), "w"),
        product("loss_power_kw", ("power_kw", "loss_ratio"), "kw"),
        quotient("loss_power_kw", ("loss_kwh", "hours"), "kw"),
        quotient("loss_power_kw", ("loss_w", "kilo"), "kw"),
        product("loss_w", ("loss_power_kw", "kilo"), "w"),
        quotient("current_a", ("power_w", "voltage_v"), "a"),
        quotient("current_squared", ("loss_w", "loop_resistance_ohm"), "a²"),
        square_root("current_a", "current_squared", "a"),
        product("current_squared", ("current_a", "current_a"), "a²"),
        quotient("loop_resistance_ohm", ("loss_w", "current_squared"), "ohm"),
        product("loss_w", ("current_a", "current_a", "loop_resistance_ohm"), "w"),
        quotient("voltage_v", ("power_w", "current_a"), "v"),
        product("voltage_drop_v", ("current_a", "loop_resistance_ohm"), "v"),
        difference("receiving_voltage_v", ("voltage_v", "voltage_drop_v")),
        difference("receiving_kw", ("power_kw", "loss_power_kw")),
        product("loss_kwh", ("loss_power_kw", "hours"), "kwh"),
        # The same line at another voltage or power factor.
        quotient("second_current_a", ("power_w", "second_voltage_v"), "a"),
        product("second_loss_w", ("second_current_a", "second_current_a", "loop_resistance_ohm"), "w"),
        quotient("second_loss_power_kw", ("second_loss_w", "kilo"), "kw"),
        product("second_loss_kwh", ("second_loss_power_kw", "hours"), "kwh"),
        difference("saved_kwh", ("loss_kwh", "second_loss_kwh")),
        product("saved_yuan", ("saved_kwh", "price_yuan_per_kwh"), "yuan"),
        quotient("factor_step", ("power_factor_ratio", "second_power_factor_ratio"), "ratio"),
        product("left_ratio", ("factor_step", "factor_step"), "ratio"),
        difference("reduction_ratio", ("one", "left_ratio")),
        product("loss_yuan", ("loss_kwh", "price_yuan_per_kwh"), "yuan"),
        quotient("loss_ratio", ("loss_power_kw", "power_kw"), "ratio"),
    ),
    rows={"currents": {"current_a": "a"}},
    constants=(PHASES, CONDUCTORS, KILO, ONE),
)


def line_losses(inputs: Mapping[str, object]) -> dict[str, Step]:
    """Every loss, resistance and voltage the inputs lead to, by name. Raises `FormulaError` where they lead to none."""
    return LINE.work_out(inputs)
