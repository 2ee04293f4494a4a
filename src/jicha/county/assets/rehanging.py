"""Meters that lightning takes twice within a year: hung anew before the first day is lived, told of afterwards.

`rehang` is called once a station's stories are given out and before its days are lived; `rehung` finds the same
customers again when the papers are written.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from jicha.county.chance import stream
from jicha.county.desk import Desk
from jicha.county.founding.customer import meter_number
from jicha.county.picking import is_quiet
from jicha.county.plan import Planned
from jicha.county.world import HUNDREDTHS, City, Customer, Installation, Station

LIGHTNING_TWICE = "meter_changed_after_lightning_twice"
_FIRST_STRIKES, _SECOND_AFTER = (4, 9), (40, 200)
_HIGHEST_NEW_REGISTER = 20 * HUNDREDTHS
_STRUCK = ("rural_household", "household", "farm", "shop", "workshop")
_LEAST_MONTHS = 14


def rehang(city: City, station: Station, desk: Desk) -> None:
    """Give each customer that lightning is to meet two more meters, on days inside the period."""
    for customer, planned in _struck(city, station, desk):
        chance = _chance(city, customer)
        ordinal = len(customer.installations) + 1
        for day in _days(city, planned, chance):
            last = customer.installations[-1]
            last.removed_on = day
            customer.installations.append(
                Installation(
                    meter_id=meter_number(customer.index, ordinal),
                    installed_on=day,
                    removed_on=None,
                    multiplier=last.multiplier,
                    filed_multiplier=last.filed_multiplier,
                    digits=last.digits,
                    start_register=chance.randrange(_HIGHEST_NEW_REGISTER),
                    ct_ratio=last.ct_ratio,
                    pt_ratio=last.pt_ratio,
                )
            )
            ordinal += 1


def rehung(city: City, station: Station, desk: Desk) -> list[tuple[Customer, Planned]]:
    """Customers that `rehang` met, with what was planned; empty where nobody called it."""
    return [
        (customer, planned)
        for customer, planned in _struck(city, station, desk)
        if customer.story is None
        and sum(1 for each in customer.installations if each.installed_on >= city.first_day) > 1
    ]


def _struck(city: City, station: Station, desk: Desk) -> list[tuple[Customer, Planned]]:
    wanted = desk.wanted(LIGHTNING_TWICE)
    if not wanted or len(city.months) < _LEAST_MONTHS:
        return []
    left = [
        each
        for each in station.customers
        if each.trade.code in _STRUCK and is_quiet(each) and each.opened_on < city.first_day
    ]
    met = []
    for planned in wanted:
        chance = stream(city.seed, "papers", LIGHTNING_TWICE, station.org_id, planned.turn)
        trades = planned.wish.trades
        places = [place for place, each in enumerate(left) if not trades or each.trade.code in trades]
        if places:
            met.append((left.pop(places[chance.randrange(len(places))]), planned))
    return met


def _chance(city: City, customer: Customer) -> random.Random:
    return stream(city.seed, "papers", LIGHTNING_TWICE, customer.index)


def _days(city: City, planned: Planned, chance: random.Random) -> tuple[date, date]:
    """The days of both strikes: the first in a month of storms, the second within a year of it."""
    stormy = [
        month for month in city.months[2:-8] if _FIRST_STRIKES[0] <= month.month <= _FIRST_STRIKES[1]
    ] or [city.months[2]]
    first = chance.choice(stormy).first + timedelta(days=chance.randrange(4, 25))
    wish = planned.wish.onset
    if wish is not None and city.first_day <= wish[0] < city.end - timedelta(days=_SECOND_AFTER[1]):
        first = wish[0]
    return first, first + timedelta(days=chance.randrange(*_SECOND_AFTER))
