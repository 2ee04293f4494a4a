"""Nearest wins, dated: what an organisation gets where it, those above it and the whole house may have spoken.

Thresholds, readings of law and policy tables are all resolved here. A statement is somebody's word for one
thing over a half-open span of days; the word of the nearest place that speaks on a day holds on that day.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any, Generic, Protocol, TypeVar

from jicha.kernel.errors import ContentError

#: `org` of a statement that holds for the whole tree.
EVERYWHERE = "*"

#: Where a default stands: behind every organisation and behind `EVERYWHERE`.
DEFAULT = ""

#: `valid_to` of a span that has not ended, as every dated relation writes it.
OPEN_END = date(9999, 12, 31)


class Statement(Protocol):
    """Somebody's word for one thing. `valid_to` is exclusive, None while it holds. `line` is None for a
    statement no file makes."""

    @property
    def org_id(self) -> str: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def valid_to(self) -> date | None: ...
    @property
    def file(self) -> str: ...
    @property
    def line(self) -> int | None: ...


S = TypeVar("S", bound=Statement)


@dataclass(frozen=True, slots=True)
class Span(Generic[S]):
    """The days `[valid_from, valid_to)` on which one statement is the nearest; `OPEN_END` where it stays so."""

    valid_from: date
    valid_to: date
    statement: S


@dataclass(frozen=True)
class OrgTree:
    """Organisations and their parents, as the core table has them."""

    parents: Mapping[str, str | None]

    @cached_property
    def chains(self) -> dict[str, tuple[str, ...]]:
        """For every organisation itself and its ancestors, nearest first."""
        return {org_id: self._chain(org_id) for org_id in sorted(self.parents)}

    def places(self, org_id: str) -> tuple[str, ...]:
        """Who may speak for an organisation, nearest first: itself, its ancestors, all, the default."""
        return (*self.chains[org_id], EVERYWHERE, DEFAULT)

    def _chain(self, org_id: str) -> tuple[str, ...]:
        chain: list[str] = []
        current: str | None = org_id
        while current is not None:
            if current in chain:
                raise ContentError(
                    "organisation_cycle",
                    en=f"the organisation {org_id} is its own ancestor: {' -> '.join([*chain, current])}",
                    zh=f"单位 {org_id} 的上级关系成环: {' -> '.join([*chain, current])}",
                )
            chain.append(current)
            current = self.parents.get(current)
        return tuple(chain)


def holds(statement: Statement, on: date) -> bool:
    return statement.valid_from <= on and (statement.valid_to is None or on < statement.valid_to)


def nearest(statements: Iterable[S], places: Sequence[str], on: date) -> S | None:
    """The statement that holds on a day at the first of the places where any does."""
    there = {statement.org_id: statement for statement in statements if holds(statement, on)}
    return next((there[place] for place in places if place in there), None)


def spans(statements: Iterable[S], places: Sequence[str]) -> list[Span[S]]:
    """All days on which anybody at these places speaks, in order, cut where the nearest changes."""
    spoken = [statement for statement in statements if statement.org_id in places]
    cuts = {s.valid_from for s in spoken} | {s.valid_to or OPEN_END for s in spoken}
    found: list[Span[S]] = []
    for start, end in pairwise(sorted(cuts)):
        wins = nearest(spoken, places, start)
        if wins is None:
            continue
        if found and found[-1].statement is wins and found[-1].valid_to == start:
            start = found.pop().valid_from
        found.append(Span(start, end, wins))
    return found


def spans_by_organisation(statements: Sequence[S], tree: OrgTree) -> dict[str, list[Span[S]]]:
    """`spans` for every organisation. Stations under one county share theirs unless they speak themselves."""
    spoken = {statement.org_id for statement in statements}
    made: dict[tuple[str, ...], list[Span[S]]] = {}
    found: dict[str, list[Span[S]]] = {}
    for org_id in tree.chains:
        places = tuple(place for place in tree.places(org_id) if place in spoken)
        if places not in made:
            made[places] = spans(statements, places)
        found[org_id] = made[places]
    return found


def rows_over_time(
    statements: Sequence[S], tree: OrgTree, cells: Callable[[S], tuple[Any, ...]]
) -> Iterator[tuple[Any, ...]]:
    """For every organisation (org_id, cells…, valid_from, valid_to) over all days anybody speaks for, one row
    for a stretch of days with the same cells, whoever gives them."""
    for org_id, found in spans_by_organisation(statements, tree).items():
        for told, group in groupby(_joined(found, cells), key=lambda part: part[:2]):
            parts = list(group)
            yield (org_id, *told[0], parts[0][2], parts[-1][3])


def _joined(
    found: Sequence[Span[S]], cells: Callable[[S], tuple[Any, ...]]
) -> Iterator[tuple[tuple[Any, ...], int, date, date]]:
    """Cells and days of each span, and a number that grows with every gap."""
    gaps, before = 0, None
    for span in found:
        gaps += before is not None and before != span.valid_from
        before = span.valid_to
        yield cells(span.statement), gaps, span.valid_from, span.valid_to


def refuse_overlaps(
    statements: Iterable[S], thing: Callable[[S], Hashable], called: Callable[[S], str]
) -> None:
    """Refuses two statements of one organisation for one thing that hold on the same day.

    `thing` tells what a statement speaks of, `called` names it for a person.
    """
    groups: dict[Hashable, list[S]] = {}
    for statement in statements:
        groups.setdefault((thing(statement), statement.org_id), []).append(statement)
    for group in groups.values():
        for before, after in pairwise(sorted(group, key=lambda statement: statement.valid_from)):
            if before.valid_to is None or after.valid_from < before.valid_to:
                name, there = called(after), f"{before.file}:{before.line}"
                raise ContentError(
                    "policy_overlap",
                    en=f"two values of {name} for {after.org_id} hold on {after.valid_from}; the other: {there}",
                    zh=f"{name} 在单位 {after.org_id} 于 {after.valid_from} 有两个值; 另一处: {there}",
                    file=after.file,
                    line=after.line,
                )
