"""Panels, chargers, market and government papers of a station's customers, and what shows their production."""

from __future__ import annotations

from jicha.county.desk import Desk, StationRecord
from jicha.county.market.causes import Planting
from jicha.county.market.panels import (
    CHARGERS,
    INVERTERS,
    SETTLEMENTS,
    UNITS,
    keep_chargers,
    keep_panels,
    settlements,
)
from jicha.county.market.papers import (
    BUSINESSES,
    CHOICES,
    CONTRACTS,
    DEMANDS,
    ELIGIBILITIES,
    LISTINGS,
    MOTORS,
    OUTPUTS,
    OWN_SOURCES,
    REGISTRATIONS,
    keep_documents,
    keep_market,
    keep_output,
    keep_sites,
)

TABLES = (
    UNITS,
    SETTLEMENTS,
    INVERTERS,
    CHARGERS,
    REGISTRATIONS,
    CONTRACTS,
    ELIGIBILITIES,
    LISTINGS,
    OUTPUTS,
    BUSINESSES,
    OWN_SOURCES,
    MOTORS,
    DEMANDS,
    CHOICES,
)


def keep(record: StationRecord, desk: Desk) -> None:
    """Write the station's papers of panels, chargers and the market for the whole period, with what went wrong."""
    settled = settlements(record)
    found = Planting(record, desk, settled).plant()
    keep_panels(record, desk, settled, found)
    keep_chargers(record, desk, found)
    keep_market(record, desk, found)
    keep_documents(record, desk, found)
    keep_output(record, desk)
    keep_sites(record, desk)


__all__ = ["TABLES", "keep"]
