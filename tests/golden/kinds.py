"""A kind of example is data: which code works it out, how outside fields are called here, what answers are called.

`kinds/<kind>.yaml`, one file a kind; docs/algorithms/worked_example_format.md tells the format.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import typed

from .problem import unknown

KINDS = Path(__file__).with_name("kinds")

#: Our name for an outside field, several of them, or how it gets there.
Rule: TypeAlias = "str | list[str] | FieldRule"


class FieldRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an outside field goes. `unit` → `into`: converted on the way. `parts`: a mapping taken apart.

    `rows`: a mapping, or a list of mappings, that stays together, its own fields renamed. `spread`: a list whose
    places have names (beside `parts`: the one for lists and single values, the other for mappings). `grid`: the
    same for a list of lists. `one_of`: outside values by ours. `skip`: left out, with the reason.
    """

    to: str | list[str] | None = None
    unit: str | None = None
    into: str | None = None
    parts: dict[str, Rule] | None = None
    rows: dict[str, Rule] | None = None
    spread: list[str] | None = None
    grid: list[list[str]] | None = None
    listed: str | None = None
    one_of: dict[str, str] | None = None
    skip: Bilingual | None = None


class Assumed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value the question implies: taken where it is not given and all of `beside` are, none of `without`."""

    value: Any
    why: Bilingual
    beside: list[str] = []
    without: list[str] = []


class Stage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One piece of the product that is run: `call` (module:function, `with` its fixed arguments) or `marts`, the
    billing marts over the rows of bills/<name>.yaml.

    `needs` are the fields without which it is left out; `takes` limits what it is given (default: everything) and
    `hides` keeps back. What it gives is known to the stages after it; `gives`: also under another name.
    """

    call: str | None = None
    with_: dict[str, Any] = msgspec.field(default_factory=dict, name="with")
    marts: str | None = None
    needs: list[str] = []
    without: list[str] = []
    takes: dict[str, str] | None = None
    hides: list[str] = []
    gives: dict[str, str] = {}


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which version of the rules an outside example assumes: the first text that its `rule_assumed` holds."""

    field: str
    texts: dict[str, str]
    otherwise: str


class KindFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`groups`: an unknown outside field that holds a mapping is a case of its own, named by the field.

    `readings`: named settings of law an example may rest on where the default gives another answer.
    `hands_on`: outside fields that are not listed go to the product as they are; it refuses what it does not know.
    """

    title: Bilingual
    stages: list[Stage]
    fields: dict[str, Rule]
    answers: dict[str, str | list[str]]
    assumed: dict[str, Assumed] = {}
    groups: bool = False
    hands_on: bool = False
    rules: Rules | None = None
    readings: list[dict[str, str]] = []


@cache
def kinds() -> Mapping[str, KindFile]:
    """All kinds by name."""
    files = sorted(KINDS.glob("*.yaml"))
    return {file.stem: typed(read_text(file, file.name), KindFile, file=file.name) for file in files}


def kind_of(name: str, where: str) -> KindFile:
    found = kinds().get(name)
    if found is None:
        raise unknown("unknown_kind", where, name, kinds())
    return found
