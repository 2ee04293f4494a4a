"""The law of this installation, and remedies assessed from plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from jicha.law.book import Law, load_law
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots
from jicha.remedies.claim import Remedy
from jicha.remedies.registry import assess

ROOTS = ContentRoots.find()
LEXICON = Lexicon.load(ROOTS)
LAW = load_law(ROOTS, LEXICON)

#: A day under the rules of 1996, and one under those of 2024.
OLD = "2010-06-15"
NEW = "2025-06-15"

Assess = Callable[..., Remedy]


def assessed(kind: str, inputs: Mapping[str, object], **settings: str) -> Remedy:
    """The remedy, every step of it checked."""
    found = assess(kind, inputs, LAW, LEXICON, settings)
    for step in found.steps.values():
        step.check()
    for claim in found.claims:
        claim.derivation.check()
    return found


@pytest.fixture(scope="session")
def law() -> Law:
    return LAW
