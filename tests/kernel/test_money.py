"""Money is exact to the fen, rounds only as named, and splits without losing one."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jicha.kernel.money import (
    InexactTypeError,
    Money,
    MoneyError,
    Rounding,
    as_decimal,
    as_fraction,
)

FEN = st.integers(-(10**14), 10**14)
AMOUNTS = FEN.map(Money.from_fen)
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=8)
# Exact half fens and their closest neighbours: the numbers on which the rounding modes differ.
HALF_FENS = st.builds(
    lambda fen, nudge: Fraction(2 * fen + 1, 200) + Fraction(nudge, 10**12),
    st.integers(-(10**12), 10**12),
    st.sampled_from([0, 0, 1, -1]),
)
EXACT_NUMBERS = NUMBERS | HALF_FENS | st.fractions(min_value=-(10**6), max_value=10**6)


def yuan(text: str) -> Money:
    return Money(Decimal(text))


# --- amounts ----------------------------------------------------------------------------------------------


def test_an_amount_has_exactly_two_places() -> None:
    assert [str(yuan(text).yuan) for text in ("1", "1.5", "1.500", "-0.00", "1E+3")] == [
        "1.00",
        "1.50",
        "1.50",
        "0.00",
        "1000.00",
    ]
    assert yuan("12.34").fen == 1234
    assert yuan("-12.34").fen == -1234


@pytest.mark.parametrize("text", ["0.001", "1.234", "-0.005", "1E+70"])
def test_a_part_of_a_fen_is_refused(text: str) -> None:
    with pytest.raises(MoneyError) as caught:
        yuan(text)
    assert caught.value.code == "not_whole_fen"
    assert text in caught.value.text.zh


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(MoneyError):
        yuan(text)
    with pytest.raises(MoneyError):
        Money.rounded(Decimal(text), Rounding.UP)


@pytest.mark.parametrize("value", [1.5, 1, "1.00", True, None])
def test_only_decimals_become_amounts(value: Any) -> None:
    with pytest.raises(InexactTypeError) as caught:
        Money(value)
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, MoneyError)


def test_floats_are_refused_in_every_operation() -> None:
    amount: Any = yuan("1.00")
    for operation in (
        lambda: amount.times(0.5, rounding=Rounding.HALF_UP),
        lambda: Money.product(Decimal(2), 0.5, rounding=Rounding.HALF_UP),  # type: ignore[arg-type]
        lambda: Money.product(Decimal(2), True, rounding=Rounding.HALF_UP),
        lambda: Money.rounded(0.5, Rounding.HALF_UP),  # type: ignore[arg-type]
        lambda: amount.split({"a": 0.5}, ["a"]),
        lambda: Money.from_fen(1.0),  # type: ignore[arg-type]
        lambda: amount + 1.0,
        lambda: amount - Decimal(1),
        lambda: amount < 1,
        lambda: sum([amount, amount]),
    ):
        with pytest.raises(TypeError):
            operation()
    assert amount != Decimal("1.00")


@given(FEN, FEN)
def test_arithmetic_is_that_of_whole_fen(one: int, other: int) -> None:
    a, b = Money.from_fen(one), Money.from_fen(other)
    assert (a + b).fen == one + other
    assert (a - b).fen == one - other
    assert (-a).fen == -one
    assert abs(a).fen == abs(one)
    assert (a < b, a == b, a >= b) == (one < other, one == other, one >= other)
    assert bool(a) == (one != 0)
    assert Money.total([a, b, a]).fen == 2 * one + other
    assert (hash(a) == hash(b)) or a != b


def test_nothing_sums_to_zero() -> None:
    assert Money.total([]) == Money.zero() == yuan("0")
    assert str(-Money.zero()) == "0.00"


@given(FEN, FEN)
def test_the_process_wide_decimal_context_is_neither_read_nor_changed(one: int, other: int) -> None:
    expected = (one + other, one - other, -one)
    with decimal.localcontext() as narrow:
        narrow.clear_flags()  # a copy keeps the flags that earlier arithmetic of this process has left
        narrow.prec = 2
        narrow.traps[decimal.Inexact] = True
        a, b = Money.from_fen(one), Money.from_fen(other)
        found = ((a + b).fen, (a - b).fen, (-a).fen)
        assert a.times(Fraction(1, 3), rounding=Rounding.DOWN) == Money.from_fen(
            int(Fraction(one, 3))  # int() cuts towards zero
        )
        assert not any(narrow.flags.values())
    assert found == expected


# --- rounding ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "half_up", "half_even", "down", "up"),
    [
        ("0.125", "0.13", "0.12", "0.12", "0.13"),
        ("0.135", "0.14", "0.14", "0.13", "0.14"),
        ("-0.125", "-0.13", "-0.12", "-0.12", "-0.13"),
        ("1.005", "1.01", "1.00", "1.00", "1.01"),
        ("0.1250000001", "0.13", "0.13", "0.12", "0.13"),
        ("0.1249999999", "0.12", "0.12", "0.12", "0.13"),
        ("-0.001", "0.00", "0.00", "0.00", "-0.01"),
        ("2.00", "2.00", "2.00", "2.00", "2.00"),
    ],
)
def test_the_four_roundings(number: str, half_up: str, half_even: str, down: str, up: str) -> None:
    modes = (Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.DOWN, Rounding.UP)
    found = [str(Money.rounded(Decimal(number), mode).yuan) for mode in modes]
    assert found == [half_up, half_even, down, up]


@given(EXACT_NUMBERS, st.integers(0, 6))
def test_rounding_against_exact_fractions(number: Decimal | Fraction, places: int) -> None:
    exact, step = Fraction(number), Fraction(1, 10**places)
    rounded = {mode: Fraction(mode.apply(number, places)) for mode in Rounding}
    for mode in Rounding:
        assert (rounded[mode] / step).denominator == 1
        assert abs(rounded[mode] - exact) < step
        assert mode.apply(number, places).as_tuple().exponent == -places
    assert abs(rounded[Rounding.DOWN]) <= abs(exact) <= abs(rounded[Rounding.UP])
    for mode in (Rounding.HALF_UP, Rounding.HALF_EVEN):
        assert abs(rounded[mode] - exact) <= step / 2
    if abs(rounded[Rounding.HALF_UP] - exact) == step / 2:
        assert abs(rounded[Rounding.HALF_UP]) > abs(exact)
        assert (rounded[Rounding.HALF_EVEN] / step) % 2 == 0
    else:
        assert rounded[Rounding.HALF_UP] == rounded[Rounding.HALF_EVEN]


@given(EXACT_NUMBERS, st.sampled_from(Rounding), st.integers(0, 4))
def test_rounding_mirrors_and_repeats(number: Decimal | Fraction, mode: Rounding, places: int) -> None:
    rounded = mode.apply(number, places)
    assert mode.apply(-Fraction(number), places) == -Fraction(rounded)
    assert mode.apply(rounded, places) == rounded


def test_every_rounding_has_its_name_in_both_languages() -> None:
    assert [mode.text.zh for mode in Rounding] == ["四舍五入", "四舍六入五成双", "舍去", "进位"]
    assert len({mode.text.en for mode in Rounding}) == 4


def test_places_below_zero_and_absurd_numbers_are_refused() -> None:
    with pytest.raises(MoneyError, match="negative_places"):
        Rounding.UP.apply(Decimal(1), -1)
    for text in ("1E+999999999", "1E-999999999"):
        with pytest.raises(MoneyError, match="too_long"):
            Rounding.UP.apply(Decimal(text), 2)
    assert Rounding.UP.apply(Decimal("0E+999999999"), 2) == 0


def test_a_product_is_rounded_once() -> None:
    """1.5 × 0.03 × 0.1 = 0.0045 is nothing; rounding after each factor would make it a fen."""
    factors = (Decimal("1.5"), Decimal("0.03"), Decimal("0.1"))
    assert Money.product(*factors, rounding=Rounding.HALF_UP) == Money.zero()
    assert Money.product(Decimal("910.97"), Decimal("0.5432"), rounding=Rounding.HALF_UP) == yuan("494.84")


def test_a_bill_of_two_hundred_million_yuan_keeps_every_fen() -> None:
    kwh, price = Decimal("367850000.07"), Decimal("0.54370001")
    exact = Fraction(kwh) * Fraction(price)
    assert exact > 200_000_000 - 10**6
    assert Money.product(kwh, price, rounding=Rounding.DOWN).fen == int(exact * 100)


@given(AMOUNTS, st.integers(1, 31))
def test_proration_by_days_against_fractions(charge: Money, days: int) -> None:
    share = charge.times(Fraction(days, 30), rounding=Rounding.HALF_UP)
    exact = Fraction(charge.fen * days, 30)
    assert abs(share.fen - exact) <= Fraction(1, 2)
    if abs(share.fen - exact) == Fraction(1, 2):
        assert abs(share.fen) > abs(exact)


# --- splitting --------------------------------------------------------------------------------------------

WEIGHTS = st.dictionaries(
    st.integers(0, 30), st.integers(0, 1000) | st.decimals(0, 1000, places=3), min_size=1, max_size=12
)


@given(AMOUNTS, WEIGHTS, st.randoms(use_true_random=False))
def test_a_split_adds_up_and_each_part_is_within_a_fen(amount: Money, weights: Any, random: Any) -> None:
    assume(any(weights.values()))
    order = list(weights)
    random.shuffle(order)
    parts = amount.split(weights, order)
    assert Money.total(parts.values()) == amount
    assert list(parts) == order
    whole = sum(Fraction(weight) for weight in weights.values())
    for key, part in parts.items():
        exact = amount.fen * Fraction(weights[key]) / whole
        assert abs(part.fen - exact) < 1
        assert weights[key] or not part
    assert {key: -part for key, part in (-amount).split(weights, order).items()} == parts


@given(AMOUNTS, WEIGHTS, st.randoms(use_true_random=False))
def test_a_split_depends_on_the_named_order_alone(amount: Money, weights: Any, random: Any) -> None:
    assume(any(weights.values()))
    order = sorted(weights)
    shuffled = list(weights)
    random.shuffle(shuffled)
    again = amount.split({key: weights[key] for key in shuffled}, order)
    assert list(again.items()) == list(amount.split(weights, order).items())


@given(AMOUNTS, WEIGHTS)
def test_a_larger_remainder_is_never_passed_over(amount: Money, weights: Any) -> None:
    assume(any(weights.values()))
    order = sorted(weights)
    whole = sum(Fraction(weight) for weight in weights.values())
    exact = {key: abs(amount.fen) * Fraction(weights[key]) / whole for key in order}
    parts = {key: abs(part.fen) for key, part in amount.split(weights, order).items()}
    served = [exact[key] % 1 for key in order if parts[key] > exact[key]]
    passed = [exact[key] % 1 for key in order if parts[key] <= exact[key]]
    assert not served or not passed or min(served) >= max(passed)


def test_equal_remainders_are_served_in_the_named_order() -> None:
    thirds = {"peak": 1, "flat": 1, "valley": 1}
    forward = yuan("0.05").split(thirds, ["peak", "flat", "valley"])
    assert [str(part) for part in forward.values()] == ["0.02", "0.02", "0.01"]
    backward = yuan("-0.05").split(thirds, ["valley", "flat", "peak"])
    assert {key: str(part) for key, part in backward.items()} == {
        "valley": "-0.02",
        "flat": "-0.02",
        "peak": "-0.01",
    }


@pytest.mark.parametrize(
    ("weights", "order", "code"),
    [
        ({"a": 1, "b": 1}, ["a"], "split_order"),
        ({"a": 1, "b": 1}, ["a", "a"], "split_order"),
        ({"a": 1, "b": 1}, ["a", "b", "b"], "split_order"),
        ({"a": 1}, ["b"], "split_order"),
        ({"a": 1, "b": -1}, ["a", "b"], "negative_weight"),
        ({"a": 0, "b": Decimal("0.0")}, ["a", "b"], "no_weight"),
        ({}, [], "no_weight"),
    ],
)
def test_a_split_that_means_nothing_is_refused(weights: Any, order: list[str], code: str) -> None:
    with pytest.raises(MoneyError) as caught:
        yuan("1.00").split(weights, order)
    assert caught.value.code == code


# --- reading and writing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1,234.50", 123450),
        ("1234.5", 123450),
        ("1234", 123400),
        ("-0.07", -7),
        ("+3.10", 310),
        ("-0.00", 0),
        ("１，２３４．５０", 123450),
        ("－12.3０", -1230),
        ("1,234,567.89", 123456789),
        ("007", 700),
    ],
)
def test_amounts_are_read(text: str, fen: int) -> None:
    assert Money.parse(text).fen == fen


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1.234",
        "1.230",
        "1,23.00",
        "1234,567.00",
        "12,345,67",
        "1,2345.00",
        ",123",
        "1.",
        ".5",
        "1e3",
        "¥1.00",
        "1.00元",
        " 1.00",
        "1.00\n",
        "(1.00)",
        "--1",
        "1-",
        "NaN",
        "1.00。",
        "一百",
        "1 234.00",
        "٣",
        "1_000",
    ],
)
def test_everything_else_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(MoneyError) as caught:
        Money.parse(text)
    assert caught.value.code == "unreadable_amount"
    assert repr(text) in caught.value.text.zh and repr(text) in caught.value.text.en


@given(AMOUNTS)
def test_what_is_written_reads_back(amount: Money) -> None:
    assert Money.parse(str(amount)) == amount
    assert Money.parse(str(amount.yuan)) == amount
    for language in ("zh", "en"):
        assert Money.parse(amount.format(language).split(" ")[0]) == amount


def test_amounts_are_written_in_both_languages() -> None:
    amount = yuan("-1234567.8")
    assert amount.format("zh") == "-1,234,567.80 元"
    assert amount.format("en") == "-1,234,567.80 yuan"


# --- exact numbers ----------------------------------------------------------------------------------------


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=15))
def test_decimals_and_fractions_are_the_same_numbers(number: Decimal) -> None:
    assert as_decimal(as_fraction(number)) == number


@pytest.mark.parametrize("fraction", [Fraction(1, 3), Fraction(1, 30), Fraction(22, 7), Fraction(1, 6)])
def test_an_endless_decimal_is_refused(fraction: Fraction) -> None:
    with pytest.raises(MoneyError) as caught:
        as_decimal(fraction)
    assert caught.value.code == "endless_decimal"


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (Fraction(1, 8), "0.125"),
        (Fraction(3, 25), "0.12"),
        (Fraction(-7, 1), "-7"),
        (Fraction(1, 1024), "0.0009765625"),
    ],
)
def test_an_ending_decimal_has_the_fewest_places(fraction: Fraction, text: str) -> None:
    assert str(as_decimal(fraction)) == text
