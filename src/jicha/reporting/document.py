"""A paper before it is text or PDF: headings, paragraphs, facts and tables, in one language, nothing computed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from jicha.kernel.text import Language

Align = Literal["left", "right"]
Weight = Literal["normal", "strong", "small"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a part of the paper."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `weight` is how loud it is said."""

    text: str
    weight: Weight = "normal"


@dataclass(frozen=True, slots=True)
class Points:
    """A list of sentences, each with a mark before it."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a label and what it says: case number, customer, result."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `share` is its part of the width beside the others."""

    title: str
    share: int
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under columns; `strong` numbers the rows that carry a result (from 0)."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.columns)]
        if wrong:
            raise ValueError(f"a row of {len(wrong[0])} cells under {len(self.columns)} columns")


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines for people to sign on."""

    labels: tuple[str, ...]


Part: TypeAlias = Heading | Paragraph | Points | Facts | Table | Signatures

_KINDS = {
    Heading: "heading",
    Paragraph: "paragraph",
    Points: "points",
    Facts: "facts",
    Table: "table",
    Signatures: "signatures",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A whole paper; `on` is the day it bears, `foot` stands at the end of each page."""

    title: str
    language: Language
    on: date
    parts: tuple[Part, ...]
    foot: str

    def plain(self) -> dict[str, Any]:
        """Lists, mappings and texts alone: what the page template reads."""
        return {
            "title": self.title,
            "language": self.language,
            "day": [self.on.year, self.on.month, self.on.day],
            "foot": self.foot,
            "parts": [_plain(part) for part in self.parts],
        }


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], strong: Iterable[int] = ()) -> Table:
    """A table from any sequences."""
    return Table(tuple(columns), tuple(tuple(row) for row in rows), frozenset(strong))


def _plain(part: Part) -> dict[str, Any]:
    said: dict[str, Any] = {"kind": _KINDS[type(part)]}
    if isinstance(part, Heading | Paragraph):
        said["text"] = part.text
    if isinstance(part, Paragraph):
        said["weight"] = part.weight
    if isinstance(part, Points):
        said["items"] = list(part.items)
    if isinstance(part, Facts):
        said["pairs"] = [list(pair) for pair in part.pairs]
    if isinstance(part, Signatures):
        said["labels"] = list(part.labels)
    if isinstance(part, Table):
        said["columns"] = [{"title": c.title, "share": c.share, "align": c.align} for c in part.columns]
        said["rows"] = [list(row) for row in part.rows]
        said["strong"] = sorted(part.strong)
    return said
