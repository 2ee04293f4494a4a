"""The production side: transformers, links and changes of the grid as those who run it know them."""

from __future__ import annotations

from jicha.county.desk import Desk, StationRecord
from jicha.county.production.causes import disagreements
from jicha.county.production.grid import (
    FILED_SOURCES,
    GRID_CHANGES,
    PUBLIC_TRANSFORMERS,
    SOURCES,
    keep_changes,
    keep_sources,
    keep_transformers,
)

TABLES = (PUBLIC_TRANSFORMERS, SOURCES, FILED_SOURCES, GRID_CHANGES)


def keep(record: StationRecord, desk: Desk) -> None:
    """Write what the production system knows of the station's grid, and where marketing knows it otherwise."""
    found = disagreements(record, desk)
    keep_transformers(record, desk, found)
    keep_sources(record, desk)
    keep_changes(record, desk, found)


__all__ = ["TABLES", "keep"]
