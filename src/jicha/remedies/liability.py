"""What the utility owes for its faults, and who bears losses (供电责任、家电赔偿、产权分界损耗).

Outage: energy that would have been used × price × multiple. Voltage or frequency outside its limits: energy of that
time × average price × a share. Appliances: price paid less the years used of the average life. Losses of equipment
metered off the boundary of ownership are borne by its owner. Sources: rules of 1996, articles 74 and 95 to 97;
measures on damaged appliances of 1996.
"""

from __future__ import annotations

from decimal import Decimal

from jicha.kernel.derivation import Node, Step
from jicha.kernel.text import Text
from jicha.law.table import LawRow
from jicha.remedies.claim import Draft
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.registry import RemedyKind
from jicha.remedies.spelling import APPLIANCES, LIABILITIES, STRUCTURES
from jicha.remedies.steps import (
    ENERGY_PLACES,
    FACTOR_PLACES,
    difference,
    energy,
    given,
    largest,
    money,
    number,
    product,
    quotient,
    total,
)
from jicha.remedies.when import When, no_day

_APPLIANCE: tuple[Field, ...] = (
    field(
        "price_paid",
        Kind.number,
        "Price paid",
        "购置价",
        "price_paid_yuan",
        "original_price",
        "purchase_price",
        "price0",
    ),
    field(
        "appliance_class_code",
        Kind.code,
        "Class of the appliance",
        "电器类别",
        "appliance",
        "class",
        options=APPLIANCES,
    ),
    field("years_used", Kind.number, "Years used", "已使用年限", "used_years", "years"),
    field("months_used", Kind.number, "Months used", "已使用月数", "used_months"),
    field("life_years", Kind.number, "Average life, as stated", "平均使用年限(题给)", "life", above=True),
    field("repair_yuan", Kind.number, "Cost of repair, where it can be repaired", "修理费"),
)

FIELDS: tuple[Field, ...] = (
    field("cause", Kind.code, "What the utility answers for", "责任事由", options=LIABILITIES),
    field(
        "tariff_structure_code",
        Kind.code,
        "single_part or two_part",
        "单一制或两部制",
        "structure",
        options=STRUCTURES,
    ),
    field(
        "hours",
        Kind.number,
        "Hours of the outage, or outside the limits",
        "停电(不合格)小时数",
        "outage_hours",
    ),
    field("monthly_kwh", Kind.number, "Energy of a normal month", "正常月用电量", "month_kwh"),
    field("month_days", Kind.number, "Days of that month", "当月天数", above=True),
    field("daily_kwh", Kind.number, "Energy of a normal day", "正常日用电量"),
    field("hourly_kwh", Kind.number, "Energy of a normal hour", "正常小时用电量"),
    field("possible_kwh", Kind.number, "Energy that would have been used", "可能用电量"),
    field("kwh", Kind.number, "Energy used while outside the limits", "不合格时间内用电量", "energy_kwh"),
    field(
        "price",
        Kind.number,
        "Price (energy charge, or average price)",
        "电价(电度电价或平均电价)",
        "avg_price",
        "average_price",
    ),
    field("multiple", Kind.number, "Multiple, as stated", "倍数(题给)", "share", "ratio"),
    field("items", Kind.rows, "Each appliance", "各电器", "appliances", fields=_APPLIANCE),
    *_APPLIANCE,
    field("lost_kwh", Kind.number, "Losses of line and transformer", "线路与变压器损耗", "loss_kwh"),
    field("metered_kwh", Kind.number, "Metered energy", "抄见电量"),
    field(
        "loss_ratio_pct",
        Kind.number,
        "Losses as percent of the metered energy",
        "损耗率(%)",
        "loss_pct",
        "loss_rate_pct",
    ),
    field(
        "is_customers_equipment", Kind.flag, "Whether the equipment is the customer's", "设备产权是否属用户"
    ),
)


def work(inputs: Given, ground: Ground, moment: When) -> Draft:
    """Compensation, or the losses each side bears."""
    if not moment.is_known:
        raise no_day(inputs)
    draft = Draft()
    cause = inputs.code("cause") or _guessed(inputs, draft)
    if cause == "outage":
        _outage(inputs, ground, draft)
    elif cause in ("voltage", "frequency"):
        _quality(cause, inputs, ground, draft)
    elif cause == "appliance":
        _appliances(inputs, ground, draft)
    else:
        _ownership(inputs, ground, draft)
    return draft


def _guessed(inputs: Given, draft: Draft) -> str:
    if "lost_kwh" in inputs or "loss_ratio_pct" in inputs:
        found = "ownership_loss"
    elif any(name in inputs for name in ("items", "price_paid", "life_years", "years_used", "months_used")):
        found = "appliance"
    elif any(name in inputs for name in ("monthly_kwh", "possible_kwh", "daily_kwh", "hourly_kwh")):
        found = "outage"
    else:
        raise refuse(
            "missing_input",
            inputs.at("cause"),
            f"say what it is: {', '.join(LIABILITIES)}",
            f"请指明: {'、'.join(LIABILITIES)}",
        )
    draft.note(
        f"the cause was not given; {found} was taken from the inputs", f"未给出事由, 由输入判断为 {found}"
    )
    return found


def _multiple(inputs: Given, ground: Ground, row: LawRow, column: str, draft: Draft) -> Node:
    """The rule's multiple; another one stated is told."""
    law = ground.leaf(row, column)
    stated = inputs.number("multiple")
    if stated is not None and stated != law.value:
        draft.note(
            f"the multiple stated, {stated}, is not the rule's, {law.value}",
            f"所给倍数 {stated} 与规则 {law.value} 不一致, 按规则计算",
        )
    return law


def _outage(inputs: Given, ground: Ground, draft: Draft) -> None:
    structure = inputs.code("tariff_structure_code") or _structure_by_multiple(inputs, ground)
    row = ground.row("outage_compensation", tariff_structure_code=structure)
    factor = _multiple(inputs, ground, row, "compensation_multiple_ratio", draft)
    if "possible_kwh" in inputs:
        possible: Node = given("possible_kwh", inputs.need("possible_kwh", "", ""))
    elif "daily_kwh" in inputs or "hourly_kwh" in inputs:
        possible = _by_rate(inputs, ground)
        draft.keep(possible)
    else:
        month = given(
            "normal_kwh",
            inputs.need("monthly_kwh", "energy of a normal month", "正常月用电量"),
            name="monthly_kwh",
        )
        lasted = given("hours", inputs.need("hours", "hours of the outage", "停电小时数"))
        days = given("days", inputs.need("month_days", "days of that month", "当月天数"), name="month_days")
        of_month = product(
            "hours", days, ground.conversion("days", "hours"), name="hours_of_month", unit="hours"
        )
        possible = quotient(
            "possible_kwh",
            product("possible_kwh", month, lasted, name="month_by_hours", unit="kwh·h"),
            of_month,
            places=ENERGY_PLACES,
        )
        draft.keep(possible)
    draft.note(
        "due only where the contract carries a clause on operating accidents",
        "须合同订有电力运行事故责任条款",
    )
    draft.keep(money("compensation_yuan", possible, _price(inputs), factor, clause=row.citation))


def _by_rate(inputs: Given, ground: Ground) -> Step:
    """Energy of a normal day or hour over the hours of the outage."""
    lasted = given("hours", inputs.need("hours", "hours of the outage", "停电小时数"))
    if "hourly_kwh" in inputs:
        return energy(
            "possible_kwh", given("normal_kwh", inputs.need("hourly_kwh", "", ""), name="hourly_kwh"), lasted
        )
    day = given("normal_kwh", inputs.need("daily_kwh", "", ""), name="daily_kwh")
    by_hours = product("possible_kwh", day, lasted, name="month_by_hours", unit="kwh·h")
    return quotient("possible_kwh", by_hours, ground.conversion("days", "hours"), places=ENERGY_PLACES)


def _structure_by_multiple(inputs: Given, ground: Ground) -> str:
    """The one tariff structure whose multiple is the one stated; single-part otherwise."""
    rows = ground.law.table("outage_compensation").on(ground.day)
    stated = inputs.number("multiple")
    fitting = {
        str(row.values["tariff_structure_code"])
        for row in rows
        if row.values["compensation_multiple_ratio"] == stated
    }
    return fitting.pop() if len(fitting) == 1 else "single_part"


def _price(inputs: Given) -> Node:
    return given("price", inputs.need("price", "the price", "电价"))


def _quality(cause: str, inputs: Given, ground: Ground, draft: Draft) -> None:
    """Energy of the time outside the limits × average price × the rule's share."""
    row = ground.row("quality_compensation", supply_quality_code=cause)
    share = _multiple(inputs, ground, row, "compensation_multiple_ratio", draft)
    used = given("used_kwh", inputs.need("kwh", "energy used while outside the limits", "不合格时间内用电量"))
    draft.keep(money("compensation_yuan", used, _price(inputs), share, clause=row.citation))


def _appliances(inputs: Given, ground: Ground, draft: Draft) -> None:
    rows = inputs.rows("items") or (inputs,)
    found = [
        _appliance(row, place if len(rows) > 1 else 0, ground, draft) for place, row in enumerate(rows, 1)
    ]
    if len(found) > 1:
        draft.keep(*found)
    draft.keep(total("compensation_yuan", *found))


def _appliance(row: Given, place: int, ground: Ground, draft: Draft) -> Step:
    """Repair where it can be; new for old within months of buying; else price × years left ÷ years of life, and a
    last share once its life is over."""
    mark = f"_{place}" if place else ""
    name = f"item{mark}_yuan"
    if "repair_yuan" in row:
        return money(
            "item_yuan",
            given("compensation_yuan", row.need("repair_yuan", "", ""), name=f"repair{mark}_yuan"),
            name=name,
        )
    rule = ground.row("appliance_compensation")
    paid = given("price_paid_yuan", _paid(row), name=f"price_paid{mark}_yuan")
    life = _life(row, ground, draft)
    used = _years_used(row, ground)
    whole_months = ground.leaf(rule, "full_price_months")
    months = row.number("months_used")
    if months is not None and months <= number(whole_months):
        draft.note("bought within the months that count as new", "购置时间在全额赔偿期内")
        return money("item_yuan", paid, name=name, clause=rule.citation)
    least = product(
        "item_yuan", paid, ground.leaf(rule, "least_share_ratio"), name=f"least{mark}_yuan", unit="yuan"
    )
    if number(used) > number(life):
        draft.note(
            "its average life is over; the least share of the price is paid",
            "已超过平均使用年限, 按原价的最低比例赔偿",
        )
        return money("item_yuan", least, name=name, clause=rule.citation)
    left = difference("left_share", life, used, name=f"years_left{mark}")
    by_years = quotient(
        "item_yuan",
        product("item_yuan", paid, left, name=f"price_by_years{mark}", unit="yuan·yr"),
        life,
        places=FACTOR_PLACES,
        name=f"left{mark}_yuan",
        unit="yuan",
    )
    chosen = largest("item_yuan", by_years, least, name=f"due{mark}_yuan") if number(left) == 0 else by_years
    return money("item_yuan", chosen, name=name, clause=rule.citation)


def _paid(row: Given) -> Decimal:
    """The price paid, which a case of one appliance may call its price."""
    stated = row.number("price_paid")
    return row.need("price", "the price paid", "购置价") if stated is None else stated


def _life(row: Given, ground: Ground, draft: Draft) -> Node:
    code = row.code("appliance_class_code")
    stated = row.number("life_years")
    if code is None:
        return given(
            "years_of_life",
            row.need("life_years", "the appliance's class, or its life", "电器类别或使用年限"),
        )
    law = ground.leaf(ground.row("appliance_life", appliance_class_code=code), "life_years")
    if stated is not None and stated != law.value:
        draft.note(
            f"the life stated, {stated}, is not the rule's, {law.value}",
            f"所给年限 {stated} 与规则 {law.value} 不一致, 按规则计算",
        )
    return law


def _years_used(row: Given, ground: Ground) -> Node:
    which = row.only_one("years_used", "months_used")
    if which == "months_used":
        months = given("months", row.need(which, "", ""), name="months_used")
        per_year = ground.conversion("years", "months")
        return quotient("years_used", months, per_year, places=FACTOR_PLACES)
    return given("years_used", row.need("years_used", "how long it was used", "已使用年限"))


def _ownership(inputs: Given, ground: Ground, draft: Draft) -> None:
    """Losses of equipment metered off the boundary: the owner's, added to the energy charge where the rule says."""
    row = ground.row("ownership_loss", charge_code="energy")
    if "lost_kwh" in inputs:
        lost: Node = given("lost_kwh", inputs.need("lost_kwh", "", ""))
    else:
        metered = given("metered_kwh", inputs.need("metered_kwh", "the metered energy", "抄见电量"))
        rate = given(
            "error_pct",
            inputs.need("loss_ratio_pct", "lost_kwh, or losses in percent", "损耗电量或损耗率"),
            name="loss_ratio_pct",
        )
        lost = energy("lost_kwh", metered, rate, ground.conversion("pct", "ratio"), name="lost_kwh")
        draft.keep(lost)
    owner = inputs.flag("is_customers_equipment")
    if owner is None:
        raise refuse(
            "missing_input",
            inputs.at("is_customers_equipment"),
            "say whose equipment it is",
            "请指明设备产权归属",
        )
    bears = given("coefficient", int(owner), name="customer_bears")
    draft.keep(energy("owner_kwh", lost, bears, clause=row.citation))
    draft.keep(
        difference(
            "utility_kwh",
            energy("lost_kwh", lost, name="all_lost_kwh"),
            draft.steps["owner_kwh"],
            clause=row.citation,
        )
    )
    if owner and "metered_kwh" in inputs:
        metered = given("metered_kwh", inputs.need("metered_kwh", "", ""))
        draft.keep(total("correct_kwh", metered, draft.steps["owner_kwh"]))
    if owner and "price" in inputs:
        draft.keep(money("charge_yuan", draft.steps["owner_kwh"], _price(inputs), clause=row.citation))


KIND = RemedyKind(
    "liability",
    Text(en="Liability of the utility, and losses by ownership", zh="供电责任、家电赔偿与产权损耗"),
    FIELDS,
    ("possible_kwh", "compensation_yuan", "owner_kwh", "utility_kwh", "charge_yuan"),
    work,
    claims_money=False,
    needs_day=False,
)
