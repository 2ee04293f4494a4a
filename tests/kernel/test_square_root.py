"""The square root of a derivation is the rounded exact root, whatever the rounding."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.kernel.derivation import DerivationError, Input, Operation, Step, compute
from jicha.kernel.money import Rounding

NUMBERS = st.decimals(0, 10**9, places=4)
PLACES = st.integers(0, 12)


def root(value: Decimal, places: int, rounding: Rounding) -> Step:
    return compute(
        Operation.SQUARE_ROOT_ROUNDED, "root", [Input("x", value)], places=places, rounding=rounding
    )


@given(NUMBERS, PLACES)
def test_down_and_up_enclose_the_root(value: Decimal, places: int) -> None:
    low, high = (Fraction(root(value, places, mode).value) for mode in (Rounding.DOWN, Rounding.UP))  # type: ignore[arg-type]
    assert low**2 <= Fraction(value) <= high**2
    assert high - low in (0, Fraction(1, 10**places))
    assert (high == low) == (low**2 == Fraction(value))


@given(NUMBERS, PLACES)
def test_half_up_is_never_more_than_half_a_place_off(value: Decimal, places: int) -> None:
    near, half = Fraction(root(value, places, Rounding.HALF_UP).value), Fraction(1, 2 * 10**places)  # type: ignore[arg-type]
    assert (near - half) ** 2 <= Fraction(value) or near < half
    assert Fraction(value) < (near + half) ** 2


@pytest.mark.parametrize(
    ("value", "places", "rounding", "result"),
    [
        ("2", 12, Rounding.HALF_EVEN, "1.414213562373"),
        ("0.25", 0, Rounding.HALF_UP, "1"),  # exactly a half
        ("0.25", 0, Rounding.HALF_EVEN, "0"),
        ("2.25", 0, Rounding.HALF_EVEN, "2"),
        ("0", 2, Rounding.UP, "0.00"),
        ("144", 3, Rounding.UP, "12.000"),
    ],
)
def test_known_roots(value: str, places: int, rounding: Rounding, result: str) -> None:
    step = root(Decimal(value), places, rounding)
    assert step.value == Decimal(result)
    assert Step.from_dict(step.to_dict()).faults() == ()


@pytest.mark.parametrize(
    "inputs", [[Input("x", Decimal(-1))], [Input("x", Decimal(1)), Input("y", Decimal(1))]]
)
def test_what_has_no_root_is_refused(inputs: list[Input]) -> None:
    with pytest.raises(DerivationError, match="square root"):
        compute(Operation.SQUARE_ROOT_ROUNDED, "r", inputs, places=2, rounding=Rounding.HALF_UP)
