"""Losses of a transformer: iron (no-load) and copper (load), active and reactive, and what follows from them.

Iron loss = P0 × hours. Copper loss = Pk × K × β² × hours with the load ratio β = S ÷ S_n and the load-shape factor K
where one is given; or a share of the metered energy, the heavier share above a load ratio (a practice of some
utilities: `law.copper_loss_by_load`). Reactive: I0% × S_n and Uk% × S_n × β². Results are exact but for quotients
and roots, which are taken to twelve places; the energy a bill adds is rounded by the bill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from jicha.kernel.derivation import Input, Operation, Step, compute
from jicha.kernel.formulas import (
    Formula,
    FormulaBook,
    Known,
    difference,
    node,
    product,
    quotient,
    square_root,
    total,
)
from jicha.kernel.text import Text
from jicha.law.book import Law
from jicha.losses.constants import HUNDRED, ONE, in_force

#: Any of these says how the transformer is loaded; without one it is taken at its rated load.
_LOAD = {
    "load_ratio",
    "output_kw",
    "apparent_kva",
    "metered_kwh",
    "reactive_kvarh",
    "load_current_a",
    "average_kw",
}

#: Values of `law.copper_loss_by_load`, by their columns.
_SHARES = (
    "light_copper_loss_ratio",
    "heavy_copper_loss_ratio",
    "light_load_limit_ratio",
    "usable_capacity_ratio",
)


def _share(name: str, known: Sequence[Known]) -> Step:
    load, limit, light, heavy = (node(each) for each in known)
    if not isinstance(load.value, Decimal) or not isinstance(limit.value, Decimal):
        raise TypeError("a load ratio is a number")
    chosen = light if load.value <= limit.value else heavy
    said = Text(
        en=f"load ratio {load.value} against {limit.value}: {chosen.name}",
        zh=f"负载率 {load.value} 与界限 {limit.value} 相比, 取 {chosen.name}",
    )
    return compute(
        Operation.CHOOSE, name, [Input("by_load", chosen.name, note=said), light, heavy, load, limit]
    )


TRANSFORMER = FormulaBook(
    "transformer",
    {
        "no_load_loss_kw": "kw",
        "load_loss_kw": "kw",
        "rated_capacity_kva": "kva",
        "no_load_current_pct": "pct",
        "impedance_pct": "pct",
        "loss_power_kw": "kw",
        "hours": "hours",
        "load_ratio": "ratio",
        "load_shape_ratio": "ratio",
        "output_kw": "kw",
        "average_kw": "kw",
        "apparent_kva": "kva",
        "power_factor_ratio": "ratio",
        "load_current_a": "a",
        "rated_current_a": "a",
        "metered_kwh": "kwh",
        "reactive_kvarh": "kvarh",
        "copper_loss_ratio": "ratio",
        "price_yuan_per_kwh": "yuan_per_kwh",
        **dict.fromkeys(_SHARES, "ratio"),
    },
    (
        # How it is loaded.
        product("usable_capacity_kva", ("rated_capacity_kva", "usable_capacity_ratio"), "kva"),
        quotient("average_kw", ("metered_kwh", "hours"), "kw"),
        product("metered_kwh_squared", ("metered_kwh", "metered_kwh"), None),
        product("reactive_kvarh_squared", ("reactive_kvarh", "reactive_kvarh"), None),
        total("apparent_kvah_squared", ("metered_kwh_squared", "reactive_kvarh_squared")),
        square_root("apparent_kvah", "apparent_kvah_squared", None),
        quotient("power_factor_ratio", ("metered_kwh", "apparent_kvah"), "ratio"),
        quotient("apparent_kva", ("output_kw", "power_factor_ratio"), "kva"),
        quotient("apparent_kva", ("apparent_kvah", "hours"), "kva"),
        quotient("apparent_kva", ("average_kw", "power_factor_ratio"), "kva"),
        quotient("load_ratio", ("load_current_a", "rated_current_a"), "ratio"),
        quotient("load_ratio", ("apparent_kva", "rated_capacity_kva"), "ratio"),
        quotient("load_ratio", ("average_kw", "usable_capacity_kva"), "ratio"),
        # Active loss.
        product("iron_loss_kwh", ("no_load_loss_kw", "hours"), "kwh"),
        Formula(
            "copper_loss_ratio",
            ("load_ratio", "light_load_limit_ratio", "light_copper_loss_ratio", "heavy_copper_loss_ratio"),
            _share,
        ),
        product("copper_loss_kw", ("load_loss_kw", "load_shape_ratio", "load_ratio", "load_ratio"), "kw"),
        product("copper_loss_kw", ("load_loss_kw", "load_ratio", "load_ratio"), "kw"),
        product("copper_loss_kwh", ("metered_kwh", "copper_loss_ratio"), "kwh"),
        product("copper_loss_kwh", ("copper_loss_kw", "hours"), "kwh"),
        total("loss_power_kw", ("no_load_loss_kw", "copper_loss_kw")),
        total("loss_kwh", ("iron_loss_kwh", "copper_loss_kwh")),
        product("loss_kwh", ("loss_power_kw", "hours"), "kwh"),
        # Reactive loss.
        quotient("no_load_current_ratio", ("no_load_current_pct", "hundred"), "ratio"),
        quotient("impedance_ratio", ("impedance_pct", "hundred"), "ratio"),
        product("iron_loss_kvar", ("no_load_current_ratio", "rated_capacity_kva"), "kvar"),
        product(
            "copper_loss_kvar", ("impedance_ratio", "rated_capacity_kva", "load_ratio", "load_ratio"), "kvar"
        ),
        total("loss_kvar", ("iron_loss_kvar", "copper_loss_kvar")),
        product("iron_loss_kvarh", ("iron_loss_kvar", "hours"), "kvarh"),
        product("copper_loss_kvarh", ("copper_loss_kvar", "hours"), "kvarh"),
        total("loss_kvarh", ("iron_loss_kvarh", "copper_loss_kvarh")),
        # What follows.
        total("input_kw", ("output_kw", "loss_power_kw")),
        quotient("efficiency_ratio", ("output_kw", "input_kw"), "ratio"),
        total("billed_kwh", ("metered_kwh", "loss_kwh")),
        total("billed_kvarh", ("reactive_kvarh", "loss_kvarh")),
        quotient("loss_ratio", ("loss_kwh", "billed_kwh"), "ratio"),
        product("loss_yuan", ("loss_kwh", "price_yuan_per_kwh"), "yuan"),
        quotient("economic_load_ratio_squared", ("no_load_loss_kw", "load_loss_kw"), "ratio"),
        square_root("economic_load_ratio", "economic_load_ratio_squared", "ratio"),
        product("economic_load_kva", ("economic_load_ratio", "rated_capacity_kva"), "kva"),
        difference("released_ratio", ("one", "load_ratio")),
    ),
    constants=(HUNDRED, ONE),
)


def transformer_losses(
    inputs: Mapping[str, object], law: Law, *, on: date | None = None, jurisdiction: str = "CN"
) -> dict[str, Step]:
    """Every loss and ratio the inputs lead to, by name. Raises `FormulaError` where they lead to none.

    A transformer of which no load is told is taken at its rated load. The shares of the practice that takes copper
    loss from metered energy come from law (`on` the day, in `jurisdiction`) where they are not given and neither a
    load loss nor a share is.
    """
    given = dict(inputs)
    if not _LOAD & set(given) and "load_loss_kw" in given:
        note = Text(en="no load told: taken at rated load", zh="未给出负荷, 按额定负载")
        given["load_ratio"] = Input("load_ratio", Decimal(1), "ratio", note=note)
    if "metered_kwh" in given and not {"load_loss_kw", "copper_loss_ratio"} & set(given):
        given = {**_shares(law, on, jurisdiction), **given}
    return TRANSFORMER.work_out(given)


def _shares(law: Law, on: date | None, jurisdiction: str) -> dict[str, Input]:
    rows = law.table("copper_loss_by_load").matching(jurisdiction_code=jurisdiction)
    row = next((each for each in rows if in_force(each, on)), None)
    if row is None:
        return {}
    clause = "; ".join(row.citations)
    taken: dict[str, Input] = {}
    for name in _SHARES:
        value = row.values[name]
        if isinstance(value, Decimal):
            taken[name] = Input(name, value, "ratio", clause)
    return taken
