"""Chance: streams for decisions, lots for arrays, both derived from the seed by name.

A stream's draws depend on the seed and on its own names only, so adding a purpose, a cause or a customer does
not reshuffle the others. Only `random()`, `choice`, `randrange`, `sample` and `shuffle` may be used on a
stream: they rest on integers and exact multiplication, while `gauss` and its kin rest on the platform's
mathematical library, and two machines may differ in the last bit. The same holds for arrays: `lots` are made of
integers, and only + − × ÷, comparisons and rounding may be applied to them.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_FRACTION_BITS = np.uint64(11)
_FRACTION = 2.0**-53


def stream(seed: int, *names: str | int) -> random.Random:
    """The stream of that name; a string seeds by SHA-512, so PYTHONHASHSEED does not matter."""
    return random.Random("/".join(str(part) for part in (seed, *names)))  # noqa: S311 - not for secrets


def lots(seed: int, purpose: str, subjects: Any, days: Any) -> Floats:
    """Numbers in [0, 1): one for each subject (rows) and day (columns), both given as whole numbers.

    A lot depends on (seed, purpose, subject, day) and on nothing else: splitmix64 over the four of them
    (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014)."""
    name = hashlib.sha256(f"{seed}/{purpose}".encode()).digest()
    start = np.uint64(int.from_bytes(name[:8], "little"))
    rows = np.asarray(subjects, dtype=np.int64).astype(np.uint64).reshape(-1, 1)
    columns = np.asarray(days, dtype=np.int64).astype(np.uint64).reshape(1, -1)
    with np.errstate(over="ignore"):
        mixed = _mixed(_mixed(start + rows * _GOLDEN) ^ (columns * _MIX_1))
    return (mixed >> _FRACTION_BITS).astype(np.float64) * _FRACTION


def bell(seed: int, purpose: str, subjects: Any, days: Any) -> Floats:
    """Numbers around 0 with standard deviation 1, nearly normal and never beyond ±3.5: the sum of four lots."""
    total = lots(seed, f"{purpose}/0", subjects, days)
    for part in range(1, 4):
        total = total + lots(seed, f"{purpose}/{part}", subjects, days)
    # Four uniform numbers have variance 4/12.
    return (total - 2.0) * 1.7320508075688772


def _mixed(state: NDArray[np.uint64]) -> NDArray[np.uint64]:
    state = state + _GOLDEN
    state = (state ^ (state >> np.uint64(30))) * _MIX_1
    state = (state ^ (state >> np.uint64(27))) * _MIX_2
    return state ^ (state >> np.uint64(31))


def between(chance: random.Random, low: float, high: float) -> float:
    """A number in [low, high)."""
    return low + (high - low) * chance.random()


def day_between(chance: random.Random, first: date, last: date) -> date:
    """A day in first … last, both included."""
    return date.fromordinal(chance.randrange(first.toordinal(), last.toordinal() + 1))


def day_before(day: date) -> int:
    """The ordinal of the day before."""
    return day.toordinal() - 1


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """`total` split in proportion to `weights` by largest remainder; ties go to the earlier weight."""
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in by_remainder[: total - sum(parts)]:
        parts[place] += 1
    return parts
