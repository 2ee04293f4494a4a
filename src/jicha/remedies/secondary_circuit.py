"""Secondary circuit of a current transformer (二次回路): resistance and section of the wires, burden."""

from __future__ import annotations

from decimal import Decimal

from jicha.kernel.derivation import Node, Step
from jicha.remedies.claim import Draft
from jicha.remedies.fields import Given
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.steps import FACTOR_PLACES, difference, given, number, product, quotient, smallest, total


def _burdens(inputs: Given) -> Node:
    stated = inputs.items("burden_va") or (Decimal(0),)
    leaves = [given("burden_va", each, name=f"burden_{place}_va") for place, each in enumerate(stated, 1)]
    return total("burden_va", *leaves)


def _loop(inputs: Given, ground: Ground) -> Node:
    stated = inputs.number("loop_factor")
    if stated is not None:
        return given("coefficient", stated, name="loop_factor")
    row = ground.row("secondary_loop", secondary_connection_code=inputs.code("connection") or "two_way")
    return ground.leaf(row, "loop_length_ratio", "loop_factor")


def _specific(inputs: Given) -> tuple[Node, bool]:
    """Conductivity or resistivity, and whether it is the first."""
    if "resistivity" in inputs:
        return given("conductivity", inputs.need("resistivity", "", ""), name="resistivity"), False
    return given(
        "conductivity", inputs.need("conductivity", "conductivity or resistivity", "导电率或电阻率")
    ), True


def section(inputs: Given, ground: Ground, draft: Draft) -> None:
    """Resistance the wires may have, and their section."""
    rated = given("rated_va", inputs.need("rated_va", "", ""))
    left = difference("rated_va", rated, _burdens(inputs), name="left_va")
    if number(left) <= 0:
        raise refuse(
            "burden_too_large",
            inputs.at("burden_va"),
            "leaves nothing for the wires",
            "表计负荷已不小于额定负荷",
        )
    current = given(
        "secondary_current_a",
        inputs.need("secondary_a", "the secondary current", "二次电流"),
        name="secondary_a",
    )
    whole = quotient("wire_ohm", left, current, current, places=FACTOR_PLACES, name="loop_ohm")
    allowed: Node = whole
    if "contact_ohm" in inputs:
        allowed = difference(
            "wire_ohm", whole, given("wire_ohm", inputs.need("contact_ohm", "", ""), name="contact_ohm")
        )
    draft.keep(total("wire_ohm", allowed))
    if "length_m" not in inputs:
        return
    length = given("length_m", inputs.need("length_m", "", ""))
    specific, is_conductivity = _specific(inputs)
    tops: list[Node] = [_loop(inputs, ground), length]
    if is_conductivity:
        found = quotient(
            "calculated_mm2",
            product("length_m", *tops, name="loop_m"),
            specific,
            allowed,
            places=FACTOR_PLACES,
        )
    else:
        found = quotient(
            "calculated_mm2",
            product("length_m", *tops, specific, name="loop_m"),
            allowed,
            places=FACTOR_PLACES,
        )
    draft.keep(found)
    draft.keep(_standard(found, ground, inputs))


def _standard(found: Step, ground: Ground, inputs: Given) -> Step:
    """The next standard section that is not below the least one of a current circuit."""
    least = ground.row("secondary_wiring", secondary_circuit_code="current").values["minimum_section_mm2"]
    rows = ground.law.table("wire_section").on(ground.day)
    fitting = [
        ground.leaf(ground.row("wire_section", section_no=row.values["section_no"]), "section_mm2")
        for row in rows
        if isinstance(row.values["section_mm2"], Decimal)
        and isinstance(least, Decimal)
        and row.values["section_mm2"] >= max(number(found), least)
    ]
    if not fitting:
        raise refuse(
            "no_section", inputs.at("length_m"), "no standard section is large enough", "没有足够大的标准截面"
        )
    return smallest("section_mm2", *fitting)


def burden(inputs: Given, ground: Ground, draft: Draft) -> None:
    """Burden on the transformer: meters + I² × (wires + contacts)."""
    current = given("secondary_current_a", inputs.need("secondary_a", "", ""), name="secondary_a")
    ohms: list[Node] = []
    if "wire_ohm" in inputs:
        ohms.append(given("wire_ohm", inputs.need("wire_ohm", "", "")))
    elif "section_mm2" in inputs:
        length = given("length_m", inputs.need("length_m", "the length of the wires", "导线长度"))
        section = given("section_mm2", inputs.need("section_mm2", "", ""))
        specific, is_conductivity = _specific(inputs)
        loop: list[Node] = [_loop(inputs, ground), length]
        if not is_conductivity:
            loop.append(specific)
        below = [specific, section] if is_conductivity else [section]
        wire = quotient("wire_ohm", product("length_m", *loop, name="loop_m"), *below, places=FACTOR_PLACES)
        draft.keep(wire)
        ohms.append(wire)
    if "contact_ohm" in inputs:
        ohms.append(given("wire_ohm", inputs.need("contact_ohm", "", ""), name="contact_ohm"))
    parts: list[Node] = [_burdens(inputs)]
    if ohms:
        parts.append(
            product(
                "actual_va", current, current, total("wire_ohm", *ohms, name="circuit_ohm"), name="wires_va"
            )
        )
    draft.keep(total("actual_va", *parts))
