"""Steps of a remedy's derivation: every node bears the name of a term, and its unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from jicha.kernel.derivation import Input, Node, Operation, Step, compute
from jicha.kernel.money import EXACT, FEN_PLACES, Rounding
from jicha.kernel.text import Text
from jicha.remedies.terms import TERMS, node_name

#: How money and energy are brought to their last place: the usage of the trade.
ROUNDING = Rounding.HALF_UP

#: Places of factors, and of what they are made of, which must not decide the factor's own last place.
FACTOR_PLACES = 12
INNER_PLACES = 24

#: Places of energy where it has to be rounded at all.
ENERGY_PLACES = 4

#: Places of a percentage people read.
PERCENT_PLACES = 4

ONE = Decimal(1)
NONE = Decimal(0)


def given(
    term: str,
    value: Decimal | int | str | date,
    *,
    name: str | None = None,
    unit: str | None = None,
    source: str = "input",
    clause: str | None = None,
    note: Text | None = None,
) -> Input:
    """A leaf the caller gave."""
    known = TERMS[term]
    exact = Decimal(value) if isinstance(value, int) else value
    return Input(node_name(name or term), exact, unit or known, clause, source, note)


def one(unit: str | None = "ratio") -> Input:
    """The number one, as a leaf."""
    return Input("one", ONE, unit, None, "arithmetic")


def _made(
    operation: Operation,
    term: str,
    inputs: Sequence[Node],
    *,
    name: str | None,
    unit: str | None,
    clause: str | None,
    places: int | None = None,
    note: Text | None = None,
) -> Step:
    known = TERMS[term]
    wanted = None if operation.keeps_unit or operation.picks else (unit or known)
    return compute(
        operation,
        node_name(name or term),
        inputs,
        unit=wanted,
        clause=clause,
        places=places,
        rounding=ROUNDING if places is not None else None,
        note=note,
    )


def product(
    term: str,
    *inputs: Node,
    name: str | None = None,
    unit: str | None = None,
    clause: str | None = None,
    note: Text | None = None,
) -> Step:
    """Exact."""
    return _made(Operation.PRODUCT, term, inputs, name=name, unit=unit, clause=clause, note=note)


def money(term: str, *inputs: Node, name: str | None = None, clause: str | None = None) -> Step:
    """A product rounded once to the fen."""
    return _made(
        Operation.PRODUCT_ROUNDED, term, inputs, name=name, unit="yuan", clause=clause, places=FEN_PLACES
    )


def unrounded(*inputs: Node, name: str, clause: str | None = None) -> Step:
    """Yuan before the fen: shares of a month are cut to `INNER_PLACES`, and this takes that cut away again."""
    return _made(
        Operation.PRODUCT_ROUNDED,
        "unrounded_yuan",
        inputs,
        name=name,
        unit="yuan",
        clause=clause,
        places=FACTOR_PLACES,
    )


def energy(
    term: str, *inputs: Node, name: str | None = None, clause: str | None = None, note: Text | None = None
) -> Step:
    """A product in kWh, rounded once to `ENERGY_PLACES`, so that the last place of a factor decides nothing."""
    return _made(
        Operation.PRODUCT_ROUNDED,
        term,
        inputs,
        name=name,
        unit="kwh",
        clause=clause,
        places=ENERGY_PLACES,
        note=note,
    )


def quotient(
    term: str,
    *inputs: Node,
    places: int,
    name: str | None = None,
    unit: str | None = None,
    clause: str | None = None,
) -> Step:
    """Rounded once to `places`."""
    return _made(Operation.QUOTIENT_ROUNDED, term, inputs, name=name, unit=unit, clause=clause, places=places)


def root(term: str, node: Node, *, name: str | None = None) -> Step:
    """The square root, rounded once to `INNER_PLACES`."""
    return _made(
        Operation.SQUARE_ROOT_ROUNDED,
        term,
        (node,),
        name=name,
        unit="ratio",
        clause=None,
        places=INNER_PLACES,
    )


def total(term: str, *inputs: Node, name: str | None = None, clause: str | None = None) -> Step:
    """The exact sum; of one input, itself."""
    return _made(Operation.SUM, term, inputs, name=name, unit=None, clause=clause)


def difference(term: str, *inputs: Node, name: str | None = None, clause: str | None = None) -> Step:
    return _made(Operation.DIFFERENCE, term, inputs, name=name, unit=None, clause=clause)


def smallest(term: str, *inputs: Node, name: str | None = None, clause: str | None = None) -> Step:
    return _made(Operation.SMALLEST, term, inputs, name=name, unit=None, clause=clause)


def largest(term: str, *inputs: Node, name: str | None = None, clause: str | None = None) -> Step:
    return _made(Operation.LARGEST, term, inputs, name=name, unit=None, clause=clause)


def choose(term: str, *inputs: Node, name: str | None = None) -> Step:
    """The input named by the first one's value."""
    return _made(Operation.CHOOSE, term, inputs, name=name, unit=None, clause=None)


def number(node: Node) -> Decimal:
    """A node's value where it is a number."""
    value = node.value
    if not isinstance(value, Decimal):
        raise TypeError(f"{node.name} is no number")
    return value


def plus(*numbers: Decimal) -> Decimal:
    """An exact sum of plain numbers."""
    found = NONE
    for each in numbers:
        found = EXACT.add(found, each)
    return found
