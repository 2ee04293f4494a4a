"""The package's own parameters, from `facts/electric.csv`, which says why each is what it is."""

from __future__ import annotations

from functools import cache

from jicha.county.tables import facts


@cache
def _habits() -> dict[str, float]:
    return {row["name"]: float(row["value"]) for row in facts("electric")}


def habit(name: str) -> float:
    """The parameter. Raises KeyError for a name that is none."""
    return _habits()[name]


def whole_habit(name: str) -> int:
    """The parameter, a whole number. Raises KeyError for a name that is none."""
    return int(habit(name))
