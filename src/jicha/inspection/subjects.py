"""Whose a subject is: the table and key that lead from a topic's row to its organisation."""

from __future__ import annotations

from collections.abc import Collection

#: Subjects that belong to an organisation themselves; every other one through its customer.
_OWN = {
    "area": ("core.area", "area_id"),
    "feeder": ("core.feeder", "feeder_id"),
    "reading_book": ("core.reading_book", "reading_book_id"),
    "organisation": ("core.organisation", "org_id"),
}


def owner(subject: str, columns: Collection[str]) -> tuple[str, str] | None:
    """The core table that holds the organisation of a row, and its key among the row's `columns`; None where
    the row names neither."""
    if subject in _OWN and _OWN[subject][1] in columns:
        return _OWN[subject]
    return ("core.customer", "customer_id") if "customer_id" in columns else None
