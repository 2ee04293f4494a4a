"""The facts of service and connection, read once."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from jicha.county.plan import Wish
from jicha.county.tables import facts


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A step of a flow: who does it and after how many working days, from least to most, it ends. A step without
    a name is time of the customer's that no row shows."""

    name: str
    side: str
    post: str
    least_days: int
    most_days: int


@cache
def habit(name: str) -> float:
    """A plain parameter; `service_habits.csv` says why it is what it is."""
    return _habits()[name]


@cache
def _habits() -> dict[str, float]:
    return {row["name"]: float(row["value"]) for row in facts("service_habits")}


@cache
def money(name: str) -> Decimal:
    """A parameter in yuan."""
    return Decimal(str(habit(name))).quantize(Decimal("0.01"))


@cache
def flow(name: str) -> tuple[FlowStep, ...]:
    """The steps of a flow in order."""
    return tuple(
        FlowStep(row["step"], row["side"], row["post"], int(row["min_days"]), int(row["max_days"]))
        for row in facts("service_flows")
        if row["flow"] == name
    )


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a facts file, read once."""
    return tuple(facts(name))


def weighed(chance: random.Random, choices: tuple[dict[str, str], ...]) -> dict[str, str]:
    """One of the rows, by its whole-numbered `weight`."""
    left = chance.randrange(sum(int(row["weight"]) for row in choices))
    for row in choices:
        left -= int(row["weight"])
        if left < 0:
            return row
    raise AssertionError("a draw lies below the sum of the weights")


def size_of(chance: random.Random, kind: str, wish: Wish) -> int:
    """How large a cause is: as wished, or as `service_cause_sizes.csv` says; whole units."""
    row = next(each for each in rows("service_cause_sizes") if each["kind"] == kind)
    least, most = int(row["least"]), int(row["most"])
    if wish.size is not None:
        least, most = int(wish.size[0]), max(int(wish.size[0]), int(wish.size[1]))
    return chance.randrange(least, most + 1)


def count_of(chance: random.Random, expected: float) -> int:
    """A whole number near the expected one: its whole part, and one more in as many cases as its rest says."""
    whole = int(expected)
    return whole + (chance.random() < expected - whole)
