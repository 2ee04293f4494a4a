"""The multiple of a breach charge: fixed by the rules of 1996, agreed by contract up to a ceiling since 2024."""

from __future__ import annotations

from decimal import Decimal

from jicha.kernel.derivation import Node, Step
from jicha.law.table import LawRow
from jicha.remedies.claim import Draft
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.steps import choose, given, money, smallest, total

FIELDS: tuple[Field, ...] = (
    field(
        "contract_multiple",
        Kind.number,
        "Multiple of the breach charge the supply contract states",
        "供用电合同约定的违约使用电费倍数",
        "penalty_multiple",
        "multiple",
        "penalty_ratio",
    ),
)

#: A decision that a person has to take.
NO_MULTIPLE = "multiple_without_contract"


def multiple(inputs: Given, ground: Ground, row: LawRow, draft: Draft) -> Node | None:
    """The multiple that holds on the ground's day; None where nothing is proposed until one is agreed."""
    law = ground.leaf(row, "penalty_multiple_ratio")
    stated = inputs.number("contract_multiple")
    if row.values["is_ceiling"] is not True:
        if stated is not None and stated != law.value:
            draft.note(
                f"the multiple stated, {stated}, is not the one the rules of the day fix, {law.value}",
                f"所给倍数 {stated} 与当时规则的固定倍数 {law.value} 不一致, 按规则计算",
            )
        return law
    if stated is None:
        draft.decide(
            NO_MULTIPLE,
            "the contract states no multiple and the law only a ceiling: a named person decides",
            "合同未约定倍数, 法规仅有上限: 由指定人员决定",
        )
        return None if ground.choice("penalty_multiple_without_contract") == "none" else law
    if isinstance(law.value, Decimal) and stated > law.value:
        draft.note(
            f"the contract's multiple, {stated}, is above the ceiling and was cut to {law.value}",
            f"合同约定倍数 {stated} 超过上限, 按 {law.value} 计算",
        )
    return smallest("penalty_multiple_ratio", given("contract_multiple", stated), law)


def charged(base: Step, factor: Node, ground: Ground, clause: str, name: str = "breach_charge_yuan") -> Step:
    """Base × multiple, the base as it is or rounded to the fen first (setting `breach_penalty_rounding`)."""
    chosen = ground.chosen("breach_penalty_rounding")
    unrounded = total("unrounded_yuan", base, name="unrounded")
    rounded = money("unrounded_yuan", base, name="rounded")
    taken = choose("penalty_base", chosen, unrounded, rounded)
    return money("breach_charge_yuan", taken, factor, name=name, clause=clause)
