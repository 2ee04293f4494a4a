"""A decimal number with its unit: what is added and compared is of one dimension, and exact."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from jicha.kernel.money import EXACT, Exact, InexactTypeError, Rounding, as_decimal, as_fraction
from jicha.kernel.units import Unit, UnitError


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """`value` of `unit`. Equal when they are the same amount: 1 MWh equals 1000 kWh.

    Results take the unit of the left operand. Another dimension is unequal, and refused in every other
    operation with `UnitError`. No operation rounds unless a rounding is named.
    """

    value: Decimal
    unit: Unit

    def __post_init__(self) -> None:
        if not isinstance(self.value, Decimal):
            kind = type(self.value).__name__
            raise InexactTypeError(
                "not_exact",
                en=f"a quantity needs a Decimal, not the {kind} {self.value!r}",
                zh=f"数量必须是 Decimal,不能是 {kind} {self.value!r}",
            )
        as_fraction(self.value)  # refuses NaN, infinities and absurd exponents

    def to(self, unit: Unit, *, places: int | None = None, rounding: Rounding | None = None) -> Quantity:
        """The same amount in another unit; exact unless both `places` and `rounding` are given.

        Without them a number whose decimals never end is refused; so is one of them without the other.
        """
        if (places is None) != (rounding is None):
            raise UnitError(
                "half_a_rounding",
                en="a rounding needs both its name and its number of places",
                zh="修约须同时给出方式和小数位数",
            )
        if unit == self.unit and rounding is None:
            return self
        exact = as_fraction(self.value) * self.unit.factor_to(unit)
        if rounding is None or places is None:
            return Quantity(as_decimal(exact), unit)
        return Quantity(rounding.apply(exact, places), unit)

    def times(self, scalar: Exact) -> Quantity:
        """A multiple, exactly; for example register difference × multiplier."""
        if isinstance(scalar, Fraction):
            return Quantity(as_decimal(as_fraction(self.value) * scalar), self.unit)
        as_fraction(scalar)
        return Quantity(EXACT.multiply(self.value, scalar), self.unit)

    def ratio_to(self, other: Quantity) -> Fraction:
        """How many times `other` this is, exactly; refuses another dimension and a zero `other`."""
        if other.in_base == 0:
            raise UnitError(
                "ratio_to_zero", en="there is no ratio to a zero quantity", zh="不能以零数量作除数求比值"
            )
        return as_fraction(self.value) * self.unit.factor_to(other.unit) / as_fraction(other.value)

    @property
    def in_base(self) -> Fraction:
        """The value in the base unit of the dimension."""
        return as_fraction(self.value) * self.unit.factor

    def format(self, *, places: int | None = None, rounding: Rounding | None = None) -> str:
        """`1,234.5 kWh`; with `places` and `rounding` brought to that many decimal places first."""
        shown = self.to(self.unit, places=places, rounding=rounding)
        return f"{shown.value:,f} {shown.unit.symbol}"

    def canonical(self) -> dict[str, object]:
        return {"unit": self.unit.code, "value": self.value}

    def __add__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            return NotImplemented
        return Quantity(EXACT.add(self.value, other.to(self.unit).value), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        if not isinstance(other, Quantity):
            return NotImplemented
        return Quantity(EXACT.subtract(self.value, other.to(self.unit).value), self.unit)

    def __neg__(self) -> Quantity:
        return Quantity(EXACT.minus(self.value), self.unit)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Quantity):
            return NotImplemented
        return self.unit.dimension == other.unit.dimension and self.in_base == other.in_base

    def __hash__(self) -> int:
        return hash((self.unit.dimension, self.in_base))

    def __lt__(self, other: Quantity) -> bool:
        return self._minus(other) < 0

    def __le__(self, other: Quantity) -> bool:
        return self._minus(other) <= 0

    def __gt__(self, other: Quantity) -> bool:
        return self._minus(other) > 0

    def __ge__(self, other: Quantity) -> bool:
        return self._minus(other) >= 0

    def _minus(self, other: Quantity) -> Fraction:
        """The difference in this unit, for comparing; exact even where it has no decimal form."""
        return as_fraction(self.value) - as_fraction(other.value) * other.unit.factor_to(self.unit)

    def __str__(self) -> str:
        return self.format()
