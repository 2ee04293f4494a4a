"""One happening of the domain to be planted: its chance, its wishes, whom it hits, and its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random

from jicha.county.desk import Answer, Desk
from jicha.county.plan import Planned
from jicha.county.service.filing import is_lawful
from jicha.county.service.habits import size_of
from jicha.county.service.papers import Papers
from jicha.county.service.work_clock import WorkClock
from jicha.county.world import Customer
from jicha.kernel.text import Text

_NO_MONEY = Decimal("0.00")


def anybody(_: Customer) -> bool:
    """Whoever it is."""
    return True


@dataclass
class Happening:
    """`used`: customers that a happening of this station has already, which are left alone."""

    papers: Papers
    desk: Desk
    planned: Planned
    used: set[str]

    @cached_property
    def chance(self) -> Random:
        return self.papers.stream("cause", self.planned.cause.kind, self.planned.turn)

    @property
    def clock(self) -> WorkClock:
        return self.papers.clock

    @cached_property
    def size(self) -> int:
        """How large it is, in the cause's own whole units."""
        return size_of(self.chance, self.planned.cause.kind, self.planned.wish)

    def length(self, least: int, most: int) -> int:
        """How many days it lasts: as wished, or so many."""
        if self.planned.wish.days is not None:
            least, most = self.planned.wish.days
        return self.chance.randrange(least, max(least, most) + 1)

    def day(self, after_start: int = 10, before_end: int = 40) -> date:
        """The day on which it begins: as wished, or any that lies so far within the period."""
        first = self.papers.first_day + timedelta(days=after_start)
        last = self.papers.end - timedelta(days=max(1, before_end))
        if self.planned.wish.onset is not None:
            wished = self.planned.wish.onset
            first = max(wished[0], self.papers.first_day)
            last = min(wished[1], self.papers.end - timedelta(days=1))
        last = max(first, last)
        return date.fromordinal(self.chance.randrange(first.toordinal(), last.toordinal() + 1))

    def workday(self, after_start: int = 10, before_end: int = 40) -> date:
        return self.clock.workday(self.day(after_start, before_end))

    def customers(self, fits: Callable[[Customer], bool], day: date | None = None) -> list[Customer]:
        """Customers of the trades wished, supplied on the day, that no happening of the domain has yet: those whom
        nothing else befell, or where there are none, anybody."""
        trades = self.planned.wish.trades
        found = [
            each
            for each in self.papers.customers
            if each.customer_id not in self.used
            and (not trades or each.trade.code in trades)
            and (day is None or self.papers.supplied(each, day))
            and fits(each)
        ]
        return [each for each in found if is_lawful(each)] or found

    def customer(
        self, day: date | None = None, fits: Callable[[Customer], bool] = anybody
    ) -> Customer | None:
        """One of them; None where there is nobody."""
        found = self.customers(fits, day)
        return self.take(self.chance.choice(found)) if found else None

    def take(self, customer: Customer) -> Customer:
        """The customer, who gets no other happening of this domain."""
        self.used.add(customer.customer_id)
        return customer

    def answer(
        self,
        subject_type: str,
        subject_id: str,
        customer: Customer | None,
        first: date | datetime,
        last: date | datetime,
        note: Text,
        *,
        size: int | None = None,
        breach_yuan: Decimal = _NO_MONEY,
        counts: bool = True,
    ) -> None:
        """One row of the answer key, from the first day to the last; `counts` not, where it is a further row of one
        happening."""
        begin, end = _day(first), min(_day(last) + timedelta(days=1), self.papers.end)
        self.desk.answer(
            Answer(
                plan=self.planned.cause,
                subject_type=subject_type,
                subject_id=subject_id,
                customer_id=customer.customer_id if customer is not None else "",
                valid_from=begin,
                valid_to=max(end, begin + timedelta(days=1)),
                note=note,
                breach_yuan=breach_yuan,
                size=None if size is None else Decimal(size),
            )
        )
        if counts:
            self.desk.planted(self.planned.cause.kind)


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


Deed = Callable[[Happening], None]
