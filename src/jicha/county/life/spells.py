"""Spells that come to a customer now and then – absences, stops – found for any span of days without their past."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from jicha.county.chance import Floats, Whole, lots
from jicha.county.life.calendar import DayTable

#: One chance every so many days.
_BLOCK_DAYS = 30


def marked(
    seed: int, purpose: str, indices: Whole, days: DayTable, share: float, length: tuple[int, int]
) -> tuple[NDArray[np.bool_], Floats]:
    """bool[customers, days] inside a spell; and the share of days each customer spends so, on the average.

    Every 30 days a spell of `length` days (from, to) begins with the probability `share` times the customer's own
    inclination: most have next to none, a few are often away (0 to 3.7)."""
    shortest, longest = length
    first, count = int(days.ordinals[0]), len(days)
    blocks = np.arange(
        (first - longest) // _BLOCK_DAYS, (first + count - 1) // _BLOCK_DAYS + 1, dtype=np.int64
    )
    drawn = lots(seed, f"{purpose}/inclined", indices, [0])
    # Mean 1 at any share below a fifth.
    inclined = np.minimum(share * (0.1 + 3.6 * drawn * drawn * drawn), 0.95)
    who, which = np.nonzero(lots(seed, f"{purpose}/happens", indices, blocks) < inclined)
    begins = _at(seed, f"{purpose}/begins", indices, blocks, who, which, _BLOCK_DAYS)
    begins = begins + blocks[which] * _BLOCK_DAYS - first
    lasts = shortest + _at(seed, f"{purpose}/lasts", indices, blocks, who, which, longest - shortest + 1)
    edges = np.zeros((len(indices), count + 1), dtype=np.int8)
    np.add.at(edges, (who, np.clip(begins, 0, count)), 1)
    np.add.at(edges, (who, np.clip(begins + lasts, 0, count)), -1)
    # What two spells share is not lost twice.
    cost = inclined[:, 0] * ((shortest + longest) / 2) / _BLOCK_DAYS
    cost = cost * (1.0 - cost / 2)
    return np.cumsum(edges[:, :count], axis=1, dtype=np.int8) > 0, cost


def _at(
    seed: int, purpose: str, indices: Whole, blocks: Whole, who: Whole, which: Whole, choices: int
) -> Whole:
    drawn = lots(seed, purpose, indices, blocks)[who, which]
    result: Whole = (drawn * choices).astype(np.int64)
    return result
