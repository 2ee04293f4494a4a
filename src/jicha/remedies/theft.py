"""Theft of electricity (窃电): the stolen energy, its charge, and the breach charge apart from it.

Order of the ways to the energy is law's (`law.theft_quantity`): since 2024 what facts establish comes first. The
formulas: rated power × hours, or the capacity of the meter's current × the ratio × hours; a time that cannot be
established is 180 days of 12 or 6 hours (`law.theft_claim`, `law.theft_use_hours`). A theft that made the meter
record a known share is reckoned by the correction factor of its fault. Sources: rules of 1996, articles 101 to
103; of 2024, articles 103 to 105 (numbers unverified).
"""

from __future__ import annotations

from jicha.kernel.derivation import Input, Node, Step
from jicha.kernel.text import Text
from jicha.law.table import LawRow
from jicha.remedies import correction, penalty
from jicha.remedies.bands import PRICE
from jicha.remedies.claim import Draft, Part
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.registry import RemedyKind
from jicha.remedies.spelling import LOAD_KINDS, WIRINGS
from jicha.remedies.steps import difference, energy, given, money, one, product, total
from jicha.remedies.when import REPLAYED, When, replayed_part

_EQUIPMENT: tuple[Field, ...] = (
    field("kw", Kind.number, "Rated power", "额定功率(千瓦)", "kva", "p_kw"),
    field("load_kind_code", Kind.code, "power or lighting", "动力或照明", "load", "kind", options=LOAD_KINDS),
    field("daily_use_hours", Kind.number, "Hours a day, where established", "日用电小时", "hours", "hours_per_day"),
    PRICE,
)

_METER: tuple[Field, ...] = (
    field("wiring_code", Kind.code, "Wiring of the meter", "接线方式", "wiring", "phase", options=WIRINGS),
    field("voltage_v", Kind.number, "Voltage; line voltage for three phases", "电压(三相取线电压)", "u", "voltage"),
    field("marked_current_a", Kind.number, "Marked (basic) current", "标定电流", "i", "current", "basic_current"),
    field("maximum_current_a", Kind.number, "Maximum current", "最大电流", "imax", "max_current"),
    field("ct", Kind.ratio, "Ratio of the current transformer the theft is behind", "电流互感器变比"),
)

FIELDS: tuple[Field, ...] = (
    *_EQUIPMENT,
    field("equipment", Kind.rows, "Each piece of equipment stolen for", "各窃电设备", "items", fields=_EQUIPMENT),
    field("meter", Kind.record, "The meter, where its current counts", "电能表(按电流容量法)", fields=_METER),
    *(each for each in _METER if each.name != "wiring_code"),
    field("established_kwh", Kind.number, "Stolen energy established by facts", "查实的窃电量", "stolen_kwh", "kwh"),
    field("days", Kind.number, "Days of the theft, where established", "窃电天数", "actual_days", above=True),
    field("hours_total", Kind.number, "Hours of the theft in all, where established", "窃电总小时数", above=True),
    field("admitted_days", Kind.number, "Days the customer alone admits", "用户自述天数"),
    field("customer_load_code", Kind.code, "power or lighting customer", "电力用户或照明用户", options=LOAD_KINDS),
    field(
        "theft_behaviour_code",
        Kind.code,
        "What was done",
        "窃电行为",
        "behaviour",
        options={
            "wiring_on_supply_facilities": ("在供电设施上擅自接线用电",),
            "bypassing_meter": ("绕越计量装置用电", "绕表"),
            "broken_seal": (),
            "damaged_metering": (),
            "inaccurate_metering": (),
            "other_means": (),
            "changed_ratio": (),
            "changed_nameplate": (),
            "changed_time_of_use": (),
            "illegal_card": (),
        },
    ),
    field("normal_kwh", Kind.number, "Energy of the same time in normal months", "正常月份用电量"),
    field("product_output", Kind.number, "Output of the time", "产量"),
    field("unit_kwh", Kind.number, "Energy a unit of output takes", "单位产品耗电"),
    field("submeter_kwh", Kind.number, "Sum of the sub-meters", "分表电量之和"),
    field("loss_kwh", Kind.number, "Losses between them", "损耗电量"),
    *correction.FIELDS,
    field(
        "seal_penalty",
        Kind.number,
        "Breach charge of a seal opened or equipment interfered with, as stated",
        "擅自启封(更动)的违约使用电费",
        "seal_penalty_yuan",
    ),
    field("customer_kind_code", Kind.code, "resident or other", "居民或其他", options={"resident": ("居民",), "other": ("其他",)}),
    REPLAYED,
    *penalty.FIELDS,
)


def work(inputs: Given, ground: Ground, moment: When) -> Draft:
    """Energy, its money, the breach charge and the total."""
    draft = Draft()
    claim = ground.row("theft_claim")
    base = _energy_money(inputs, ground, moment, claim, draft)
    charge = draft.steps["energy_yuan"]
    parts = [Part(charge, moment.period)]
    if inputs.rows("replayed"):
        parts = [replayed_part(inputs.rows("replayed"), moment.period, "energy_yuan", "energy_yuan")]
    draft.energy = parts
    charges = _charges(inputs, ground, claim, base, draft)
    draft.breach = [Part(each, moment.period) for each in charges]
    if len(charges) > 1:
        draft.steps["breach_yuan"] = total("breach_charge_yuan", *charges, name="breach_yuan")
    draft.keep(total("total_yuan", charge, *charges))
    return draft


def _energy_money(inputs: Given, ground: Ground, moment: When, claim: LawRow, draft: Draft) -> Step:
    """Keeps `stolen_kwh` and `energy_yuan`; returns the money before it is rounded."""
    rows = inputs.rows("replayed")
    items = _quantity(inputs, ground, moment, claim, draft)
    if items:
        stolen = total("stolen_kwh", *(kwh for kwh, _ in items), name="stolen_kwh")
        draft.keep(stolen)
    if rows:
        part = replayed_part(rows, moment.period, "energy_yuan", "energy_yuan")
        draft.keep(part.amount)
        return part.amount
    if not items:
        raise refuse(
            "no_quantity",
            "equipment",
            "nothing says how much was stolen; give kw or equipment, the meter and its current, established_kwh, "
            "metered_kwh with its fault, a comparison, or replayed",
            "无法确定窃电量; 请给出 kw 或 equipment、电能表电流、established_kwh、metered_kwh 及其故障、比对电量或 replayed",
        )
    priced = []
    for place, (kwh, price) in enumerate(items, 1):
        if price is None:
            raise refuse("missing_input", inputs.at("price"), "give the price of a kWh", "请给出电价")
        priced.append(product("item_yuan", kwh, price, name=f"item_{place}_yuan", unit="yuan"))
    exact = total("unrounded_yuan", *priced)
    draft.keep(money("energy_yuan", exact, clause=claim.citation))
    return exact


def _quantity(
    inputs: Given, ground: Ground, moment: When, claim: LawRow, draft: Draft
) -> list[tuple[Step, Node | None]]:
    """Energies and their prices, by the way that goes first of those the inputs allow."""
    price = inputs.number("price")
    leaf = None if price is None else given("price", price)
    established = _established(inputs, ground, draft)
    formula = bool(inputs.rows("equipment")) or "kw" in inputs or _meter(inputs) is not None
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
    if inputs.rows("equipment") or "kw" in inputs:
        behaviour = inputs.code("theft_behaviour_code") or "bypassing_meter"
        meter = _meter(inputs)
        by_rule = ground.row("theft_behaviour", theft_behaviour_code=behaviour).values["theft_quantity_method_code"]
        if by_rule == "rated_power" or meter is None or ground.choice("theft_bypass_quantity") == "rated_power":
            return _by_power(inputs, ground, moment, claim, leaf, draft)
    return _by_current(inputs, ground, moment, claim, leaf, draft)


def _by_power(
    inputs: Given, ground: Ground, moment: When, claim: LawRow, price: Input | None, draft: Draft
) -> list[tuple[Step, Node | None]]:
    rows = inputs.rows("equipment") or (inputs,)
    found: list[tuple[Step, Node | None]] = []
    for place, row in enumerate(rows, 1):
        power = given(
            "kw", row.need("kw", "rated power of the equipment", "设备额定功率"), name=f"kw_{place}" if len(rows) > 1 else "kw"
        )
        own = row.number("price")
        its = price if own is None else given("price", own, name=f"price_{place}" if len(rows) > 1 else "price")
        hours = _hours(inputs, row, ground, moment, claim, draft)
        name = f"item_{place}_kwh" if len(rows) > 1 else "item_kwh"
        found.append((product("item_kwh", power, *hours, name=name, unit="kwh", clause=claim.citations[-1]), its))
    return found


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
        "current_a", meter.need(column, "the meter's current this reading takes", "该口径采用的电能表电流"), name=column
    )
    volt = given("voltage_v", meter.need("voltage_v", "the meter's voltage", "电能表电压"))
    watts = product(
        "capacity_kw",
        ground.leaf(row, "phase_factor_ratio"),
        volt,
        current,
        ground.leaf(row, "assumed_power_factor_ratio"),
        name="capacity_w",
        unit="w",
    )
    inner: list[Node] = [watts, ground.conversion("w", "kw")]
    ratio = meter.ratio("ct")
    if ratio is not None:
        inner.append(correction.ratio_of(ratio, "ct"))
    capacity = product("capacity_kw", *inner, clause=row.citation)
    draft.keep(capacity)
    hours = _hours(inputs, inputs, ground, moment, claim, draft)
    return [(product("item_kwh", capacity, *hours, unit="kwh", clause=claim.citations[-1]), price)]


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
        draft.note("a power customer is assumed; give load_kind_code", "按动力用户计算; 可用 load_kind_code 指明")
    return law


def _established(inputs: Given, ground: Ground, draft: Draft) -> Step | None:
    """Energy by facts: as established, by the fault's correction factor, or by comparison."""
    stated = inputs.number("established_kwh")
    if stated is not None:
        return total("stolen_kwh", given("stolen_kwh", stated, name="established_kwh"), name="established_kwh")
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
        output = given("output_kwh", inputs.need("product_output", "", ""), name="product_output", unit="unit")
        each = given("output_kwh", inputs.need("unit_kwh", "energy of a unit", "单耗"), name="unit_kwh", unit="kwh/unit")
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


def _charges(inputs: Given, ground: Ground, claim: LawRow, base: Step, draft: Draft) -> list[Step]:
    """The breach charge of the theft, and of a seal opened on the way."""
    found = []
    factor = penalty.multiple(inputs, ground, claim, draft)
    if factor is not None:
        charge = penalty.charged(base, factor, ground, claim.citation)
        draft.keep(charge)
        found.append(charge)
    if "seal_penalty" in inputs:
        row = ground.row(
            "breach_charge",
            breach_type_code="moved_equipment",
            customer_kind_code=inputs.code("customer_kind_code") or "other",
            tariff_structure_code="single_part",
        )
        law = ground.leaf(row, "penalty_per_occurrence_yuan")
        stated = inputs.number("seal_penalty")
        if stated != law.value:
            draft.note(
                f"the sum stated for the seal, {stated}, is not the rule's, {law.value}",
                f"所给启封金额 {stated} 与规则 {law.value} 不一致, 按规则计算",
            )
        other = money("other_breach_yuan", law)
        draft.keep(other)
        found.append(other)
    return found


KIND = RemedyKind(
    "theft",
    Text(en="Theft of electricity", zh="窃电"),
    FIELDS,
    ("stolen_kwh", "back_billed_kwh", "correction_rate", "energy_yuan", "breach_charge_yuan", "total_yuan"),
    work,
)
