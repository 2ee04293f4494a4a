"""Units, teams and people, from the utility's own files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from jicha.casework.charter import LEVELS, charter
from jicha.casework.errors import CaseworkError
from jicha.casework.journal import Actor, Entry, open_case, write
from jicha.casework.models import Organisation, Person, Team

SETUP = Actor(system="setup")


@transaction.atomic
def plant(units: Iterable[Mapping[str, str | None]]) -> list[Organisation]:
    """Takes in the tree: rows of `core.organisation`, in any order. Known units are moved and renamed, none is removed.

    A county gets its four profession teams. Raises `CaseworkError` for a unit that hangs under none, or too high.
    """
    rows = {str(row["org_id"]): row for row in units}
    planted: dict[str, Organisation] = {}
    for org_id in sorted(rows, key=lambda each: (LEVELS.index(str(rows[each]["org_level_code"])), each)):
        planted[org_id] = _unit(rows[org_id], planted)
    return list(planted.values())


@transaction.atomic
def register(staff_id: str, *, password: str | None = None) -> Person:
    """The account of a member of staff, made once; without a password nobody can log in with it."""
    person: Person | None = Person.objects.filter(staff_id=staff_id).first()
    if person is None:
        person = Person(staff_id=staff_id)
        person.set_password(password)
        person.save(force_insert=True)
        write(open_case(f"person:{staff_id}", "rights"), SETUP, Entry("register", "person", staff_id))
    return person


def _unit(row: Mapping[str, str | None], planted: Mapping[str, Organisation]) -> Organisation:
    org_id, level, name = str(row["org_id"]), str(row["org_level_code"]), str(row["org_name"])
    parent = planted.get(row["parent_org_id"] or "")
    if parent is None and row["parent_org_id"] is not None:
        parent = Organisation.objects.filter(org_id=row["parent_org_id"]).first()
        if parent is None:
            raise CaseworkError(
                "unit_without_parent",
                en=f"{org_id} hangs under {row['parent_org_id']}, which is no unit",
                zh=f"单位 {org_id} 的上级 {row['parent_org_id']} 不存在",
            )
    if parent is not None and LEVELS.index(parent.level) >= LEVELS.index(level):
        raise CaseworkError(
            "unit_too_high",
            en=f"{org_id} is a {level} and cannot hang under the {parent.level} {parent.org_id}",
            zh=f"单位 {org_id} 的级别不能高于或等于上级 {parent.org_id}",
        )
    found = Organisation.objects.filter(org_id=org_id).first()
    if found is None:
        fields = {"org_id": org_id, "level": level, "name": name}
        tree = Organisation.objects
        made: Organisation = tree.add_root(fields) if parent is None else tree.add_child(parent, fields)
        if level == "county":
            Team.objects.bulk_create(Team(county=made, profession=each) for each in charter().professions)
        return _again(made)
    Organisation.objects.filter(pk=found.pk).update(name=name, level=level)
    if parent is not None and Organisation.objects.get_parent(found) != parent:
        Organisation.objects.move(found, parent, pos="last-child")
    return _again(found)


def _again(unit: Organisation) -> Organisation:
    """The unit as the database has it now: its path is not known to the object that was moved."""
    fresh: Organisation = Organisation.objects.get(pk=unit.pk)
    return fresh
