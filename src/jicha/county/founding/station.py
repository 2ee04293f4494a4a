"""Founding a station: its feeders, areas and books, and each customer on its seat; neighbours share an area.

After founding everything is ordinary: no customer has a story (`causes` gives them out), and every file agrees
with the wall.
"""

from __future__ import annotations

import math
import random
from dataclasses import replace
from datetime import date

from jicha.county import names
from jicha.county.chance import between, day_between, stream
from jicha.county.founding.customer import Seat, found_customer
from jicha.county.founding.supply import HIGH_VOLTAGE_PRIMARIES, LOW_VOLTAGE_PRIMARIES
from jicha.county.grid.topology import lay
from jicha.county.tables import habits
from jicha.county.world import Area, Assessment, Book, City, Customer, Feeder, Station, StationPlan

# Four digits from a nought: no numbered book can have it, however many there are.
_FAR_BOOK, _LARGE_BOOK, _ASSESSMENT_BOOK = "0800", "900", "999"
_DWELLINGS = ("household", "rural_household")
_ISSUE_DAYS = range(2, 9)
_PUBLIC_KVA = (50, 100, 160, 200, 250, 315, 400, 500, 630, 800)
# Amperes for each kVA at 400 V; PT ratio of a feeder's head.
_A_PER_KVA, _SECONDARY_A, _HEAD_VOLTAGE_RATIO = 1.4434, 5, 100
_ASSESSMENT_NUMBERS, _AREAS_EACH = 9_000_000, 1000
# Stations lie about the county seat as points of a sequence that fills the plane evenly.
_LATITUDE, _LONGITUDE, _REACH = 28.4, 111.9, 0.6
_GOLDEN, _SILVER = 0.6180339887, 0.3247179572
_OLDEST_AREA, _YOUNGEST_AREA = date(2006, 1, 1), date(2021, 1, 1)


def found_station(city: City, plan: StationPlan) -> Station:
    """The station before its first day; the same whatever other stations there are."""
    station = Station(plan)
    chance = stream(city.seed, "network", plan.org_id)
    public = [offset for offset, trade in enumerate(plan.trades) if not trade.is_high_voltage]
    seats = _lay_network(city, station, len(public), chance)
    readers = [each.staff_id for each in city.staff_of(plan.org_id, "抄表员")]
    far = _book(station, _FAR_BOOK, readers[-1], chance)
    station.books[-1] = far = replace(far, cycle_months=2, first_read=city.months[1])
    large = _book(station, _LARGE_BOOK, readers[0], chance)
    near = len(public) - math.ceil(len(public) * habits()["two_month_ratio"])
    taken = 0
    for offset, trade in enumerate(plan.trades):
        index = plan.first_index + offset
        if trade.is_high_voltage:
            feeder = chance.choice(station.feeders)
            seat = Seat(f"{plan.org_id}7{index:07d}", feeder.feeder_id, large)
            customer = found_customer(city, plan, index, trade, seat)
            station.areas.append(_own_area(customer, chance))
        else:
            seat = seats[taken * len(seats) // len(public)]
            if taken >= near and trade.code in _DWELLINGS:
                seat = replace(seat, book=far)
            taken += 1
            customer = found_customer(city, plan, index, trade, seat)
        station.customers.append(customer)
    _equip(city, station)
    return station


def _lay_network(city: City, station: Station, public: int, chance: random.Random) -> list[Seat]:
    """Feeders, public areas and their books; one seat an area."""
    plan = station.plan
    count = max(2, -(-public // int(habits()["customers_per_public_area"])))
    feeders = max(2, -(-count // int(habits()["areas_per_feeder"])))
    for number in range(1, feeders + 1):
        gateway = _assessment_number(plan, _AREAS_EACH - number)
        station.feeders.append(
            Feeder(
                feeder_id=f"{plan.org_id}F{number:02d}",
                name=f"10kV{plan.name}{number:02d}线",
                org_id=plan.org_id,
                substation_id=plan.substation_id,
                length_km=round(between(chance, 4.0, 18.0), 1),
                gateway_customer_id=gateway,
            )
        )
    readers = [each.staff_id for each in city.staff_of(plan.org_id, "抄表员")]
    managers = [each.staff_id for each in city.staff_of(plan.org_id, "台区经理")]
    seats: list[Seat] = []
    books: dict[int, Book] = {}
    for number in range(1, count + 1):
        book_number = -(-number // int(habits()["areas_per_book"]))
        if book_number not in books:
            reader = readers[(book_number - 1) % len(readers)]
            books[book_number] = _book(station, f"{book_number:03d}", reader, chance)
        feeder = station.feeders[(number - 1) * feeders // count]
        area = Area(
            area_id=f"{plan.org_id}1{number:07d}",
            name=names.area_name(chance, plan.name, number),
            org_id=plan.org_id,
            feeder_id=feeder.feeder_id,
            filed_feeder_id=feeder.feeder_id,
            capacity_kva=0,
            is_public=True,
            manager_id=managers[(number - 1) % len(managers)],
            latitude=round(_LATITUDE + plan.number * _GOLDEN % 1 * _REACH + between(chance, -0.03, 0.03), 5),
            longitude=round(
                _LONGITUDE + plan.number * _SILVER % 1 * _REACH + between(chance, -0.03, 0.03), 5
            ),
            commissioned_on=day_between(chance, _OLDEST_AREA, _YOUNGEST_AREA),
            master_customer_id=_assessment_number(plan, number),
        )
        station.areas.append(area)
        seats.append(Seat(area.area_id, feeder.feeder_id, books[book_number]))
    return seats


def _assessment_number(plan: StationPlan, number: int) -> str:
    return f"{plan.number_prefix}{_ASSESSMENT_NUMBERS + plan.number * _AREAS_EACH + number:07d}"


def _book(station: Station, number: str, reader_id: str, chance: random.Random) -> Book:
    book = Book(f"{station.org_id}{number}", station.org_id, reader_id, chance.choice(_ISSUE_DAYS))
    station.books.append(book)
    return book


def _own_area(customer: Customer, chance: random.Random) -> Area:
    return Area(
        area_id=customer.area_id,
        name=f"{customer.name}专变",
        org_id=customer.org_id,
        feeder_id=customer.feeder_id,
        filed_feeder_id=customer.feeder_id,
        capacity_kva=int(customer.contract_capacity_kva),
        is_public=False,
        latitude=round(_LATITUDE + between(chance, -0.05, 0.05), 5),
        longitude=round(_LONGITUDE + between(chance, -0.05, 0.05), 5),
        commissioned_on=max(customer.opened_on, _OLDEST_AREA),
    )


def _equip(city: City, station: Station) -> None:
    """Transformers as large as their customers need, low-voltage lines, and a master meter at every head."""
    by_area: dict[str, list[Customer]] = {}
    by_feeder: dict[str, float] = dict.fromkeys((each.feeder_id for each in station.feeders), 0.0)
    for customer in station.customers:
        by_area.setdefault(customer.area_id, []).append(customer)
        by_feeder[customer.feeder_id] += customer.daily_kwh
    book = f"{station.org_id}{_ASSESSMENT_BOOK}"
    station.books.append(Book(book, station.org_id, "", _ISSUE_DAYS[0]))
    for area in station.areas:
        if area.is_public:
            members = by_area.get(area.area_id, [])
            kwh = sum(each.daily_kwh for each in members)
            area.capacity_kva = _transformer_for(kwh)
            area.topology = lay(stream(city.seed, "lines", area.area_id), members)
            station.assessments.append(_master(city, area, kwh, book))
    for feeder in station.feeders:
        station.assessments.append(_head(city, feeder, by_feeder[feeder.feeder_id], book))


def _transformer_for(daily_kwh: float) -> int:
    # A day's peak is about twice its mean, and summer's mean about 1.6 times the year's.
    needed = daily_kwh / 24 * 2.0 * 1.6 / 0.9
    return next((kva for kva in _PUBLIC_KVA if kva >= needed), _PUBLIC_KVA[-1])


def _master(city: City, area: Area, daily_kwh: float, book_id: str) -> Assessment:
    amperes = area.capacity_kva * _A_PER_KVA
    primary = next(each for each in LOW_VOLTAGE_PRIMARIES if each >= amperes)
    return _assessment(
        city, area.master_customer_id, f"{area.name}总表", area.area_id, area.feeder_id, book_id, primary,
        primary // _SECONDARY_A, daily_kwh, is_feeder=False,
    )  # fmt: skip


def _head(city: City, feeder: Feeder, daily_kwh: float, book_id: str) -> Assessment:
    amperes = daily_kwh / 24 * 2.5 / 17.32
    primary = next((each for each in HIGH_VOLTAGE_PRIMARIES if each >= max(amperes, 100)), 600)
    return _assessment(
        city, feeder.gateway_customer_id, f"{feeder.name}关口", "", feeder.feeder_id, book_id, primary,
        primary // _SECONDARY_A * _HEAD_VOLTAGE_RATIO, daily_kwh, is_feeder=True,
    )  # fmt: skip


def _assessment(
    city: City,
    customer_id: str,
    name: str,
    area_id: str,
    feeder_id: str,
    book_id: str,
    primary: int,
    multiplier: int,
    daily_kwh: float,
    *,
    is_feeder: bool,
) -> Assessment:
    chance = stream(city.seed, "assessment", customer_id)
    return Assessment(
        customer_id=customer_id,
        name=name,
        org_id=feeder_id[:-3],
        area_id=area_id,
        feeder_id=feeder_id,
        book_id=book_id,
        meter_id=f"4230009{customer_id:0>12}001",
        multiplier=multiplier,
        filed_multiplier=multiplier,
        opening_register=int(daily_kwh / multiplier * between(chance, 900, 1500) * 100),
        opening_reverse=chance.randrange(300),
        is_feeder=is_feeder,
        ct_ratio=f"{primary}/{_SECONDARY_A}",
    )
