"""Which county company plants which happenings: each its part of what the city wants.

A small county may have nobody whom a rare kind fits. So the planting of a small city is rehearsed, which costs little,
and what finds no place in one county is given to another.
"""

from __future__ import annotations

from collections.abc import Sequence

from jicha.county.causes import area_kinds, kinds
from jicha.county.founding.station import found_station
from jicha.county.plan import Planned
from jicha.county.planting import plant
from jicha.county.world import City, CountyPlan

Shares = list[dict[str, list[Planned]]]

# In a larger city every kind fits somebody in every county.
_MOST_REHEARSED = 2_000


def shared(city: City, wanted: dict[str, list[Planned]], *, by_nature: bool) -> Shares:
    """Each county's happenings by kind, in the order of `city.counties`."""
    shares = _in_proportion(city, wanted)
    if city.customers > _MOST_REHEARSED:
        return shares
    for _ in city.counties[1:]:
        lefts = [
            _left(city, county, share, by_nature=by_nature)
            for county, share in zip(city.counties, shares, strict=True)
        ]
        if not _moved(shares, lefts):
            break
    return shares


def part(left: dict[str, list[Planned]], stations: int) -> dict[str, Sequence[Planned]]:
    """What one of so many stations is to plant of what is left: its part, rounded up to whole groups."""
    return {
        kind: asked[: -(-len(asked) // stations // _group(kind)) * _group(kind)]
        for kind, asked in left.items()
    }


def _in_proportion(city: City, wanted: dict[str, list[Planned]]) -> Shares:
    """By the customers of each county; a single one goes to each in turn."""
    sizes = [sum(len(station.trades) for station in county.stations) for county in city.counties]
    shares: Shares = [{} for _ in city.counties]
    for number, (kind, asked) in enumerate(wanted.items()):
        owed = [size * len(asked) / city.customers for size in sizes]
        given = [0] * len(sizes)
        for turn, together in enumerate(_in_groups(kind, asked)):
            # The county that is furthest behind; among equals they take turns.
            behind = [
                (owed[place] - given[place], -((place + number + turn) % len(sizes)))
                for place in range(len(sizes))
            ]
            place = max(range(len(sizes)), key=behind.__getitem__)
            given[place] += len(together)
            shares[place].setdefault(kind, []).extend(together)
    return shares


def _group(kind: str) -> int:
    return kinds()[kind].group if kind in kinds() else 1


def _in_groups(kind: str, asked: list[Planned]) -> list[list[Planned]]:
    """Those that share one happening stay together; a single one left over joins the last group."""
    size = _group(kind)
    groups = [asked[place : place + size] for place in range(0, len(asked), size)]
    if len(groups) > 1 and len(groups[-1]) < min(size, 2):
        last = groups.pop()
        groups[-1] = [*groups[-1], *last]
    return groups


def _left(
    city: City, county: CountyPlan, share: dict[str, list[Planned]], *, by_nature: bool
) -> dict[str, list[Planned]]:
    """What of the county's share would find nobody at its stations."""
    left = {kind: asked for kind, asked in share.items() if kind in kinds() or kind in area_kinds()}
    for number, plan in enumerate(county.stations):
        asked = part(left, len(county.stations) - number)
        planted = plant(city, found_station(city, plan), asked, by_nature=by_nature)
        left = {
            kind: [*planted.left.get(kind, ()), *left[kind][len(tried) :]] for kind, tried in asked.items()
        }
    return {kind: rest for kind, rest in left.items() if rest}


def _moved(shares: Shares, lefts: Shares) -> bool:
    """Give what is left in one county to the next one in which nothing of the kind is left; whether any was."""
    moved = False
    for place, left in enumerate(lefts):
        for kind, rest in left.items():
            others = [(place + step) % len(shares) for step in range(1, len(shares))]
            other = next((each for each in others if kind not in lefts[each]), None)
            if other is None:
                continue
            turns = {each.turn for each in rest}
            shares[place][kind] = [each for each in shares[place][kind] if each.turn not in turns]
            taken = [*shares[other].get(kind, []), *rest]
            shares[other][kind] = sorted(taken, key=lambda each: each.turn)
            moved = True
    return moved
