"""With any one guard taken away the search finds the harm, so none of them is idle."""

from __future__ import annotations

import pytest

from jicha.casework import journal, transition
from jicha.casework.guards import GUARDS
from tests.casework.search import World, search
from tests.casework.worlds import LOOP, MERGING, REQUESTS, RULES, TEAM

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
