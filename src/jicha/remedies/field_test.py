"""Test of a meter at the site (瓦秒法、潜动): the power the meter shows, its error, and energy it crept.

Shown power = 3600 s × counted ÷ (constant × seconds) × ratios. Error = (shown − actual) ÷ actual.
"""

from __future__ import annotations

from decimal import Decimal

from jicha.kernel.derivation import Node, Step
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
    one,
    product,
    quotient,
    total,
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
    field("use_hours", Kind.number, "Hours of use a day; the rest of the day is idle", "每日用电小时数"),
    field("limit_pct", Kind.number, "Error that is allowed, percent", "允许误差(%)"),
    field("metered_kwh", Kind.number, "Energy recorded in the time that counts", "应退补期间抄见电量"),
    field("idle_days", Kind.number, "Days of that", "潜动天数", "days"),
)


def work(inputs: Given, ground: Ground, _: When) -> Draft:
    """Shown power, expected time and error, as far as the inputs allow; the energy of creeping with idle hours."""
    draft = Draft()
    constant = given("meter_constant", inputs.need("meter_constant", "", ""))
    ratios = _ratios(inputs)
    hour = ground.conversion("hours", "seconds")
    count = given("pulses", inputs.number("pulses") or Decimal(1))
    actual = _actual(inputs, ground)
    timed = "seconds" in inputs
    if timed:
        seconds = given("seconds", inputs.need("seconds", "", ""))
        if "idle_hours" in inputs or "use_hours" in inputs:
            _creep(inputs, ground, draft, constant, count, seconds, hour, ratios)
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
        error = quotient(
            "error_pct", ratio, ground.conversion("pct", "ratio"), places=PERCENT_PLACES, unit="pct"
        )
        draft.keep(error)
        _corrected(inputs, ground, error, draft)
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


def _idle_hours(inputs: Given, ground: Ground) -> Node:
    """Hours without load, or what the hours of use leave of a day."""
    if "use_hours" not in inputs:
        return given("hours", inputs.need("idle_hours", "", ""), name="idle_hours")
    day = given(
        "hours", number(ground.conversion("days", "hours")), name="hours_of_day", source="lexicon/units.yaml"
    )
    used = given("hours", inputs.need("use_hours", "", ""), name="use_hours")
    if number(used) > number(day):
        raise refuse(
            "more_hours_than_a_day", inputs.at("use_hours"), "more than a day has", "超过一天的小时数"
        )
    return difference("hours", day, used, name="idle_hours")


def _corrected(inputs: Given, ground: Ground, error: Step, draft: Draft) -> None:
    """Energy to be corrected for the error found, by the formula of the rules; none within the limit."""
    limit, found = inputs.number("limit_pct"), number(error)
    if limit is not None:
        draft.note(
            f"the error is {'within' if abs(found) <= limit else 'beyond'} the limit of {limit} %",
            f"误差{'未超过' if abs(found) <= limit else '超过'}允许值 {limit}%",
        )
    if "metered_kwh" not in inputs or found <= -number(ground.conversion("ratio", "pct")):
        return
    ratio = product("error_ratio", error, ground.conversion("pct", "ratio"), unit="ratio", name="found_error")
    minus = difference(
        "error_ratio", given("error_ratio", Decimal(0), name="zero_error"), ratio, name="minus_error"
    )
    if ground.choice("metering_error_formula") == "divided":
        below = total("element_sum", one(), ratio, name="one_plus_error")
        rate: Step = quotient("correction_rate", minus, below, places=FACTOR_PLACES)
    else:
        rate = total("correction_rate", minus)
    metered = given("metered_kwh", inputs.need("metered_kwh", "", ""))
    draft.keep(energy("back_billed_kwh", metered, rate))


def _creep(
    inputs: Given,
    ground: Ground,
    draft: Draft,
    constant: Node,
    count: Node,
    seconds: Node,
    hour: Node,
    ratios: list[Node],
) -> None:
    """A meter that turns without load: counts of the idle hours ÷ constant; owed to the customer."""
    idle: list[Node] = [_idle_hours(inputs, ground)]
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
    ("metered_kw", "expected_seconds", "error_pct", "back_billed_kwh", "creep_kwh"),
    work,
    claims_money=False,
    needs_day=False,
)
