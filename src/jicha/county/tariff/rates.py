"""Which rate an hour belongs to: the bands of the province by month (`facts/rate_hours.csv`)."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from jicha.county.tables import facts
from jicha.county.tariff.terms import RATES

QUARTERS_OF_DAY = 96
_QUARTERS_OF_HOUR = 4
_UNSET = -1


@cache
def rate_of_quarters(month: int) -> NDArray[np.int8]:
    """The rate of each quarter of an hour of a day in the calendar month (1 … 12), shape [96], not writable.

    0 critical (尖), 1 peak (峰), 2 flat (平), 3 valley (谷): places in `terms.RATES`. Quarter 0 is 00:00-00:15.
    Raises ValueError where the file leaves a quarter out or names it twice."""
    quarters = np.full(QUARTERS_OF_DAY, _UNSET, dtype=np.int8)
    for row in facts("rate_hours"):
        if str(month) not in row["months"].split("|"):
            continue
        band = slice(int(row["from_hour"]) * _QUARTERS_OF_HOUR, int(row["to_hour"]) * _QUARTERS_OF_HOUR)
        if (quarters[band] != _UNSET).any():
            raise ValueError(f"rate_hours.csv: month {month} has two rates from {row['from_hour']} o'clock")
        quarters[band] = RATES.index(row["rate"])
    if (quarters == _UNSET).any():
        raise ValueError(f"rate_hours.csv: month {month} has hours without a rate")
    quarters.flags.writeable = False
    return quarters


def rate_of_hours(month: int) -> NDArray[np.int8]:
    """The rate of each hour of a day in the calendar month, shape [24]; bands begin and end on full hours."""
    return rate_of_quarters(month)[::_QUARTERS_OF_HOUR]
