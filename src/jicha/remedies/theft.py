"""Theft of electricity (窃电): the stolen energy, its charge, and the breach charge apart from it.

Order of the ways to the energy is law's (`law.theft_quantity`): since 2024 what facts establish comes first. The
formulas: rated power × hours, or the capacity of the meter's current × the ratio × hours; a time that cannot be
established is 180 days of 12 or 6 hours (`law.theft_claim`, `law.theft_use_hours`). A theft that made the meter
record a known share is reckoned by the correction factor of its fault. Sources: rules of 1996, articles 101 to
103; of 2024, articles 103 to 105 (numbers unverified).
"""

from __future__ import annotations

from decimal import Decimal

from jicha.kernel.derivation import Step
from jicha.kernel.period import Period
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
from jicha.remedies.steps import FACTOR_PLACES, given, money, product, quotient, total
from jicha.remedies.theft_quantity import quantity
from jicha.remedies.when import REPLAYED, When, months_in, presumed_period, replayed_part, versions

_EQUIPMENT: tuple[Field, ...] = (
    field("kw", Kind.number, "Rated power", "额定功率(千瓦)", "kva", "p_kw"),
    field("watts", Kind.number, "Rated power in watt", "额定功率(瓦)", "w", "power_w"),
    field("pieces", Kind.number, "How many of them", "数量", "n", "count", "number", "qty"),
    field("load_kind_code", Kind.code, "power or lighting", "动力或照明", "load", "kind", options=LOAD_KINDS),
    field(
        "daily_use_hours",
        Kind.number,
        "Hours a day, where established",
        "日用电小时",
        "hours",
        "hours_per_day",
    ),
    PRICE,
)

_METER: tuple[Field, ...] = (
    field("wiring_code", Kind.code, "Wiring of the meter", "接线方式", "wiring", "phase", options=WIRINGS),
    field(
        "voltage_v",
        Kind.number,
        "Voltage; line voltage for three phases",
        "电压(三相取线电压)",
        "u",
        "voltage",
    ),
    field(
        "marked_current_a", Kind.number, "Marked (basic) current", "标定电流", "i", "current", "basic_current"
    ),
    field("maximum_current_a", Kind.number, "Maximum current", "最大电流", "imax", "max_current"),
    field("ct", Kind.ratio, "Ratio of the current transformer the theft is behind", "电流互感器变比"),
)

FIELDS: tuple[Field, ...] = (
    *_EQUIPMENT,
    field(
        "equipment", Kind.rows, "Each piece of equipment stolen for", "各窃电设备", "items", fields=_EQUIPMENT
    ),
    field("meter", Kind.record, "The meter, where its current counts", "电能表(按电流容量法)", fields=_METER),
    *(each for each in _METER if each.name != "wiring_code"),
    field(
        "established_kwh",
        Kind.number,
        "Stolen energy established by facts",
        "查实的窃电量",
        "stolen_kwh",
        "kwh",
    ),
    field("days", Kind.number, "Days of the theft, where established", "窃电天数", "actual_days", above=True),
    field(
        "hours_total", Kind.number, "Hours of the theft in all, where established", "窃电总小时数", above=True
    ),
    field("admitted_days", Kind.number, "Days the customer alone admits", "用户自述天数"),
    field(
        "customer_load_code",
        Kind.code,
        "power or lighting customer",
        "电力用户或照明用户",
        options=LOAD_KINDS,
    ),
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
    field(
        "customer_kind_code",
        Kind.code,
        "resident or other",
        "居民或其他",
        options={"resident": ("居民",), "other": ("其他",)},
    ),
    REPLAYED,
    *penalty.FIELDS,
)


def work(inputs: Given, ground: Ground, moment: When) -> Draft:
    """Energy, its money, the breach charge and the total."""
    draft = Draft()
    claim = ground.row("theft_claim")
    base = _energy_money(inputs, ground, moment, claim, draft)
    charge = draft.steps["energy_yuan"]
    law_days = claim.values["unknown_period_days"]
    days = inputs.number("days") or (Decimal(law_days) if isinstance(law_days, int) else None)
    behaviour = presumed_period(inputs, moment, days)
    parts = [Part(charge, behaviour)]
    if inputs.rows("replayed"):
        parts = [replayed_part(inputs.rows("replayed"), moment.period, "energy_yuan", "energy_yuan")]
    draft.energy = parts
    draft.breach = [
        Part(part.amount, part.behaviour or behaviour)
        for part in _charges(inputs, ground, moment, base, draft)
    ]
    draft.keep(total("total_yuan", charge, *(part.amount for part in draft.breach)))
    return draft


def _energy_money(inputs: Given, ground: Ground, moment: When, claim: LawRow, draft: Draft) -> Step:
    """Keeps `stolen_kwh` and `energy_yuan`; returns the money before it is rounded."""
    rows = inputs.rows("replayed")
    items = quantity(inputs, ground, moment, claim, draft)
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
            "无法确定窃电量; 请给出 kw 或 equipment、电能表电流、established_kwh、"
            "metered_kwh 及其故障、比对电量或 replayed",
        )
    priced = []
    for place, (kwh, price) in enumerate(items, 1):
        if price is None:
            raise refuse("missing_input", inputs.at("price"), "give the price of a kWh", "请给出电价")
        priced.append(product("item_yuan", kwh, price, name=f"item_{place}_yuan", unit="yuan"))
    exact = total("unrounded_yuan", *priced)
    draft.keep(money("energy_yuan", exact, clause=claim.citation))
    return exact


def _charges(inputs: Given, ground: Ground, moment: When, base: Step, draft: Draft) -> list[Part]:
    """The breach charge of the theft, each stretch under its rules, and of a seal opened on the way."""
    found: list[Part] = []
    for stretch, share, suffix in _bases(inputs, ground, moment, base):
        there = ground if stretch is None else ground.on(stretch.last)
        claim = there.row("theft_claim")
        factor = penalty.multiple(inputs, there, claim, draft)
        if factor is not None:
            name = f"breach_charge_yuan{suffix}"
            found.append(Part(penalty.charged(share, factor, there, claim.citation, name), stretch))
    charges = [part.amount for part in found]
    if charges:
        draft.keep(charges[0] if len(charges) == 1 else total("breach_charge_yuan", *charges))
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
        other = money("other_breach_yuan", law, clause=row.citation)
        draft.keep(other)
        found.append(Part(other, moment.period))
    return found


def _bases(inputs: Given, ground: Ground, moment: When, base: Step) -> list[tuple[Period | None, Step, str]]:
    """The energy money before rounding, by the stretches of the rules: by month where it was replayed, otherwise
    by days."""
    stretches = () if moment.period is None else versions(moment.period, ground, "theft_claim")
    if len(stretches) <= 1:
        return [(moment.period, base, "")]
    found: list[tuple[Period | None, Step, str]] = []
    whole = given("days", moment.period.days if moment.period else 0, name="days_of_all")
    for place, stretch in enumerate(stretches, 1):
        if inputs.rows("replayed"):
            rows = months_in(inputs.rows("replayed"), stretch)
            if rows:
                part = replayed_part(rows, stretch, "energy_yuan", f"replayed_{place}_yuan")
                found.append((stretch, part.amount, f"_{place}"))
            continue
        days = given("days", stretch.days, name=f"days_{place}")
        by_days = product("item_yuan", base, days, name=f"money_by_days_{place}", unit="yuan·d")
        share = quotient(
            "item_yuan", by_days, whole, places=FACTOR_PLACES, name=f"base_{place}_yuan", unit="yuan"
        )
        found.append((stretch, share, f"_{place}"))
    return found


KIND = RemedyKind(
    "theft",
    Text(en="Theft of electricity", zh="窃电"),
    FIELDS,
    ("stolen_kwh", "back_billed_kwh", "correction_rate", "energy_yuan", "breach_charge_yuan", "total_yuan"),
    work,
)
