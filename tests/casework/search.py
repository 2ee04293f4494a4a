"""Breadth-first search over the services: everybody tries everything, from every state that can be reached.

A state is the whole database; it is put back by SQLite's own serialisation. Two states are the same if they differ
only in which of the interchangeable people did what. Whether anything went wrong is read from the journal alone
(`tests.casework.invariants`).
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import permutations

from django.db import connection

from jicha.casework import clock
from jicha.casework.journal import family, places
from jicha.casework.models import Delegation, Event, Lead, Order, Person, Posting, Request, RuleChange
from jicha.kernel.errors import JichaError
from tests.casework.invariants import broken
from tests.casework.play import START

#: Events of verbs that may happen only so often on one path, so that the search ends.
Budget = dict[str, int]
Action = Callable[[], None]


@dataclass(frozen=True)
class World:
    """Where a search begins, who is interchangeable, and what is tried. `budget` limits events by verb."""

    name: str
    found: Callable[[], None]
    actions: Callable[[], Iterable[Action]]
    alike: Sequence[str] = ()
    budget: Budget = field(default_factory=dict)
    depth: int = 30


@dataclass
class Searched:
    """What a search saw: states, steps that were taken and refused, and the first thing that went wrong."""

    states: int = 0
    taken: int = 0
    refused: int = 0
    verbs: set[str] = field(default_factory=set)
    broken: str = ""


def search(world: World) -> Searched:
    """All states of the world within its budget; ends at the first one in which an invariant is broken."""
    searched = Searched()
    with _apart(), clock.at(START):
        world.found()
        first, spent = _kept(), _done(world.budget)
        seen: set[Hashable] = {_key(world)}
        queue: deque[tuple[bytes, int]] = deque([(first, 0)])
        while queue:
            state, depth = queue.popleft()
            searched.states += 1
            _back(state)
            for action in list(world.actions()):
                try:
                    action()
                except JichaError:
                    searched.refused += 1
                    continue
                searched.taken += 1
                searched.broken = broken()
                if searched.broken:
                    searched.verbs |= set(Event.objects.values_list("verb", flat=True))
                    return searched
                if depth < world.depth and _within(world.budget, spent):
                    key = _key(world)
                    if key not in seen:
                        seen.add(key)
                        queue.append((_kept(), depth + 1))
                searched.verbs |= set(Event.objects.order_by("-pk").values_list("verb", flat=True)[:6])
                _back(state)
    return searched


def _within(budget: Budget, spent: Budget) -> bool:
    done = _done(budget)
    return all(done[verb] - spent[verb] <= most for verb, most in budget.items())


def _done(budget: Budget) -> Budget:
    done = list(Event.objects.filter(verb__in=budget).values_list("verb", flat=True))
    return {verb: done.count(verb) for verb in budget}


def _key(world: World) -> Hashable:
    """The state, whoever of the interchangeable people is called what."""
    facts = _facts()
    others = [name for name in facts.people if name not in world.alike]
    spelled = []
    for order in permutations(world.alike):
        names = {name: f"#{place}" for place, name in enumerate(order)} | {name: name for name in others}
        spelled.append(facts.spelled(names))
    return min(spelled)


@dataclass(frozen=True)
class _Facts:
    people: tuple[str, ...]
    things: tuple[tuple[str, ...], ...]
    owned: tuple[tuple[str, str], ...]

    def spelled(
        self, names: dict[str, str]
    ) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, str], ...]]:
        return self.things, tuple(sorted((names.get(person, person), what) for person, what in self.owned))


def _facts() -> _Facts:
    things = [("lead", lead.site, lead.status) for lead in Lead.objects.order_by("pk")]
    owned: list[tuple[str, str]] = []
    for order in Order.objects.select_related("handler").order_by("pk"):
        counts = f"{order.return_count}{order.reopen_count}{order.conclusion}{order.requests.count()}"
        things.append(("order", order.kind, order.status, counts))
        if order.handler is not None:
            owned.append((order.handler.staff_id, f"handles {order.kind}"))
        owned += [(each.staff_id, f"goes along {order.kind}") for each in order.companions.all()]
        for place, staff in places(family(order.case)).items():
            owned += [(each, f"{place} {order.kind}") for each in staff]
    for lead in Lead.objects.order_by("pk"):
        for place, staff in places([lead.case_id]).items():
            owned += [(each, f"{place} {lead.site}") for each in staff]
    # What has ended counts too: a guard that forgets to look would let it be used.
    for posting in Posting.objects.select_related("person", "organisation", "team"):
        team = posting.team.profession if posting.team is not None else ""
        held = f"{posting.post} {posting.organisation.org_id} {team} {posting.department} {posting.from_at}"
        owned.append((posting.person.staff_id, f"{held} {posting.revoked_at is None}"))
    for given in Delegation.objects.select_related("to", "posting__person"):
        for_whom = f"for {given.posting.person.staff_id} {given.posting.post} {given.ended_at is None}"
        owned.append((given.to.staff_id, for_whom))
    owned += [
        (r.asked_by.staff_id, "asks")
        for r in Request.objects.filter(is_granted=None).select_related("asked_by")
    ]
    for change in RuleChange.objects.select_related("author"):
        things.append(("rule", change.status))
        owned.append((change.author.staff_id, "author"))
    people = tuple(Person.objects.values_list("staff_id", flat=True))
    return _Facts(people, tuple(things), tuple(owned))


@contextmanager
def _apart() -> Iterator[None]:
    """The database as it was before, afterwards."""
    before = _kept()
    try:
        yield
    finally:
        _back(before)


def _kept() -> bytes:
    connection.ensure_connection()
    return zlib.compress(connection.connection.serialize(), 1)


def _back(state: bytes) -> None:
    connection.connection.deserialize(zlib.decompress(state))
