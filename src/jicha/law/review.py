"""Everything the house asks of its law before it is relied on, as one list of problems with their places."""

from __future__ import annotations

from jicha.kernel.errors import ContentError
from jicha.law.book import Law
from jicha.law.checks import problems, unused
from jicha.law.readding import differences


def review(law: Law) -> list[ContentError]:
    """What contradicts itself, rests on nothing, is told for nobody, or does not add up."""
    whole = (law.instruments, law.tables, law.settings)
    return [*problems(*whole), *unused(*whole), *(each.problem for each in differences(law))]
