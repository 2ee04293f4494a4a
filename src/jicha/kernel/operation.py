"""The operations a derivation is made of, on plain values: what `derivation` computes with and checks by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, Inexact, InvalidOperation
from enum import StrEnum
from fractions import Fraction
from functools import reduce
from math import isqrt
from typing import TypeAlias

from jicha.kernel.canonical import decimal_text
from jicha.kernel.errors import JichaError
from jicha.kernel.money import EXACT, Rounding, as_fraction
from jicha.kernel.text import Text

Value: TypeAlias = Decimal | str | date


class DerivationError(JichaError):
    """A step that cannot be computed, or a tree that contradicts itself or cannot be read."""


class Operation(StrEnum):
    """How a result follows from the inputs, in their order."""

    SUM = "sum"  # a + b + …
    DIFFERENCE = "difference"  # a - b - …
    PRODUCT = "product"  # a × b × …, exact
    PRODUCT_ROUNDED = "product_rounded"  # a × b × …, rounded once
    QUOTIENT_ROUNDED = "quotient_rounded"  # a ÷ b ÷ …, rounded once
    SQUARE_ROOT_ROUNDED = "square_root_rounded"  # of the one input, rounded once
    LARGEST = "largest"
    SMALLEST = "smallest"
    CHOOSE = "choose"  # the first input's value names the one other input whose value is the result
    LOOKUP = "lookup"  # the same among rows of a table; the row found carries its clause

    @property
    def rounds(self) -> bool:
        """Whether it needs its decimal places and its rounding named."""
        return self in (Operation.PRODUCT_ROUNDED, Operation.QUOTIENT_ROUNDED, Operation.SQUARE_ROOT_ROUNDED)

    @property
    def picks(self) -> bool:
        """Whether the result is the value of one of the inputs, named by the first."""
        return self in (Operation.CHOOSE, Operation.LOOKUP)

    @property
    def keeps_unit(self) -> bool:
        """Whether all inputs and the result are amounts of one unit."""
        return self in (Operation.SUM, Operation.DIFFERENCE, Operation.LARGEST, Operation.SMALLEST)

    def formula(self, names: Sequence[str]) -> str:
        """The formula for people where the author of a step wrote none: `usage × price`."""
        sign = _SIGN.get(self)
        return sign.join(names) if sign else f"{self.value}({', '.join(names)})"


_SIGN = {
    Operation.SUM: " + ",
    Operation.DIFFERENCE: " - ",
    Operation.PRODUCT: " × ",
    Operation.PRODUCT_ROUNDED: " × ",
    Operation.QUOTIENT_ROUNDED: " ÷ ",
}
_EXACTLY = {
    Operation.SUM: EXACT.add,
    Operation.DIFFERENCE: EXACT.subtract,
    Operation.PRODUCT: EXACT.multiply,
}


def evaluate(
    operation: Operation,
    names: Sequence[str],
    values: Sequence[Value],
    *,
    places: int | None = None,
    rounding: Rounding | None = None,
) -> Value:
    """The result on the inputs of these names and values (same length, at least one).

    Exact sums and products keep the scale of their inputs. Raises `DerivationError` where there is no result:
    an input that is no number, a division by zero, a name that picks nothing or more than one.
    """
    if operation.picks:
        return values[picked(names, values)]
    numbers = [_number(name, value) for name, value in zip(names, values, strict=True)]
    if operation.rounds:
        if places is None or rounding is None:
            raise derivation_error(
                "step_rounding",
                f"{operation} needs its decimal places and its rounding",
                f"{operation} 须给出小数位数和修约方式",
            )
        if operation is Operation.SQUARE_ROOT_ROUNDED:
            return _square_root(names, numbers, places, rounding)
        return rounding.apply(_ratio(operation, numbers), places)
    if operation is Operation.LARGEST:
        return max(numbers)
    if operation is Operation.SMALLEST:
        return min(numbers)
    try:
        return reduce(_EXACTLY[operation], numbers)
    except (Inexact, InvalidOperation) as error:
        raise derivation_error(
            "too_long", "the exact result has too many digits", "精确结果的位数过多"
        ) from error


def picked(names: Sequence[str], values: Sequence[Value]) -> int:
    """The place of the one input after the first that bears the name the first one's value says."""
    wanted = value_text(values[0])
    found = [place for place, name in enumerate(names) if place > 0 and name == wanted]
    if len(found) != 1:
        raise derivation_error(
            "nothing_picked",
            f"{names[0]} picks {wanted!r}, but {len(found)} inputs bear that name",
            f"{names[0]} 选取 {wanted!r},但有 {len(found)} 个输入叫此名称",
        )
    return found[0]


def value_text(value: Value) -> str:
    """The value as a name and as people read it: decimals in plain notation, days in ISO form."""
    if isinstance(value, Decimal):
        return decimal_text(value)
    return value if isinstance(value, str) else value.isoformat()


def derivation_error(code: str, en: str, zh: str) -> DerivationError:
    return DerivationError(code, en=en, zh=zh)


def same_value(stated: Value, expected: Value, places: int | None) -> bool:
    """Equal and of one kind; a result rounded to `places` must also be written with them."""
    if isinstance(stated, Decimal) and isinstance(expected, Decimal):
        return stated == expected and (places is None or stated.as_tuple().exponent == -places)
    return type(stated) is type(expected) and stated == expected


def wrong_result(operation: Operation, stated: Value, expected: Value) -> Text:
    return Text(
        en=f"the result is stated as {value_text(stated)}, but {operation} gives {value_text(expected)}",
        zh=f"所列结果为 {value_text(stated)},但按 {operation} 应为 {value_text(expected)}",
    )


def _ratio(operation: Operation, numbers: Sequence[Decimal]) -> Fraction:
    first, *others = (as_fraction(number) for number in numbers)
    if operation is Operation.PRODUCT_ROUNDED:
        return reduce(Fraction.__mul__, others, first)
    if 0 in others:
        raise derivation_error("division_by_zero", "the divisor is zero", "除数为零")
    return reduce(Fraction.__truediv__, others, first)


def _square_root(
    names: Sequence[str], numbers: Sequence[Decimal], places: int, rounding: Rounding
) -> Decimal:
    """The root of one number, rounded by its exact place between two last digits (no approximation comes in)."""
    if len(numbers) != 1 or numbers[0] < 0:
        raise derivation_error(
            "no_square_root",
            f"a square root has one input of at least 0, not {', '.join(names)}",
            f"平方根须有且仅有一个不小于 0 的输入,现为 {'、'.join(names)}",
        )
    scaled = as_fraction(numbers[0]) * 10 ** (2 * places)
    below = isqrt(scaled.numerator // scaled.denominator)
    beyond = Fraction(0)
    if below**2 != scaled:  # a quarter, a half or three quarters stand for the side of the middle it lies on
        middle = Fraction(2 * below + 1, 2) ** 2
        beyond = Fraction(1 if scaled < middle else 2 if scaled == middle else 3, 4)
    return rounding.apply((below + beyond) / 10**places, places)


def _number(name: str, value: Value) -> Decimal:
    if not isinstance(value, Decimal):
        raise derivation_error(
            "not_a_number",
            f"{name} is {value!r}, not a number to calculate with",
            f"{name} 是 {value!r},不是可计算的数值",
        )
    return value
