"""How much was stolen (窃电量): by the way that goes first of those the inputs allow.

Sources: rules of 1996, article 103; of 2024, article 105 (unverified); by-laws for the comparisons.
"""

from __future__ import annotations

from jicha.kernel.derivation import Input, Node, Step
from jicha.kernel.text import Text
from jicha.law.table import LawRow
from jicha.remedies import correction
from jicha.remedies.claim import Draft
from jicha.remedies.element_share import ratio_of
from jicha.remedies.fields import Given
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.steps import difference, energy, given, one, product, total
from jicha.remedies.when import When


def quantity(
    inputs: Given, ground: Ground, moment: When, claim: LawRow, draft: Draft
) -> list[tuple[Step, Node | None]]:
    """Energies and their prices, by the way that goes first of those the inputs allow."""
    price = inputs.number("price")
    leaf = None if price is None else given("price", price)
    established = _established(inputs, ground, draft)
    formula = (
        bool(inputs.rows("equipment")) or "kw" in inputs or "watts" in inputs or _meter(inputs) is not None
    )
    if established is not None and (claim.values["is_established_quantity_first"] is True or not formula):
        if formula:
            draft.note("energy established by facts goes before the formulas", "能够查实的电量优先于公式推算")
        return [(established, leaf)]
    if established is not None:
        draft.note(
            "the rules of the day put no way first; the formula was taken, the energy established stands beside",
            "当时规则未规定顺序; 按公式计算, 查实电量并列",
        )
        draft.steps["established_kwh"] = established
    if not formula:
        return []
    if inputs.rows("equipment") or "kw" in inputs or "watts" in inputs:
        behaviour = inputs.code("theft_behaviour_code") or "bypassing_meter"
        meter = _meter(inputs)
        by_rule = ground.row("theft_behaviour", theft_behaviour_code=behaviour).values[
            "theft_quantity_method_code"
        ]
        if (
            by_rule == "rated_power"
            or meter is None
            or ground.choice("theft_bypass_quantity") == "rated_power"
        ):
            return _by_power(inputs, ground, moment, claim, leaf, draft)
    return _by_current(inputs, ground, moment, claim, leaf, draft)


def _by_power(
    inputs: Given, ground: Ground, moment: When, claim: LawRow, price: Input | None, draft: Draft
) -> list[tuple[Step, Node | None]]:
    rows = inputs.rows("equipment") or (inputs,)
    found: list[tuple[Step, Node | None]] = []
    for place, row in enumerate(rows, 1):
        power = _power(row, f"kw_{place}" if len(rows) > 1 else "kw", ground)
        own = row.number("price")
        its = (
            price if own is None else given("price", own, name=f"price_{place}" if len(rows) > 1 else "price")
        )
        hours = _hours(inputs, row, ground, moment, claim, draft)
        name = f"item_{place}_kwh" if len(rows) > 1 else "item_kwh"
        found.append(
            (product("item_kwh", power, *hours, name=name, unit="kwh", clause=claim.citations[-1]), its)
        )
    return found


def _power(row: Given, name: str, ground: Ground) -> Node:
    """Rated power in kW, of as many pieces as there are."""
    factors: list[Node] = []
    if "watts" in row and "kw" not in row:
        watts = given("kw", row.need("watts", "", ""), name="watts", unit="w")
        factors = [watts, ground.conversion("w", "kw")]
    else:
        factors = [given("kw", row.need("kw", "rated power of the equipment", "设备额定功率"), name=name)]
    if "pieces" in row:
        factors.append(given("occurrences", row.need("pieces", "", ""), name="pieces", unit="ratio"))
    return (
        factors[0] if len(factors) == 1 else product("capacity_kw", *factors, name=f"rated_{name}", unit="kw")
    )


def _meter(inputs: Given) -> Given | None:
    """The meter, as its own record or among the inputs."""
    record = inputs.record("meter")
    if record is not None:
        return record
    return inputs if "marked_current_a" in inputs or "maximum_current_a" in inputs else None


def _by_current(
    inputs: Given, ground: Ground, moment: When, claim: LawRow, price: Input | None, draft: Draft
) -> list[tuple[Step, Node | None]]:
    """Capacity of the meter's current, in kW, times the hours."""
    meter = _meter(inputs)
    assert meter is not None  # noqa: S101 - the caller looked
    wiring = meter.code("wiring_code") or inputs.code("wiring_code") or "single_phase"
    row = ground.row("meter_capacity", wiring_code=wiring)
    column = "marked_current_a"
    if ground.choice("theft_meter_current") == "maximum" or "marked_current_a" not in meter:
        column = "maximum_current_a"
    current = given(
        "current_a",
        meter.need(column, "the meter's current this reading takes", "该口径采用的电能表电流"),
        name=column,
    )
    volt = given("voltage_v", meter.need("voltage_v", "the meter's voltage", "电能表电压"))
    watts = product(
        "capacity_kw",
        ground.leaf(row, "phase_factor_ratio"),
        volt,
        current,
        _power_factor(inputs, ground, row),
        name="capacity_w",
        unit="w",
    )
    inner: list[Node] = [watts, ground.conversion("w", "kw")]
    ratio = meter.ratio("ct")
    if ratio is not None:
        inner.append(ratio_of(ratio, "ct"))
    capacity = product("capacity_kw", *inner, clause=row.citation)
    draft.keep(capacity)
    hours = _hours(inputs, inputs, ground, moment, claim, draft)
    return [(product("item_kwh", capacity, *hours, unit="kwh", clause=claim.citations[-1]), price)]


def _power_factor(inputs: Given, ground: Ground, row: LawRow) -> Node:
    """As measured, or as the rule assumes."""
    stated = inputs.number("cos_phi")
    if stated is None:
        return ground.leaf(row, "assumed_power_factor_ratio")
    return given("cos_phi", stated, note=Text(en="Measured", zh="实测"))


def _hours(
    inputs: Given, row: Given, ground: Ground, moment: When, claim: LawRow, draft: Draft
) -> tuple[Node, ...]:
    """Days and hours a day: as established, otherwise as the rule presumes."""
    if inputs.number("hours_total") is not None:
        return (given("hours", inputs.need("hours_total", "", "")),)
    return (_days(inputs, ground, moment, claim, draft), _daily(inputs, row, ground, draft))


def _days(inputs: Given, ground: Ground, moment: When, claim: LawRow, draft: Draft) -> Node:
    law = ground.leaf(claim, "unknown_period_days")
    stated = inputs.number("days")
    if stated is not None:
        if stated == law.value:
            return law
        return given("days", stated, note=Text(en="Days established", zh="查实天数"))
    admitted = inputs.number("admitted_days")
    if admitted is not None and ground.choice("theft_admitted_time") == "established":
        return given("days", admitted, note=Text(en="Days the customer admits", zh="用户自述天数"))
    if moment.period is not None and admitted is None:
        return given("days", moment.period.days, note=Text(en="Days of the period", zh="行为期间天数"))
    draft.note(
        f"the time of the theft is not established; {law.value} days are presumed",
        f"窃电时间无法查明, 按 {law.value} 天计算",
    )
    return law


def _daily(inputs: Given, row: Given, ground: Ground, draft: Draft) -> Node:
    """Hours a day; whether the customer's class or the load decides is a setting."""
    stated = row.number("daily_use_hours") or inputs.number("daily_use_hours")
    load = row.code("load_kind_code") or inputs.code("load_kind_code")
    customer = inputs.code("customer_load_code")
    by_class = ground.choice("theft_use_hours_by") == "customer_class"
    kind = (customer or load) if by_class else (load or customer)
    if kind is None and stated is not None:
        return given("daily_use_hours", stated)
    kind = kind or "power"
    law = ground.leaf(ground.row("theft_use_hours", load_kind_code=kind), "daily_use_hours")
    if stated is not None and stated != law.value:
        return given("daily_use_hours", stated, note=Text(en="Hours a day established", zh="查实日用电小时"))
    if stated is None and customer is None and load is None:
        draft.note(
            "a power customer is assumed; give load_kind_code", "按动力用户计算; 可用 load_kind_code 指明"
        )
    return law


def _established(inputs: Given, ground: Ground, draft: Draft) -> Step | None:
    """Energy by facts: as established, by the fault's correction factor, or by comparison."""
    stated = inputs.number("established_kwh")
    if stated is not None:
        return total(
            "stolen_kwh", given("stolen_kwh", stated, name="established_kwh"), name="established_kwh"
        )
    if correction.is_given(inputs):
        factor = correction.factor(inputs, ground, draft)
        metered = correction.recorded(inputs, factor, draft)
        rate = difference("correction_rate", factor, one())
        draft.keep(factor, rate, correction.percent("correction_rate_pct", rate, ground))
        found = energy("back_billed_kwh", metered, rate, clause=factor.clause)
        draft.keep(found)
        return found
    return _compared(inputs, draft)


def _compared(inputs: Given, draft: Draft) -> Step | None:
    """Normal months, output or sub-meters less what was metered: ways a by-law of the place must allow."""
    metered = inputs.number("metered_kwh")
    if "normal_kwh" in inputs:
        expected: Node = given("normal_kwh", inputs.need("normal_kwh", "", ""))
    elif "product_output" in inputs:
        output = given(
            "output_kwh", inputs.need("product_output", "", ""), name="product_output", unit="unit"
        )
        each = given(
            "output_kwh",
            inputs.need("unit_kwh", "energy of a unit", "单耗"),
            name="unit_kwh",
            unit="kwh/unit",
        )
        expected = product("output_kwh", output, each, unit="kwh")
    elif "submeter_kwh" in inputs:
        parts = [given("compared_kwh", inputs.need("submeter_kwh", "", ""), name="submeter_kwh")]
        if "loss_kwh" in inputs:
            parts.append(given("lost_kwh", inputs.need("loss_kwh", "", "")))
        expected = total("compared_kwh", *parts, name="expected_kwh")
    else:
        return None
    if metered is None:
        raise refuse("missing_input", inputs.at("metered_kwh"), "give what was metered", "请给出抄见电量")
    draft.note(
        "energy by comparison needs a by-law of the place, or facts that bear it out",
        "比对推算须有当地规定或其他事实印证",
    )
    found = difference("compared_kwh", expected, given("metered_kwh", metered), name="compared_kwh")
    if found.value < 0:  # type: ignore[operator]
        raise refuse(
            "nothing_stolen",
            inputs.at("metered_kwh"),
            "more was metered than the comparison expects",
            "抄见电量大于比对电量",
        )
    return found
