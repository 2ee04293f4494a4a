"""Every example comes out of the product as it ought to, and its derivations hold."""

from __future__ import annotations

import pytest

from .examples import ExampleFile, derivations, examples, found_in, results_of
from .kinds import kinds
from .problem import ExampleError
from .working import House

ALL = examples()


@pytest.mark.parametrize("example", ALL, ids=lambda example: example.id)
def test_an_example_comes_out(example: ExampleFile, house: House) -> None:
    results = results_of(example, house)
    found = found_in(example, results, house)
    assert found
    assert not [f"{each.expectation.name}: {each.value}" for each in found if not each.is_met]
    assert not [fault for tree in derivations(results) for fault in tree.faults()]
    agrees = all(each.agrees_with_published for each in found)
    assert agrees == (example.verdict != "published_wrong")
    assert example.note is not None or example.verdict not in ("published_wrong", "ambiguous")


def test_every_kind_has_an_example_and_every_example_its_place() -> None:
    assert {example.kind for example in ALL} == set(kinds())
    assert len({example.id for example in ALL}) == len(ALL)


def test_a_wrong_amount_is_seen(house: House) -> None:
    """The harness can fail: an expectation a little beyond its tolerance is not met, a wrong name is an error."""
    example = next(each for each in ALL if each.id == "TH-05")
    results = results_of(example, house)
    found = found_in(example, results, house)[0]
    assert found.is_met
    beyond = type(found)(found.expectation, found.value.next_plus().quantize(found.value).scaleb(1))
    assert not beyond.is_met
    with pytest.raises(ExampleError, match="nothing worked out is called that"):
        found_in(example, {"other": found.value}, house)


def test_readings_are_settings_of_law(house: House) -> None:
    """Every reading a kind or an example names is a named setting and one of its options."""
    named = [pair for kind in kinds().values() for reading in kind.readings for pair in reading.items()]
    named.extend(pair for example in ALL for pair in example.reading.items())
    assert named
    for setting, option in named:
        assert option in house.law.setting(setting).options
