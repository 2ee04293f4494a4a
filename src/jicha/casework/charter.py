"""`content/casework` as the program reads it: posts, places, kinds, reasons, state machines.

All of it is checked when it is read: a right nobody has, a status nobody reaches, a place or reason list that does
not exist are errors with their file, not surprises in the middle of a case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from jicha.kernel.errors import ContentError
from jicha.lexicon.bilingual import Bilingual
from jicha.lexicon.roots import ContentRoots
from jicha.lexicon.text_file import read_text
from jicha.lexicon.yaml_file import line_of, typed

LEVELS = ("province", "city", "county", "station")
SAME, PREVIOUS = "same", "previous"

T = TypeVar("T")


class _Titled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Bilingual


class Post(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A post and the one right it carries; `levels` are those of the tree where it exists."""

    title: Bilingual
    right: str
    levels: tuple[str, ...]


class Apart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    why: Bilingual
    posts: tuple[str, str]


class _Posts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rights: dict[str, _Titled]
    posts: dict[str, Post]
    apart: tuple[Apart, ...]


class PlacesApart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"others": "from"}):
    """Who takes one of `places` in a case may take none of `others` in it, whichever comes first."""

    places: tuple[str, ...]
    others: tuple[str, ...]
    why: Bilingual


class _Separation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    places: dict[str, Bilingual]
    apart: tuple[PlacesApart, ...]
    systems: dict[str, Bilingual]


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of order; `matter` says which department's it is (`policy.inspection_owner`)."""

    title: Bilingual
    profession: str
    themes: tuple[str, ...]
    remains_with_station: bool
    persons_on_site: int
    evidence: tuple[str, ...]
    mending: str
    callback: bool
    matter: str = "inspection"
    limits: dict[str, str] = {}

    def limit_of(self, step: str) -> str:
        """The step of `policy.inspection_deadline` that limits this step of the machine."""
        return self.mending if step == "mend" else self.limits.get(step, step)


class _Kinds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    professions: dict[str, Bilingual]
    parts: dict[str, Bilingual]
    evidence: dict[str, Bilingual]
    kinds: dict[str, Kind]
    subjects: dict[str, tuple[str, ...]]


class Status(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Bilingual
    step: str | None = None
    core: str | None = None
    ends: bool = False


class Verb(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"sources": "from"}):
    """One step of a machine. Without `right` it is the systems' alone."""

    title: Bilingual
    sources: tuple[str, ...]
    to: str
    right: str | None = None
    levels: tuple[str, ...] = LEVELS
    place: str | None = None
    handler: bool = False
    reasons: str | None = None
    systems: tuple[str, ...] = ()


class Machine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    title: Bilingual
    statuses: dict[str, Status]
    verbs: dict[str, Verb]


class _Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    value: Any
    why: Bilingual


class Loop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    recheck_days: _Setting
    longest_snooze_days: _Setting
    longest_suspension_days: _Setting
    amount_tolerance: _Setting

    @property
    def tolerance(self) -> Decimal:
        return Decimal(str(self.amount_tolerance.value))


@dataclass(frozen=True)
class Charter:
    """All of `content/casework`."""

    rights: Mapping[str, _Titled]
    posts: Mapping[str, Post]
    posts_apart: tuple[Apart, ...]
    places: Mapping[str, Bilingual]
    places_apart: tuple[PlacesApart, ...]
    systems: Mapping[str, Bilingual]
    professions: Mapping[str, Bilingual]
    parts: Mapping[str, Bilingual]
    evidence: Mapping[str, Bilingual]
    kinds: Mapping[str, Kind]
    subjects: Mapping[str, tuple[str, ...]]
    reasons: Mapping[str, Mapping[str, Bilingual]]
    machines: Mapping[str, Machine]
    loop: Loop

    def kind_of_theme(self, theme: str) -> str:
        """The kind of order a topic's theme makes."""
        return next(name for name, kind in self.kinds.items() if theme in kind.themes)

    def forbidden_beside(self, place: str) -> dict[str, PlacesApart]:
        """Places that nobody who takes this one may hold in the same case, with the rule that says so."""
        found: dict[str, PlacesApart] = {}
        for rule in self.places_apart:
            if place in rule.places:
                found |= dict.fromkeys(rule.others, rule)
            if place in rule.others:
                found |= dict.fromkeys(rule.places, rule)
        return found


def load_charter(roots: ContentRoots) -> Charter:
    """Raises `ContentError` for a file that contradicts itself or another one."""
    posts = _read(roots, "posts", _Posts)
    separation = _read(roots, "separation", _Separation)
    kinds = _read(roots, "kinds", _Kinds)
    machines = {
        path.stem: _typed(roots, path, Machine) for path in roots.files("casework/machines", "*.yaml")
    }
    charter = Charter(
        rights=posts.rights,
        posts=posts.posts,
        posts_apart=posts.apart,
        places=separation.places,
        places_apart=separation.apart,
        systems=separation.systems,
        professions=kinds.professions,
        parts=kinds.parts,
        evidence=kinds.evidence,
        kinds=kinds.kinds,
        subjects=kinds.subjects,
        reasons=_read(roots, "reasons", dict[str, dict[str, Bilingual]]),
        machines=machines,
        loop=_read(roots, "loop", Loop),
    )
    for file, steps, missing in _contradictions(charter):
        path = roots.public / "casework" / f"{file}.yaml"
        raise ContentError(
            "casework_unknown",
            en=f"{'.'.join(steps)} names {missing}, which stands nowhere in content/casework",
            zh=f"{'.'.join(steps)} 中的 {missing} 未在 content/casework 中定义",
            file=roots.shown(path),
            line=1 + line_of(path.read_text(encoding="utf-8"), steps) if path.is_file() else None,
        )
    return charter


@cache
def charter() -> Charter:
    """The charter of this installation."""
    return load_charter(ContentRoots.find())


def _read(roots: ContentRoots, name: str, kind: type[T]) -> T:
    return _typed(roots, roots.public / "casework" / f"{name}.yaml", kind)


def _typed(roots: ContentRoots, path: Path, kind: type[T]) -> T:
    shown = roots.shown(path)
    return typed(read_text(path, shown), kind, file=shown)


def _contradictions(charter: Charter) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """File, keys and the word there that is not defined."""

    def unknown(
        file: str,
        steps: tuple[str, ...],
        words: tuple[str | None, ...],
        known: Mapping[str, Any] | tuple[str, ...],
    ) -> Iterator[tuple[str, tuple[str, ...], str]]:
        yield from ((file, steps, word) for word in words if word is not None and word not in known)

    for name, post in charter.posts.items():
        yield from unknown("posts", ("posts", name), (post.right,), charter.rights)
        yield from unknown("posts", ("posts", name), post.levels, LEVELS)
    for pair in charter.posts_apart:
        yield from unknown("posts", ("apart",), pair.posts, charter.posts)
    for rule in charter.places_apart:
        yield from unknown("separation", ("apart",), (*rule.places, *rule.others), charter.places)
    for name, kind in charter.kinds.items():
        yield from unknown("kinds", ("kinds", name), (kind.profession,), charter.professions)
        yield from unknown("kinds", ("kinds", name), kind.evidence, charter.evidence)
    for name, machine in charter.machines.items():
        yield from _of_machine(charter, name, machine)


def _of_machine(charter: Charter, name: str, machine: Machine) -> Iterator[tuple[str, tuple[str, ...], str]]:
    file = f"machines/{name}"
    known = (*machine.statuses, SAME, PREVIOUS)
    rights = {post.right for post in charter.posts.values()}
    for called, verb in machine.verbs.items():
        steps = ("verbs", called)
        places: tuple[tuple[tuple[str | None, ...], Any], ...] = (
            (verb.sources, machine.statuses),
            ((verb.to,), known),
            ((verb.right,), rights),
            ((verb.place,), charter.places),
            ((verb.reasons,), charter.reasons),
            (verb.levels, LEVELS),
            (verb.systems, charter.systems),
        )
        for words, defined in places:
            yield from ((file, steps, word) for word in words if word is not None and word not in defined)
        if verb.right is None and not verb.systems:
            yield file, steps, "right"
    reached = {verb.to for verb in machine.verbs.values()}
    for status in machine.statuses:
        if status not in reached:
            yield file, ("statuses", status), f"a verb to {status}"
