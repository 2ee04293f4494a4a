"""Readings of ambiguous law by organisation: law names question and answers, policy chooses, nearest wins.

The relation `policy.law_setting` covers all dates, so that a statement joins it by the organisation and the
date of the fact.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jicha.inspection.nearest import DEFAULT, OrgTree, refuse_overlaps, rows_over_time
from jicha.inspection.policy_file import ChoiceFile, ChoicesFile, refuse_odd
from jicha.kernel.text import Text
from jicha.law.settings import Setting
from jicha.lexicon.yaml_place import Place, YamlFile
from jicha.warehouse.relation import Relation

#: The table's name below `policy.`; no policy file may take it.
NAME = "law_setting"

#: What `of` of a choice begins with.
LAW = "law/"

#: A default holds before every fact. Earlier days are no dates of exports, and engines disagree about them.
SINCE_EVER = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which option an organisation takes; `place` is None for the default that law itself names."""

    setting: str
    choice: str
    org_id: str
    valid_from: date
    valid_to: date | None
    owner: str | None
    why: Text
    file: str
    place: Place | None = None

    @property
    def line(self) -> int | None:
        return None if self.place is None else self.place.line


def default_choice(setting: Setting) -> Choice:
    """What holds where nobody chose."""
    return Choice(
        setting=setting.name,
        choice=setting.default,
        org_id=DEFAULT,
        valid_from=SINCE_EVER,
        valid_to=None,
        owner=None,
        why=setting.why,
        file=setting.file,
    )


def load_choices(
    files: Iterable[tuple[YamlFile, ChoicesFile]], settings: Mapping[str, Setting]
) -> tuple[Choice, ...]:
    """All choices of the policy files. Refused with file and line: settings and options law does not name,
    two choices of one organisation on one day."""
    found: list[Choice] = []
    for file, read in files:
        for number, stated in enumerate(read.settings):
            place = Place(file, ("settings", number))
            setting = _setting(stated, settings, place)
            refuse_odd(stated, stated.of, place)
            found.append(
                Choice(
                    setting=setting.name,
                    choice=stated.choice,
                    org_id=stated.org,
                    valid_from=stated.valid_from,
                    valid_to=stated.valid_to,
                    owner=stated.owner,
                    why=stated.reason,
                    file=file.shown,
                    place=place,
                )
            )
    refuse_overlaps(found, lambda choice: choice.setting, lambda choice: f"{LAW}{choice.setting}")
    return tuple(found)


@dataclass(frozen=True)
class LawSettings:
    """`policy.law_setting`: every open question of law, and what organisations choose."""

    settings: Mapping[str, Setting]
    choices: tuple[Choice, ...]

    @property
    def relation(self) -> Relation:
        """One row per organisation, setting and span."""
        types = {"org_id": "text", "law_setting": "text", "law_choice": "text"}
        span = {"valid_from": "date", "valid_to": "date"}
        return Relation(f"policy.{NAME}", {**types, **span}, reach="organisation", dated=True)

    def stated(self, setting: Setting) -> list[Choice]:
        """All that anybody says of one question, the default behind it."""
        return [*(c for c in self.choices if c.setting == setting.name), default_choice(setting)]

    def rows(self, parents: Mapping[str, str | None]) -> list[tuple[Any, ...]]:
        """Rows in the order of the relation's columns, for these organisations and their parents; no day is
        without a choice."""
        tree = OrgTree(parents)
        found = [
            row
            for setting in self.settings.values()
            for row in rows_over_time(self.stated(setting), tree, lambda c: (c.setting, c.choice))
        ]
        return sorted(found, key=lambda row: (row[0], row[1], row[-2]))


def _setting(stated: ChoiceFile, settings: Mapping[str, Setting], place: Place) -> Setting:
    name = stated.of.removeprefix(LAW)
    setting = settings.get(name) if stated.of.startswith(LAW) else None
    if setting is None:
        near = [LAW + found for found in difflib.get_close_matches(name, settings, n=3)]
        raise place.below("of").refuse(
            "unknown_setting",
            f"law leaves no question {stated.of} open; write law/<setting>"
            + (f"; did you mean {', '.join(near)}?" if near else ""),
            f"法规中没有名为 {stated.of} 的设置项; 请写成 law/<设置项>"
            + (f"; 是否应为 {'、'.join(near)}?" if near else ""),
        )
    if stated.choice not in setting.options:
        options = [f"{name} ({text.zh})" for name, text in setting.options.items()]
        raise place.below("choice").refuse(
            "unknown_option",
            f"{stated.of} has no option {stated.choice}; law names {', '.join(setting.options)}",
            f"{stated.of} 没有选项 {stated.choice}; 法规给出的选项: {'、'.join(options)}",
        )
    return setting
