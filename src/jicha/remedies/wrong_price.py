"""Energy on the wrong price (高价低接) and the difference of price it costs.

The time is as established, or the rule's three months (setting `breach_unknown_period`). Sources: rules of 1996,
article 100, item 1; of 2024, article 101 (unverified).
"""

from __future__ import annotations

from decimal import Decimal

from jicha.kernel.derivation import Node, Step
from jicha.kernel.period import Period
from jicha.remedies.claim import Draft
from jicha.remedies.fields import Given
from jicha.remedies.ground import Ground
from jicha.remedies.limitation import months_on
from jicha.remedies.problem import refuse
from jicha.remedies.steps import FACTOR_PLACES, difference, given, number, product, quotient, total


def price_difference(
    kind: str,
    inputs: Given,
    ground: Ground,
    stretch: Period | None,
    whole: Period | None,
    suffix: str,
    draft: Draft,
) -> Step | None:
    """Energy on the wrong price times the difference of price, before rounding."""
    rows = inputs.rows("items") or (inputs,)
    if inputs.rows("replayed") and not inputs.rows("items") and "kwh" not in inputs:
        return None
    amounts: list[Node] = []
    energies: list[Node] = []
    for place, item in enumerate(rows, 1):
        mark = f"_{place}{suffix}" if len(rows) > 1 else suffix
        gap = _gap(inputs, item, mark)
        if number(gap) < 0:
            draft.note(
                "the price billed is the higher one: this is owed to the customer",
                "已执行电价较高, 应退还用户",
            )
        energy = _item_energy(kind, inputs, item, ground, stretch, whole, mark, draft)
        energies.append(energy)
        amounts.append(product("item_yuan", energy, gap, name=f"item{mark}_yuan", unit="yuan"))
        if isinstance(energy, Step) and len(rows) > 1:
            draft.keep(energy)
    draft.keep(total("breach_kwh", *energies, name=f"breach_kwh{suffix}"))
    _by_load(rows, energies, suffix, draft)
    return total("unrounded_yuan", *amounts, name=f"difference_yuan{suffix}")


def _by_load(rows: tuple[Given, ...], energies: list[Node], suffix: str, draft: Draft) -> None:
    """Energy of power and of lighting apart, where the items say which they are, by load or by hours."""
    for load in ("power", "lighting"):
        own = [
            energy
            for item, energy in zip(rows, energies, strict=True)
            if (item.code("load_kind_code") or item.get("guessed_load")) == load
        ]
        if own and len(rows) > 1:
            draft.keep(total(f"{load}_kwh", *own, name=f"{load}_kwh{suffix}"))


def _gap(inputs: Given, item: Given, mark: str) -> Node:
    if "price_difference" in inputs and "right_price" not in item:
        return given("price_difference", inputs.need("price_difference", "", ""))
    right = item.number("right_price") or inputs.need(
        "right_price", "the price that should have held", "应执行电价"
    )
    wrong = inputs.need("wrong_price", "the price that was billed", "已执行电价")
    return difference(
        "price_difference",
        given("right_price", right, name=f"right_price{mark}"),
        given("wrong_price", wrong),
        name=f"price_difference{mark}",
    )


def _item_energy(
    kind: str,
    inputs: Given,
    item: Given,
    ground: Ground,
    stretch: Period | None,
    whole: Period | None,
    mark: str,
    draft: Draft,
) -> Node:
    """As metered, or kW × hours a day × days."""
    stated = item.number("kwh")
    if stated is not None:
        return _part_of(given("item_kwh", stated, name=f"item{mark}_kwh"), stretch, whole, mark)
    if "monthly_kwh" in item:
        each = given("item_kwh", item.need("monthly_kwh", "", ""), name=f"monthly{mark}_kwh")
        months = _months(kind, inputs, ground)
        return product("item_kwh", each, months, name=f"item{mark}_kwh", unit="kwh")
    power = given("kw", _power(item), name=f"kw{mark}")
    return product(
        "item_kwh",
        power,
        _daily(item, inputs, ground),
        _days(kind, inputs, ground, stretch, draft),
        name=f"item{mark}_kwh",
        unit="kwh",
    )


def _months(kind: str, inputs: Given, ground: Ground) -> Node:
    """Months as established, or those the rule presumes."""
    stated = inputs.number("months")
    if stated is not None:
        return given("months", stated)
    return ground.leaf(ground.row("breach_unknown_period", breach_type_code=kind), "unknown_period_months")


def _part_of(energy: Node, stretch: Period | None, whole: Period | None, mark: str) -> Node:
    """The stretch's share of energy metered over the whole time, by days."""
    if stretch is None or whole is None or stretch == whole:
        return energy
    days = given("days", stretch.days, name=f"days{mark}")
    by_days = product("item_kwh", energy, days, name=f"kwh_by_days{mark}", unit="kwh·d")
    return quotient(
        "item_kwh",
        by_days,
        given("days", whole.days, name="days_of_all"),
        places=FACTOR_PLACES,
        name=f"item{mark}_share_kwh",
    )


def _power(item: Given) -> Decimal:
    stated = item.number("kw") or item.number("kva")
    if stated is None:
        raise refuse(
            "missing_input",
            item.at("kw"),
            "give kw, or kwh where it was metered",
            "请给出 kw, 或已计量的 kwh",
        )
    return stated


def _daily(item: Given, inputs: Given, ground: Ground) -> Node:
    stated = item.number("daily_use_hours") or inputs.number("daily_use_hours")
    load = item.code("load_kind_code") or inputs.code("load_kind_code")
    if load is not None and stated is None:
        return ground.leaf(ground.row("breach_use_hours", load_kind_code=load), "daily_use_hours")
    if stated is None:
        raise refuse(
            "missing_input",
            item.at("daily_use_hours"),
            "give hours a day, or load_kind_code",
            "请给出日用电小时或 load_kind_code",
        )
    return given("daily_use_hours", stated)


def _days(kind: str, inputs: Given, ground: Ground, stretch: Period | None, draft: Draft) -> Node:
    """Days as established; unknown, the rule's three months (setting `breach_unknown_period`)."""
    row = ground.row("breach_unknown_period", breach_type_code=kind)
    presumed = product(
        "days",
        ground.leaf(row, "unknown_period_months"),
        ground.leaf(row, "month_days"),
        name="presumed_days",
        unit="days",
    )
    stated = inputs.number("days")
    if stated is not None and stated != presumed.value:
        return given("days", stated)
    if stated is None and stretch is not None:
        return given("days", stretch.days)
    if stated is None:
        draft.note(
            "begin and end are unknown; the rule's months are presumed", "起讫时间不明, 按规则推定月数"
        )
    found = inputs.day("found_on")
    if found is not None and ground.choice("breach_unknown_period") == "calendar_months":
        months = row.values["unknown_period_months"]
        if isinstance(months, int):
            return given("days", Decimal((found - months_on(found, -months)).days), name="calendar_days")
    return presumed
