"""The load angle and its tangent, and phasors of a symmetrical three-phase system, exactly until the last step.

Coordinates of the phasors lie in the field of the root of three; a component a + b·√3 is kept as two fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from jicha.kernel.derivation import Node
from jicha.kernel.money import Rounding
from jicha.kernel.text import Text
from jicha.remedies.fields import Field, Given, Kind, field
from jicha.remedies.problem import refuse
from jicha.remedies.steps import INNER_PLACES, ROUNDING, difference, given, one, product, quotient, root

#: Digits of roots and of the series of sine and cosine; far more than is kept.
_WORK = Context(prec=60)

_HALF = Fraction(1, 2)

#: Degrees of half a turn.
_HALF_TURN = 180

PHASES = "abc"

FIELDS: tuple[Field, ...] = (
    field(
        "cos_phi",
        Kind.number,
        "Power factor of the load, inductive",
        "功率因数(感性)",
        "cosphi",
        "pf",
        "power_factor",
        above=True,
    ),
    field(
        "tan_phi",
        Kind.number,
        "Tangent of the load angle, + inductive",
        "功率因数角正切",
        "tg_phi",
        "tanphi",
        least=None,
    ),
    field(
        "phi_degree",
        Kind.number,
        "Load angle in degrees, + inductive",
        "功率因数角(度)",
        "phi",
        "angle",
        least=None,
    ),
)


@dataclass(frozen=True, slots=True)
class Surd:
    """a + b·√3."""

    a: Fraction
    b: Fraction

    def __add__(self, other: Surd) -> Surd:
        return Surd(self.a + other.a, self.b + other.b)

    def __sub__(self, other: Surd) -> Surd:
        return Surd(self.a - other.a, self.b - other.b)

    def __mul__(self, other: Surd) -> Surd:
        three = len(PHASES)
        return Surd(self.a * other.a + three * self.b * other.b, self.a * other.b + self.b * other.a)

    def decimal(self) -> Decimal:
        """To `INNER_PLACES`."""
        exact = self.a + self.b * Fraction(root_of_three())
        return ROUNDING.apply(exact, INNER_PLACES)


Phasor = tuple[Surd, Surd]

_ZERO = Surd(Fraction(0), Fraction(0))

#: Phase voltages, A along the real axis, in units of the phase voltage.
_VOLTAGE: dict[str, Phasor] = {
    "a": (Surd(Fraction(1), Fraction(0)), _ZERO),
    "b": (Surd(-_HALF, Fraction(0)), Surd(Fraction(0), -_HALF)),
    "c": (Surd(-_HALF, Fraction(0)), Surd(Fraction(0), _HALF)),
    "n": (_ZERO, _ZERO),
}


def root_of_three() -> Decimal:
    return Decimal(len(PHASES)).sqrt(_WORK)


def voltage(name: str, at: str) -> Phasor:
    """`a`: phase to neutral; `ab`: line voltage from A to B. Raises `RemedyError` for another name."""
    letters = name.strip().casefold().removeprefix("u").translate(str.maketrans("uvw", "abc"))
    if letters not in {"a", "b", "c"} and not (
        len(letters) == len("ab") and set(letters) <= set(_VOLTAGE) and letters[0] != letters[1]
    ):
        raise refuse(
            "unknown_voltage", at, f"{name!r}: write a, ab or cb", f"{name!r} 无效; 请写 a、ab 或 cb"
        )
    first = _VOLTAGE[letters[0]]
    second = _VOLTAGE[letters[1]] if len(letters) > 1 else _VOLTAGE["n"]
    return first[0] - second[0], first[1] - second[1]


def element_power(volt: Phasor, current: str, at: str) -> tuple[Surd, Surd]:
    """Power of one element as (coefficient of cos φ, coefficient of sin φ), in phase voltage × current."""
    letter = current.strip().casefold().removeprefix("i").translate(str.maketrans("uvw", "abc"))
    if letter not in PHASES or len(letter) != 1:
        raise refuse(
            "unknown_current", at, f"{current!r}: write a, b or c", f"{current!r} 无效; 请写 a、b 或 c"
        )
    along = _VOLTAGE[letter]
    cosine = volt[0] * along[0] + volt[1] * along[1]
    sine = volt[0] * along[1] - volt[1] * along[0]
    return cosine, sine


def tangent(inputs: Given) -> Node | None:
    """tan φ from whichever the inputs give, or None."""
    which = inputs.only_one("cos_phi", "tan_phi", "phi_degree")
    if which is None:
        return None
    value = inputs.need(which, "", "")
    if which == "tan_phi":
        return given("tan_phi", value)
    if which == "cos_phi":
        if value > 1:
            raise refuse("power_factor_above_one", inputs.at(which), f"{value} is above 1", f"{value} 大于 1")
        cosine = given("cos_phi", value)
        square = product("cos_phi", cosine, cosine, name="cos_phi_squared", unit="ratio")
        sine = root("sin_phi", difference("sin_phi", one(), square, name="sin_phi_squared"))
        return quotient("tan_phi", sine, cosine, places=INNER_PLACES)
    cosine_of, sine_of = cosine_and_sine(value)
    if abs(cosine_of) < Decimal(1).scaleb(-INNER_PLACES):
        raise refuse("right_angle", inputs.at(which), "has no tangent", "该角度无正切值")
    note = Text(en=f"tan of {value}°", zh=f"{value}° 的正切")
    return given("tan_phi", _kept(_WORK.divide(sine_of, cosine_of)), note=note)


def cosine_and_sine(degrees: Decimal) -> tuple[Decimal, Decimal]:
    """By their series; exact to more places than are kept."""
    x = _WORK.divide(_WORK.multiply(degrees, pi()), Decimal(_HALF_TURN))
    square = _WORK.multiply(x, x)
    sums: list[Decimal] = []
    for term, step in ((Decimal(1), 0), (x, 1)):
        found, count = Decimal(0), step
        while abs(term) > Decimal(1).scaleb(-_WORK.prec):
            found = _WORK.add(found, term)
            term = _WORK.divide(_WORK.multiply(term, -square), Decimal((count + 1) * (count + 2)))
            count += 2
        sums.append(found)
    return sums[0], sums[1]


#: Quarters of a whole.
_QUARTERS = 4

#: π/4 = 4·arctan(1/5) − arctan(1/239).
_MACHIN = (5, 239)


def pi() -> Decimal:
    """By Machin's formula."""
    four = Decimal(_QUARTERS)
    inner, outer = _MACHIN
    return _WORK.multiply(four, _WORK.subtract(_WORK.multiply(four, _arctan(inner)), _arctan(outer)))


def _arctan(inverse: int) -> Decimal:
    power = _WORK.divide(Decimal(1), Decimal(inverse))
    found, square, odd, sign = Decimal(0), Decimal(inverse * inverse), 1, 1
    while power > Decimal(1).scaleb(-_WORK.prec):
        found = _WORK.add(found, _WORK.divide(Decimal(sign) * power, Decimal(odd)))
        power, odd, sign = _WORK.divide(power, square), odd + 2, -sign
    return found


def _kept(value: Decimal) -> Decimal:
    return Rounding.HALF_EVEN.apply(value, INNER_PLACES)
