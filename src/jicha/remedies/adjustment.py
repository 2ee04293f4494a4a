"""Back-billing or refund of what a replay found (追补、退还): no breach, no formula, the months as replayed.

Claims and refunds are mirror images until limitation, which is never pleaded against a refund by default.
"""

from __future__ import annotations

from jicha.kernel.text import Text
from jicha.remedies.claim import Draft
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.ground import Ground
from jicha.remedies.problem import refuse
from jicha.remedies.registry import RemedyKind
from jicha.remedies.steps import given, total
from jicha.remedies.when import REPLAYED, When, replayed_part

FIELDS: tuple[Field, ...] = (
    REPLAYED,
    field("is_utility_fault", Kind.flag, "Whether the error was the utility's", "是否供电企业差错"),
)


def work(inputs: Given, _: Ground, moment: When) -> Draft:
    """The sum of the replayed months; a month that could not be replayed makes the whole partial."""
    draft = Draft()
    rows = inputs.rows("replayed")
    if not rows:
        raise refuse(
            "no_replay", inputs.at("replayed"), "give the replay of each month", "请给出各月重算结果"
        )
    part = replayed_part(rows, moment.period, "energy_yuan", "energy_yuan")
    draft.keep(part.amount)
    draft.energy = [part]
    energies = [row.number("kwh") for row in rows]
    known = [
        given("back_billed_kwh", kwh, name=f"kwh_{row.get('month')}", source="replay")
        for row, kwh in zip(rows, energies, strict=True)
        if kwh is not None
    ]
    if known and len(known) == len(rows):
        draft.keep(total("back_billed_kwh", *known))
    partial = [str(row.get("month")) for row in rows if row.flag("is_partial") is True]
    if partial:
        draft.note(
            f"partial: bills of {', '.join(partial)} could not be re-calculated; this is no total",
            f"不完整: {'、'.join(partial)} 的账单未能重算, 金额并非合计",
        )
    if inputs.flag("is_utility_fault") is True:
        draft.note(
            "the error was the utility's: no late-payment charge for the past", "供电企业差错: 不计以往违约金"
        )
    return draft


KIND = RemedyKind(
    "adjustment",
    Text(en="Back-billing or refund as replayed", zh="追补与退还(按重算结果)"),
    FIELDS,
    ("energy_yuan", "back_billed_kwh"),
    work,
)
