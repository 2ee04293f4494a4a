"""The domain's own causes: what people of service and connection did wrong, and what only looks so.

Each deed makes a paper of its own beside the ordinary ones, or bends the one that the world already has (an
opening, a contract, a cut), and answers for it."""

from __future__ import annotations

from collections.abc import Mapping

from jicha.county.desk import Desk
from jicha.county.service import (
    causes_calls,
    causes_connection,
    causes_field,
    causes_outage,
    causes_terms,
    sites,
)
from jicha.county.service.papers import Papers
from jicha.county.service.planting import Deed, Happening

#: What is true of the accounts themselves, before any paper is made of them.
FOUNDED: Mapping[str, Deed] = sites.DEEDS
#: In the order of planting: those that need what the world has come before those that need anybody.
DONE: Mapping[str, Deed] = {
    **causes_terms.DEEDS,
    **causes_connection.DEEDS,
    **causes_field.DEEDS,
    **causes_outage.DEEDS,
    **causes_calls.DEEDS,
}


def plant(papers: Papers, desk: Desk, deeds: Mapping[str, Deed], used: set[str]) -> None:
    """Everything that is wanted of these kinds at the station; `used` are customers with a happening already."""
    for kind, deed in deeds.items():
        for planned in desk.wanted(kind):
            deed(Happening(papers, desk, planned, used))
