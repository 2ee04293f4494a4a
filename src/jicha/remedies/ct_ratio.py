"""Instrument transformers of another ratio than billed (互感器变比错误): by correction factor or multipliers."""

from __future__ import annotations

from jicha.kernel.text import Text
from jicha.remedies import bands, correction, multiplier, readings, wiring
from jicha.remedies.claim import Draft
from jicha.remedies.fields import Field, Given
from jicha.remedies.ground import Ground
from jicha.remedies.registry import RemedyKind
from jicha.remedies.when import REPLAYED, When

_OWN = (*correction.fields("meter"), *bands.FIELDS, readings.STATED, REPLAYED)

FIELDS: tuple[Field, ...] = (
    *_OWN,
    *(each for each in multiplier.DIFFERENCE_FIELDS if each.name not in {own.name for own in _OWN}),
)


def work(inputs: Given, ground: Ground, moment: When) -> Draft:
    """The correction factor of each phase's ratio, or register difference × (actual − billed multiplier)."""
    if "multiplier_used" in inputs:
        draft = Draft()
        multiplier.by_difference(inputs, ground, draft, moment)
        return draft
    return wiring.work(inputs, ground, moment)


KIND = RemedyKind(
    "ct_ratio_error",
    Text(en="Instrument transformer of another ratio", zh="互感器变比(倍率)错误"),
    FIELDS,
    (*wiring.RESULTS, "multiplier_difference", "used_kwh"),
    work,
)
