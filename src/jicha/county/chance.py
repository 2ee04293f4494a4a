"""Random streams: one per purpose and subject, derived from the seed by name.

A stream's draws depend on the seed and on its own names only, so adding a purpose, a cause or a customer does
not reshuffle the others. Only `random()`, `choice`, `randrange`, `sample` and `shuffle` may be used on a
stream: they rest on integers and exact multiplication, while `gauss` and its kin rest on the platform's
mathematical library, and two machines may differ in the last bit.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date


def stream(seed: int, *names: str | int) -> random.Random:
    """The stream of that name; a string seeds by SHA-512, so PYTHONHASHSEED does not matter."""
    return random.Random("/".join(str(part) for part in (seed, *names)))  # noqa: S311 - not for secrets


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
