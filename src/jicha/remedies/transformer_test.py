"""Instrument transformers (互感器): secondary wires and burden, choice of the primary current, composite error.

Permissible wire resistance = (rated burden − burden of the meters) ÷ I²; section = loop factor × length ÷
(conductivity × resistance), brought to the next standard section and not below the least one. Composite error from
ratio errors and phase displacements of the elements (`law.instrument_transformer_error`), textbook formulas.
"""

from __future__ import annotations

from jicha.kernel.derivation import Node, Step
from jicha.kernel.text import Text
from jicha.remedies import angle, composite_error, secondary_circuit
from jicha.remedies.claim import Draft
from jicha.remedies.element_share import ratio_of
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.registry import RemedyKind
from jicha.remedies.spelling import WIRINGS
from jicha.remedies.steps import (
    FACTOR_PLACES,
    given,
    number,
    product,
    quotient,
    smallest,
)
from jicha.remedies.when import When

#: Errors of elements spelled one by one: device, what, English, Chinese, the letter papers write.
_ERRORS = (
    ("ct", "ratio_error_pct", "Ratio error of the current transformer", "电流互感器比差(%)", "fi"),
    ("ct", "phase_minutes", "Phase displacement of the current transformer", "电流互感器角差(分)", "di"),
    ("vt", "ratio_error_pct", "Ratio error of the voltage transformer", "电压互感器比差(%)", "fu"),
    ("vt", "phase_minutes", "Phase displacement of the voltage transformer", "电压互感器角差(分)", "du"),
)

_SPELLED = tuple(
    field(
        f"{device}{place}_{what}",
        Kind.number,
        f"{en} of element {place}",
        f"元件{place}{zh}",
        f"{letter}{place}",
        f"{letter.replace('d', 'delta_')}{place}" if what == "phase_minutes" else f"f_{letter[1]}{place}",
        least=None,
    )
    for place in "123"
    for device, what, en, zh, letter in _ERRORS
)

FIELDS: tuple[Field, ...] = (
    field("wiring_code", Kind.code, "Wiring of the meter", "接线方式", "wiring", "meter", options=WIRINGS),
    # wires and burden
    field("rated_va", Kind.number, "Rated burden", "额定二次负荷(VA)", "sn", "s_n", "rated_burden"),
    field(
        "burden_va",
        Kind.numbers,
        "Burden of the meters, one sum or one each",
        "表计负荷(VA)",
        "burden",
        "burdens",
        "meter_va",
    ),
    field(
        "secondary_a",
        Kind.number,
        "Rated secondary current",
        "额定二次电流",
        "i2",
        "i2n",
        "secondary_current",
        above=True,
    ),
    field(
        "length_m", Kind.number, "Length of the wires, one way", "导线单程长度(米)", "length", "l", above=True
    ),
    field("conductivity", Kind.number, "Conductivity, m/(Ω·mm²)", "导电率", "gamma", above=True),
    field("resistivity", Kind.number, "Resistivity, Ω·mm²/m", "电阻率", "rho", above=True),
    field(
        "contact_ohm", Kind.number, "Resistance of the contacts", "接触电阻(Ω)", "contact_resistance", "rc"
    ),
    field(
        "wire_ohm", Kind.number, "Resistance of the wires, where known", "导线电阻(Ω)", "wire_resistance", "r"
    ),
    field(
        "section_mm2",
        Kind.number,
        "Section of the wires, where known",
        "导线截面",
        "section",
        "s_mm2",
        above=True,
    ),
    field(
        "connection",
        Kind.code,
        "How the secondary circuit is connected",
        "二次接线",
        options={
            "two_way": ("分相接线", "separate", "six_wire"),
            "star": ("星形", "four_wire"),
            "open_delta": ("不完全星形", "v", "V"),
        },
    ),
    field(
        "loop_factor", Kind.number, "Length factor, as stated", "接线系数(题给)", "wire_factor", above=True
    ),
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
            field(
                "ct_ratio_error_pct",
                Kind.number,
                "Ratio error of the current transformer",
                "电流互感器比差(%)",
                "fi",
                "ct_f",
                least=None,
            ),
            field(
                "ct_phase_minutes",
                Kind.number,
                "Phase displacement",
                "电流互感器角差(分)",
                "di",
                "ct_delta",
                "delta_i",
                least=None,
            ),
            field(
                "vt_ratio_error_pct",
                Kind.number,
                "Ratio error of the voltage transformer",
                "电压互感器比差(%)",
                "fu",
                "vt_f",
                "pt_f",
                least=None,
            ),
            field(
                "vt_phase_minutes",
                Kind.number,
                "Phase displacement",
                "电压互感器角差(分)",
                "du",
                "vt_delta",
                "pt_delta",
                "delta_u",
                least=None,
            ),
        ),
    ),
    *_SPELLED,
    field(
        "drop_v",
        Kind.number,
        "Voltage drop of the secondary circuit",
        "二次压降(伏)",
        "u_drop",
        "delta_u",
        "drop",
    ),
    field(
        "rated_v",
        Kind.number,
        "Rated secondary voltage",
        "额定二次电压",
        "u2",
        "u2n",
        "secondary_v",
        above=True,
    ),
    field(
        "meter_error_pct", Kind.number, "Error of the meter", "电能表误差(%)", "meter_error", "eb", least=None
    ),
    field(
        "drop_error_pct",
        Kind.number,
        "Error by the voltage drop",
        "二次压降误差(%)",
        "drop_error",
        "ed",
        least=None,
    ),
    field(
        "transformer_error_pct",
        Kind.number,
        "Composite error, where known",
        "互感器合成误差(%)",
        "eh",
        least=None,
    ),
    # secondary current
    field("primary_a", Kind.number, "Primary current that flows", "一次电流", "i1"),
    field("ct", Kind.ratio, "Ratio of the current transformer", "变比"),
)


def work(inputs: Given, ground: Ground, moment: When) -> Draft:
    """Whatever of wires, burden, choice, composite error and secondary current the inputs allow."""
    draft = Draft()
    if "rated_va" in inputs and "wire_ohm" not in inputs and "section_mm2" not in inputs:
        secondary_circuit.section(inputs, ground, draft)
    elif "secondary_a" in inputs:
        secondary_circuit.burden(inputs, ground, draft)
    if "load_current_a" in inputs or "load_kva" in inputs or "load_kw" in inputs:
        _choice(inputs, ground, draft)
    if "drop_v" in inputs:
        _drop(inputs, ground, draft)
    if (
        composite_error.has_elements(inputs)
        or "meter_error_pct" in inputs
        or "transformer_error_pct" in inputs
    ):
        composite_error.error(inputs, ground, draft)
    if "primary_a" in inputs and "ct" in inputs:
        ratio = inputs.ratio("ct")
        assert ratio is not None  # noqa: S101 - it is among the inputs
        primary = given("load_current_a", inputs.need("primary_a", "", ""), name="primary_a")
        draft.keep(quotient("secondary_current_a", primary, ratio_of(ratio, "ct"), places=FACTOR_PLACES))
    if not draft.steps:
        raise refuse(
            "nothing_asked",
            inputs.at("rated_va"),
            "give rated_va, burden and length; a load current and the series; the errors of the elements; or a "
            "primary current and its ratio",
            "请给出额定负荷、表计负荷与导线长度, 或计算电流与系列, 或各元件误差, 或一次电流与变比",
        )
    if not moment.is_known and ground.trace.rows:
        draft.note("no day was given; the values of law are those of today", "未给出日期, 采用现行取值")
    return draft


def _drop(inputs: Given, ground: Ground, draft: Draft) -> None:
    """The voltage drop in percent of the rated secondary voltage."""
    lost = given("voltage_v", inputs.need("drop_v", "", ""), name="drop_v")
    rated = given(
        "voltage_v", inputs.need("rated_v", "the rated secondary voltage", "额定二次电压"), name="rated_v"
    )
    share = quotient("drop_pct", lost, rated, places=FACTOR_PLACES, name="drop_ratio", unit="ratio")
    draft.keep(product("drop_pct", share, ground.conversion("ratio", "pct"), unit="pct"))


def _choice(inputs: Given, ground: Ground, draft: Draft) -> None:
    """The smallest primary current of the series that carries the load within the band."""
    load = _load(inputs, ground, draft)
    row = ground.row("current_transformer_choice")
    lowest, highest = (
        ground.leaf(row, "lowest_load_share_ratio"),
        ground.leaf(row, "highest_load_share_ratio"),
    )
    series = inputs.items("series")
    if not series and isinstance(load, Step):
        return
    if not series:
        raise refuse(
            "missing_input", inputs.at("series"), "give the primary currents there are", "请给出一次电流系列"
        )
    fitting = [
        given("primary_current_a", each, name=f"series_{each.normalize():f}")
        for each in sorted(series)
        if each * number(highest) >= number(load)
    ]
    if not fitting:
        raise refuse(
            "no_rating", inputs.at("series"), "no rating carries this load", "系列中没有足够大的一次电流"
        )
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
    root = ground.leaf(
        ground.row("meter_capacity", wiring_code="three_phase_three_wire"), "phase_factor_ratio"
    )
    below: list[Node] = [
        root,
        given(
            "voltage_v", inputs.need("voltage_kv", "the line voltage", "线电压"), name="voltage_kv", unit="kv"
        ),
    ]
    if which == "load_kw":
        below.append(
            given("coefficient", inputs.need("cos_phi", "the power factor", "功率因数"), name="cos_phi")
        )
    found = quotient("load_current_a", size, *below, places=FACTOR_PLACES)
    draft.keep(found)
    return found


KIND = RemedyKind(
    "instrument_transformer",
    Text(en="Instrument transformers", zh="互感器负荷、选择与误差"),
    FIELDS,
    (
        "wire_ohm",
        "calculated_mm2",
        "section_mm2",
        "actual_va",
        "load_current_a",
        "primary_current_a",
        "composite_error_pct",
        "total_error_pct",
        "secondary_current_a",
        "drop_pct",
    ),
    work,
    claims_money=False,
    needs_day=False,
)
