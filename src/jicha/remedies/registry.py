"""Remedy kinds by name: plain inputs in, a `Remedy` out.

    assess("theft", {"kw": 5, "price": "0.50", "rules": "power_supply_rules_1996"}, law, lexicon).results

A kind is a module with `KIND`. Every kind that claims money is worked out under the organisation's readings, and
once more under each other reading of the questions it touched: what stands under all of them is supportable.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from jicha.kernel.derivation import Step
from jicha.kernel.money import Money
from jicha.kernel.text import Text
from jicha.law.book import Law
from jicha.lexicon.lexicon import Lexicon
from jicha.remedies import limitation, when
from jicha.remedies.claim import Claim, Draft, Remedy, amount_of, settle
from jicha.remedies.fields import Field, Given, Kind, field, read
from jicha.remedies.ground import NATION, Ground
from jicha.remedies.limitation import Facts
from jicha.remedies.paper_words import widened
from jicha.remedies.problem import RemedyError, refuse
from jicha.remedies.steps import NONE, number, total
from jicha.remedies.when import When

Worked = Callable[[Given, Ground, When], Draft]

#: Readings that make no dispute: limitation has its own part of the split, and rounding is worth a fen.
_NO_DISPUTE = (
    "limitation_start",
    "limitation_transition",
    "limitation_against_refunds",
    "breach_penalty_rounding",
)

#: What a technical answer without law is dated by.
_ANY_DAY = date.today

MONEY_FIELDS: tuple[Field, ...] = (
    *when.FIELDS,
    *limitation.FIELDS,
    field("contested_yuan", Kind.number, "Energy money contested on the facts", "事实存在争议的电费"),
    field(
        "contested_breach_yuan", Kind.number, "Breach charge contested on the facts", "有争议的违约使用电费"
    ),
)


@dataclass(frozen=True)
class RemedyKind:
    """A kind: its own fields, the function that works it out, and the names of what may come out.

    `claims_money` kinds also take `MONEY_FIELDS` and are split. Kinds without `needs_day` answer what no version of
    the rules changes; where they ask law after all, they ask for the day then.
    """

    name: str
    title: Text
    fields: tuple[Field, ...]
    results: tuple[str, ...]
    work: Worked
    claims_money: bool = True
    needs_day: bool = True

    @property
    def all_fields(self) -> tuple[Field, ...]:
        own = {each.name for each in self.fields}
        taken = {alias for each in self.fields for alias in (each.name, *each.aliases)}
        shared = MONEY_FIELDS if self.claims_money else when.FIELDS
        rest = tuple(each for each in shared if each.name not in own and each.name not in taken)
        return widened(self.name, (*self.fields, *rest))


def kinds() -> Mapping[str, RemedyKind]:
    """All kinds by name."""
    from jicha.remedies import (
        adjustment,
        breach,
        ct_ratio,
        field_test,
        late_fee,
        liability,
        metering_error,
        multiplier,
        residential,
        theft,
        transformer_test,
        wiring,
    )

    modules = (
        theft,
        breach,
        metering_error,
        wiring,
        ct_ratio,
        multiplier,
        field_test,
        transformer_test,
        late_fee,
        residential,
        adjustment,
        liability,
    )
    return {module.KIND.name: module.KIND for module in modules}


def assess(
    kind: str,
    inputs: Mapping[str, object],
    law: Law,
    lexicon: Lexicon,
    choices: Mapping[str, str] | None = None,
) -> Remedy:
    """The remedy of a kind from plain inputs. `choices` are readings by setting, as policy resolved them.

    Raises `RemedyError` naming the field for inputs it cannot use, `JichaError` where law has no answer.
    """
    found = kinds().get(kind)
    if found is None:
        near = difflib.get_close_matches(kind, kinds(), n=3) or list(kinds())
        raise refuse(
            "unknown_remedy",
            "kind",
            f"there is no remedy {kind}; there are {', '.join(near)}",
            f"没有名为 {kind} 的处理类型; 可用 {'、'.join(near)}",
        )
    stated = read(found.all_fields, inputs)
    moment = _moment(found, stated, law)
    place = stated.code("jurisdiction") or NATION
    ground = Ground(law, lexicon, moment.day, place, dict(choices or {}))
    draft = found.work(stated, ground, moment)
    return _finished(found, stated, moment, ground, draft)


def _moment(kind: RemedyKind, stated: Given, law: Law) -> When:
    try:
        return when.when(stated, law)
    except RemedyError as error:
        if kind.needs_day or error.code != when.NO_DAY:
            raise
        return When(None, _ANY_DAY(), is_known=False)


def _finished(kind: RemedyKind, stated: Given, moment: When, ground: Ground, draft: Draft) -> Remedy:
    facts = Facts.of(stated)
    energy_others, breach_others = _others(kind, stated, moment, ground) if kind.claims_money else ({}, {})
    claims: dict[str, Claim] = {}
    for name, parts, others, contested in (
        ("energy", draft.energy, energy_others, stated.number("contested_yuan")),
        ("breach", draft.breach, breach_others, stated.number("contested_breach_yuan")),
    ):
        if not parts:
            continue
        whole = _whole(name, draft)
        claims[name] = settle(name, whole, parts, others, contested or NONE, facts, ground, draft)
    results = {name: number(step) for name, step in draft.steps.items()}
    for name, claim in claims.items():
        results[f"{name}_supportable_yuan"] = claim.supportable.yuan
        results[f"{name}_disputable_yuan"] = claim.disputable.yuan
        results[f"{name}_at_risk_yuan"] = claim.at_risk.yuan
    root = draft.steps.get("total_yuan") or next(reversed(draft.steps.values()))
    return Remedy(
        kind.name,
        results,
        dict(draft.steps),
        root,
        claims.get("energy"),
        claims.get("breach"),
        facts.issued_month,
        tuple(draft.notes),
        tuple(draft.decisions),
        {name: ground.choice(name) for name in ground.trace.settings},
        ground.citations,
        ground.confidence,
    )


def _whole(name: str, draft: Draft) -> Step:
    """The step that is all of the claim: kept by the kind, or the sum of its parts."""
    own = "energy_yuan" if name == "energy" else "breach_charge_yuan"
    parts = draft.energy if name == "energy" else draft.breach
    kept = draft.steps.get(own)
    if kept is not None and Money(number(kept)) == amount_of(parts):
        return kept
    whole = total(own, *(part.amount for part in parts), name=own if kept is None else f"{name}_claim_yuan")
    draft.keep(whole)
    return whole


def _others(
    kind: RemedyKind, stated: Given, moment: When, ground: Ground
) -> tuple[dict[str, Money], dict[str, Money]]:
    """Energy and breach money under each other reading of the questions the kind touched."""
    energy: dict[str, Money] = {}
    breach: dict[str, Money] = {}
    for setting in list(ground.trace.settings.values()):
        if setting.name in _NO_DISPUTE:
            continue
        for option in setting.options:
            if option == ground.choice(setting.name):
                continue
            try:
                other = kind.work(stated, ground.reading(setting.name, option), moment)
            except RemedyError:
                continue  # the other reading needs facts nobody gave, so nobody can claim by it
            energy[f"{setting.name}={option}"] = amount_of(other.energy)
            breach[f"{setting.name}={option}"] = amount_of(other.breach)
    return energy, breach
