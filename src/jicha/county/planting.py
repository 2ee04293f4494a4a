"""Planting: which customers get which story, and when.

Customers of trades that have a story by nature get it first. The other kinds are planted in the order of
`cause_plan.csv`, each from its own random stream, among the customers that fit and have no story yet; so no
customer ever has two. A kind that cannot be planted says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from jicha.county.causes import billing, filing, metering, reading, spans, use
from jicha.county.chance import stream
from jicha.county.place import VARIANTS, Kind, Place
from jicha.county.tables import PlannedCause, cause_plan
from jicha.county.world import Customer, World
from jicha.kernel.text import Text

_KINDS: dict[str, Kind] = (
    metering.KINDS | reading.KINDS | billing.KINDS | spans.KINDS | filing.KINDS | use.KINDS
)
# A happening of a reading book befalls at least so many of its customers.
_FEWEST_TOGETHER = 2
#: Candidates by variant, in the order of their turn from the last on.
_Candidates = tuple[list[Customer], ...]


@dataclass(slots=True)
class Planted:
    """How many stories of each kind were planted, and why any kind fell short of its plan."""

    counts: dict[str, int] = field(default_factory=dict)
    shortfalls: dict[str, Text] = field(default_factory=dict)


def plant(seed: int, world: World) -> Planted:
    """Give out stories; changes the customers of `world`."""
    planted = Planted(counts=dict.fromkeys(cause_plan(), 0))
    _plant_by_nature(seed, world, planted)
    for plan in cause_plan().values():
        if len(world.months) < plan.min_months:
            planted.shortfalls[plan.kind] = Text(
                en=f"needs {plan.min_months} months, the period has {len(world.months)}",
                zh=f"需要 {plan.min_months} 个月,本次只有 {len(world.months)} 个月",
            )
        elif plan.kind in _KINDS:
            planted.counts[plan.kind] = _plant_kind(seed, world, plan, planted)
        if not planted.counts[plan.kind]:
            nobody = Text(en="no customer is of that kind", zh="没有符合条件的用户")
            planted.shortfalls.setdefault(plan.kind, nobody)
    return planted


def _plant_by_nature(seed: int, world: World, planted: Planted) -> None:
    """Pumps, cabinets, holiday homes are what they are; each of them looks odd without anybody's doing."""
    for customer in world.customers:
        kind = customer.trade.story_kind
        if kind:
            place = _place(seed, world, cause_plan()[kind], customer, turn=0, variant=0)
            customer.story = use.BY_TRADE[kind](place)
            planted.counts[kind] += 1


def _plant_kind(seed: int, world: World, plan: PlannedCause, planted: Planted) -> int:
    """Stories planted of one kind."""
    kind = _KINDS[plan.kind]
    if kind.everybody:
        return _plant_everybody(seed, world, plan)
    candidates: _Candidates = tuple(
        [
            customer
            for customer in world.customers
            if _is_ordinary(world, customer) and kind.fits(customer, variant)
        ]
        for variant in range(VARIANTS)
    )
    chance = stream(seed, "plan", plan.kind)
    for fitting in candidates:
        chance.shuffle(fitting)
    wanted = -(-len(world.customers) * plan.per_mille // 1000)
    plant_among = _plant_singly if kind.group == 1 else _plant_by_book
    count = plant_among(seed, world, plan, candidates, wanted)
    if count < wanted:
        planted.shortfalls[plan.kind] = Text(
            en=f"{count} of {wanted} planted, no further customer fits",
            zh=f"计划 {wanted} 户,只有 {count} 户符合条件",
        )
    return count


def _plant_everybody(seed: int, world: World, plan: PlannedCause) -> int:
    kind = _KINDS[plan.kind]
    fitting = [each for each in world.customers if each.story is None and kind.fits(each, 0)]
    for customer in fitting:
        customer.story = kind.tell(_place(seed, world, plan, customer, turn=0, variant=0))
    return len(fitting)


def _plant_singly(seed: int, world: World, plan: PlannedCause, candidates: _Candidates, wanted: int) -> int:
    """To each customer its own happening."""
    count = 0
    for turn in range(wanted):
        # The variant whose turn it is; the other one where nobody is left for it.
        for variant in (turn % VARIANTS, (turn + 1) % VARIANTS):
            customer = _next_without_story(candidates[variant])
            if customer is not None:
                customer.story = _KINDS[plan.kind].tell(_place(seed, world, plan, customer, turn, variant))
                count += 1
                break
    return count


def _plant_by_book(seed: int, world: World, plan: PlannedCause, candidates: _Candidates, wanted: int) -> int:
    """To a few customers of one reading book the same happening, book by book."""
    kind, count, turn = _KINDS[plan.kind], 0, 0
    by_book = [_by_book(fitting) for fitting in candidates]
    while count < wanted:
        variant = turn % VARIANTS
        size = min(kind.group, max(wanted - count, _FEWEST_TOGETHER))
        members = _next_of_one_book(by_book[variant], size)
        if not members:
            break
        for customer in members:
            customer.story = kind.tell(_place(seed, world, plan, customer, turn, variant))
        count += len(members)
        turn += 1
    return count


def _by_book(fitting: list[Customer]) -> dict[str, list[Customer]]:
    by_book: dict[str, list[Customer]] = {}
    for customer in reversed(fitting):
        by_book.setdefault(customer.book.book_id, []).append(customer)
    return by_book


def _next_of_one_book(by_book: dict[str, list[Customer]], size: int) -> list[Customer]:
    """The next customers of the book whose turn it is, which then has to wait for the others."""
    for book_id in list(by_book):
        fitting = [customer for customer in by_book.pop(book_id) if customer.story is None]
        if len(fitting) >= _FEWEST_TOGETHER:
            by_book[book_id] = fitting[size:]
            return fitting[:size]
    return []


def _next_without_story(candidates: list[Customer]) -> Customer | None:
    while candidates:
        customer = candidates.pop()
        if customer.story is None:
            return customer
    return None


def _place(seed: int, world: World, plan: PlannedCause, customer: Customer, turn: int, variant: int) -> Place:
    return Place(seed, world, plan, customer, stream(seed, plan.kind, customer.index), turn, variant)


def _is_ordinary(world: World, customer: Customer) -> bool:
    """Supplied through the whole period and without a story."""
    return customer.opened_on < world.first_day and customer.closed_on is None and customer.story is None
