"""Derivations to test with: a bill, random trees, and a way to forge the stored form."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from jicha.kernel.derivation import Input, Node, Operation, Step, compute
from jicha.kernel.money import Rounding
from jicha.kernel.text import Text

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=3)
NAMES = st.sampled_from(["峰段电量", "usage", "multiplier", "a > b", "Δ"])
NOTES = st.none() | st.builds(Text, st.just("estimated"), st.just("估算"))
LEAVES = st.builds(
    Input,
    NAMES,
    DECIMALS,
    st.just("kwh"),
    st.none() | st.just("tariff-2024#3"),
    st.none() | st.just("bills.csv:7"),
    NOTES,
)


def steps_over(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Steps that hold by construction; the unit stays kWh, so that any step can be part of a sum."""
    parts = st.lists(nodes, min_size=1, max_size=3)
    one_unit = st.sampled_from([Operation.SUM, Operation.DIFFERENCE, Operation.LARGEST, Operation.SMALLEST])
    scale = LEAVES.map(lambda leaf: replace(leaf, value=Decimal("0.937")))
    return (
        st.builds(compute, one_unit, NAMES, parts)
        | st.builds(
            lambda name, node, factor, mode, places: compute(
                Operation.PRODUCT_ROUNDED,
                name,
                [node, factor],
                unit="kwh",
                places=places,
                rounding=mode,
            ),
            NAMES,
            nodes,
            scale,
            st.sampled_from(Rounding),
            st.integers(0, 4),
        )
        | st.builds(
            lambda name, node: compute(
                Operation.CHOOSE, name, [Input("basis", node.name), node], clause="rule#1"
            ),
            NAMES,
            nodes,
        )
    )


NODES: st.SearchStrategy[Node] = st.recursive(LEAVES, steps_over, max_leaves=8)
TREES = steps_over(NODES).filter(lambda node: isinstance(node, Step))


def given_number(name: str, text: str, unit: str | None = None, clause: str | None = None) -> Input:
    return Input(name, Decimal(text), unit, clause)


def a_bill() -> Step:
    """(1234.5 - 1200.0) × 40, at the price looked up, plus what is larger of two basic charges."""
    registers = compute(
        Operation.DIFFERENCE,
        "register difference",
        [given_number("current", "1234.5", "kwh"), given_number("previous", "1200.0", "kwh")],
    )
    usage = compute(
        Operation.PRODUCT, "usage", [registers, given_number("multiplier", "40", "ratio")], unit="kwh"
    )
    price = compute(
        Operation.LOOKUP,
        "price",
        [
            Input("price code", "C1"),
            given_number("C1", "0.5432", "yuan_per_kwh", "tariff-2024#3"),
            given_number("C2", "0.6123", "yuan_per_kwh", "tariff-2024#4"),
        ],
    )
    energy = compute(
        Operation.PRODUCT_ROUNDED,
        "energy charge",
        [usage, price],
        unit="yuan",
        places=2,
        rounding=Rounding.HALF_UP,
        note=Text(en="rounded per line", zh="逐行修约"),
    )
    basic = compute(
        Operation.LARGEST,
        "basic charge",
        [given_number("by capacity", "100.00", "yuan"), given_number("by demand", "80.00", "yuan")],
    )
    return compute(Operation.SUM, "amount", [energy, basic])


def places_in(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every scalar in a JSON document."""
    if isinstance(document, dict):
        for key, part in document.items():
            yield from places_in(part, (*path, key))
    elif isinstance(document, list):
        for index, part in enumerate(document):
            yield from places_in(part, (*path, index))
    else:
        yield path


def changed(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of the document with another value at the path."""
    copied = copy.deepcopy(document)
    holder = copied
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return copied


def name_at(document: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        document = document[key]
    return document["name"]
