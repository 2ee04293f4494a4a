"""Residents' corrections and the tiers (居民退补的阶梯处理), supplements and refunds alike.

Where the months can be traced, the energy goes back into them and the replay says the money. Where not, the rule
favours the resident: a supplement at the price of the first tier, a refund from the highest tier reached
downwards (`law.tier_correction`).
"""

from __future__ import annotations

from decimal import Decimal

from jicha.kernel.derivation import Node
from jicha.kernel.text import Text
from jicha.remedies.claim import Draft, Part
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.registry import RemedyKind
from jicha.remedies.steps import given, money, product, total
from jicha.remedies.when import REPLAYED, When, replayed_part

FIELDS: tuple[Field, ...] = (
    field(
        "kwh",
        Kind.number,
        "Energy to supplement (+) or refund (−)",
        "退补电量(正为补收)",
        "back_billed_kwh",
        least=None,
    ),
    field(
        "is_period_traceable", Kind.flag, "Whether the months can be traced", "能否追溯到月份", "traceable"
    ),
    REPLAYED,
    field(
        "tiers",
        Kind.rows,
        "Each tier with its price and the energy billed in it, the first tier first",
        "各档电价与已计电量, 自第一档起",
        fields=(
            field("price", Kind.number, "Price", "电价", required=True),
            field("kwh", Kind.number, "Energy billed in it", "已计电量"),
        ),
        order=("price", "kwh"),
    ),
)


def work(inputs: Given, ground: Ground, moment: When) -> Draft:
    """The energy's money by the rule of the case."""
    draft = Draft()
    rows = inputs.rows("replayed")
    traceable = inputs.flag("is_period_traceable")
    traceable = bool(rows) if traceable is None else traceable
    energy = inputs.number("kwh")
    refund = energy < 0 if energy is not None else sum(row.need("yuan", "", "") for row in rows) < 0
    row = ground.row(
        "tier_correction",
        is_period_traceable=traceable,
        correction_direction_code="refund" if refund else "supplement",
    )
    how = row.values["tier_correction_code"]
    if how == "month_of_use":
        if not rows:
            raise refuse(
                "no_replay",
                inputs.at("replayed"),
                "the months can be traced: give the replay of each month, a remedy re-calculates no bill",
                "可追溯到月份: 请给出各月重算结果, 本处不重算电费",
            )
        part = replayed_part(rows, moment.period, "energy_yuan", "energy_yuan")
        draft.keep(part.amount)
        draft.energy = [part]
        return draft
    if rows:
        raise refuse(
            "replay_without_months",
            inputs.at("replayed"),
            "the months cannot be traced; give kwh and tiers",
            "无法追溯到月份, 请给出 kwh 与 tiers",
        )
    if energy is None:
        raise refuse("missing_input", inputs.at("kwh"), "give the energy", "请给出退补电量")
    parts = _first_tier(inputs, energy) if how == "first_tier" else _highest_tier(inputs, -energy)
    charge = money("energy_yuan", total("unrounded_yuan", *parts), clause=row.citation)
    draft.keep(total("back_billed_kwh", given("back_billed_kwh", energy, name="stated_kwh")), charge)
    draft.note(
        "in the resident's favour, as the months cannot be traced", "无法追溯到月份, 按有利于居民的原则处理"
    )
    draft.energy = [Part(charge, moment.period)]
    return draft


def _tiers(inputs: Given) -> tuple[Given, ...]:
    tiers = inputs.rows("tiers")
    if not tiers:
        raise refuse("missing_input", inputs.at("tiers"), "give the tiers' prices", "请给出各档电价")
    return tiers


def _first_tier(inputs: Given, energy: Decimal) -> list[Node]:
    price = given("tier_price", _tiers(inputs)[0].need("price", "", ""), name="first_tier_price")
    return [product("item_yuan", given("tier_kwh", energy), price, unit="yuan")]


def _highest_tier(inputs: Given, energy: Decimal) -> list[Node]:
    """From the highest tier downwards; refused where more is refunded than was billed."""
    parts: list[Node] = []
    left = energy
    tiers = _tiers(inputs)
    for place in range(len(tiers), 0, -1):
        tier = tiers[place - 1]
        taken = min(left, tier.need("kwh", "the energy billed in the tier", "该档已计电量"))
        if taken > 0:
            price = given("tier_price", tier.need("price", "", ""), name=f"tier_{place}_price")
            parts.append(
                product(
                    "item_yuan",
                    given("tier_kwh", -taken, name=f"tier_{place}_kwh"),
                    price,
                    name=f"tier_{place}_yuan",
                    unit="yuan",
                )
            )
            left -= taken
    if left > 0:
        raise refuse(
            "refund_above_billed",
            inputs.at("kwh"),
            f"{left} kWh more than was billed",
            f"较已计电量多 {left} 千瓦时",
        )
    return parts


KIND = RemedyKind(
    "residential_correction",
    Text(en="Correction of a resident on tiers", zh="居民阶梯退补"),
    FIELDS,
    ("back_billed_kwh", "energy_yuan"),
    work,
)
