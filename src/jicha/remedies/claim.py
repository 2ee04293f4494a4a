"""Money of a remedy: months concerned, month issued, and what of it stands, is open to dispute, or may be expired.

Energy money (追补、退还电费) and breach charges (违约使用电费) are separate claims. + is owed to the utility.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jicha.kernel.derivation import Input, Node, Step
from jicha.kernel.money import FEN_PLACES, Money
from jicha.kernel.period import Month, Period
from jicha.kernel.text import Text
from jicha.law.files import Confidence
from jicha.remedies.ground import Ground
from jicha.remedies.limitation import DEFENCE, Facts, Span, expiry, is_at_risk
from jicha.remedies.steps import NONE, difference, given, largest, number, product, quotient, smallest, total
from jicha.remedies.terms import result_key

#: Readings of when limitation starts, all of them shown.
READINGS = ("found", "issued", "behaviour")


@dataclass(frozen=True, slots=True)
class Decision:
    """What a named person has to decide before the remedy is put forward."""

    code: str
    says: Text


@dataclass(frozen=True, slots=True)
class Part:
    """A sum of one stretch of behaviour under one version of the rules."""

    amount: Step
    behaviour: Period | None
    #: Months as replayed, where the caller gave them; they add up to the amount.
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What falls on one month; without a month where nobody said when it was."""

    month: Month | None
    behaviour: Period | None
    issued_on: date | None
    yuan: Money
    expires_on: date | None = None
    is_at_risk: bool = False


@dataclass
class Draft:
    """What a kind works out: steps by result name, parts of energy money and breach charge."""

    steps: dict[str, Step] = field(default_factory=dict)
    energy: list[Part] = field(default_factory=list)
    breach: list[Part] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)

    def keep(self, *steps: Step) -> None:
        """Results by the names of their steps."""
        for step in steps:
            self.steps[result_key(step.name)] = step

    def note(self, en: str, zh: str) -> None:
        text = Text(en=en, zh=zh)
        if text not in self.notes:
            self.notes.append(text)

    def decide(self, code: str, en: str, zh: str) -> None:
        if all(known.code != code for known in self.decisions):
            self.decisions.append(Decision(code, Text(en=en, zh=zh)))


@dataclass(frozen=True, slots=True)
class Claim:
    """One kind of money. supportable + disputable + at_risk = amount. Where months of a claim differ in sign, each is
    held to what is owed in it, so that a part may have another sign than the amount.

    `at_risk_by_reading` is what would be at risk by each reading of the start of limitation, None where the
    facts do not say; `is_judged` whether the chosen reading could be judged at all.
    """

    name: str
    amount: Money
    supportable: Money
    disputable: Money
    at_risk: Money
    lines: tuple[Line, ...]
    at_risk_by_reading: Mapping[str, Money | None]
    is_judged: bool
    derivation: Step

    @property
    def months(self) -> tuple[Month, ...]:
        return tuple(sorted({line.month for line in self.lines if line.month is not None}))


@dataclass(frozen=True)
class Remedy:
    """The result of a kind: `results` by name, their derivations, claims, and what it rests on."""

    kind: str
    results: Mapping[str, Decimal]
    steps: Mapping[str, Step]
    derivation: Step
    energy: Claim | None
    breach: Claim | None
    issued_month: Month | None
    notes: tuple[Text, ...]
    decisions: tuple[Decision, ...]
    settings: Mapping[str, str]
    citations: tuple[str, ...]
    confidence: Confidence

    @property
    def claims(self) -> tuple[Claim, ...]:
        return tuple(claim for claim in (self.energy, self.breach) if claim is not None)

    @property
    def months(self) -> tuple[Month, ...]:
        """Months concerned."""
        return tuple(sorted({month for claim in self.claims for month in claim.months}))


def amount_of(parts: Sequence[Part]) -> Money:
    return Money.total(Money(number(part.amount)) for part in parts)


def lines_of(parts: Sequence[Part]) -> tuple[Line, ...]:
    """Every part on its months: as replayed, or shared out by days to the fen (largest remainder)."""
    found: list[Line] = []
    for part in parts:
        if part.lines:
            found += part.lines
            continue
        amount = Money(number(part.amount))
        if part.behaviour is None or part.behaviour.is_open:
            found.append(Line(None, None, None, amount))
            continue
        months = part.behaviour.months()
        stretches = dict(zip(months, part.behaviour.split_by_months(), strict=True))
        shares = amount.split({month: stretch.days for month, stretch in stretches.items()}, months)
        # A month's bill is issued when the month has ended, at the earliest.
        found += [Line(month, stretches[month], month.last, shares[month]) for month in months]
    return tuple(found)


def settle(
    name: str,
    whole: Step,
    parts: Sequence[Part],
    others: Mapping[str, Money],
    contested: Decimal,
    facts: Facts,
    ground: Ground,
    draft: Draft,
) -> Claim:
    """The claim split. `others` are the amounts under other readings of open questions, `contested` what the
    other side disputes on the facts. What is at risk goes first; of the rest, what stands under every reading
    is supportable in its share of the whole."""
    amount = Money(number(whole))
    is_refund = amount < Money.zero()
    lines = lines_of(parts)
    by_reading = {reading: _risk(lines, facts, ground, reading) for reading in READINGS}
    chosen = ground.choice("limitation_start")
    # A month in which the utility owes is a refund, whatever the others add up to.
    spares = ground.choice("limitation_against_refunds") != "pleaded"
    judged = tuple(_judged(line, facts, ground, chosen, spares) for line in lines)
    at_risk = _at_risk(name, judged, chosen)
    rest = difference("rest_yuan", whole, at_risk, name=f"{name}_rest_yuan")
    certain = _certain(name, whole, others, contested, is_refund)
    supportable = _supportable(name, rest, certain, whole)
    disputable = difference("disputable_yuan", rest, supportable, name=f"{name}_disputable_yuan")
    derivation = total("split_yuan", supportable, disputable, at_risk, name=f"{name}_split_yuan")
    expired = [line for line in lines if _is_expired(line, facts, ground)]
    _tell(name, draft, by_reading[chosen] is not None, expired, spares)
    return Claim(
        name,
        amount,
        Money(number(supportable)),
        Money(number(disputable)),
        Money(number(at_risk)),
        judged,
        by_reading,
        by_reading[chosen] is not None,
        derivation,
    )


def _judged(line: Line, facts: Facts, ground: Ground, reading: str, spares: bool) -> Line:
    if line.behaviour is None:
        return line
    span = Span(line.behaviour, line.issued_on)
    found = expiry(span, facts, ground, reading)
    return Line(
        line.month,
        line.behaviour,
        line.issued_on,
        line.yuan,
        None if found is None else found.expires_on,
        not (spares and _is_owed_back(line)) and bool(is_at_risk(span, facts, ground, reading)),
    )


def _is_owed_back(line: Line) -> bool:
    return line.yuan < Money.zero()


def _is_expired(line: Line, facts: Facts, ground: Ground) -> bool:
    """Whether a line would be at risk by any reading."""
    if line.behaviour is None:
        return False
    span = Span(line.behaviour, line.issued_on)
    return any(bool(is_at_risk(span, facts, ground, reading)) for reading in READINGS)


def _risk(lines: Sequence[Line], facts: Facts, ground: Ground, reading: str) -> Money | None:
    """What would be at risk by a reading; None where one line cannot be judged."""
    found = Money.zero()
    for line in lines:
        if line.behaviour is None:
            return None
        judged = is_at_risk(Span(line.behaviour, line.issued_on), facts, ground, reading)
        if judged is None:
            return None
        if judged:
            found = found + line.yuan
    return found


def _at_risk(name: str, lines: Sequence[Line], reading: str) -> Step:
    leaves: list[Node] = [
        Input(
            f"at_risk_yuan[{line.month}]",
            line.yuan.yuan,
            "yuan",
            None,
            f"limitation_start={reading}",
            Text(
                en=f"{line.month}, expired on {line.expires_on}",
                zh=f"{line.month}, 时效于 {line.expires_on} 届满",
            ),
        )
        for line in lines
        if line.is_at_risk
    ]
    return total(
        "at_risk_yuan",
        *(leaves or [given("nothing_yuan", Money.zero().yuan, source="limitation")]),
        name=f"{name}_at_risk_yuan",
    )


def _certain(
    name: str, whole: Step, others: Mapping[str, Money], contested: Decimal, is_refund: bool
) -> Step:
    """The least of the claim under every reading, and without what is contested; never beyond zero."""
    leaves: list[Node] = [whole]
    leaves += [
        given("other_reading_yuan", money.yuan, name=f"other_reading_yuan[{reading}]", source="reading")
        for reading, money in others.items()
    ]
    if contested:
        stated = given("contested_yuan", contested.copy_abs() if not is_refund else -contested.copy_abs())
        leaves.append(difference("uncontested_yuan", whole, stated))
    zero = given("nothing_yuan", Money.zero().yuan, source="arithmetic")
    if is_refund:
        inner = largest("certain_yuan", *leaves, name=f"{name}_least_yuan")
        return smallest("certain_yuan", inner, zero, name=f"{name}_certain_yuan")
    inner = smallest("certain_yuan", *leaves, name=f"{name}_least_yuan")
    return largest("certain_yuan", inner, zero, name=f"{name}_certain_yuan")


def _supportable(name: str, rest: Step, certain: Step, whole: Step) -> Step:
    own = f"{name}_supportable_yuan"
    if number(whole) == NONE or number(certain) == number(whole):
        return total("supportable_yuan", rest, name=own)
    return quotient(
        "supportable_yuan",
        product("supportable_yuan", rest, certain, name=f"{name}_share", unit="yuan2"),
        whole,
        places=FEN_PLACES,
        name=own,
        unit="yuan",
    )


def _tell(name: str, draft: Draft, is_judged: bool, expired: Sequence[Line], spares: bool) -> None:
    """Limitation as people must see it: never silent. `expired` are the lines at risk by any reading."""
    if not is_judged:
        draft.note(
            f"limitation of the {name} money is not judged: give found_on and the period",
            f"{_ZH[name]}未判断诉讼时效: 请给出 found_on 与起讫日期",
        )
        return
    if spares and any(_is_owed_back(line) for line in expired):
        draft.note(
            "part of the refund is older than the period of limitation; the utility does not plead it",
            "部分应退款超过诉讼时效; 供电企业不主张时效抗辩",
        )
    if any(not (spares and _is_owed_back(line)) for line in expired):
        draft.decide(
            DEFENCE,
            "part of the money may be expired by one reading of limitation: a named person decides whether it is "
            "claimed; the debtor has to plead it",
            "按某一口径部分金额可能超过诉讼时效: 是否主张由指定人员决定; 时效须由义务人抗辩",
        )


_ZH = {"energy": "电费", "breach": "违约使用电费"}
