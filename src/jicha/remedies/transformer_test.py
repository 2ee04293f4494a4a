"""Instrument transformers (互感器): secondary wires and burden, choice of the primary current, composite error.

Permissible wire resistance = (rated burden − burden of the meters) ÷ I²; section = loop factor × length ÷
(conductivity × resistance), brought to the next standard section and not below the least one. Composite error from
ratio errors and phase displacements of the elements (`law.instrument_transformer_error`), textbook formulas.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from jicha.kernel.derivation import Node, Step
from jicha.kernel.text import Text
from jicha.law.table import LawRow
from jicha.remedies import angle, correction
from jicha.remedies.claim import Draft
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.registry import RemedyKind
from jicha.remedies.spelling import WIRINGS
from jicha.remedies.steps import (
    FACTOR_PLACES,

    PERCENT_PLACES,
    difference,
    given,
    number,
    one,
    product,
    quotient,
    smallest,
    total,
)
from jicha.remedies.when import When

FIELDS: tuple[Field, ...] = (
    field("wiring_code", Kind.code, "Wiring of the meter", "接线方式", "wiring", "meter", options=WIRINGS),
    # wires and burden
    field("rated_va", Kind.number, "Rated burden", "额定二次负荷(VA)", "sn", "s_n", "rated_burden"),
    field("burden_va", Kind.numbers, "Burden of the meters, one sum or one each", "表计负荷(VA)", "burden", "burdens", "meter_va"),
    field("secondary_a", Kind.number, "Rated secondary current", "额定二次电流", "i2", "i2n", "secondary_current", above=True),
    field("length_m", Kind.number, "Length of the wires, one way", "导线单程长度(米)", "length", "l", above=True),
    field("conductivity", Kind.number, "Conductivity, m/(Ω·mm²)", "导电率", "gamma", above=True),
    field("resistivity", Kind.number, "Resistivity, Ω·mm²/m", "电阻率", "rho", above=True),
    field("contact_ohm", Kind.number, "Resistance of the contacts", "接触电阻(Ω)", "contact_resistance", "rc"),
    field("wire_ohm", Kind.number, "Resistance of the wires, where known", "导线电阻(Ω)", "wire_resistance", "r"),
    field("section_mm2", Kind.number, "Section of the wires, where known", "导线截面", "section", "s_mm2", above=True),
    field("connection", Kind.code, "How the secondary circuit is connected", "二次接线", options={
        "two_way": ("分相接线", "separate", "six_wire"), "star": ("星形", "four_wire"), "open_delta": ("不完全星形", "v", "V")}),
    field("loop_factor", Kind.number, "Length factor, as stated", "接线系数(题给)", "wire_factor", above=True),
    # choice
    field("load_current_a", Kind.number, "Load current", "计算电流", "i", "current", above=True),
    field("load_kva", Kind.number, "Load", "负荷(千伏安)", "kva", "s", above=True),
    field("load_kw", Kind.number, "Load", "负荷(千瓦)", "kw", "p", above=True),
    field("voltage_kv", Kind.number, "Line voltage", "线电压(千伏)", "kv", "u_kv", above=True),
    field("series", Kind.numbers, "Primary currents there are", "一次电流系列", "ratings", above=True),
    *angle.FIELDS,
    # errors
    field(
        "elements",
        Kind.rows,
        "Errors of the transformers of each element, in order",
        "各元件互感器误差",
        fields=(
            field("ct_ratio_error_pct", Kind.number, "Ratio error of the current transformer", "电流互感器比差(%)", "fi", "ct_f", least=None),
            field("ct_phase_minutes", Kind.number, "Phase displacement", "电流互感器角差(分)", "di", "ct_delta", "delta_i", least=None),
            field("vt_ratio_error_pct", Kind.number, "Ratio error of the voltage transformer", "电压互感器比差(%)", "fu", "vt_f", "pt_f", least=None),
            field("vt_phase_minutes", Kind.number, "Phase displacement", "电压互感器角差(分)", "du", "vt_delta", "pt_delta", "delta_u", least=None),
        ),
    ),
    field("meter_error_pct", Kind.number, "Error of the meter", "电能表误差(%)", "meter_error", "eb", least=None),
    field("drop_error_pct", Kind.number, "Error by the voltage drop", "二次压降误差(%)", "drop_error", "ed", least=None),
    field("transformer_error_pct", Kind.number, "Composite error, where known", "互感器合成误差(%)", "eh", least=None),
    # secondary current
    field("primary_a", Kind.number, "Primary current that flows", "一次电流", "i1"),
    field("ct", Kind.ratio, "Ratio of the current transformer", "变比"),
)


def work(inputs: Given, ground: Ground, _: When) -> Draft:
    """Whatever of wires, burden, choice, composite error and secondary current the inputs allow."""
    draft = Draft()
    if "rated_va" in inputs and "wire_ohm" not in inputs and "section_mm2" not in inputs:
        _section(inputs, ground, draft)
    elif "secondary_a" in inputs:
        _burden(inputs, ground, draft)
    if "load_current_a" in inputs or "load_kva" in inputs or "load_kw" in inputs:
        _choice(inputs, ground, draft)
    if "elements" in inputs or "meter_error_pct" in inputs or "transformer_error_pct" in inputs:
        _error(inputs, ground, draft)
    if "primary_a" in inputs and "ct" in inputs:
        ratio = inputs.ratio("ct")
        assert ratio is not None  # noqa: S101 - it is among the inputs
        primary = given("load_current_a", inputs.need("primary_a", "", ""), name="primary_a")
        draft.keep(quotient("secondary_current_a", primary, correction.ratio_of(ratio, "ct"), places=FACTOR_PLACES))
    if not draft.steps:
        raise refuse(
            "nothing_asked", inputs.at("rated_va"),
            "give rated_va, burden and length; a load current and the series; the errors of the elements; or a "
            "primary current and its ratio",
            "请给出额定负荷、表计负荷与导线长度, 或计算电流与系列, 或各元件误差, 或一次电流与变比",
        )
    return draft


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
    return given("conductivity", inputs.need("conductivity", "conductivity or resistivity", "导电率或电阻率")), True


def _section(inputs: Given, ground: Ground, draft: Draft) -> None:
    """Resistance the wires may have, and their section."""
    rated = given("rated_va", inputs.need("rated_va", "", ""))
    left = difference("rated_va", rated, _burdens(inputs), name="left_va")
    if number(left) <= 0:
        raise refuse("burden_too_large", inputs.at("burden_va"), "leaves nothing for the wires", "表计负荷已不小于额定负荷")
    current = given("secondary_current_a", inputs.need("secondary_a", "the secondary current", "二次电流"), name="secondary_a")
    whole = quotient("wire_ohm", left, current, current, places=FACTOR_PLACES, name="loop_ohm")
    allowed: Node = whole
    if "contact_ohm" in inputs:
        allowed = difference("wire_ohm", whole, given("wire_ohm", inputs.need("contact_ohm", "", ""), name="contact_ohm"))
    draft.keep(total("wire_ohm", allowed))
    if "length_m" not in inputs:
        return
    length = given("length_m", inputs.need("length_m", "", ""))
    specific, is_conductivity = _specific(inputs)
    tops: list[Node] = [_loop(inputs, ground), length]
    if is_conductivity:
        found = quotient(
            "calculated_mm2", product("length_m", *tops, name="loop_m"), specific, allowed, places=FACTOR_PLACES
        )
    else:
        found = quotient(
            "calculated_mm2", product("length_m", *tops, specific, name="loop_m"), allowed, places=FACTOR_PLACES
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
        raise refuse("no_section", inputs.at("length_m"), "no standard section is large enough", "没有足够大的标准截面")
    return smallest("section_mm2", *fitting)


def _burden(inputs: Given, ground: Ground, draft: Draft) -> None:
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
        parts.append(product("actual_va", current, current, total("wire_ohm", *ohms, name="circuit_ohm"), name="wires_va"))
    draft.keep(total("actual_va", *parts))


def _choice(inputs: Given, ground: Ground, draft: Draft) -> None:
    """The smallest primary current of the series that carries the load within the band."""
    load = _load(inputs, ground, draft)
    row = ground.row("current_transformer_choice")
    lowest, highest = ground.leaf(row, "lowest_load_share_ratio"), ground.leaf(row, "highest_load_share_ratio")
    series = inputs.items("series")
    if not series:
        raise refuse("missing_input", inputs.at("series"), "give the primary currents there are", "请给出一次电流系列")
    fitting = [
        given("primary_current_a", each, name=f"series_{each.normalize():f}")
        for each in sorted(series)
        if each * number(highest) >= number(load)
    ]
    if not fitting:
        raise refuse("no_rating", inputs.at("series"), "no rating carries this load", "系列中没有足够大的一次电流")
    chosen = smallest("primary_current_a", *fitting, clause=row.citation)
    if number(load) < number(chosen) * number(lowest):
        draft.note("the load is below the band of the rating chosen", "负荷低于所选一次电流的适宜范围")
    draft.keep(chosen)


def _load(inputs: Given, ground: Ground, draft: Draft) -> Node:
    """Load current, as stated or from the load: S ÷ (√3 × U)."""
    which = inputs.only_one("load_current_a", "load_kva", "load_kw")
    if which == "load_current_a":
        return given("load_current_a", inputs.need(which, "", ""))
    size = given("kva" if which == "load_kva" else "kw", inputs.need(str(which), "", ""))
    root = ground.leaf(ground.row("meter_capacity", wiring_code="three_phase_three_wire"), "phase_factor_ratio")
    below: list[Node] = [root, given("voltage_v", inputs.need("voltage_kv", "the line voltage", "线电压"), name="voltage_kv", unit="kv")]
    if which == "load_kw":
        below.append(given("coefficient", inputs.need("cos_phi", "the power factor", "功率因数"), name="cos_phi"))
    found = quotient("load_current_a", size, *below, places=FACTOR_PLACES)
    draft.keep(found)
    return found


def _error(inputs: Given, ground: Ground, draft: Draft) -> None:
    """Composite error of the transformers, and of the whole installation."""
    parts: list[Node] = []
    if inputs.rows("elements"):
        composite = _composite(inputs, ground)
        draft.keep(composite)
        parts.append(composite)
    for name in ("transformer_error_pct", "meter_error_pct", "drop_error_pct"):
        if name in inputs:
            parts.append(given("error_pct", inputs.need(name, "", ""), name=name))
    if len(parts) > 1 or "composite_error_pct" not in draft.steps:
        draft.keep(total("total_error_pct", *parts))


def _composite(inputs: Given, ground: Ground) -> Step:
    rows = inputs.rows("elements")
    wiring = inputs.code("wiring_code") or {
        1: "single_phase", 2: "three_phase_three_wire", 3: "three_phase_four_wire"
    }.get(len(rows), "")
    expected = ground.row("meter_capacity", wiring_code=wiring).values["metering_element_count"]
    if expected != len(rows):
        raise refuse("element_count", inputs.at("elements"), f"a {wiring} meter has {expected} elements", f"{wiring} 有 {expected} 个元件")
    row = ground.row("instrument_transformer_error", wiring_code=wiring)
    ratios, minutes = _summed(rows)
    parts: list[Node] = [
        product("composite_error_pct", total("ratio_error_pct", *ratios), ground.leaf(row, "ratio_error_coefficient"), name="by_ratio", unit="pct")
    ]
    needs_angle = any(number(each) for each in minutes) or len({number(each) for each in ratios}) > 1
    tangent = angle.tangent(inputs)
    if tangent is None and needs_angle and wiring != "three_phase_four_wire" or (
        tangent is None and any(number(each) for each in minutes)
    ):
        raise refuse("no_load_angle", inputs.at("cos_phi"), "phase displacements need the load angle: give cos_phi", "角差须结合负荷功率因数: 请给出 cos_phi")
    if tangent is not None:
        parts.append(
            product("composite_error_pct", total("phase_minutes", *minutes), ground.leaf(row, "minute_tangent_coefficient"), tangent, name="by_angle", unit="pct")
        )
    if wiring == "three_phase_three_wire":
        parts += _leaning(ratios, minutes, tangent, ground, row)
    whole = total("composite_error_pct", *parts, name="composite_sum")
    return quotient("composite_error_pct", whole, one(None), places=PERCENT_PLACES)


def _leaning(ratios: Sequence[Step], minutes: Sequence[Step], tangent: Node | None, ground: Ground, row: LawRow) -> list[Node]:
    """What two elements of unlike errors add: the second's ratio errors by the tangent, the first's angles."""
    found: list[Node] = [
        product("composite_error_pct", difference("phase_minutes", minutes[0], minutes[1], name="minute_difference"), ground.leaf(row, "minute_coefficient"), name="by_unlike_angle", unit="pct")
    ]
    if tangent is not None:
        found.append(
            product("composite_error_pct", difference("ratio_error_pct", ratios[1], ratios[0], name="ratio_difference"), ground.leaf(row, "ratio_tangent_coefficient"), tangent, name="by_unlike_ratio", unit="pct")
        )
    return found


def _summed(rows: Sequence[Given]) -> tuple[list[Step], list[Step]]:
    """Of each element: ratio errors added, phase displacement of current less that of voltage."""
    ratios, minutes = [], []
    for place, row in enumerate(rows, 1):
        f = [given("ratio_error_pct", row.number(name) or Decimal(0), name=f"{name}_{place}") for name in ("ct_ratio_error_pct", "vt_ratio_error_pct")]
        d = [given("phase_minutes", row.number(name) or Decimal(0), name=f"{name}_{place}") for name in ("ct_phase_minutes", "vt_phase_minutes")]
        ratios.append(total("ratio_error_pct", *f, name=f"ratio_error_{place}_pct"))
        minutes.append(difference("phase_minutes", d[0], d[1], name=f"phase_{place}_minutes"))
    return ratios, minutes


KIND = RemedyKind(
    "instrument_transformer",
    Text(en="Instrument transformers", zh="互感器负荷、选择与误差"),
    FIELDS,
    (
        "wire_ohm", "calculated_mm2", "section_mm2", "actual_va", "load_current_a", "primary_current_a",
        "composite_error_pct", "total_error_pct", "secondary_current_a",
    ),
    work,
    claims_money=False,
    needs_day=False,
)
