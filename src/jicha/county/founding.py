"""Founding the county: the network of organisations, areas and books, and the customers on it.

After founding everything is ordinary: no customer has a story (`causes` gives them out), and every file
agrees with the wall.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from jicha.county import names
from jicha.county.chance import between, day_between, shares, stream
from jicha.county.tables import Trade, habits, trades
from jicha.county.world import HUNDREDTHS, Agreement, Area, Book, Customer, Installation, Organisation, World
from jicha.kernel.period import Month

_PUBLIC_TRANSFORMERS_KVA = ("200", "315", "400", "630")
# Four digits from a nought: no numbered book can have it, however many there are.
_FAR_BOOK = "0800"
_DWELLING = "household"
_ISSUE_DAYS = range(2, 9)
_OLDEST_ACCOUNT = date(2005, 1, 1)
_OLDEST_METER = date(2015, 1, 1)
_YOUNGEST_BEFORE_PERIOD = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Station:
    org_id: str
    county: str
    name: str
    number_prefix: str


@dataclass(frozen=True, slots=True)
class Seat:
    """A place a customer can have: an area and the book it is read in."""

    area_id: str
    book: Book


def found(seed: int, months: tuple[Month, ...], customers: int) -> World:
    """The county before its first day; `customers` accounts, the same for the same arguments."""
    world = World(months)
    stations = _organise(world)
    kinds = _trades_of(seed, customers)
    start = 0
    for station, size in zip(stations, shares(customers, [1] * len(stations)), strict=True):
        _settle(seed, world, station, start, kinds[start : start + size])
        start += size
    return world


def _organise(world: World) -> list[Station]:
    province, city = "43", "43408"
    world.organisations.append(Organisation(province, None, "省", names.PROVINCE))
    world.organisations.append(Organisation(city, province, "市", names.CITY))
    stations = []
    for county_number, (county, prefix, places) in enumerate(names.COUNTIES, start=1):
        county_id = f"{city}{county_number:02d}"
        world.organisations.append(Organisation(county_id, city, "县", f"{county}供电公司"))
        for station_number, place in enumerate(places, start=1):
            org_id = f"{county_id}{station_number:02d}"
            world.organisations.append(Organisation(org_id, county_id, "所", f"{place}供电所"))
            stations.append(Station(org_id, county, place, prefix))
    return stations


def _trades_of(seed: int, customers: int) -> list[Trade]:
    """One trade per customer: the shares of `trades.csv`, shuffled over the county."""
    known = list(trades().values())
    counts = shares(customers, [trade.per_mille for trade in known])
    kinds = [trade for trade, count in zip(known, counts, strict=True) for _ in range(count)]
    stream(seed, "trades").shuffle(kinds)
    return kinds


def _settle(seed: int, world: World, station: Station, start: int, kinds: list[Trade]) -> None:
    """Give a station its areas and books, and each customer a seat; neighbours in a row share an area."""
    chance = stream(seed, "network", station.org_id)
    public = sum(not trade.is_high_voltage for trade in kinds)
    seats = _public_seats(world, station, public, chance)
    near = public - math.ceil(public * habits()["two_month_ratio"])
    far = _two_month_book(world, station, chance) if public else None
    reserved = _book(world, station, "900", chance) if public < len(kinds) else None
    taken = 0
    for offset, trade in enumerate(kinds):
        index = start + offset
        if trade.is_high_voltage and reserved is not None:
            seat = Seat(f"{station.org_id}7{index:07d}", reserved)
            customer = _customer(seed, world, station, index, trade, seat)
            feeder_id = f"{station.org_id}F{chance.randrange(1, 3):02d}"
            world.areas.append(
                Area(seat.area_id, f"{customer.name}专变", station.org_id, feeder_id, trade.capacity_kva)
            )
        else:
            seat = seats[taken * len(seats) // public]
            if taken >= near and trade.code == _DWELLING and far is not None:
                seat = Seat(seat.area_id, far)
            taken += 1
            customer = _customer(seed, world, station, index, trade, seat)
        world.customers.append(customer)


def _public_seats(world: World, station: Station, public: int, chance: random.Random) -> list[Seat]:
    per_area = int(habits()["customers_per_public_area"])
    count = max(int(habits()["areas_per_station"]), -(-public // per_area))
    books: dict[int, Book] = {}
    seats = []
    for number in range(1, count + 1):
        book_number = -(-number // int(habits()["areas_per_book"]))
        if book_number not in books:
            books[book_number] = _book(world, station, f"{book_number:03d}", chance)
        area_id = f"{station.org_id}1{number:07d}"
        feeder_id = f"{station.org_id}F{-(-number // int(habits()['areas_per_feeder'])):02d}"
        capacity = chance.choice(_PUBLIC_TRANSFORMERS_KVA)
        name = names.area_name(chance, station.name, number)
        world.areas.append(Area(area_id, name, station.org_id, feeder_id, capacity))
        seats.append(Seat(area_id, books[book_number]))
    return seats


def _book(world: World, station: Station, number: str, chance: random.Random) -> Book:
    reader_id = f"0{station.org_id[-4:]}{number}"
    book = Book(f"{station.org_id}{number}", station.org_id, reader_id, chance.choice(_ISSUE_DAYS))
    world.books.append(book)
    return book


def _two_month_book(world: World, station: Station, chance: random.Random) -> Book:
    """The book of the station's far end, read every two months from the second month on."""
    book = _book(world, station, _FAR_BOOK, chance)
    far = replace(book, cycle_months=2, first_read=world.months[1])
    world.books[-1] = far
    return far


def _customer(seed: int, world: World, station: Station, index: int, trade: Trade, seat: Seat) -> Customer:
    chance = stream(seed, "customer", index)
    youngest = world.first_day - _YOUNGEST_BEFORE_PERIOD
    opened_on = day_between(chance, _OLDEST_ACCOUNT, youngest)
    met_on = day_between(chance, max(opened_on, _OLDEST_METER), youngest)
    multiplier = chance.choice(trade.multipliers)
    daily_kwh = between(chance, trade.min_daily_kwh, trade.max_daily_kwh)
    meter = Installation(
        meter_id=meter_number(index, 1),
        installed_on=met_on,
        removed_on=None,
        multiplier=multiplier,
        filed_multiplier=multiplier,
        digits=chance.choice(trade.digits),
        start_register=0,
        reverse_register=chance.choice((0, 0, 0, 0, 1, 3)),
    )
    counted_units = daily_kwh * (world.first_day - met_on).days / multiplier
    fullest = meter.modulus * habits()["fullest_opening_ratio"]
    opening = min(max(counted_units, habits()["least_opening_units"]) * HUNDREDTHS, fullest)
    # A little of chance below the cap, so that heavy users do not all open at one figure.
    opening_register = int(opening * between(chance, 0.8, 1.0))
    customer = Customer(
        index=index,
        customer_id=f"{station.number_prefix}{index + 1:07d}",
        name=names.customer_name(chance, trade, station.name),
        address=names.address(chance, trade, station.county, station.name),
        phone=names.phone_number(chance),
        trade=trade,
        org_id=station.org_id,
        area_id=seat.area_id,
        book=seat.book,
        category=trade.category,
        customer_type=trade.customer_type,
        industry=trade.industry,
        opened_on=opened_on,
        closed_on=None,
        daily_kwh=daily_kwh,
        opening_register=opening_register,
        installations=[meter],
        agreements=[Agreement(trade.price_code, opened_on, None)],
    )
    _live(seed, world, customer)
    return customer


def meter_number(index: int, ordinal: int) -> str:
    """22 digits of an asset number: the `ordinal`-th meter of the customer with that index."""
    return f"4330001{index + 1:012d}{ordinal:03d}"


def open_anew(customer: Customer, opened_on: date) -> None:
    """Let the account begin on a day inside the period, with a new meter and its agreement."""
    customer.opened_on = opened_on
    meter = customer.installations[0]
    meter.installed_on = opened_on
    meter.start_register = customer.opening_register = 0
    customer.agreements = [Agreement(customer.trade.price_code, opened_on, None)]


def interrupt(customer: Customer, closed_on: date, reopened_on: date, meter: Installation) -> None:
    """Let the account end with its final bill and begin again in a later month, with `meter`."""
    last = customer.agreements[-1]
    customer.interruption = (closed_on, reopened_on)
    customer.installations[-1].removed_on = closed_on
    customer.installations.append(meter)
    customer.agreements[-1] = replace(last, valid_to=closed_on)
    customer.agreements.append(Agreement(last.price_code, reopened_on, None))


def close(customer: Customer, closed_on: date) -> None:
    """Let the account end: meter, price agreement and supply all last until the day before `closed_on`."""
    customer.closed_on = closed_on
    customer.installations[-1].removed_on = closed_on
    last = customer.agreements[-1]
    customer.agreements[-1] = Agreement(last.price_code, last.valid_from, closed_on)


def _live(seed: int, world: World, customer: Customer) -> None:
    """A few accounts begin or end inside the period; trades with a story of their own stay."""
    if customer.trade.story_kind:
        return
    chance = stream(seed, "lifecycle", customer.index)
    draw = chance.random()
    if draw < habits()["new_connection_ratio"]:
        open_anew(customer, mid_month_day(chance, chance.choice(world.months[1:])))
    elif draw < habits()["new_connection_ratio"] + habits()["closure_ratio"]:
        close(customer, mid_month_day(chance, chance.choice(world.months[1:])))


def mid_month_day(chance: random.Random, month: Month) -> date:
    """A day on which field work happens: neither the first days of a month nor the last."""
    return month.first + timedelta(days=chance.randrange(4, 25))
