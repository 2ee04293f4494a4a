"""Test of a meter at the site (瓦秒法、潜动): the power the meter shows, its error, and energy it crept.

Shown power = 3600 s × counted ÷ (constant × seconds) × ratios. Error = (shown − actual) ÷ actual.
"""

from __future__ import annotations

from jicha.kernel.derivation import Node
from jicha.kernel.text import Text
from jicha.remedies.claim import Draft
from jicha.remedies.element_share import ratio_of
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.multiplier import RATIOS
from jicha.remedies.problem import refuse
from jicha.remedies.registry import RemedyKind
from jicha.remedies.steps import (
    FACTOR_PLACES,
    INNER_PLACES,
    PERCENT_PLACES,
    difference,
    energy,
    given,
    number,
    product,
    quotient,
)
from jicha.remedies.when import When

FIELDS: tuple[Field, ...] = (
    field(
        "meter_constant",
        Kind.number,
        "Impulses or turns a kWh",
        "电能表常数",
        "const",
        "constant",
        "c",
        "C",
        required=True,
        above=True,
    ),
    field(
        "pulses",
        Kind.number,
        "Impulses or turns counted",
        "脉冲(转)数",
        "n",
        "N",
        "revolutions",
        "turns_counted",
        "rev",
        "r",
        above=True,
    ),
    field("seconds", Kind.number, "Time they took", "所用时间(秒)", "t", "time", "time_s", above=True),
    field(
        "actual_kw",
        Kind.number,
        "Power that really flows",
        "实际负荷功率",
        "kw",
        "p",
        "load_kw",
        "power_kw",
        above=True,
    ),
    field("actual_w", Kind.number, "The same in watt", "实际负荷功率(瓦)", "watt", "w", above=True),
    *(each for each in RATIOS if each.name in ("ct", "vt")),
    field(
        "idle_hours",
        Kind.number,
        "Hours without load in which it crept",
        "无负荷潜动小时数",
        "creep_hours",
        "hours",
    ),
    field("idle_days", Kind.number, "Days of that", "潜动天数", "days"),
)


def work(inputs: Given, ground: Ground, _: When) -> Draft:
    """Shown power, expected time and error, as far as the inputs allow; the energy of creeping with idle hours."""
    draft = Draft()
    constant = given("meter_constant", inputs.need("meter_constant", "", ""))
    ratios = _ratios(inputs)
    hour = ground.conversion("hours", "seconds")
    count = given("pulses", inputs.need("pulses", "how many impulses or turns were counted", "脉冲(转)数"))
    actual = _actual(inputs, ground)
    timed = "seconds" in inputs
    if timed:
        seconds = given("seconds", inputs.need("seconds", "", ""))
        if "idle_hours" in inputs:
            _creep(inputs, draft, constant, count, seconds, hour, ratios)
            return draft
        top = product("metered_kw", hour, count, *ratios, name="counted", unit="count")
        shown = quotient("metered_kw", top, constant, seconds, places=FACTOR_PLACES)
        draft.keep(shown)
    if actual is not None:
        top = product("metered_kw", hour, count, *ratios, name="counted", unit="count")
        draft.keep(quotient("expected_seconds", top, constant, actual, places=FACTOR_PLACES))
    if timed and actual is not None:
        gap = difference("metered_kw", shown, actual, name="power_difference")
        ratio = quotient("error_ratio", gap, actual, places=INNER_PLACES)
        draft.keep(
            quotient("error_pct", ratio, ground.conversion("pct", "ratio"), places=PERCENT_PLACES, unit="pct")
        )
    if not draft.steps:
        raise refuse(
            "missing_input",
            inputs.at("seconds"),
            "give seconds, actual_kw, or both",
            "请给出 seconds 或 actual_kw",
        )
    return draft


def _ratios(inputs: Given) -> list[Node]:
    found: list[Node] = []
    for name in ("vt", "ct"):
        ratio = inputs.ratio(name)
        if ratio is not None:
            found.append(ratio_of(ratio, name))
    return found


def _actual(inputs: Given, ground: Ground) -> Node | None:
    which = inputs.only_one("actual_kw", "actual_w")
    if which is None:
        return None
    stated = inputs.need(which, "", "")
    if which == "actual_kw":
        return given("actual_kw", stated)
    watts = given("actual_kw", stated, name="actual_w", unit="w")
    return product("actual_kw", watts, ground.conversion("w", "kw"), unit="kw")


def _creep(
    inputs: Given, draft: Draft, constant: Node, count: Node, seconds: Node, hour: Node, ratios: list[Node]
) -> None:
    """A meter that turns without load: counts of the idle hours ÷ constant; owed to the customer."""
    idle: list[Node] = [given("hours", inputs.need("idle_hours", "", ""), name="idle_hours")]
    if "idle_days" in inputs:
        idle.append(given("days", inputs.need("idle_days", "", ""), name="idle_days"))
    top = product("pulses", hour, *idle, count, *ratios, name="idle_counts", unit="count")
    crept = quotient("creep_kwh", top, seconds, constant, places=FACTOR_PLACES)
    draft.keep(energy("creep_kwh", crept))
    if number(crept):
        draft.note(
            "energy of creeping was recorded without use; it is owed to the customer",
            "潜动电量为多计电量, 应退还用户",
        )


KIND = RemedyKind(
    "meter_error_test",
    Text(en="Test of a meter at the site", zh="电能表现场检验(瓦秒法、潜动)"),
    FIELDS,
    ("metered_kw", "expected_seconds", "error_pct", "creep_kwh"),
    work,
    claims_money=False,
    needs_day=False,
)
