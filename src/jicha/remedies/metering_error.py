"""Metering errors (计量差错退补): six causes, each corrected to its own base, + owed to the utility.

`law.metering_error_method` says what the energy is corrected to and over which share of the time: an error beyond its
limit for half the time since the last verification, a voltage drop beyond what is allowed, a blown fuse, a wrong
wiring, a wrong multiplier, and other causes by the normal month. Sources: rules of 1996, articles 80 and 81.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from jicha.kernel.derivation import Node, Step
from jicha.kernel.period import Period
from jicha.kernel.text import Text
from jicha.law.table import LawRow
from jicha.remedies import bands, correction, multiplier, wiring
from jicha.remedies.claim import Draft
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.registry import RemedyKind
from jicha.remedies.spelling import METERING_ERRORS
from jicha.remedies.steps import (
    FACTOR_PLACES,
    difference,
    energy,
    given,
    number,
    one,
    product,
    quotient,
    total,
)
from jicha.remedies.when import REPLAYED, When

_OWN: tuple[Field, ...] = (*correction.fields("meter"), *bands.FIELDS, REPLAYED)

FIELDS: tuple[Field, ...] = (
    field(
        "cause",
        Kind.code,
        "Cause of the error",
        "差错原因",
        "metering_error_cause_code",
        options=METERING_ERRORS,
        required=True,
    ),
    *_OWN,
    field("error_limit_pct", Kind.number, "Error that is allowed, percent", "允许误差(%)", "limit_pct"),
    field(
        "is_counted_time",
        Kind.flag,
        "Whether metered_kwh is already that of the time that counts",
        "电量是否已按退补时间统计",
    ),
    field("found_drop_pct", Kind.number, "Voltage drop found, percent", "实测电压降(%)", "drop_pct"),
    field("allowed_drop_pct", Kind.number, "Voltage drop allowed, percent", "允许电压降(%)"),
    field(
        "metering_category_code",
        Kind.code,
        "Category of the installation",
        "计量装置类别",
        options={f"category_{n}": () for n in "12345"},
    ),
    field(
        "accuracy_class_code",
        Kind.code,
        "Class of the meter (design code)",
        "电能表准确度等级",
        options={"class_0_5": (), "class_1": (), "class_2": ()},
    ),
    field("normal_kwh", Kind.number, "Energy of a normal month", "正常月用电量", "normal_month_kwh"),
    field("normal_months", Kind.number, "Months it stands for (1)", "月数", "months"),
    *(each for each in multiplier.DIFFERENCE_FIELDS if each.name not in {own.name for own in _OWN}),
)


def work(inputs: Given, ground: Ground, moment: When) -> Draft:
    """The energy to be corrected, by the cause's method, and its money as replayed or by price."""
    draft = Draft()
    cause = str(inputs.code("cause"))
    row = ground.row("metering_error_method", metering_error_cause_code=cause)
    base = row.values["error_base_code"]
    if base == "actual_multiplier":
        multiplier.by_difference(inputs, ground, draft, moment)
        return draft
    counted = moment
    rate: Node | None = None
    if base == "zero_error":
        found, rate, counted = _zero_error(inputs, ground, row, moment, draft)
    elif base == "allowed_drop":
        found, rate = _drop(inputs, ground, row, draft)
    elif base == "normal_month" or not correction.is_given(inputs):
        found = _normal_month(inputs, row, draft)
    else:
        found, rate = _by_factor(inputs, ground, row, draft)
    if row.values["is_supplement_only"] is True and number(found) < 0:
        draft.note("the rule gives a supplement only; nothing is refunded", "该情形只补不退")
        found = energy("back_billed_kwh", found, given("coefficient", 0, name="supplement_only"))
        rate = None
    draft.keep(found)
    recorded = given("metered_kwh", inputs.number("metered_kwh") or Decimal(0))
    if "metered_kwh" in inputs:
        draft.keep(total("correct_kwh", recorded, found))
    draft.note(*multiplier.meanwhile(str(row.values["pay_meanwhile_code"])))
    wiring.claim_money(draft, found, rate, inputs, recorded, counted)
    return draft


def _zero_error(
    inputs: Given, ground: Ground, row: LawRow, moment: When, draft: Draft
) -> tuple[Step, Step, When]:
    """−W·g ÷ (1 + g), or −W·g, for half the time (settings `metering_error_formula`)."""
    error = correction.relative_error(inputs, "error_pct", ground)
    draft.keep(correction.percent("error_pct", error, ground))
    share = ground.leaf(row, "period_share_ratio", "share_of_time")
    limit = inputs.number("error_limit_pct")
    stated = inputs.number("error_pct")
    if number(error) <= -1:
        raise refuse(
            "error_too_large",
            inputs.at("error_pct"),
            "a meter cannot lose all it should record; use the normal month",
            "误差不可能达到-100%; 请按正常月计算",
        )
    minus = difference(
        "error_ratio", given("error_ratio", Decimal(0), name="zero_error"), error, name="minus_error"
    )
    if ground.choice("metering_error_formula") == "divided":
        rate: Step = quotient(
            "correction_rate",
            minus,
            total("element_sum", one(), error, name="one_plus_error"),
            places=FACTOR_PLACES,
        )
    else:
        rate = total("correction_rate", minus)
    if limit is not None and stated is not None and abs(stated) <= limit:
        draft.note("the error lies within its limit; nothing is corrected", "误差在允许范围内, 不予退补")
        rate = product("correction_rate", rate, given("coefficient", 0, name="within_limit"), unit="ratio")
    draft.keep(rate)
    recorded = correction.metered(inputs)
    if inputs.flag("is_counted_time") is True:
        return energy("back_billed_kwh", recorded, rate, clause=row.citation), rate, moment
    halved = product("correction_rate", rate, share, name="rate_of_time", unit="ratio")
    found = energy("back_billed_kwh", recorded, rate, share, clause=row.citation)
    return found, halved, _latter(moment, number(share), draft)


def _latter(moment: When, share: Decimal, draft: Draft) -> When:
    """The share of the time before the correction."""
    span = moment.period
    if span is None or share == 1:
        return moment
    days = int(span.days * share)
    if not days:
        return moment
    last = span.last
    counted = Period.inclusive(last - timedelta(days=days - 1), last)
    draft.note(
        f"the share of the time is counted back from the correction: {counted.start} to {last}",
        f"退补时间自更正之日向前计算: {counted.start} 至 {last}",
    )
    return When(counted, moment.day)


def _drop(inputs: Given, ground: Ground, row: LawRow, draft: Draft) -> tuple[Step, Step]:
    """W × (drop found − drop allowed)."""
    found = given(
        "drop_pct", inputs.need("found_drop_pct", "the drop found", "实测电压降"), name="found_drop_pct"
    )
    beyond = difference("drop_pct", found, _allowed(inputs, ground), name="excess_drop_pct")
    rate = product(
        "excess_drop", beyond, ground.conversion("pct", "ratio"), name="correction_rate", unit="ratio"
    )
    draft.keep(rate)
    return energy("back_billed_kwh", correction.metered(inputs), rate, clause=row.citation), rate


def _allowed(inputs: Given, ground: Ground) -> Node:
    """The drop allowed, as stated or by the text that governs (setting `voltage_drop_text`)."""
    stated = inputs.number("allowed_drop_pct")
    if stated is not None:
        return given("drop_pct", stated, name="allowed_drop_pct")
    by_code = ground.choice("voltage_drop_text") == "metering_code"
    name = "metering_category_code" if by_code else "accuracy_class_code"
    key = inputs.code(name)
    if key is None:
        raise refuse(
            "missing_input", inputs.at("allowed_drop_pct"), f"give it, or {name}", f"请给出, 或给出 {name}"
        )
    found = ground.row("voltage_drop_limit" if by_code else "voltage_drop_design", **{name: key})
    return ground.leaf(found, "voltage_drop_limit_pct", "allowed_drop_pct")


def _normal_month(inputs: Given, row: LawRow, draft: Draft) -> Step:
    """Normal month × months less what was metered."""
    each = given("normal_kwh", inputs.need("normal_kwh", "the energy of a normal month", "正常月用电量"))
    months = given("months", inputs.number("normal_months") or Decimal(1), name="normal_months")
    expected = energy("normal_kwh", each, months, name="expected_kwh")
    draft.note("by the customer's normal month", "以用户正常月份用电量为基准")
    return difference("back_billed_kwh", expected, correction.metered(inputs), clause=row.citation)


def _by_factor(inputs: Given, ground: Ground, row: LawRow, draft: Draft) -> tuple[Step, Step]:
    """Recorded × (K − 1), over the whole time."""
    factor = correction.factor(inputs, ground, draft)
    rate = difference("correction_rate", factor, one())
    draft.keep(factor, rate, correction.percent("correction_rate_pct", rate, ground))
    return energy(
        "back_billed_kwh", correction.recorded(inputs, factor, draft), rate, clause=row.citation
    ), rate


KIND = RemedyKind(
    "metering_error",
    Text(en="Metering error", zh="计量差错退补"),
    FIELDS,
    (*wiring.RESULTS, "error_pct", "multiplier_difference"),
    work,
)
