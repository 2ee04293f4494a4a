"""The files below `content/law`, as typed structures with the lines they came from.

Which kind a file is says its place: `instruments/<id>.yaml`, `settings/<name>.yaml`, `<area>/<table>.yaml` (a
table, perhaps with values) and `<area>/<folder>/<book>.yaml` (values of tables defined elsewhere).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, TypeVar

import msgspec

from jicha.kernel.errors import ContentError
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.yaml_place import Place as Place
from jicha.lexicon.yaml_place import YamlFile

#: How well a value is confirmed: read in a stored source, told by a secondary one, or not found in any.
Confidence = Literal["source-read", "secondary", "unverified"]

#: Floats are no cells: a decimal is written in quotes, so that no digit is lost.
Cell: TypeAlias = str | int | bool | None

#: `instrument#article`; a list where several clauses carry a value together, the main one first.
Citation: TypeAlias = str | list[str]

INSTRUMENTS = "instruments"
SETTINGS = "settings"

T = TypeVar("T")

#: How msgspec ends its complaint about an unquoted decimal.
_A_FLOAT = "got `float`"

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_BOOK = re.compile(r"[a-z0-9_]+")  # a book may be called 2026_01


class SourceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an instrument was read: an address, or a book by its title."""

    url: str | None = None
    title: str | None = None
    note: Bilingual | None = None


class InstrumentFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One law, rule, notice, standard or price sheet. `effective_to` is the first day it no longer holds."""

    title: Bilingual
    issuer: Bilingual
    jurisdiction_code: str
    effective_from: date
    confidence: Confidence
    confirmed_on: date
    articles: dict[str, Bilingual]
    number: str | None = None
    issued_on: date | None = None
    effective_to: date | None = None
    repealed_by: str | None = None
    sources: list[SourceFile] = []
    note: Bilingual | None = None


class RowFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row that differs from its block in clause, confidence or note."""

    row: list[Cell]
    cite: Citation | None = None
    confidence: Confidence | None = None
    note: Bilingual | None = None


class Spread(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Turns the last columns of a row into rows: each column's name is a value of `into`
    (a number where `into` is an integer column, such as the month), its cell of `value`."""

    columns: list[str]
    into: str
    value: str


class Steps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Unrolls a rule by steps. The last five cells are from, to, anchor, start, each: one row for every
    integer p from `from` to `to`, with value = start + each × (p − anchor)."""

    column: str
    value: str


class BlockFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values that began and end together and rest on the same clause."""

    valid_from: date
    cite: Citation
    confidence: Confidence
    confirmed_on: date
    rows: list[list[Cell] | RowFile]
    table: str | None = None
    valid_to: date | None = None
    note: Bilingual | None = None
    fixed: dict[str, Cell] = {}
    columns: list[str] | None = None
    spread: Spread | None = None
    steps: Steps | None = None


class TableFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table `law.<name>`: what tells its rows apart beside their span, and what they say."""

    title: Bilingual
    description: Bilingual
    key: list[str]
    values: list[str]
    blocks: list[BlockFile] = []
    form: Literal["rows", "calendar"] = "rows"


class BookFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values of one source for several tables, such as a province's prices of one month."""

    title: Bilingual
    blocks: list[BlockFile]


class SettingFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reading the sources leave open. An organisation chooses in policy; law names the choices."""

    title: Bilingual
    question: Bilingual
    cite: Citation
    confidence: Confidence
    confirmed_on: date
    default: str
    why: Bilingual
    options: dict[str, Bilingual]


@dataclass(frozen=True)
class LawFile(YamlFile):
    """One file below `content/law`; `parts` are its path below `law/` without the suffix."""

    parts: tuple[str, ...]

    def typed(self, kind: type[T]) -> T:
        """As any content file; a number written without quotes is told as what it is."""
        try:
            return super().typed(kind)
        except ContentError as error:
            if _A_FLOAT not in error.text.en:
                raise
            raise ContentError(
                "law_number",
                en='a decimal stands in quotes, "0.93": a machine number is not the printed one',
                zh='小数须加引号, 如 "0.93": 机器数与公布的数字并不相等',
                file=error.file,
                line=error.line,
            ) from error


def law_files(roots: ContentRoots) -> Iterator[LawFile]:
    """All files in the order of their paths, those of private roots last: whoever defines a thing again is blamed.
    Refuses names that are not snake_case and depths nobody reads."""
    for path in sorted(roots.files("law", "*.yaml"), key=lambda path: not path.is_relative_to(roots.public)):
        root = next(root for root in roots if path.is_relative_to(root / "law"))
        parts = path.relative_to(root / "law").with_suffix("").parts
        found = LawFile(path, roots.shown(path), parts)
        most = 2 if parts[0] in (INSTRUMENTS, SETTINGS) else 3
        named = all(_NAME.fullmatch(part) for part in parts[:2])
        if not 2 <= len(parts) <= most or not named or not all(_BOOK.fullmatch(part) for part in parts):
            raise ContentError(
                "law_place",
                en="a law file is called instruments/<id>.yaml, settings/<name>.yaml, <area>/<table>.yaml or "
                "<area>/<folder>/<book>.yaml, in small letters, digits and underscores",
                zh="法规文件须为 instruments/<id>.yaml、settings/<name>.yaml、<领域>/<表>.yaml 或 "
                "<领域>/<目录>/<册>.yaml, 名称只用小写字母、数字与下划线",
                file=found.shown,
            )
        yield found


def cited(citation: Citation) -> tuple[str, ...]:
    """The clauses of a citation, the main one first."""
    return (citation,) if isinstance(citation, str) else tuple(citation)
