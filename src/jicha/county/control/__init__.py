"""Control inside the house: staff and rights, the operation log, logins, rosters, reading plans, exemptions."""

from __future__ import annotations

from jicha.county.control.causes import Misconduct
from jicha.county.control.log import OPERATIONS, Log
from jicha.county.control.operations import Operations
from jicha.county.control.reading_plans import (
    CHECK_CHANGES,
    EXCEPTIONS,
    EXEMPTIONS,
    PLANS,
    keep_check_changes,
    keep_exceptions,
    keep_exemptions,
    keep_plans,
)
from jicha.county.control.staffing import (
    LOGINS,
    RELATIONS,
    RIGHTS,
    ROSTER,
    STAFF,
    keep_presence,
    keep_relations,
    keep_rights,
    keep_staff,
)
from jicha.county.desk import Desk, StationRecord
from jicha.county.picking import People

TABLES = (STAFF, RELATIONS, RIGHTS, ROSTER, LOGINS, OPERATIONS, PLANS, EXCEPTIONS, EXEMPTIONS, CHECK_CHANGES)


def keep(record: StationRecord, desk: Desk) -> None:
    """Write the station's papers of people and systems for the whole period, with what went wrong in them."""
    people, log = People(record), Log(record, desk)
    misconduct = Misconduct(record, desk, log, people)
    misconduct.plant()
    keep_staff(record, desk)
    keep_relations(record, desk, people)
    keep_rights(record, desk, people, misconduct.found)
    keep_presence(record, desk, people, misconduct.found)
    Operations(record, log, people).keep()
    keep_plans(record, desk, people, misconduct.never_rotated)
    keep_exceptions(record, desk, people)
    keep_exemptions(record, desk, people)
    keep_check_changes(record, desk, people)


__all__ = ["TABLES", "keep"]
