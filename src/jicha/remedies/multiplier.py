"""The multiplier (倍率) of a metering installation, the energy of a reading, and what a wrong multiplier cost.

Multiplier = voltage ratio × current ratio ÷ the meter's own ratio ÷ turns of the primary. Energy = register
difference × multiplier. Wrong multiplier: register difference × (actual − used). Sources: rules of 1996, article 81.
"""

from __future__ import annotations

from decimal import Decimal

from jicha.kernel.derivation import Node, Step
from jicha.kernel.text import Text
from jicha.remedies import bands, correction, readings, wiring
from jicha.remedies.claim import Draft
from jicha.remedies.element_share import ratio_of
from jicha.remedies.fields import Field, Given, Kind, Ratio, field
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.registry import RemedyKind
from jicha.remedies.steps import (
    FACTOR_PLACES,
    difference,
    energy,
    given,
    money,
    number,
    product,
    quotient,
    total,
)
from jicha.remedies.when import REPLAYED, When, no_day

RATIOS: tuple[Field, ...] = (
    field("ct", Kind.ratio, "Ratio of the current transformer", "电流互感器变比", "ta", "kta", "k_ct"),
    field(
        "vt",
        Kind.ratio,
        "Ratio of the voltage transformer",
        "电压互感器变比",
        "pt",
        "tv",
        "ktv",
        "k_vt",
        "k_pt",
    ),
    field(
        "meter_own_ratio",
        Kind.ratio,
        "Ratio already on the meter's plate",
        "表本身变比",
        "own_ratio",
        "meter_ratio",
        "meter_ct",
    ),
    field(
        "meter_own_vt",
        Kind.ratio,
        "Voltage ratio already on the meter's plate",
        "表本身电压变比",
        "meter_vt",
        "meter_pt",
    ),
    field("turns", Kind.numbers, "Turns of the primary through the core", "穿心匝数", above=True),
    field("rated_turns", Kind.number, "Turns the plate's ratio is for", "铭牌匝数", above=True),
)

DIFFERENCE_FIELDS: tuple[Field, ...] = (
    *readings.READINGS,
    *RATIOS,
    field(
        "multiplier_used",
        Kind.ratio,
        "Multiplier the bills used",
        "计费所用倍率",
        "k_used",
        "billed_multiplier",
        "multiplier_billed",
    ),
    field(
        "multiplier_actual",
        Kind.ratio,
        "Multiplier that is right",
        "实际倍率",
        "k_actual",
        "actual_multiplier",
    ),
    *bands.FIELDS,
    REPLAYED,
)

FIELDS: tuple[Field, ...] = (
    *DIFFERENCE_FIELDS,
    readings.STATED,
    field("wanted_ratio", Kind.ratio, "Ratio to be reached by turns of the primary", "欲得变比"),
    field(
        "items",
        Kind.rows,
        "Several meters, each with its register difference and ratio",
        "多块表: 示数差与变比",
        fields=(
            field(
                "diff",
                Kind.number,
                "Register difference",
                "示数差",
                "kwh",
                "register_difference",
                required=True,
            ),
            field("ct", Kind.ratio, "Current ratio", "电流互感器变比"),
            field("vt", Kind.ratio, "Voltage ratio", "电压互感器变比", "pt"),
        ),
        order=("diff", "ct"),
    ),
)


def work(inputs: Given, ground: Ground, moment: When) -> Draft:
    """Multiplier, energy and charge of a reading; with `multiplier_used` what is to be corrected."""
    draft = Draft()
    if inputs.rows("items"):
        _meters(inputs, draft)
        _charge(inputs, draft)
        return draft
    if "multiplier_used" in inputs:
        by_difference(inputs, ground, draft, moment)
        return draft
    if "wanted_ratio" in inputs:
        _turns(inputs, draft)
        return draft
    for place, turns in enumerate(inputs.items("turns") or (None,), 1):
        name = "multiplier" if place == 1 else f"multiplier_{place}"
        draft.keep(multiplier(inputs, turns, name, draft))
    if readings.has_reading(inputs):
        draft.keep(energy("used_kwh", readings.register(inputs), draft.steps["multiplier"]))
        _charge(inputs, draft)
    return draft


def _turns(inputs: Given, draft: Draft) -> None:
    """Turns of the primary that bring the plate's ratio to the one wanted."""
    plate, wanted = inputs.ratio("ct"), inputs.ratio("wanted_ratio")
    if plate is None or wanted is None:
        raise refuse("missing_input", inputs.at("ct"), "give the ratio of the plate", "请给出铭牌变比")
    above: list[Node] = [ratio_of(plate, "ct")]
    rated = inputs.number("rated_turns")
    if rated is not None:
        above.append(given("turns", rated, name="rated_turns", unit="ratio"))
    top = product("multiplier", *above, name="multiplier_above", unit="ratio")
    draft.keep(quotient("turns", top, ratio_of(wanted, "wanted_ratio"), places=FACTOR_PLACES))


def by_difference(inputs: Given, ground: Ground, draft: Draft, moment: When) -> None:
    """Register difference × (actual − used multiplier), and its money."""
    if not moment.is_known:
        raise no_day(inputs)
    row = ground.row("metering_error_method", metering_error_cause_code="wrong_multiplier")
    stated = inputs.ratio("multiplier_actual")
    actual: Node
    if stated is not None:
        actual = ratio_of(stated, "multiplier_actual")
    else:
        actual = multiplier(inputs, None, "multiplier", draft)
        draft.keep(actual)
    used_ratio = inputs.ratio("multiplier_used")
    if used_ratio is None:
        raise refuse(
            "missing_input",
            inputs.at("multiplier_used"),
            "give the multiplier that was billed with",
            "请给出计费时采用的倍率",
        )
    used = ratio_of(used_ratio, "multiplier_used")
    if "metered_kwh" in inputs and not readings.has_reading(inputs):
        index: Node = quotient("register_difference", correction.metered(inputs), used, places=FACTOR_PLACES)
    else:
        index = readings.register(inputs)
    gap = difference("multiplier_difference", _one_unit(actual), _one_unit(used))
    found = energy("back_billed_kwh", index, gap, clause=row.citation)
    correct = energy("correct_kwh", index, actual)
    draft.keep(gap, found, correct)
    recorded = energy("metered_kwh", index, used)
    draft.note(*meanwhile(str(row.values["pay_meanwhile_code"])))
    wiring.claim_money(draft, found, None, inputs, recorded, moment)


def _one_unit(node: Node) -> Node:
    """A multiplier as a plain ratio."""
    return node if node.unit == "ratio" else given("multiplier", number(node), name=node.name)


def meanwhile(code: str) -> tuple[str, str]:
    if code == "by_normal_month":
        return (
            "until it is settled the customer pays by the normal month",
            "退补确定前, 用户按正常月份用电量交纳电费",
        )
    return ("until it is settled the customer pays by the reading", "退补确定前, 用户按抄见电量交纳电费")


def multiplier(inputs: Given, turns: Decimal | None, name: str, draft: Draft) -> Step:
    """Voltage ratio × current ratio ÷ the meter's own ÷ turns. Raises where no ratio is given."""
    stated = inputs.ratio("multiplier_stated")
    if stated is not None and "ct" not in inputs and "vt" not in inputs:
        return total("multiplier", ratio_of(stated, "multiplier_stated"), name=name)
    above, below = _factors(inputs, ("vt", "ct")), _factors(inputs, ("meter_own_vt", "meter_own_ratio"))
    if not above:
        raise refuse(
            "missing_input",
            inputs.at("ct"),
            "give the ratios ct and vt, or one of them",
            "请给出 ct、vt 变比",
        )
    if turns is not None:
        below.append(given("turns", turns, name=f"turns_{turns.normalize():f}", unit="ratio"))
        rated = inputs.number("rated_turns")
        if rated is not None:
            above.append(given("turns", rated, name="rated_turns", unit="ratio"))
    top = product("multiplier", *above, name=f"{name}_above", unit="ratio")
    found = quotient("multiplier", top, *below, places=FACTOR_PLACES, name=name)
    if number(found) != number(found).to_integral_value():
        draft.note("the multiplier is no whole number; check the ratios", "倍率不是整数, 请核对变比")
    return found


def _factors(inputs: Given, names: tuple[str, ...]) -> list[Node]:
    found: list[Node] = []
    for name in names:
        ratio = inputs.ratio(name)
        if ratio is not None:
            found.append(ratio_of(ratio, name))
    return found


def _meters(inputs: Given, draft: Draft) -> None:
    found: list[Node] = []
    for place, row in enumerate(inputs.rows("items"), 1):
        ratios: list[Node] = []
        for name in ("vt", "ct"):
            ratio = row.ratio(name)
            if isinstance(ratio, Ratio):
                ratios.append(ratio_of(ratio, f"{name}_{place}"))
        index = given("register_difference", row.need("diff", "", ""), name=f"register_{place}")
        found.append(energy("item_kwh", index, *ratios, name=f"item_{place}_kwh"))
    draft.keep(*(step for step in found if isinstance(step, Step)))
    draft.keep(total("used_kwh", *found))


def _charge(inputs: Given, draft: Draft) -> None:
    price = inputs.number("price")
    if price is not None and "used_kwh" in draft.steps:
        draft.keep(money("charge_yuan", draft.steps["used_kwh"], given("price", price)))


KIND = RemedyKind(
    "meter_multiplier",
    Text(en="Multiplier and energy of a reading", zh="倍率与抄表电量"),
    FIELDS,
    (
        "multiplier",
        "multiplier_2",
        "used_kwh",
        "charge_yuan",
        "multiplier_difference",
        "back_billed_kwh",
        "correct_kwh",
        "energy_yuan",
        "turns",
    ),
    work,
    needs_day=False,
)
