"""Files of policy as they are written: who says what, for whom, from when, and why.

`policy/parameters/*.yaml` holds what organisations choose: thresholds of topics (`parameters`), readings of
law (`settings`) and rows of policy tables (`tables`). `policy/<table>.yaml` defines a table and its defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypeAlias

import msgspec

from jicha.inspection.nearest import EVERYWHERE
from jicha.kernel.text import Text
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.yaml_place import Place, YamlFile
from jicha.warehouse.model import is_reason

#: Floats are no cells: a decimal is written in quotes, so that no digit is lost.
Cell: TypeAlias = str | int | bool | None


class StatementFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every value of policy says beside itself. `valid_to` is the first day it no longer holds."""

    valid_from: date
    owner: str
    why: str | Bilingual
    org: str = EVERYWHERE
    valid_to: date | None = None

    @property
    def reason(self) -> Text:
        """Why; one wording serves both languages where the author gave only one."""
        return self.why.text if isinstance(self.why, Bilingual) else Text(en=self.why, zh=self.why)


class ValueFile(StatementFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A threshold. `of` is a topic's name, or `innocence/<check>`."""

    of: str
    parameter: str
    value: int | float | str


class ChoiceFile(StatementFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reading of law. `of` is `law/<setting>`."""

    of: str
    choice: str


class BlockFile(StatementFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rows of a policy table that began and end together. `fixed` gives the columns that are the same in all
    rows; cells follow the table's key and values without them, or `columns` where it is given."""

    rows: list[list[Cell]]
    fixed: dict[str, Cell] = {}
    columns: list[str] | None = None


class TableBlockFile(BlockFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A block for a table defined elsewhere."""

    table: str


class ChoicesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`policy/parameters/<anything>.yaml`."""

    parameters: tuple[ValueFile, ...] = ()
    settings: tuple[ChoiceFile, ...] = ()
    tables: tuple[TableBlockFile, ...] = ()


class TableFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`policy/<table>.yaml`: what tells rows apart beside organisation and span, what they say, and defaults."""

    title: Bilingual
    description: Bilingual
    key: list[str]
    values: list[str]
    blocks: list[BlockFile] = []


def choice_files(roots: ContentRoots) -> Iterator[tuple[YamlFile, ChoicesFile]]:
    """All `policy/parameters/*.yaml`; a later root replaces a file of the same path."""
    for path in roots.files("policy/parameters", "*.yaml"):
        file = YamlFile(path, roots.shown(path))
        yield file, file.typed(ChoicesFile)


def refuse_odd(stated: StatementFile, name: str, place: Place) -> None:
    """Refuses days the wrong way round, which would never hold, and a value nobody owns or gives a reason for."""
    if stated.valid_to is not None and stated.valid_to <= stated.valid_from:
        raise place.refuse(
            "policy_span",
            f"{name}: valid_to {stated.valid_to} is not after valid_from {stated.valid_from}",
            f"{name}: valid_to {stated.valid_to} 不晚于 valid_from {stated.valid_from}",
        )
    if not stated.org.strip() or not stated.owner.strip():
        raise place.refuse(
            "policy_without_owner",
            f"{name}: owner and org may not be empty; leave org out for a value that holds for all",
            f"{name}: owner 与 org 不可为空; 适用于全部单位时省略 org",
        )
    reason = stated.reason
    if not is_reason(en=reason.en, zh=reason.zh):
        raise place.refuse(
            "policy_without_reason",
            f"{name} for {stated.org} needs a reason in `why`",
            f"{name} (单位 {stated.org}) 的 why 须说明理由",
        )
