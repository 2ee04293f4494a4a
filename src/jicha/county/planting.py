"""Planting: which customers of a station get which story, and when.

Customers of trades that have a story by nature get it first. The other kinds are planted in the order of the plan,
each from its own random stream, among the customers that fit and have no story yet; so no customer ever has two.
What finds no customer at one station is left for the next one of the county; what finds none at all says why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import takewhile

from jicha.county.causes import area_kinds, kinds, kinds_by_trade
from jicha.county.causes.areas import AreaPlace
from jicha.county.chance import stream
from jicha.county.place import VARIANTS, Kind, Place
from jicha.county.plan import Planned, Wish
from jicha.county.tables import PlannedCause, cause_plan
from jicha.county.world import City, Customer, Station

# A happening of a reading book befalls at least so many of its customers.
_FEWEST_TOGETHER = 2
_Candidates = tuple[list[Customer], ...]


@dataclass(slots=True)
class Planted:
    """How many stories of each kind were planted at one station, and what is left of each kind for another."""

    counts: dict[str, int] = field(default_factory=dict)
    left: dict[str, list[Planned]] = field(default_factory=dict)

    def count(self, kind: str, number: int) -> None:
        if number:
            self.counts[kind] = self.counts.get(kind, 0) + number


def plant(
    city: City, station: Station, wanted: Mapping[str, Sequence[Planned]], *, by_nature: bool
) -> Planted:
    """Give out stories; changes the station's customers and areas."""
    planted = Planted()
    plan = cause_plan()
    if by_nature:
        _plant_by_nature(city, station, plan, planted)
    for name, asked in wanted.items():
        if name in area_kinds():
            left = _plant_areas(city, station, asked)
            planted.count(name, len(asked) - len(left))
            planted.left[name] = left
    # Those whom few customers fit choose first.
    chosen = [(_candidates(city, station, name), asked) for name, asked in wanted.items() if name in kinds()]
    for candidates, asked in sorted(chosen, key=lambda each: sum(len(fitting) for fitting in each[0])):
        if not asked or kinds()[asked[0].cause.kind].everybody:
            continue
        name = asked[0].cause.kind
        before = _of_kind(station, name)
        planted.left[name] = _plant_kind(city, station, candidates, asked)
        # Of those who share a happening there may be one more than asked for: nobody is alone in it.
        planted.count(name, _of_kind(station, name) - before)
    if by_nature:
        for name, kind in kinds().items():
            if kind.everybody and len(city.months) >= plan[name].min_months:
                planted.count(name, _plant_everybody(city, station, kind, plan[name]))
    return planted


def _of_kind(station: Station, name: str) -> int:
    return sum(1 for each in station.customers if each.story is not None and each.story.plan.kind == name)


def _plant_by_nature(
    city: City, station: Station, plan: Mapping[str, PlannedCause], planted: Planted
) -> None:
    """Pumps, cabinets, holiday homes are what they are; each of them looks odd without anybody's doing."""
    for customer in station.customers:
        name = customer.trade.story_kind
        if name:
            place = _place(city, station, Planned(plan[name], 0), customer, 0)
            customer.story = kinds_by_trade()[name](place)
            planted.count(name, 1)


def _plant_everybody(city: City, station: Station, kind: Kind, cause: PlannedCause) -> int:
    fitting = [each for each in station.customers if each.story is None and kind.fits(each, 0)]
    for customer in fitting:
        customer.story = kind.tell(_place(city, station, Planned(cause, 0), customer, 0))
    return len(fitting)


def _plant_areas(city: City, station: Station, asked: Sequence[Planned]) -> list[Planned]:
    left = []
    for planned in asked:
        chance = stream(city.seed, planned.cause.kind, station.org_id, planned.turn)
        place = AreaPlace(city, station, planned, chance)
        if not area_kinds()[planned.cause.kind](place):
            left.append(planned)
    return left


def _candidates(city: City, station: Station, name: str) -> _Candidates:
    kind = kinds()[name]
    return tuple(
        [each for each in station.customers if _is_ordinary(city, each) and kind.fits(each, variant)]
        for variant in range(VARIANTS)
    )


def _plant_kind(
    city: City, station: Station, candidates: _Candidates, asked: Sequence[Planned]
) -> list[Planned]:
    """What of the kind found no customer."""
    name = asked[0].cause.kind
    kind = kinds()[name]
    chance = stream(city.seed, "plan", name, station.org_id)
    for fitting in candidates:
        chance.shuffle(fitting)
    plant_among = _plant_singly if kind.group == 1 else _plant_by_book
    return plant_among(city, station, kind, candidates, asked)


def _plant_singly(
    city: City, station: Station, kind: Kind, candidates: _Candidates, asked: Sequence[Planned]
) -> list[Planned]:
    """To each customer its own happening."""
    left = []
    for planned in asked:
        # The variant whose turn it is; the other one where nobody is left for it.
        for variant in (planned.turn % VARIANTS, (planned.turn + 1) % VARIANTS):
            customer = _next_without_story(candidates[variant], planned.wish)
            if customer is not None:
                customer.story = kind.tell(_place(city, station, planned, customer, variant))
                break
        else:
            left.append(planned)
    return left


def _plant_by_book(
    city: City, station: Station, kind: Kind, candidates: _Candidates, asked: Sequence[Planned]
) -> list[Planned]:
    """To a few customers of one reading book the same happening, book by book."""
    by_book = [_by_book(fitting) for fitting in candidates]
    count = 0
    while count < len(asked):
        planned = asked[count]
        variant = planned.turn // kind.group % VARIANTS
        alike = sum(1 for _ in takewhile(partial(_wishes_the_same, planned), asked[count:]))
        size = min(kind.group, max(alike, _FEWEST_TOGETHER))
        members = _next_of_one_book(by_book[variant], size, planned.wish) or _next_of_one_book(
            by_book[1 - variant], size, planned.wish
        )
        if not members:
            break
        for customer in members:
            customer.story = kind.tell(_place(city, station, planned, customer, variant))
        count += len(members)
    return list(asked[count:])


def _by_book(fitting: list[Customer]) -> dict[str, list[Customer]]:
    by_book: dict[str, list[Customer]] = {}
    for customer in reversed(fitting):
        by_book.setdefault(customer.book.book_id, []).append(customer)
    return by_book


def _next_of_one_book(by_book: dict[str, list[Customer]], size: int, wish: Wish) -> list[Customer]:
    """The next customers of the book whose turn it is, which then has to wait for the others."""
    for book_id in list(by_book):
        fitting = [customer for customer in by_book.pop(book_id) if customer.story is None]
        chosen = [each for each in fitting if _is_of(each, wish)][:size]
        if len(chosen) >= _FEWEST_TOGETHER:
            by_book[book_id] = [each for each in fitting if each not in chosen]
            return chosen
        if wish.trades:
            # There may be some for another wish.
            by_book[book_id] = fitting
    return []


def _next_without_story(candidates: list[Customer], wish: Wish) -> Customer | None:
    for place in range(len(candidates) - 1, -1, -1):
        customer = candidates[place]
        if customer.story is not None:
            del candidates[place]
        elif _is_of(customer, wish):
            return candidates.pop(place)
    return None


def _wishes_the_same(one: Planned, other: Planned) -> bool:
    return one.wish == other.wish


def _is_of(customer: Customer, wish: Wish) -> bool:
    return not wish.trades or customer.trade.code in wish.trades


def _place(city: City, station: Station, planned: Planned, customer: Customer, variant: int) -> Place:
    chance = stream(city.seed, planned.cause.kind, customer.index)
    return Place(city, station, planned, customer, chance, variant)


def _is_ordinary(city: City, customer: Customer) -> bool:
    """Supplied through the whole period and without a story."""
    return customer.opened_on < city.first_day and customer.closed_on is None and customer.story is None
