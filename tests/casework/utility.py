"""A small utility for the tests: a city, two counties, three stations, and people by letter."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from jicha.casework import clock
from jicha.casework.models import Organisation, Person, Posting, Team
from jicha.casework.services.granting import found, grant
from jicha.casework.services.organising import plant, register

ZONE = ZoneInfo("Asia/Shanghai")
UNITS = [
    ("P", None, "province", "省"),
    ("C", "P", "city", "市"),
    ("X", "C", "county", "甲县"),
    ("Y", "C", "county", "乙县"),
    ("X1", "X", "station", "甲一所"),
    ("X2", "X", "station", "甲二所"),
    ("Y1", "Y", "station", "乙一所"),
]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@dataclass
class Utility:
    """Units by id and people by letter; `root` grants posts."""

    units: dict[str, Organisation]
    root: Person
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, letter: str) -> Person:
        if letter not in self.people:
            self.people[letter] = register(letter)
        return self.people[letter]

    def post(self, letter: str, post: str, unit: str, team: str | None = None, **more: object) -> Posting:
        of = None if team is None else Team.objects.get(county=self.units[unit], profession=team)
        return grant(self.root, self.person(letter), post, self.units[unit], team=of, **more)  # type: ignore[arg-type]


def utility() -> Utility:
    """Founded long ago, so that posts are in force whenever a test plays."""
    with clock.at(moment("2020-01-01T00:00")):
        return _founded()


def _founded() -> Utility:
    rows = [
        {"org_id": org_id, "parent_org_id": parent, "org_level_code": level, "org_name": name}
        for org_id, parent, level, name in UNITS
    ]
    units = {unit.org_id: unit for unit in plant(rows)}
    root = register("root")
    found(root, units["P"])
    return Utility(units, root)
