"""Money to the fen, exactly, and the named ways to round.

**Sign.** An amount that changes a bill is positive when it is owed TO THE UTILITY (追补) and negative when it
is owed to the customer (退还), everywhere in the product.

**Exactness.** No binary float comes in, the process-wide decimal context is neither read nor changed, and
nothing is rounded unless the caller names how. Sums run in a context that traps any inexact result; products
and quotients are formed as fractions and rounded once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    FloatOperation,
    Inexact,
    InvalidOperation,
)
from enum import StrEnum
from fractions import Fraction
from typing import Final, TypeAlias, TypeVar

from jicha.kernel.errors import JichaError
from jicha.kernel.text import Language, Text

Exact: TypeAlias = Decimal | Fraction | int
K = TypeVar("K")

# Sums in this context are exact or raise decimal.Inexact; sixty digits hold any amount and any register with
# room to spare.
EXACT: Final = Context(
    prec=60, rounding=ROUND_HALF_EVEN, traps=[Inexact, InvalidOperation, DivisionByZero, FloatOperation]
)
# Longer numbers are no quantities of this field but damage (1e999999 would fill the memory as a fraction).
LARGEST_EXPONENT: Final = 60

FEN_PLACES: Final = 2
_FEN: Final = Decimal((0, (1,), -FEN_PLACES))

_FULL_WIDTH = str.maketrans("０１２３４５６７８９，．－＋", "0123456789,.-+")
_AMOUNT = re.compile(r"([+-]?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]{1,2}))?")


class MoneyError(JichaError):
    """An amount, a number or a split that cannot be exact to the fen."""


class InexactTypeError(MoneyError, TypeError):
    """A float (or bool, or text) where an exact number is needed."""


class Rounding(StrEnum):
    """How a number between two last places is brought to one of them."""

    HALF_UP = "half_up"  # the nearer; a tie goes away from zero
    HALF_EVEN = "half_even"  # the nearer; a tie goes to the even last digit (GB/T 8170)
    DOWN = "down"  # towards zero
    UP = "up"  # away from zero

    @property
    def text(self) -> Text:
        return _ROUNDING_TEXT[self]

    def apply(self, value: Exact, places: int) -> Decimal:
        """`value` with exactly `places` decimal places (0 or more); negative values mirror positive ones."""
        if places < 0:
            raise MoneyError(
                "negative_places",
                en=f"cannot round to {places} decimal places",
                zh=f"不能保留 {places} 位小数",
            )
        exact = as_fraction(value)
        scaled = abs(exact) * 10**places
        last_places, rest = divmod(scaled.numerator, scaled.denominator)
        beyond_half = 2 * rest - scaled.denominator
        if (
            (self is Rounding.UP and rest > 0)
            or (self is Rounding.HALF_UP and beyond_half >= 0)
            or (self is Rounding.HALF_EVEN and (beyond_half > 0 or (beyond_half == 0 and last_places % 2)))
        ):
            last_places += 1
        return _decimal_of(-last_places if exact < 0 else last_places, places)


_ROUNDING_TEXT: Final = {
    Rounding.HALF_UP: Text(en="round half up (away from zero)", zh="四舍五入"),
    Rounding.HALF_EVEN: Text(en="round half to even", zh="四舍六入五成双"),
    Rounding.DOWN: Text(en="round down (towards zero)", zh="舍去"),
    Rounding.UP: Text(en="round up (away from zero)", zh="进位"),
}


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of yuan with exactly two decimal places; see the module for the sign.

    Amounts compare with amounts only. An amount is false exactly when it is zero.
    """

    yuan: Decimal

    def __post_init__(self) -> None:
        if not isinstance(self.yuan, Decimal):
            raise _inexact_type(self.yuan)
        try:
            fen = EXACT.quantize(self.yuan, _FEN)
        except (Inexact, InvalidOperation) as error:
            raise MoneyError(
                "not_whole_fen",
                en=f"{self.yuan} yuan is not a whole number of fen",
                zh=f"{self.yuan} 元不是整数分",
            ) from error
        if not fen.is_finite():
            raise _not_finite(self.yuan)
        object.__setattr__(self, "yuan", fen.copy_abs() if fen.is_zero() else fen)

    @classmethod
    def zero(cls) -> Money:
        return cls.from_fen(0)

    @classmethod
    def from_fen(cls, fen: int) -> Money:
        if not isinstance(fen, int) or isinstance(fen, bool):
            raise _inexact_type(fen)
        return cls(_decimal_of(fen, FEN_PLACES))

    @classmethod
    def rounded(cls, value: Exact, rounding: Rounding) -> Money:
        """An exact number of yuan brought to the fen."""
        return cls(rounding.apply(value, FEN_PLACES))

    @classmethod
    def product(cls, *factors: Exact, rounding: Rounding) -> Money:
        """For example quantity × price: multiplied exactly, rounded once at the end."""
        exact = Fraction(1)
        for factor in factors:
            exact *= as_fraction(factor)
        return cls.rounded(exact, rounding)

    @classmethod
    def total(cls, amounts: Iterable[Money]) -> Money:
        """The exact sum; nothing sums to zero."""
        return cls.from_fen(sum(amount.fen for amount in amounts))

    @classmethod
    def parse(cls, text: str) -> Money:
        """`1234.5`, `1,234.50`, `-0.07`, also in full-width characters; at most two decimal places.

        Commas part groups of three, all of them or none. Spaces, currency signs, exponents, brackets for
        negatives and everything else are refused: what a source writes besides is for its mapping to say.
        """
        match = _AMOUNT.fullmatch(text.translate(_FULL_WIDTH))
        if match is None:
            raise MoneyError(
                "unreadable_amount",
                en=f"{text!r} is not an amount; write it like 1,234.50",
                zh=f"{text!r} 不是金额;请写成 1,234.50 的形式",
            )
        sign, yuan, decimals = match.groups()
        fen = int(yuan.replace(",", "") + (decimals or "").ljust(FEN_PLACES, "0"))
        return cls.from_fen(-fen if sign == "-" else fen)

    @property
    def fen(self) -> int:
        """The amount as a whole number of fen."""
        return int(EXACT.scaleb(self.yuan, FEN_PLACES))

    def times(self, factor: Exact, *, rounding: Rounding) -> Money:
        """A multiple or a share of the amount, for example `Fraction(7, 30)` of a month's charge."""
        return Money.product(self.yuan, factor, rounding=rounding)

    def split(self, weights: Mapping[K, Exact], order: Sequence[K]) -> dict[K, Money]:
        """Parts in proportion to the weights that add up to the amount exactly (largest remainder).

        Every part is the exact share cut to the fen; the fen left over go one each to the largest remainders.
        Equal remainders are served as they stand in `order`, which names every key once and is the order of
        the result. A negative amount is split as its mirror image. Weights are at least 0, not all of them 0;
        a weight of 0 gets nothing.
        """
        shares = _shares(weights, order)
        whole = abs(self.fen)
        exact = {key: share * whole for key, share in shares.items()}
        parts = {key: part.numerator // part.denominator for key, part in exact.items()}
        left_over = whole - sum(parts.values())
        # sorted() is stable: among equal remainders `order` decides.
        for key in sorted(shares, key=lambda each: parts[each] - exact[each])[:left_over]:
            parts[key] += 1
        return {key: Money.from_fen(-part if self.fen < 0 else part) for key, part in parts.items()}

    def format(self, language: Language) -> str:
        """`1,234.50 元` or `1,234.50 yuan`; the number alone reads back with `parse`."""
        return f"{self} {'元' if language == 'zh' else 'yuan'}"

    def canonical(self) -> Decimal:
        return self.yuan

    def __add__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(EXACT.add(self.yuan, other.yuan))

    def __sub__(self, other: Money) -> Money:
        if not isinstance(other, Money):
            return NotImplemented
        return Money(EXACT.subtract(self.yuan, other.yuan))

    def __neg__(self) -> Money:
        return Money(self.yuan.copy_negate())

    def __abs__(self) -> Money:
        return Money(self.yuan.copy_abs())

    def __bool__(self) -> bool:
        return not self.yuan.is_zero()

    def __str__(self) -> str:
        return format(self.yuan, ",f")


def as_fraction(value: Exact) -> Fraction:
    """The number without loss; refuses floats, bools, text, NaN, infinities and absurd exponents."""
    if isinstance(value, bool) or not isinstance(value, Decimal | Fraction | int):
        raise _inexact_type(value)
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise _not_finite(value)
        if value.is_zero():
            return Fraction(0)
        if abs(value.adjusted()) > LARGEST_EXPONENT:
            raise _too_long(value)
    return Fraction(value)


def as_decimal(value: Fraction) -> Decimal:
    """The same number as a decimal with the fewest places; refuses one whose decimals never end (1/3)."""
    odd_part, places = value.denominator, 0
    for prime in (2, 5):
        power = 0
        while odd_part % prime == 0:
            odd_part //= prime
            power += 1
        places = max(places, power)
    if odd_part != 1:
        raise MoneyError(
            "endless_decimal",
            en=f"{value} has no exact decimal; name a rounding and its places",
            zh=f"{value} 无法写成有限小数;请指明修约方式和小数位数",
        )
    return _decimal_of(int(value * 10**places), places)


def _decimal_of(last_places: int, places: int) -> Decimal:
    """`last_places` units of the last of `places` decimal places; exact by construction."""
    digits = tuple(int(digit) for digit in str(abs(last_places)))
    return Decimal((int(last_places < 0), digits, -places))


def _shares(weights: Mapping[K, Exact], order: Sequence[K]) -> dict[K, Fraction]:
    """Each weight as a fraction of their sum, in `order`."""
    if len(order) != len(weights) or set(order) != set(weights):
        raise MoneyError(
            "split_order",
            en=f"the order of a split names each of its {len(weights)} parts exactly once",
            zh=f"分摊顺序必须恰好列出全部 {len(weights)} 个部分各一次",
        )
    exact = {key: as_fraction(weights[key]) for key in order}
    for key, weight in exact.items():
        if weight < 0:
            raise MoneyError(
                "negative_weight",
                en=f"the weight of {key!r} is negative: {weight}",
                zh=f"{key!r} 的分摊权重为负:{weight}",
            )
    total = sum(exact.values(), Fraction(0))
    if total == 0:
        raise MoneyError(
            "no_weight",
            en="there is nothing to split by: the weights add up to 0",
            zh="无从分摊:权重合计为 0",
        )
    return {key: weight / total for key, weight in exact.items()}


def _inexact_type(value: object) -> InexactTypeError:
    kind = type(value).__name__
    return InexactTypeError(
        "not_exact",
        en=f"{value!r} is a {kind}; exact numbers are needed (Decimal, Fraction or int, never float)",
        zh=f"{value!r} 的类型是 {kind};必须使用精确数值(Decimal、Fraction 或 int,不得使用 float)",
    )


def _not_finite(value: Decimal) -> MoneyError:
    return MoneyError("not_finite", en=f"{value} is not a number", zh=f"{value} 不是数值")


def _too_long(value: Decimal) -> MoneyError:
    return MoneyError(
        "too_long",
        en=f"{value} lies beyond the numbers this field knows",
        zh=f"{value} 超出可处理的数值范围",
    )
