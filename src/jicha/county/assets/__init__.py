"""Metering assets: meters, instrument transformers, tests, seals, terminals, changes and faults of a station."""

from __future__ import annotations

from jicha.county.assets.causes import twists
from jicha.county.assets.meters import METERS, TESTS, TestBook, keep_meters
from jicha.county.assets.rehanging import rehang
from jicha.county.assets.sites import CHANGES, FAULTS, SEALS, TERMINALS, Sites
from jicha.county.assets.transformers import (
    INSTRUMENT_TRANSFORMER_STAYS,
    INSTRUMENT_TRANSFORMERS,
    POWER_TRANSFORMERS,
    TRANSFORMER_STATES,
    Sealing,
    keep_instrument_transformers,
    keep_power_transformers,
)
from jicha.county.desk import Desk, StationRecord
from jicha.county.picking import People

TABLES = (
    METERS,
    INSTRUMENT_TRANSFORMERS,
    INSTRUMENT_TRANSFORMER_STAYS,
    TESTS,
    CHANGES,
    FAULTS,
    SEALS,
    TERMINALS,
    POWER_TRANSFORMERS,
    TRANSFORMER_STATES,
)


def keep(record: StationRecord, desk: Desk) -> None:
    """Write the station's papers of devices for the whole period, with what went wrong in them."""
    found = twists(record, desk)
    tests = TestBook(record, desk)
    keep_meters(record, desk, tests, found)
    keep_instrument_transformers(record, desk, tests, found)
    # Whoever files suspensions leaves them on the record, as `dict[customer_id, list[Sealing]]`.
    keep_power_transformers(record, desk, getattr(record, "sealings", {}))
    Sites(record, desk, People(record), found).keep()


__all__ = ["TABLES", "Sealing", "keep", "rehang"]
