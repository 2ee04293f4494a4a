"""Breach of use (违约用电): what is back-billed, and the breach charge apart from it, by kind of breach.

`law.breach_charge` says for each kind, customer and tariff structure what is back-billed, what the breach charge is
reckoned by, and at what multiple or sum. A behaviour that spans a change of the rules is reckoned in parts, each
under its own version. Sources: rules of 1996, article 100; of 2024, article 101 (unverified).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from jicha.kernel.dated import Miss
from jicha.kernel.derivation import Node, Step
from jicha.kernel.period import Period, PeriodError
from jicha.kernel.text import Text
from jicha.law.table import LawRow
from jicha.remedies import penalty
from jicha.remedies.capacity_time import TIME_FIELDS, capacity_charge
from jicha.remedies.claim import Draft, Part
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.limitation import months_on
from jicha.remedies.problem import refuse
from jicha.remedies.registry import RemedyKind
from jicha.remedies.spelling import BREACHES, CUSTOMER_KINDS, LOAD_KINDS, STRUCTURES
from jicha.remedies.steps import choose, given, money, product, total
from jicha.remedies.when import REPLAYED, When, months_in, presumed_period, replayed_part, versions
from jicha.remedies.wrong_price import price_difference

_ITEM: tuple[Field, ...] = (
    field("kw", Kind.number, "Power on the wrong price", "功率(千瓦)", "kva"),
    field("daily_use_hours", Kind.number, "Hours a day", "日用电小时", "hours", "hours_per_day"),
    field("load_kind_code", Kind.code, "power or lighting", "动力或照明", "load", options=LOAD_KINDS),
    field("kwh", Kind.number, "Energy on the wrong price, where metered", "已知电量"),
    field("monthly_kwh", Kind.number, "The same a month", "每月电量"),
    field(
        "right_price",
        Kind.number,
        "Price that should have held",
        "应执行电价",
        "price",
        "high_price",
        "price_high",
        "correct_price",
    ),
)

FIELDS: tuple[Field, ...] = (
    field("breach_type_code", Kind.code, "Kind of breach", "违约类型", "breach", "type", options=BREACHES),
    field(
        "customer_kind_code", Kind.code, "resident or other", "居民或其他", "customer", options=CUSTOMER_KINDS
    ),
    field(
        "tariff_structure_code",
        Kind.code,
        "single_part or two_part",
        "单一制或两部制",
        "structure",
        options=STRUCTURES,
    ),
    # over capacity, sealed equipment, source
    field(
        "kva",
        Kind.number,
        "Capacity concerned (kW counted as kVA)",
        "涉及容量",
        "kw",
        "capacity",
        "added_kva",
    ),
    field(
        "basic_price",
        Kind.number,
        "Price of the basic charge",
        "基本电价(元/千伏安·月)",
        "basic",
        "basic_charge_price",
    ),
    field(
        "yuan_per_kilowatt",
        Kind.number,
        "Sum per kW as stated",
        "每千瓦金额(题给)",
        "per_kw",
        "per_kva",
        "unit_penalty",
    ),
    field("occurrences", Kind.number, "How many times", "次数", "times", "count"),
    field("per_occurrence_yuan", Kind.number, "Sum each time as stated", "每次金额(题给)", "per_time"),
    *TIME_FIELDS,
    # change of category
    field("items", Kind.rows, "Equipment on the wrong price", "高价低接设备", "equipment", fields=_ITEM),
    *(each for each in _ITEM if each.name != "kw"),
    field(
        "wrong_price",
        Kind.number,
        "Price that was billed",
        "已执行电价",
        "base_price",
        "low_price",
        "price_low",
    ),
    field("price_difference", Kind.number, "Difference of price", "电价差"),
    field("days", Kind.number, "Days it lasted, where established", "实际天数", above=True),
    # over quota
    field("excess_kwh", Kind.number, "Energy above the quota", "超指标电量"),
    REPLAYED,
    *penalty.FIELDS,
)


def work(inputs: Given, ground: Ground, moment: When) -> Draft:
    """Energy money (where any is back-billed), breach charge, total."""
    draft = Draft()
    kind = inputs.code("breach_type_code") or _guessed(inputs, ground, draft)
    stretches = _stretches(moment, ground)
    _refuse_times(inputs, stretches)
    energy: list[Step] = []
    charges: list[Step] = []
    presumed = presumed_period(inputs, moment, _presumed_days(kind, inputs, ground))
    for place, stretch in enumerate(stretches, 1):
        there = ground if stretch is None else ground.on(stretch.last)
        row = _row(kind, inputs, there, draft)
        if row.values["penalty_base_code"] in _ONCE and place < len(stretches):
            continue  # a sum for the deed, not for its time: due once, by the rule of its last day
        suffix = f"_{place}" if len(stretches) > 1 else ""
        back, charge = _one(kind, inputs, there, row, stretch, moment.period, suffix, draft)
        if back is not None:
            energy.append(back)
            draft.energy.append(Part(back, stretch or presumed))
        if charge is not None:
            charges.append(charge)
            draft.breach.append(Part(charge, stretch or presumed))
    if inputs.rows("replayed"):
        part = replayed_part(inputs.rows("replayed"), moment.period, "energy_yuan", "energy_yuan")
        draft.energy, energy = [part], [part.amount]
    _finish(draft, energy, charges)
    return draft


#: Bases of a breach charge that do not grow with time.
_ONCE = ("capacity", "occurrence", "energy_charge")

#: Times that cannot be shared out where the rules changed in between.
_TIMES = ("days", "months", "full_months", "first_month_days", "use_days")


def _presumed_days(kind: str, inputs: Given, ground: Ground) -> Decimal | None:
    """Days the behaviour lasted where no period is given: as stated, or as the rule presumes."""
    stated = inputs.number("days") or inputs.number("use_days")
    found, lasted = inputs.day("found_on"), inputs.number("months")
    if stated is None and found is not None and lasted is not None:
        return _days_of(lasted, found, inputs)
    row = ground.known("breach_unknown_period", breach_type_code=kind)
    if stated is not None or isinstance(row, Miss):
        return stated
    months, days = row.values["unknown_period_months"], row.values["month_days"]
    return Decimal(months * days) if isinstance(months, int) and isinstance(days, int) else None


def _days_of(months: Decimal, found: date, inputs: Given) -> Decimal:
    """Days of the months before the finding."""
    try:
        return Decimal((found - months_on(found, -int(months))).days)
    except (OverflowError, PeriodError):
        raise refuse(
            "too_many_months", inputs.at("months"), f"{months} are too many", f"{months} 个月过多"
        ) from None


def _finish(draft: Draft, energy: list[Step], charges: list[Step]) -> None:
    """The sums by their names, and the total."""
    both: list[Node] = []
    for name, steps in (("energy_yuan", energy), ("breach_charge_yuan", charges)):
        if not steps:
            continue
        whole = steps[0] if len(steps) == 1 else total(name, *steps)
        draft.keep(*(step for step in steps if len(steps) > 1))
        draft.steps[name] = whole
        both.append(whole)
    if not both:
        raise refuse(
            "nothing_to_claim",
            "breach_type_code",
            "these inputs lead to no back-billing and no breach charge",
            "所给条件下无补交也无违约使用电费",
        )
    draft.keep(total("total_yuan", *both))


def _refuse_times(inputs: Given, stretches: tuple[Period | None, ...]) -> None:
    """A time in one sum says nothing of how much of it lies under which rules."""
    for name in _TIMES:
        if len(stretches) > 1 and name in inputs:
            cut = stretches[-1].start if stretches[-1] is not None else ""
            raise refuse(
                "rules_changed_between",
                inputs.at(name),
                f"the rules changed on {cut}: leave it out, the period tells the days, or assess each side apart",
                f"规则于 {cut} 变更: 请省略该项(由起讫日期计算), 或分段处理",
            )


def _stretches(moment: When, ground: Ground) -> tuple[Period | None, ...]:
    if moment.period is None:
        return (None,)
    return versions(moment.period, ground, "breach_charge")


def _guessed(inputs: Given, ground: Ground, draft: Draft) -> str:
    """The kind by what is given, told to the reader."""
    found = None
    if "wrong_price" in inputs or "price_difference" in inputs or "items" in inputs:
        found = "change_of_category"
    elif "basic_price" in inputs:
        found = _sealed_or_added(inputs, ground)
    elif "yuan_per_kilowatt" in inputs:
        found = _by_sum(ground, "penalty_yuan_per_kilowatt", inputs.number("yuan_per_kilowatt"))
    elif "per_occurrence_yuan" in inputs:
        found = _by_sum(ground, "penalty_per_occurrence_yuan", inputs.number("per_occurrence_yuan"))
    if found is None:
        raise refuse(
            "missing_input",
            inputs.at("breach_type_code"),
            f"say which breach it is: {', '.join(BREACHES)}",
            f"请指明违约类型: {'、'.join(BREACHES)}",
        )
    draft.note(
        f"the kind of breach was not given; {found} was taken from the other inputs",
        f"未给出违约类型, 由其余输入判断为 {found}",
    )
    return found


def _by_sum(ground: Ground, column: str, stated: Decimal | None) -> str | None:
    """The one kind of breach the rules of the day set this sum for."""
    rows = ground.law.table("breach_charge").on(ground.day)
    fitting = {str(row.values["breach_type_code"]) for row in rows if row.values[column] == stated}
    return fitting.pop() if len(fitting) == 1 else None


def _sealed_or_added(inputs: Given, ground: Ground) -> str:
    """Time counted from a sealing day, or the multiple stated, tells sealed equipment from added capacity."""
    if any(name in inputs for name in ("sealed_on", "first_month_days")):
        return "sealed_equipment"
    rows = ground.law.table("breach_charge").on(
        ground.day, tariff_structure_code="two_part", back_billing_basis_code="capacity_charge"
    )
    stated = inputs.number("contract_multiple")
    fitting = [row for row in rows if row.values["penalty_multiple_ratio"] == stated]
    return str(fitting[0].values["breach_type_code"]) if len(fitting) == 1 else "over_capacity"


def _row(kind: str, inputs: Given, ground: Ground, draft: Draft) -> LawRow:
    """The rule for this breach, customer and tariff structure."""
    customer = inputs.code("customer_kind_code") or _customer_by_sum(kind, inputs, ground)
    structure = inputs.code("tariff_structure_code")
    if structure is None:
        structure = "two_part" if "basic_price" in inputs else "single_part"
    if customer == "resident" and structure == "two_part":
        draft.note(
            "a resident has no two-part tariff; taken as single-part", "居民无两部制电价, 按单一制处理"
        )
        structure = "single_part"
    return ground.row(
        "breach_charge", breach_type_code=kind, customer_kind_code=customer, tariff_structure_code=structure
    )


def _customer_by_sum(kind: str, inputs: Given, ground: Ground) -> str:
    """A resident where the sum stated is that of residents; otherwise any other customer."""
    stated = inputs.number("per_occurrence_yuan")
    rows = ground.law.table("breach_charge").on(
        ground.day, breach_type_code=kind, customer_kind_code="resident"
    )
    sums = {row.values["penalty_per_occurrence_yuan"] for row in rows} - {None}
    return "resident" if stated is not None and stated in sums else "other"


def _one(
    kind: str,
    inputs: Given,
    ground: Ground,
    row: LawRow,
    stretch: Period | None,
    whole: Period | None,
    suffix: str,
    draft: Draft,
) -> tuple[Step | None, Step | None]:
    """Money of one stretch of the behaviour: back-billed, and breach charge."""
    basis = row.values["back_billing_basis_code"]
    exact: Step | None = None
    if basis == "price_difference":
        exact = price_difference(kind, inputs, ground, stretch, whole, suffix, draft)
    elif basis == "capacity_charge":
        exact = capacity_charge(kind, inputs, ground, row, stretch, suffix, draft)
    back = None
    if exact is not None:
        back = money("energy_yuan", exact, name=f"energy_yuan{suffix}", clause=row.citation)
    if inputs.rows("replayed"):
        rows = months_in(inputs.rows("replayed"), stretch)
        exact = replayed_part(rows, stretch, "energy_yuan", f"replayed{suffix}_yuan").amount if rows else None
    return back, _charge(inputs, ground, row, exact, suffix, draft)


def _charge(
    inputs: Given, ground: Ground, row: LawRow, exact: Step | None, suffix: str, draft: Draft
) -> Step | None:
    """The breach charge by its base; None where no multiple is agreed and none is proposed."""
    base, name = row.values["penalty_base_code"], f"breach_charge_yuan{suffix}"
    if base in ("price_difference", "back_billed_charge", "added_capacity_charge"):
        if exact is None:
            return None
        factor = penalty.multiple(inputs, ground, row, draft)
        if factor is None:
            return None
        if base == "added_capacity_charge":
            exact = _added_base(inputs, ground, exact)
        return penalty.charged(exact, factor, ground, row.citation, name)
    if base == "energy_charge":
        return _over_quota(inputs, ground, row, name, draft)
    if base == "capacity":
        return _per_kilowatt(inputs, ground, row, name, draft)
    sum_of = ground.leaf(row, "penalty_per_occurrence_yuan")
    _compare(inputs, "per_occurrence_yuan", sum_of.value, draft)
    return money("breach_charge_yuan", sum_of, _times(inputs), name=name, clause=row.citation)


def _added_base(inputs: Given, ground: Ground, exact: Step) -> Step:
    """All that is back-billed, or one month of it (setting `breach_capacity_penalty_base`)."""
    chosen = ground.chosen("breach_capacity_penalty_base")
    one_month = product(
        "one_month",
        given("kva", inputs.need("kva", "the added capacity", "私增容量")),
        given("basic_price", inputs.need("basic_price", "the price", "基本电价")),
        unit="yuan",
    )
    whole = total("unrounded_yuan", exact, name="back_billed_amount")
    return choose("penalty_base", chosen, whole, one_month, name="charge_base")


def _per_kilowatt(inputs: Given, ground: Ground, row: LawRow, name: str, draft: Draft) -> Step:
    law = ground.leaf(row, "penalty_yuan_per_kilowatt")
    _compare(inputs, "yuan_per_kilowatt", law.value, draft)
    size = given("kva", inputs.need("kva", "the capacity concerned", "涉及容量"))
    factors: list[Node] = [law, size, ground.leaf(row, "kw_per_kva_ratio")]
    if row.values["is_per_occurrence"] is True:
        factors.append(_times(inputs))
    return money("breach_charge_yuan", *factors, name=name, clause=row.citation)


def _over_quota(inputs: Given, ground: Ground, row: LawRow, name: str, draft: Draft) -> Step:
    """A sum per kW of excess and occurrence, and a multiple of the energy charge of the excess (until 2024)."""
    parts: list[Node] = []
    if "kva" in inputs:
        parts.append(_per_kilowatt(inputs, ground, row, "item_yuan", draft))
    if "excess_kwh" in inputs:
        energy = given("item_kwh", inputs.need("excess_kwh", "", ""), name="excess_kwh")
        price = given("price", inputs.need("right_price", "the price of the excess", "电价"))
        factor = penalty.multiple(inputs, ground, row, draft)
        parts.append(money("item_yuan", energy, price, *([factor] if factor else []), name="excess_yuan"))
    if not parts:
        raise refuse(
            "missing_input", inputs.at("excess_kwh"), "give excess_kwh or kva", "请给出 excess_kwh 或 kva"
        )
    return total("breach_charge_yuan", *parts, name=name, clause=row.citation)


def _times(inputs: Given) -> Node:
    return given("occurrences", inputs.number("occurrences") or Decimal(1))


def _compare(inputs: Given, name: str, law: object, draft: Draft) -> None:
    stated = inputs.number(name)
    if stated is not None and stated != law:
        draft.note(
            f"the sum stated, {stated}, is not the rule's, {law}",
            f"所给金额 {stated} 与规则 {law} 不一致, 按规则计算",
        )


KIND = RemedyKind(
    "breach",
    Text(en="Breach of use", zh="违约用电"),
    FIELDS,
    ("breach_kwh", "power_kwh", "lighting_kwh", "energy_yuan", "breach_charge_yuan", "total_yuan"),
    work,
)
