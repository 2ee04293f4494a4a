"""What people do with money out of the ordinary: the frame in which the causes of this domain act.

A deed picks its customers, bends what they mean to do, and afterwards tells what became of it. Its customers pay
every other bill plainly, so that nothing else is odd about them.
"""

# ruff: noqa: ARG002 - the frame looks at nothing it is told

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jicha.county.chance import stream
from jicha.county.desk import Answer, BillFact, Desk, Planned, StationRecord
from jicha.county.money.books import Books
from jicha.county.money.days import SECONDS_A_DAY, SECONDS_AN_HOUR, Days
from jicha.county.money.habits import in_fen
from jicha.county.money.intents import PAY, Intent, Owed, moment_in
from jicha.county.money.payer import Payer, habit_named
from jicha.county.world import Customer
from jicha.kernel.period import Month
from jicha.kernel.text import Text

Fits = Callable[[Customer], bool]
_MOST_TRIES = 40


@dataclass(slots=True)
class Scene:
    """A station on which deeds are planned; `taken` are the customers that have one."""

    record: StationRecord
    days: Days
    books: Books
    taken: set[str] = field(default_factory=set)

    @property
    def seed(self) -> int:
        return self.record.city.seed

    def bills(self, customer: Customer) -> Sequence[BillFact]:
        return self.record.bills.get(customer.customer_id, ())

    def free(self, planned: Planned, fits: Fits) -> list[Customer]:
        """Customers whom it fits, with bills, without a deed, of the trades wished for; those without a story of
        another domain if there are any."""
        trades = planned.wish.trades
        free = [
            each
            for each in self.record.station.customers
            if each.customer_id not in self.taken
            and (not trades or each.trade.code in trades)
            and self.bills(each)
            and fits(each)
        ]
        return [each for each in free if each.story is None] or free


@dataclass(slots=True)
class More:
    """A receivable that no bill brings: on the books from a day on, of a month, of that type."""

    month: Month
    day: int
    owed: Owed
    kind: str


class Deed:
    """One happening. `prepare` says whether it finds what it needs; `bend` is asked for each of `customers`."""

    def __init__(self, planned: Planned, scene: Scene) -> None:
        self.planned, self.scene = planned, scene
        self.days, self.books = scene.days, scene.books
        self.chance = stream(scene.seed, planned.cause.kind, scene.record.station.org_id, planned.turn)
        self.customers: list[Customer] = []

    # What a kind says.

    def prepare(self) -> bool:
        """Pick customers and bills; False if the station has none that fit."""
        raise NotImplementedError

    def bend(self, payer: Payer, intents: list[Intent]) -> None:
        """Change what one of its customers means to do."""

    def split(self, bill: BillFact, owed: Owed) -> list[Owed]:
        """The receivables of one of its customers' bills."""
        return [owed]

    def more(self, customer: Customer) -> list[More]:
        """Receivables beside the bills."""
        return []

    def tell(self, desk: Desk) -> None:
        """Answers, from what became of the intents."""
        raise NotImplementedError

    # What kinds use.

    def pick(
        self, fits: Fits, least_yuan: int = 5, margin: int = 45, early: int = 0
    ) -> tuple[Customer, BillFact] | None:
        """A free customer and one of its bills: regular, at least so large, issued in the wished span, `margin` days
        before the books are drawn, with `early` bills before it; None if nobody fits."""
        free = self.scene.free(self.planned, fits)
        for _ in range(min(_MOST_TRIES, len(free) * 3)):
            customer = self.chance.choice(free)
            bills = self.good_bills(customer, least_yuan, margin)[early:]
            if bills:
                return customer, self.chance.choice(bills)
        for customer in free:
            bills = self.good_bills(customer, least_yuan, margin)[early:]
            if bills:
                return customer, self.chance.choice(bills)
        return None

    def good_bills(self, customer: Customer, least_yuan: int, margin: int) -> list[BillFact]:
        last = self.days.last - margin
        onset = self.planned.wish.onset
        return [
            bill
            for bill in self.scene.bills(customer)
            if bill.yuan >= least_yuan
            and bill.issued_on.toordinal() <= last
            and (onset is None or onset[0] <= bill.issued_on <= onset[1])
        ]

    def group(self, fits: Fits, size: int, least: int) -> list[Customer]:
        """So many free customers, all there are if fewer; none if fewer than `least`."""
        free = self.scene.free(self.planned, fits)
        if len(free) < least:
            return []
        chosen = free if len(free) <= size else self.chance.sample(free, size)
        return sorted(chosen, key=lambda each: each.index)

    def days_wished(self, low: int, high: int) -> int:
        """A number of days, as wished or between the two."""
        low, high = self.planned.wish.days or (low, high)
        return low + self.chance.randrange(high - low + 1)

    def size_wished(self, low: int, high: int) -> int:
        """A whole number, as wished or between the two."""
        if self.planned.wish.size is not None:
            low, high = int(self.planned.wish.size[0]), int(self.planned.wish.size[1])
        return low + self.chance.randrange(max(high - low, 0) + 1)

    def at(self, day: int, first_hour: int, last_hour: int) -> int:
        """A moment of the day between two hours."""
        span = (last_hour - first_hour) * SECONDS_AN_HOUR
        return day * SECONDS_A_DAY + first_hour * SECONDS_AN_HOUR + self.chance.randrange(span)

    def answer(
        self,
        desk: Desk,
        subject: tuple[str, str],
        customer_id: str,
        span: tuple[int, int],
        note: Text,
        fen: int = 0,
        size: int | None = None,
    ) -> None:
        """One answer; `subject` is (type, id), `span` ordinals half-open, `fen` + owed to the utility."""
        desk.answer(
            Answer(
                plan=self.planned.cause,
                subject_type=subject[0],
                subject_id=subject[1],
                customer_id=customer_id,
                valid_from=date.fromordinal(span[0]),
                valid_to=date.fromordinal(span[1]),
                note=note,
                energy_yuan=Decimal(fen).scaleb(-2),
                size=None if size is None else Decimal(size),
            )
        )

    def planted(self, desk: Desk) -> None:
        desk.planted(self.planned.cause.kind)


def plain_intents(payer: Payer, bills: Sequence[BillFact], days: Days) -> list[Intent]:
    """One payment a bill within days of its issue; nothing else."""
    payer.habit = habit_named("prompt", payer.customer.trade.customer_type)
    payer.abandons_last = payer.pays_by_note = False
    intents = []
    for bill in bills:
        day = bill.issued_on.toordinal() + payer.habit.first_day + payer.chance.randrange(5)
        if payer.way.has_collector and day <= days.last:
            day = days.bank_day(day)
        intents.append(Intent(moment_in(payer.chance, day, payer.way), PAY, payer.way, bill=bill))
    return intents


def silence(intents: list[Intent], first: int, until: int) -> None:
    """Nothing is done from the day `first` (ordinal) until the moment `until`, not included."""
    start = first * SECONDS_A_DAY
    intents[:] = [each for each in intents if not start <= each.at < until]


def fen_of(bill: BillFact) -> int:
    """The bill in fen."""
    return in_fen(bill.yuan)


def anybody(_customer: Customer) -> bool:
    return True


def is_dwelling(customer: Customer) -> bool:
    return customer.trade.is_dwelling


def is_firm(customer: Customer) -> bool:
    return not customer.trade.is_dwelling


def is_low_voltage(customer: Customer) -> bool:
    return not customer.trade.is_high_voltage


def is_factory(customer: Customer) -> bool:
    """Supplied at high voltage."""
    return customer.trade.is_high_voltage


__all__ = [
    "Deed",
    "More",
    "Scene",
    "anybody",
    "fen_of",
    "is_dwelling",
    "is_factory",
    "is_firm",
    "is_low_voltage",
    "plain_intents",
    "silence",
]
