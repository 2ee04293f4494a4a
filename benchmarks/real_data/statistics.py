"""Rates, lifts and their intervals, as docs/real-data.md prints them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: The 97.5 % point of the standard normal distribution: two-sided intervals of 95 %.
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Group:
    """Clients of one stratum: `found` of them by a topic, of whom `guilty_found` are frauds; `clients` in all
    with `guilty` frauds."""

    clients: int
    guilty: int
    found: int
    guilty_found: int

    def __add__(self, other: Group) -> Group:
        return Group(
            self.clients + other.clients,
            self.guilty + other.guilty,
            self.found + other.found,
            self.guilty_found + other.guilty_found,
        )


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f}–{self.high:.2f})"


def wilson(hits: int, total: int) -> Interval | None:
    """A share with its Wilson score interval; None of nothing. E. B. Wilson, JASA 22 (1927) 209-212."""
    if total == 0:
        return None
    share = hits / total
    spread = Z * math.sqrt(share * (1 - share) / total + Z * Z / (4 * total * total))
    middle = share + Z * Z / (2 * total)
    scale = 1 + Z * Z / total
    return Interval(share, (middle - spread) / scale, (middle + spread) / scale)


def lift(group: Group) -> Interval | None:
    """Share of frauds among the clients found over that among all of the stratum. The interval is Wilson's for
    the first share; the second, of many more clients, is taken as known."""
    share = wilson(group.guilty_found, group.found)
    if share is None or group.guilty == 0:
        return None
    base = group.guilty / group.clients
    return Interval(share.value / base, share.low / base, share.high / base)


def common_risk_ratio(strata: Sequence[Group]) -> Interval | None:
    """Risk of fraud among clients found over that among the others, alike in every stratum.

    Mantel and Haenszel's estimate with the variance of Greenland and Robins (Biometrics 41 (1985) 55-68): what
    is left of a topic's lift once clients are compared with clients observed for as long. None where a side
    is empty in every stratum.
    """
    upper = lower = variance = 0.0
    for group in strata:
        others, guilty_others = group.clients - group.found, group.guilty - group.guilty_found
        if not group.found or not others:
            continue
        upper += group.guilty_found * others / group.clients
        lower += guilty_others * group.found / group.clients
        variance += (
            group.guilty * group.found * others - group.guilty_found * guilty_others * group.clients
        ) / group.clients**2
    if not upper or not lower:
        return None
    ratio = upper / lower
    spread = Z * math.sqrt(variance / (upper * lower))
    return Interval(ratio, ratio * math.exp(-spread), ratio * math.exp(spread))
