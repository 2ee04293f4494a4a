"""How a deed or a fault goes on by day: steadily, growing, coming and going, or by night."""

from __future__ import annotations

import random
from typing import Final

from jicha.county.electric.effect import QUARTERS

STEADY, GROWING, INTERMITTENT, NIGHTLY = "steady", "growing", "intermittent", "nightly"
SHAPES: Final = (STEADY, GROWING, INTERMITTENT, NIGHTLY)

_FIRST_STRENGTH, _GROWN_AFTER, _STEPS = 0.25, 0.6, 20
_ON_DAYS, _OFF_DAYS = (3, 12), (1, 6)
_DUSK, _DAWN = (68, 84), (20, 28)
_MINUTES_A_QUARTER = 15


def by_night(chance: random.Random) -> tuple[bool, ...]:
    """Quarters from an evening hour (17 to 21) until a morning hour (5 to 7), as somebody has the habit."""
    dusk, dawn = chance.randrange(*_DUSK), chance.randrange(*_DAWN)
    return tuple(place >= dusk or place < dawn for place in range(QUARTERS))


def by_day(opens: int, closes: int) -> tuple[bool, ...]:
    """The quarters of `opens` … `closes`, the last one not included."""
    return tuple(opens <= place < closes for place in range(QUARTERS))


class Course:
    """The strength of something from its first day until, not including, `end` (ordinals): 0 to 1.

    Growing: from a quarter to all of it, reached when three fifths of the time are over. Intermittent: spells of
    days on, of days off. Nightly: every day, but only in `quarters` (empty: all day)."""

    def __init__(self, shape: str, onset: int, end: int, chance: random.Random) -> None:
        if shape not in SHAPES:
            raise ValueError(f"no shape {shape!r}; there are {', '.join(SHAPES)}")
        self.shape, self.onset, self.end = shape, onset, max(end, onset + 1)
        self.quarters = by_night(chance) if shape == NIGHTLY else ()
        self._off = self._days_off(chance) if shape == INTERMITTENT else frozenset()

    def strength(self, day: int) -> float:
        """On that day; 0 outside its time."""
        if not self.onset <= day < self.end or day in self._off:
            return 0.0
        if self.shape != GROWING:
            return 1.0
        passed = (day - self.onset) / ((self.end - self.onset) * _GROWN_AFTER)
        # In twenty steps, so that few different effects have to be worked out.
        step = min(int(passed * _STEPS), _STEPS)
        return _FIRST_STRENGTH + (1 - _FIRST_STRENGTH) * step / _STEPS

    @property
    def dusk_minute(self) -> int:
        """The minute of the day in which a nightly deed begins; 0 for the others."""
        return 0 if not self.quarters else self.quarters.index(True, QUARTERS // 2) * _MINUTES_A_QUARTER

    def _days_off(self, chance: random.Random) -> frozenset[int]:
        off: set[int] = set()
        day = self.onset
        while day < self.end:
            day += chance.randrange(*_ON_DAYS)
            rest = chance.randrange(*_OFF_DAYS)
            off.update(range(day, day + rest))
            day += rest
        return frozenset(off)
