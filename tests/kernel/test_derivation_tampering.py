"""A tampered derivation is found at the step that no longer holds, or by its digest."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.kernel.derivation import DerivationError, Operation, Step, compute
from jicha.kernel.errors import JichaError

from .derivations import DECIMALS, TREES, a_bill, changed, given_number, name_at, places_in


@given(TREES, st.data())
def test_any_single_change_is_refused_or_changes_the_digest(tree: Step, data: st.DataObject) -> None:
    document = tree.to_dict()
    path = data.draw(st.sampled_from(sorted(places_in(document), key=str)))
    value: Any = data.draw(
        st.sampled_from(["0.001", "2026-01-01", "sum", "half_even", "", None, 0, 3, 1.5, [], {}])
    )
    original: Any = document
    for key in path:
        original = original[key]
    if value == original and type(value) is type(original):
        return
    try:
        forged = Step.from_dict(changed(document, path, value))
    except JichaError as error:
        assert error.text.zh
        return
    assert forged.digest() != tree.digest()


@given(TREES, st.data())
def test_any_change_of_a_result_is_found_where_it_is(tree: Step, data: st.DataObject) -> None:
    document = tree.to_dict()
    results = [path for path in places_in(document) if path[-2:] == ("result", "decimal")]
    path = data.draw(st.sampled_from(results))
    node: Any = document
    names = [node["name"]]
    for key in path[:-2]:
        node = node[key]
        if isinstance(node, dict):
            names.append(node["name"])
    stated = Decimal(node["result"]["decimal"])
    change = data.draw(DECIMALS.filter(bool))
    forged = Step.from_dict(changed(document, path, format(stated + change, "f")))
    assert (tuple(names), "wrong_result") in {(fault.path, fault.code) for fault in forged.faults()}
    with pytest.raises(DerivationError):
        forged.check()


@pytest.mark.parametrize(
    ("leaf", "value", "at_fault"),
    [
        ("current", "1235.5", ("amount", "energy charge", "usage", "register difference")),
        ("multiplier", "4000", ("amount", "energy charge", "usage")),
        ("C1", "0.5433", ("amount", "energy charge", "price")),
        ("by capacity", "100.01", ("amount", "basic charge")),
    ],
)
def test_a_changed_leaf_is_found_at_the_step_it_feeds(
    leaf: str, value: str, at_fault: tuple[str, ...]
) -> None:
    document = a_bill().to_dict()
    (path,) = [
        path
        for path in places_in(document)
        if path[-1] == "decimal" and path[-2] == "value" and name_at(document, path[:-2]) == leaf
    ]
    forged = Step.from_dict(changed(document, path, value))
    assert [fault.path for fault in forged.faults()] == [at_fault]
    with pytest.raises(DerivationError) as caught:
        forged.check()
    assert " > ".join(at_fault) in caught.value.text.zh


@pytest.mark.parametrize(
    ("path", "value", "codes"),
    [
        (("inputs", 0, "rounding"), "down", ["wrong_result"]),
        (("inputs", 0, "places"), 1, ["wrong_result"]),
        (("inputs", 0, "result", "decimal"), "749.620", ["wrong_result"]),
        (("operation",), "difference", ["wrong_result"]),
        (("unit",), "kwh", ["wrong_unit"]),
        (("inputs", 0, "inputs", 1, "unit"), "yuan", ["wrong_unit"]),
        (("inputs", 0, "inputs", 1, "inputs", 0, "value", "text"), "C2", ["wrong_result"]),
        (("inputs", 0, "inputs", 1, "inputs", 0, "value", "text"), "C3", ["nothing_picked"]),
        (("inputs", 0, "inputs", 1, "inputs", 1, "clause"), None, ["uncited_lookup"]),
    ],
)
def test_changes_besides_the_numbers_are_found(path: tuple[Any, ...], value: Any, codes: list[str]) -> None:
    forged = Step.from_dict(changed(a_bill().to_dict(), path, value))
    assert [fault.code for fault in forged.faults()] == codes


def test_a_tree_forged_throughout_agrees_with_itself_but_has_another_digest() -> None:
    usage, price = given_number("usage", "100", "kwh"), given_number("price", "0.5", "yuan_per_kwh")
    honest, forged = (
        compute(Operation.PRODUCT, "amount", [replace(usage, value=Decimal(kwh)), price], unit="yuan")
        for kwh in ("100", "90")
    )
    assert honest.faults() == forged.faults() == ()
    assert honest.digest() != forged.digest()


def test_every_fault_is_counted() -> None:
    document = a_bill().to_dict()
    document = changed(document, ("result", "decimal"), "1.00")
    document = changed(document, ("inputs", 1, "result", "decimal"), "80.00")
    with pytest.raises(DerivationError, match="1 more faults") as caught:
        Step.from_dict(document).check()
    assert "另有 1 处" in caught.value.text.zh
