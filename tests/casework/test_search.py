"""Separation of duties, searched: four people, every order of steps within the budget, no way around a guard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jicha.casework.charter import charter
from jicha.casework.errors import CaseworkError
from jicha.casework.models import Order
from jicha.casework.services import reviewing
from jicha.casework.transition import Step, move
from tests.casework.play import Play
from tests.casework.search import World, search
from tests.casework.worlds import WORLDS

#: Steps that the search must have taken, or it proves nothing about them.
MUST_HAPPEN = {
    "loop": {"return_to_unit", "pass_city", "verify_mending", "close", "reopen"},
    "requests": {"extend", "revoke", "grant", "delegate", "end_delegation"},
    "merging": {"merge", "snooze", "pass_county"},
    "team": {"sign", "revoke", "grant"},
    "rules": {"approve", "reject", "delegate"},
}


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_no_way_around(memory: None, world: World, record_property: Callable[[str, object], None]) -> None:
    searched = search(world)
    told = f"{world.name}: {searched.states} states, {searched.taken} steps taken, {searched.refused} refused"
    print(told)  # noqa: T201 - how much was searched is the result
    record_property("searched", told)
    assert searched.broken == ""
    assert searched.verbs >= MUST_HAPPEN[world.name]
    assert searched.refused > 0


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
