"""Separation of duties, searched: four people, every order of steps within the budget, no way around a guard.

And the other way round: with any one guard taken away the same search finds the harm, so none of them is idle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from jicha.casework import journal, transition
from jicha.casework.charter import charter
from jicha.casework.errors import CaseworkError
from jicha.casework.guards import GUARDS
from jicha.casework.models import Order
from jicha.casework.services import reviewing
from jicha.casework.transition import Step, move
from tests.casework.play import Play
from tests.casework.search import World, search
from tests.casework.worlds import LOOP, MERGING, REQUESTS, RULES, TEAM, WORLDS

#: Steps that the search must have taken, or it proves nothing about them.
MUST_HAPPEN = {
    "loop": {"return_to_unit", "pass_city", "verify_mending", "close", "reopen"},
    "requests": {"extend", "revoke", "grant", "delegate", "end_delegation"},
    "merging": {"merge", "snooze", "pass_county"},
    "team": {"sign", "revoke", "grant"},
    "rules": {"approve", "reject", "delegate"},
}

#: Guard -> the world in which its absence does harm.
HARM: dict[str, World] = {
    "posting_in_force": TEAM,
    "posting_begun": TEAM,
    "delegation_in_force": RULES,
    "own_subtree": TEAM,
    "right_level": LOOP,
    "own_team": TEAM,
    "owning_department": TEAM,
    "named_handler": LOOP,
    "places_apart": LOOP,
    "not_own_work": LOOP,
    "enough_on_site": TEAM,
    "not_to_oneself": REQUESTS,
    "post_exists_here": TEAM,
    "team_of_the_county": TEAM,
    "posts_apart": REQUESTS,
    "not_held_apart": REQUESTS,
    "not_to_owner": RULES,
    "same_unit": RULES,
    "places_stay_apart": MERGING,
}


@pytest.fixture
def memory(schema: None) -> None:
    """The search keeps and puts back whole databases, which SQLite in memory can."""
    assert connection.vendor == "sqlite" and not connection.in_atomic_block


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_no_way_around(memory: None, world: World, record_property: Callable[[str, object], None]) -> None:
    searched = search(world)
    told = f"{world.name}: {searched.states} states, {searched.taken} steps taken, {searched.refused} refused"
    print(told)  # noqa: T201 - how much was searched is the result
    record_property("searched", told)
    assert searched.broken == ""
    assert searched.verbs >= MUST_HAPPEN[world.name]
    assert searched.refused > 0


def test_every_guard_is_on_the_list() -> None:
    assert {name for guards in GUARDS.values() for name in guards} == set(HARM)


@pytest.mark.parametrize("name", sorted(HARM))
def test_without_a_guard_the_search_finds_the_harm(
    memory: None, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = next(stage for stage, guards in GUARDS.items() if name in guards)
    monkeypatch.delitem(GUARDS[stage], name)
    assert search(HARM[name]).broken


def test_without_the_principal_a_delegate_is_a_way_around(
    memory: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = property(lambda actor: (actor.person.staff_id,) if actor.person is not None else ())
    monkeypatch.setattr(journal.Actor, "staff", own)
    assert search(RULES).broken


def test_without_the_merged_case_a_merge_is_a_way_around(
    memory: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transition, "family", lambda case: [case.pk])
    assert search(MERGING).broken


def test_whoever_may_do_anything_does_harm(memory: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worlds are no strawmen: with no posting guard at all the first search breaks."""
    monkeypatch.setitem(GUARDS, "posting", {})
    assert search(LOOP).broken


@pytest.mark.parametrize("verb", sorted(charter().machines["order"].verbs))
def test_no_step_out_of_its_status(stage: Play, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every verb from every status that is not among its own is refused, whoever tries."""
    order = stage.answered()
    machine = charter().machines["order"]
    for status in machine.statuses:
        if status in machine.verbs[verb].sources:
            continue
        real = Order.refresh_from_db

        def there(self: Any, *args: Any, _real: Any = real, _status: str = status, **named: Any) -> None:
            _real(self, *args, **named)
            if isinstance(self, Order):
                self.status = _status

        monkeypatch.setattr(Order, "refresh_from_db", there)
        for by in (*stage.jicha.people.values(), "sweep", "clock"):
            with pytest.raises(CaseworkError) as refused:
                move(order, by, Step(verb))
            assert refused.value.code == "wrong_status"
        monkeypatch.setattr(Order, "refresh_from_db", real)


def test_the_review_is_never_skipped(stage: Play) -> None:
    order = stage.checking()
    with pytest.raises(CaseworkError):
        reviewing.close(order, stage.who("archivist"))
