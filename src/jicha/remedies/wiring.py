"""Wrong wiring and lost phases (错接线、失压): the correction factor K, the correction rate, the energy and its money.

Energy = recorded × (K − 1) over the whole time since the last verification. Sources: rules of 1996, article 81;
phasor sums of `correction`.
"""

from __future__ import annotations

from jicha.kernel.derivation import Node, Step
from jicha.kernel.text import Text
from jicha.remedies import bands, correction, readings
from jicha.remedies.claim import Draft, Part
from jicha.remedies.fields import Field, Given
from jicha.remedies.ground import Ground
from jicha.remedies.registry import RemedyKind
from jicha.remedies.steps import difference, energy, one, total
from jicha.remedies.when import REPLAYED, When, replayed_part

FIELDS: tuple[Field, ...] = (*correction.fields("meter"), *bands.FIELDS, *readings.FIELDS, REPLAYED)

RESULTS = (
    "correction_factor",
    "correction_rate",
    "correction_rate_pct",
    "back_billed_kwh",
    "correct_kwh",
    "energy_yuan",
)


def work(inputs: Given, ground: Ground, moment: When) -> Draft:
    """K, the rate, the energy where it was recorded, and its money where a price or a replay is given."""
    draft = Draft()
    factor = correction.factor(inputs, ground, draft)
    rate = difference("correction_rate", factor, one())
    draft.keep(factor, rate, correction.percent("correction_rate_pct", rate, ground))
    stated = readings.energy_of(inputs)
    if stated is None:
        return draft
    recorded = correction.signed(stated, factor, draft)
    found = energy("back_billed_kwh", recorded, rate, clause=factor.clause)
    draft.keep(found, total("correct_kwh", recorded, found))
    claim_money(draft, found, rate, inputs, recorded, moment)
    return draft


def claim_money(
    draft: Draft, found: Step, rate: Node | None, inputs: Given, recorded: Node, moment: When
) -> None:
    """Money of corrected energy, as replayed or by price; none where neither is given."""
    if inputs.rows("replayed"):
        part = replayed_part(inputs.rows("replayed"), moment.period, "energy_yuan", "energy_yuan")
        draft.keep(part.amount)
        draft.energy = [part]
        return
    charge = bands.priced(draft, found, rate, inputs, recorded)
    if charge is None:
        draft.note(
            "no price and no replay is given, so no money is claimed", "未给出电价或重算结果, 不计算金额"
        )
        return
    draft.keep(charge)
    draft.energy = [Part(charge, moment.period)]


KIND = RemedyKind(
    "wiring_correction", Text(en="Wrong wiring or lost phase", zh="错接线、失压更正"), FIELDS, RESULTS, work
)
