"""What is to be planted: the county's own plan, or one from outside (`--faults PLAN.yaml`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jicha.county.tables import PlannedCause


@dataclass(frozen=True, slots=True)
class Wish:
    """What a plan from outside wishes of a kind; None leaves it to the kind.

    `onset`: first and last possible day of the beginning. `days`: how long, from … to. `size`: the cause's own
    measure from … to (see docs/county-faults.md). `shape`: steady, growing, intermittent, nightly. `trades`: only
    customers of these trades."""

    onset: tuple[date, date] | None = None
    days: tuple[int, int] | None = None
    size: tuple[float, float] | None = None
    shape: str | None = None
    trades: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Planned:
    """One happening to plant: of which kind, the how-manieth in the city (`turn`), with what wishes."""

    cause: PlannedCause
    turn: int
    wish: Wish = Wish()
