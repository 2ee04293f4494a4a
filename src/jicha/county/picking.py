"""Whom a happening meets: candidates by chance and by the wishes of a plan from outside; people of an organisation.

For the causes of offices, which are planted in papers after a station's last day. A pick depends on the seed, the
kind, the station and its turn alone.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Generic, TypeVar

from jicha.county.chance import between, day_between, stream
from jicha.county.desk import Answer, Desk, StationRecord
from jicha.county.plan import Planned
from jicha.county.world import Customer, Staff
from jicha.kernel.text import Text

Subject = TypeVar("Subject")

_THOUSANDTHS = 1000


@dataclass(frozen=True, slots=True)
class Pick(Generic[Subject]):
    """One happening and whom it meets, with its own chance."""

    planned: Planned
    subject: Subject
    chance: random.Random

    def onset(self, first: date, last: date) -> date:
        """The first day, in first … last as far as the plan leaves it open."""
        wish = self.planned.wish.onset
        if wish is not None:
            first, last = max(first, wish[0]), min(last, wish[1])
            if last < first:
                first, last = wish
        return day_between(self.chance, first, max(first, last))

    def days(self, least: int, most: int) -> int:
        """How long, in days."""
        low, high = self.planned.wish.days or (least, most)
        return self.chance.randrange(low, max(low, high) + 1)

    def size(self, least: float, most: float) -> Decimal:
        """How large, in the cause's own measure, to three places."""
        low, high = self.planned.wish.size or (least, most)
        return Decimal(round(between(self.chance, low, high) * _THOUSANDTHS)).scaleb(-3)


@dataclass(slots=True)
class Picker:
    """Gives out the happenings of one domain at one station; nobody is met twice by a domain."""

    record: StationRecord
    desk: Desk
    met: set[str] = field(default_factory=set)

    def picks(
        self,
        kind: str,
        candidates: Callable[[], Sequence[Subject]],
        name: Callable[[Subject], str],
        trade: Callable[[Subject], str] | None = None,
    ) -> Iterator[Pick[Subject]]:
        """One pick for each happening wanted, as far as there are candidates; each counts as planted."""
        wanted = self.desk.wanted(kind)
        if not wanted:
            return
        left = [each for each in candidates() if name(each) not in self.met]
        planted = 0
        for planned in wanted:
            chance = stream(self.record.city.seed, "papers", kind, self.record.station.org_id, planned.turn)
            trades = planned.wish.trades
            places = [
                place
                for place, each in enumerate(left)
                if not trades or (trade is not None and trade(each) in trades)
            ]
            if not places:
                continue
            subject = left.pop(places[chance.randrange(len(places))])
            self.met.add(name(subject))
            planted += 1
            yield Pick(planned, subject, chance)
        if planted:
            self.desk.planted(kind, planted)

    def customers(
        self, kind: str, fits: Callable[[Customer], bool] = lambda _: True, *, or_busy: bool = False
    ) -> Iterator[Pick[Customer]]:
        """Picks among the station's customers that have no story and are never closed; where none of them fits and
        `or_busy`, among those that have one: what is planted then lies in other papers than the story."""

        def candidates() -> list[Customer]:
            quiet = [each for each in self.record.station.customers if is_quiet(each) and fits(each)]
            if quiet or not or_busy:
                return quiet
            return [each for each in self.record.station.customers if each.closed_on is None and fits(each)]

        return self.picks(kind, candidates, lambda each: each.customer_id, lambda each: each.trade.code)

    def answer(
        self,
        pick: Pick[Subject],
        subject_type: str,
        subject_id: str,
        customer_id: str,
        span: tuple[date, date],
        note: Text,
        *,
        size: Decimal | None = None,
        kwh: Decimal = Decimal("0.00"),
        yuan: Decimal = Decimal("0.00"),
    ) -> None:
        """One row of the answer key; the span is cut to the period."""
        first = max(span[0], self.record.city.first_day)
        end = max(min(span[1], self.record.city.end), first + timedelta(days=1))
        self.desk.answer(
            Answer(
                plan=pick.planned.cause,
                subject_type=subject_type,
                subject_id=subject_id,
                customer_id=customer_id,
                valid_from=first,
                valid_to=end,
                note=note,
                size=size,
                true_kwh=kwh,
                energy_yuan=yuan,
            )
        )


def is_quiet(customer: Customer) -> bool:
    """Without a story, and supplied from before the period to its end."""
    return customer.story is None and customer.closed_on is None and customer.interruption is None


class People:
    """Who does what at a station: its own people, else those of its county, else those of the city."""

    def __init__(self, record: StationRecord) -> None:
        org_id = record.station.org_id
        self._levels = [
            tuple(each for each in record.city.staff if each.org_id == level)
            for level in (org_id, org_id[:-2], org_id[:-4])
        ]
        self._by_posts: dict[tuple[str, ...], tuple[Staff, ...]] = {}

    @property
    def own(self) -> tuple[Staff, ...]:
        """The station's own people."""
        return self._levels[0]

    def all_of(self, *posts: str) -> tuple[Staff, ...]:
        """Those of the first of the posts that anybody holds, at the nearest level; else everybody near."""
        known = self._by_posts.get(posts)
        if known is None:
            known = self._found(posts)
            self._by_posts[posts] = known
        return known

    def _found(self, posts: tuple[str, ...]) -> tuple[Staff, ...]:
        for post in posts:
            for level in self._levels:
                holders = tuple(each for each in level if each.post == post)
                if holders:
                    return holders
        return next(level for level in self._levels if level)

    def one_of(self, chance: random.Random, *posts: str) -> Staff:
        """One of `all_of`."""
        return chance.choice(self.all_of(*posts))


def moment(day: date, hour: int, minute: int, second: int = 0) -> str:
    """An instant as exports write it."""
    return f"{day.isoformat()} {hour:02d}:{minute:02d}:{second:02d}"


def in_office_hours(chance: random.Random, day: date) -> str:
    """Some instant between half past eight and half past five of the day."""
    minute = chance.randrange(8 * 60 + 30, 17 * 60 + 30)
    return moment(day, minute // 60, minute % 60, chance.randrange(60))


def workday_from(day: date) -> date:
    """The day, or the Monday after it at a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


__all__ = ["People", "Pick", "Picker", "in_office_hours", "is_quiet", "moment", "workday_from"]
