"""Clocks: how far a meter's or terminal's clock is from standard time when the system checks it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from jicha.county.chance import Floats, Whole, lots
from jicha.county.electric.habits import habit, whole_habit
from jicha.kernel.period import Month

_FULL_TURN = 2.0
_FROM_HOUR, _UNTIL_HOUR = 1, 6
_SECONDS_AN_HOUR, _SECONDS_A_DAY = 3600, 86_400


def deviations(seed: int, numbers: Sequence[int], day: int) -> Whole:
    """Seconds by which ordinary clocks are ahead (+) or behind on a day: some seconds; minutes at weak ones; and
    once in a while minutes that are none, because the answer came late."""
    usual = _around(seed, "clock/usual", numbers, 0) * habit("clock_usual_seconds")
    usual += _around(seed, "clock/today", numbers, day) * habit("clock_usual_seconds") / _FULL_TURN
    weak = lots(seed, "clock/weak", numbers, [0])[:, 0] < habit("clock_weak")
    reach = _within(seed, "clock/how weak", numbers, 0, "clock_weak_least", "clock_weak_most")
    ahead = lots(seed, "clock/weak ahead", numbers, [0])[:, 0] < 1 / _FULL_TURN
    usual += np.where(weak, np.where(ahead, reach, -reach), 0.0)
    delayed = lots(seed, "clock/slow", numbers, [day])[:, 0] < habit("clock_slow_answer")
    usual -= np.where(
        delayed, _within(seed, "clock/delay", numbers, day, "clock_slow_least", "clock_slow_most"), 0.0
    )
    return np.rint(usual).astype(np.int64)


def check_seconds(seed: int, numbers: Sequence[int], month: Month, monthly: Sequence[bool]) -> Whole:
    """When in the month each device's clock is checked, in seconds since its first midnight; −1 where it is not.

    In the small hours, when the channels are idle."""
    cycles = np.where(np.array(monthly, dtype=np.bool_), 1, whole_habit("clock_cycle_months"))
    due = (np.array(numbers, dtype=np.int64) + month.month) % cycles == 0
    first = month.first.toordinal()
    days = np.floor(lots(seed, "clock/day", numbers, [first])[:, 0] * month.days)
    moments = np.floor(
        lots(seed, "clock/at", numbers, [first])[:, 0] * (_UNTIL_HOUR - _FROM_HOUR) * _SECONDS_AN_HOUR
    )
    at = days * _SECONDS_A_DAY + _FROM_HOUR * _SECONDS_AN_HOUR + moments
    return np.where(due, at, -1.0).astype(np.int64)


def _around(seed: int, purpose: str, numbers: Sequence[int], day: int) -> Floats:
    drawn = lots(seed, purpose, numbers, [day])[:, 0] + lots(seed, f"{purpose}/2", numbers, [day])[:, 0]
    return np.asarray(drawn - 1.0)


def _within(seed: int, purpose: str, numbers: Sequence[int], day: int, least: str, most: str) -> Floats:
    low, high = habit(least), habit(most)
    return np.asarray(low + (high - low) * lots(seed, purpose, numbers, [day])[:, 0])
