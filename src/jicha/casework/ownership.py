"""Which department owns a matter where, and other tables of policy as casework asks them: nearest unit first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

from jicha.casework.models import Organisation
from jicha.inspection.nearest import DEFAULT, EVERYWHERE
from jicha.inspection.policy import load_policy
from jicha.inspection.policy_table import PolicyRow, PolicyTable
from jicha.law.settings import load_settings
from jicha.lexicon.lexicon import Lexicon
from jicha.lexicon.roots import ContentRoots

OWNER = "inspection_owner"


@cache
def tables() -> dict[str, PolicyTable]:
    """The policy tables of this installation."""
    roots = ContentRoots.find()
    return dict(load_policy(roots, Lexicon.load(roots), load_settings(roots)).tables)


def nearest(table: str, key: tuple[Any, ...], organisation: Organisation, on: date) -> PolicyRow | None:
    """The row of that key the unit, or the nearest one above it, says for the day."""
    rows = list(_in_force(tables()[table].by_key().get(key, []), on))
    said = {row.org_id: row for row in rows}
    above: list[str] = []
    if set(said) - {EVERYWHERE, DEFAULT}:
        above = [
            organisation.org_id,
            *(each.org_id for each in reversed(Organisation.objects.get_ancestors(organisation))),
        ]
    return next((said[org_id] for org_id in (*above, EVERYWHERE, DEFAULT) if org_id in said), None)


def department(matter: str, organisation: Organisation, on: date) -> str | None:
    """Department that owns the matter there; None where nobody says."""
    row = nearest(OWNER, (matter,), organisation, on)
    return None if row is None else str(row.values["department_code"])


def _in_force(stated: Iterable[PolicyRow], on: date) -> Iterable[PolicyRow]:
    return (row for row in stated if row.valid_from <= on and (row.valid_to is None or on < row.valid_to))
