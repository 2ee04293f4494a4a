"""Departures with a memory, each a function of (seed, purpose, subject, day) alone, never of the span asked for.

An autoregressive series needs its own yesterday; these do not, so that a month, a year, one customer or a
million give the same numbers. `remembering` sums the last bells with falling weights; `waves` joins knots.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from jicha.county.chance import Floats, Whole, bell, lots

_FORGOTTEN = 0.01


def remembering(seed: int, purpose: str, subject: int, ordinals: Whole, memory: float) -> Floats:
    """One subject's autoregressive departures, standard deviation 1: float64[days]. `memory` is the correlation
    of a day with the next, below 1; `ordinals` are consecutive."""
    weights = [1.0]
    while weights[-1] > _FORGOTTEN:
        weights.append(weights[-1] * memory)
    before = len(weights) - 1
    days = np.arange(int(ordinals[0]) - before, int(ordinals[-1]) + 1, dtype=np.int64)
    drawn = bell(seed, purpose, [subject], days)[0]
    total = np.zeros(len(ordinals))
    squares = 0.0
    for lag, weight in enumerate(weights):
        total = total + drawn[before - lag : before - lag + len(ordinals)] * weight
        squares += weight * weight
    result: Floats = total / np.sqrt(squares)
    return result


def waves(seed: int, purpose: str, subjects: Any, ordinals: Whole, period: int) -> Floats:
    """Slow departures, standard deviation 1: float64[subjects, days]. A knot every `period` days, straight lines
    between them, spread evened out; every subject's knots stand on days of its own."""
    rows = np.asarray(subjects, dtype=np.int64)
    first, last = int(ordinals[0]) // period - 1, int(ordinals[-1]) // period + 2
    knots = np.arange(first, last + 1, dtype=np.int64)
    # Two lots, a triangle of standard deviation sqrt(1/6): cheaper than a bell, and joined knots look like one.
    heights = lots(seed, f"{purpose}/0", rows, knots) + lots(seed, f"{purpose}/1", rows, knots) - 1.0
    heights *= 2.449489742783178
    offsets = (lots(seed, f"{purpose}/offset", rows, [0])[:, 0] * period).astype(np.int64)
    share = np.arange(period, dtype=np.float64) / period
    even = 1.0 / np.sqrt(share * share + (1.0 - share) * (1.0 - share))
    left, right = (1.0 - share) * even, share * even
    result = np.empty((len(rows), len(ordinals)))
    for offset in range(period):
        chosen = np.flatnonzero(offsets == offset)
        if len(chosen):
            moved = ordinals + offset
            place, at = moved // period - first, moved % period
            mine = heights[chosen]
            result[chosen] = mine[:, place] * left[at] + mine[:, place + 1] * right[at]
    return result
