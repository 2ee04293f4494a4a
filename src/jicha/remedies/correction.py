"""The correction factor K of a metering fault: correct energy ÷ recorded energy, and the correction rate K − 1.

By the kind of wiring fault (`law.wiring_correction`), by phasor analysis of each element of the meter, by ratios
of instrument transformers that differ from those billed, by errors of single phases, by a relative error, or as
stated. One way at a time. Sources: rules of 1996, article 81; textbook phasor sums.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from jicha.kernel.derivation import Input, Node, Step
from jicha.kernel.text import Text
from jicha.remedies import angle
from jicha.remedies.claim import Draft
from jicha.remedies.element_share import ct_shares, error_shares, two_elements
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.spelling import FAULTS, WIRINGS, fault_of
from jicha.remedies.steps import (
    FACTOR_PLACES,
    given,
    number,
    one,
    product,
    quotient,
    total,
)


def fields(*wiring_aliases: str) -> tuple[Field, ...]:
    return (
        field(
            "metered_kwh",
            Kind.number,
            "Energy recorded while the fault lasted",
            "故障期间抄见电量",
            "total",
            "recorded_kwh",
            "metered",
            "total_kwh",
            "meter_kwh",
            least=None,
        ),
        field(
            "wiring_code",
            Kind.code,
            "Wiring of the meter",
            "电能表接线方式",
            "wiring",
            "phase",
            *wiring_aliases,
            options=WIRINGS,
        ),
        field(
            "correction_factor",
            Kind.number,
            "K, where it is already known",
            "更正系数",
            "k",
            "K",
            "G",
            least=None,
        ),
        field(
            "wiring_fault_code",
            Kind.code,
            "The wrong wiring",
            "错误接线",
            "fault",
            "wiring_fault",
            options=FAULTS,
            guess=fault_of,
        ),
        field(
            "lost_phases",
            Kind.number,
            "Phases whose voltage or current is lost (four wires)",
            "断压(断流)相数",
        ),
        field(
            "reversed_phases",
            Kind.number,
            "Phases whose current is reversed (four wires)",
            "电流反接相数",
            "reversed_currents",
            "reversed",
        ),
        field(
            "elements",
            Kind.rows,
            "What each element of the meter is really connected to",
            "各元件实际接入的电压与电流",
            fields=(
                field("voltage", Kind.text, "a, ab, cb …", "电压", "u", required=True),
                field("current", Kind.text, "a, b or c", "电流", "i", required=True),
                field(
                    "is_reversed",
                    Kind.flag,
                    "Whether the current flows backwards",
                    "电流是否反接",
                    "reversed",
                ),
                field("voltage_share", Kind.number, "Share of that voltage the element has", "电压比例"),
            ),
            order=("voltage", "current"),
        ),
        field(
            "right_power",
            Kind.number,
            "Power of the right wiring, any unit",
            "正确接线功率(任意单位)",
            least=None,
        ),
        field(
            "wrong_power",
            Kind.number,
            "Power the meter shows, in the same unit",
            "错误接线功率(同单位)",
            least=None,
        ),
        *angle.FIELDS,
        field(
            "ct_nominal",
            Kind.ratio,
            "Ratio of the current transformers billed by",
            "计费电流互感器变比",
            "ct_billed",
        ),
        field(
            "ct_actual",
            Kind.ratios,
            "Ratio really fitted, one for all phases or one a phase",
            "实际变比",
            "ct_real",
        ),
        field(
            "phase_errors_pct",
            Kind.numbers,
            "Error of the transformer of each phase, percent",
            "各相互感器比差(%)",
            "phase_errors",
            least=None,
        ),
        field(
            "error_pct",
            Kind.number,
            "Relative error of the metering, percent, − under-recording",
            "计量相对误差(%)",
            "error",
            least=None,
        ),
    )


FIELDS = fields()

_WAYS = (
    "correction_factor",
    "wiring_fault_code",
    "lost_phases",
    "reversed_phases",
    "elements",
    "ct_actual",
    "phase_errors_pct",
    "error_pct",
    "wrong_power",
)


def is_given(inputs: Given) -> bool:
    return any(way in inputs for way in _WAYS)


def metered(inputs: Given) -> Input:
    return given("metered_kwh", inputs.need("metered_kwh", "what the meter recorded", "故障期间抄见电量"))


def recorded(inputs: Given, factor: Step, draft: Draft) -> Node:
    """What was recorded, with its sign."""
    return signed(metered(inputs), factor, draft)


def signed(stated: Node, factor: Step, draft: Draft) -> Node:
    """Recorded energy with its sign: a factor below zero means that the meter ran backwards."""
    if number(factor) < 0 < number(stated):
        draft.note(
            "this wiring turns the meter back: the energy recorded counts as negative",
            "该错接线使电能表反转: 抄见电量按负值计",
        )
        return given("metered_kwh", -number(stated))
    return stated


def percent(term: str, ratio: Node, ground: Ground) -> Step:
    """A ratio in percent."""
    return product(term, ratio, ground.conversion("ratio", "pct"), unit="pct")


def relative_error(inputs: Given, name: str, ground: Ground) -> Step:
    """A percentage given as a ratio."""
    stated = given("error_pct", inputs.need(name, "the relative error", "相对误差"))
    return product("error_ratio", stated, ground.conversion("pct", "ratio"))


def factor(inputs: Given, ground: Ground, draft: Draft) -> Step:
    """K by the one way the inputs give. Raises `RemedyError` for several, none, or a meter that stood still."""
    way = inputs.only_one(*_WAYS)
    if way is None:
        raise refuse(
            "no_fault",
            inputs.at("wiring_fault_code"),
            "say what was wrong: fault, lost_phases, elements, ct_nominal and ct_actual, phase_errors_pct, error_pct, "
            "or correction_factor",
            "请说明故障: fault、lost_phases、elements、ct_nominal 与 ct_actual、"
            "phase_errors_pct、error_pct 或 correction_factor",
        )
    if way == "correction_factor":
        return total(
            "correction_factor", given("correction_factor", inputs.need(way, "", ""), name="stated_factor")
        )
    if way == "wrong_power":
        right = given(
            "right_power", inputs.need("right_power", "the power of the right wiring", "正确接线功率")
        )
        return _quotient(right, given("wrong_power", inputs.need(way, "", "")), inputs, way)
    if way == "elements":
        return _by_phasors(inputs, ground)
    if way in ("ct_actual", "phase_errors_pct"):
        return _by_shares(inputs, ground, way, draft)
    if way == "error_pct":
        error = relative_error(inputs, way, ground)
        return _quotient(one(), total("element_sum", one(), error), inputs, way)
    return _by_law(inputs, ground, way)


def _by_law(inputs: Given, ground: Ground, way: str) -> Step:
    """K from `law.wiring_correction`: powers of the right and the wrong wiring."""
    wiring, fault = _wiring(inputs, ground, way), _fault(inputs, way)
    row = ground.row("wiring_correction", wiring_code=wiring, wiring_fault_code=fault)
    right = ground.leaf(row, "right_cosine_ratio", "right_power")
    cosine = ground.leaf(row, "wrong_cosine_ratio", "wrong_cosine")
    sine = ground.leaf(row, "wrong_sine_ratio", "wrong_sine")
    return _powers(right, cosine, sine, inputs, way, row.citation)


def _by_phasors(inputs: Given, ground: Ground) -> Step:
    """K from what each element is connected to; three wires meter with two elements, four with three."""
    rows = inputs.rows("elements")
    wiring = inputs.code("wiring_code")
    count = len(rows)
    if wiring is not None:
        law = ground.row("meter_capacity", wiring_code=wiring).values["metering_element_count"]
        if law != count:
            raise refuse(
                "element_count",
                inputs.at("elements"),
                f"a {wiring} meter has {law} elements, not {count}",
                f"{wiring} 电能表有 {law} 个元件, 而非 {count} 个",
            )
    cosines: list[Node] = []
    sines: list[Node] = []
    for place, row in enumerate(rows, 1):
        volt = angle.voltage(str(row.get("voltage")), row.at("voltage"))
        cosine, sine = angle.element_power(volt, str(row.get("current")), row.at("current"))
        share = Fraction(row.number("voltage_share") or 1) * (-1 if row.flag("is_reversed") else 1)
        scale = angle.Surd(share, Fraction(0))
        said = f"U{row.get('voltage')} · {'−' if row.flag('is_reversed') else ''}I{row.get('current')}"
        note = Text(en=f"Element {place}: {said}", zh=f"元件{place}: {said}")
        cosines.append(
            given(
                "wrong_cosine",
                (cosine * scale).decimal(),
                name=f"cosine_{place}",
                source="phasors",
                note=note,
            )
        )
        sines.append(
            given("wrong_sine", (sine * scale).decimal(), name=f"sine_{place}", source="phasors", note=note)
        )
    right = given("right_power", Decimal(len(angle.PHASES)), source="phasors")
    return _powers(
        right, total("wrong_cosine", *cosines), total("wrong_sine", *sines), inputs, "elements", None
    )


def _powers(right: Node, cosine: Node, sine: Node, inputs: Given, way: str, clause: str | None) -> Step:
    """K = right ÷ (wrong cosine + wrong sine × tan φ)."""
    wrong: Node = cosine
    if number(sine) != 0:
        tangent = angle.tangent(inputs)
        if tangent is None:
            raise refuse(
                "no_load_angle",
                inputs.at("cos_phi"),
                "this wiring's factor depends on the load: give cos_phi, tan_phi or phi_degree",
                "该错接线的更正系数与负荷有关: 请给出 cos_phi、tan_phi 或 phi_degree",
            )
        wrong = total("wrong_power", cosine, product("wrong_power", sine, tangent, name="sine_part"))
    return _quotient(right, wrong, inputs, way, clause)


def _quotient(right: Node, wrong: Node, inputs: Given, way: str, clause: str | None = None) -> Step:
    if abs(number(wrong)) < Decimal(1).scaleb(-FACTOR_PLACES):
        raise refuse(
            "meter_stood_still",
            inputs.at(way),
            "the meter records nothing with this fault, so no factor can be taken; use metering_error with the "
            "normal month",
            "该故障下电能表不计量, 无更正系数; 请改用 metering_error 按正常月计算",
        )
    return quotient("correction_factor", right, wrong, places=FACTOR_PLACES, clause=clause)


def _by_shares(inputs: Given, ground: Ground, way: str, draft: Draft) -> Step:
    """K = elements ÷ sum of the share each element records."""
    shares = ct_shares(inputs) if way == "ct_actual" else error_shares(inputs, ground)
    wiring = inputs.code("wiring_code")
    if len(shares) == 1:
        return _quotient(one(), shares[0], inputs, way)
    by_count = {1: "single_phase", 2: "three_phase_three_wire", 3: "three_phase_four_wire"}
    wiring = wiring or by_count.get(len(shares), "")
    row = ground.row("meter_capacity", wiring_code=wiring)
    elements = ground.leaf(row, "metering_element_count", "elements")
    if elements.value != len(shares):
        raise refuse(
            "element_count",
            inputs.at(way),
            f"a {wiring} meter has {elements.value} elements, not {len(shares)}",
            f"{wiring} 电能表有 {elements.value} 个元件, 而非 {len(shares)} 个",
        )
    sum_of: Node = total("element_sum", *shares)
    if wiring == "three_phase_three_wire" and len({number(share) for share in shares}) > 1:
        sum_of = two_elements(shares, inputs, draft, sum_of)
    return _quotient(elements, sum_of, inputs, way, row.citation)


def _wiring(inputs: Given, ground: Ground, way: str) -> str:
    stated = inputs.code("wiring_code")
    if stated is not None:
        return stated
    fault = _fault(inputs, way)
    rows = ground.law.table("wiring_correction").on(ground.day, wiring_fault_code=fault)
    wirings = {str(row.values["wiring_code"]) for row in rows}
    if len(wirings) != 1:
        raise refuse(
            "missing_input", inputs.at("wiring_code"), "give the wiring of the meter", "请给出接线方式"
        )
    return wirings.pop()


def _fault(inputs: Given, way: str) -> str:
    if way == "wiring_fault_code":
        return str(inputs.code(way))
    count = inputs.need(way, "", "")
    names = {
        ("lost_phases", 1): "one_phase_lost",
        ("lost_phases", 2): "two_phases_lost",
        ("reversed_phases", 1): "one_current_reversed",
        ("reversed_phases", 2): "two_currents_reversed",
    }
    found = names.get((way, int(count))) if count == int(count) else None
    if found is None:
        raise refuse(
            "phase_count",
            inputs.at(way),
            f"{count}: one or two phases leave something to reckon by; with all three use the normal month",
            f"{count}: 仅一相或两相可按系数更正; 三相全失请按正常月计算",
        )
    return found
