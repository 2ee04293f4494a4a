"""Quantities add and compare within a dimension, exactly."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jicha.kernel.canonical import dumps
from jicha.kernel.money import InexactTypeError, MoneyError, Rounding
from jicha.kernel.quantity import Quantity
from jicha.kernel.units import UnitError

from .test_units import TABLE

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=4)
# Units whose factors are powers of ten, so that every result has a decimal form.
UNITS = st.sampled_from([TABLE["kwh"], TABLE["mwh"], TABLE["wh"]])
QUANTITIES = st.builds(Quantity, DECIMALS, UNITS)


def q(text: str, unit: str) -> Quantity:
    return Quantity(Decimal(text), TABLE[unit])


def test_the_result_takes_the_unit_of_the_left() -> None:
    total = q("1.50", "mwh") + q("250", "kwh")
    assert (str(total.value), total.unit.code) == ("1.75", "mwh")
    rest = q("250", "kwh") - q("1.50", "mwh")
    assert (str(rest.value), rest.unit.code) == ("-1250", "kwh")
    assert str((q("1.50", "kwh") + q("1.50", "kwh")).value) == "3.00"


@given(QUANTITIES, QUANTITIES)
def test_arithmetic_and_order_are_those_of_the_base_unit(a: Quantity, b: Quantity) -> None:
    assert (a + b).in_base == a.in_base + b.in_base
    assert (a - b).in_base == a.in_base - b.in_base
    assert (-a).in_base == -a.in_base
    assert (a < b, a <= b, a > b, a >= b, a == b) == (
        a.in_base < b.in_base,
        a.in_base <= b.in_base,
        a.in_base > b.in_base,
        a.in_base >= b.in_base,
        a.in_base == b.in_base,
    )
    assert a + b == b + a
    assert a.unit != b.unit or (a + b) - b == a


@given(QUANTITIES, UNITS)
def test_conversion_keeps_the_amount_and_its_hash(a: Quantity, unit: Any) -> None:
    assert a.to(unit) == a
    assert hash(a.to(unit)) == hash(a)
    assert a.to(unit).unit == unit


@given(QUANTITIES, DECIMALS)
def test_multiples_are_exact(a: Quantity, scalar: Decimal) -> None:
    assert a.times(scalar).in_base == a.in_base * Fraction(scalar)
    assert a.times(3) == a + a + a


def test_multiples_by_fractions_are_exact_or_refused() -> None:
    assert q("31", "kwh").times(Fraction(1, 4)) == q("7.75", "kwh")
    with pytest.raises(MoneyError, match="endless_decimal"):
        q("31", "kwh").times(Fraction(1, 3))


def test_conversion_rounds_only_when_told_how() -> None:
    with pytest.raises(MoneyError, match="endless_decimal"):
        q("1", "mj").to(TABLE["kwh"])
    assert str(q("1", "mj").to(TABLE["kwh"], places=3, rounding=Rounding.HALF_UP).value) == "0.278"
    with pytest.raises(UnitError, match="half_a_rounding"):
        q("1", "mj").to(TABLE["kwh"], places=3)
    with pytest.raises(UnitError, match="half_a_rounding"):
        q("1", "mj").to(TABLE["kwh"], rounding=Rounding.UP)


def test_comparison_needs_no_decimal_form() -> None:
    assert q("1", "mj") < q("0.278", "kwh")
    assert q("18", "mj") == q("5", "kwh")


def test_other_dimensions_are_unequal_and_otherwise_refused() -> None:
    energy, power = q("1", "kwh"), q("1", "kw")
    assert energy != power
    for operation in (
        lambda: energy + power,
        lambda: energy - power,
        lambda: energy < power,
        lambda: energy.ratio_to(power),
        lambda: energy.to(TABLE["kw"]),
    ):
        with pytest.raises(UnitError, match="unit_mismatch"):
            operation()


def test_floats_and_bare_numbers_are_refused() -> None:
    energy: Any = q("1", "kwh")
    for operation in (
        lambda: Quantity(1.5, TABLE["kwh"]),  # type: ignore[arg-type]
        lambda: Quantity(1, TABLE["kwh"]),  # type: ignore[arg-type]
        lambda: energy.times(0.5),
        lambda: energy.times(True),
    ):
        with pytest.raises(InexactTypeError):
            operation()
    with pytest.raises(TypeError):
        energy + 1
    with pytest.raises(MoneyError, match="not_finite"):
        Quantity(Decimal("NaN"), TABLE["kwh"])


def test_ratio() -> None:
    assert q("1", "mwh").ratio_to(q("300", "kwh")) == Fraction(10, 3)
    with pytest.raises(UnitError, match="ratio_to_zero"):
        q("1", "mwh").ratio_to(q("0.0", "kwh"))


def test_writing() -> None:
    assert str(q("1234567.50", "kwh")) == "1,234,567.50 kWh"
    assert q("1234.565", "kwh").format(places=2, rounding=Rounding.HALF_EVEN) == "1,234.56 kWh"
    assert dumps(q("1.50", "mwh")) == '{"unit":"mwh","value":"1.50"}'
