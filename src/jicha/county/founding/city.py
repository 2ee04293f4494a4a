"""Founding the city: companies, stations, teams and their people, substations, and who has how many customers."""

from __future__ import annotations

import random
from datetime import date

from jicha.county import names
from jicha.county.chance import day_between, shares, stream
from jicha.county.tables import Trade, facts, habits, trades
from jicha.county.world import City, CountyPlan, Organisation, Staff, StationPlan, Substation
from jicha.kernel.period import Month

_PROVINCE, _CITY = "42", "42408"
_WITH_PANELS = "pv_household"
_FIRST_STAFF, _LAST_STAFF = date(1992, 7, 1), date(2022, 7, 1)
_SUBSTATION_KVA = ((20000, 20000), (31500, 31500), (50000, 50000))


def found_city(seed: int, months: tuple[Month, ...], customers: int) -> City:
    """The city before its first day; `customers` accounts over its stations, the same for the same arguments."""
    sizes = _station_sizes(customers)
    organisations = [
        Organisation(_PROVINCE, None, "省", names.PROVINCE),
        Organisation(_CITY, _PROVINCE, "市", names.CITY),
    ]
    kinds = _trades_of(seed, customers)
    counties: list[CountyPlan] = []
    substations: list[Substation] = []
    staff = _people(seed, _CITY, "city")
    number = first = 0
    for county_number, station_sizes in enumerate(sizes, start=1):
        county = names.county(county_number)
        county_id = f"{_CITY}{county_number:02d}"
        organisations.append(Organisation(county_id, _CITY, "县", f"{county.name}供电公司"))
        staff += _people(seed, county_id, "county")
        stations = []
        for station_number, size in enumerate(station_sizes, start=1):
            org_id = f"{county_id}{station_number:02d}"
            place = names.place(county, station_number)
            if station_number % 2:
                substations.append(_substation(seed, county_id, place, station_number))
            organisations.append(Organisation(org_id, county_id, "所", f"{place}供电所"))
            staff += _people(seed, org_id, "station", size)
            stations.append(
                StationPlan(
                    org_id=org_id,
                    county=county.name,
                    name=place,
                    number=number,
                    number_prefix=county.prefix,
                    first_index=first,
                    trades=tuple(_neighbourly(kinds[first : first + size])),
                    substation_id=substations[-1].substation_id,
                )
            )
            number, first = number + 1, first + size
        counties.append(CountyPlan(county_number, county_id, county.name, tuple(stations)))
    return City(
        seed=seed,
        months=months,
        customers=customers,
        organisations=tuple(organisations),
        counties=tuple(counties),
        substations=tuple(substations),
        staff=tuple(staff),
    )


def _station_sizes(customers: int) -> list[list[int]]:
    """Customers by county and station: at least two counties of two and three stations, as small as they may be."""
    most = int(habits()["most_customers_per_station"])
    count = max(5, -(-customers // int(habits()["customers_per_station"])))
    count = min(count, max(8, -(-customers // most)))
    small, large = int(habits()["stations_per_county"]), int(habits()["most_stations_per_county"])
    counties = max(2, -(-count // (small if count <= small * 8 else large)))
    by_county = sorted(shares(count, [1] * counties))
    sizes = iter(shares(customers, [1] * count))
    return [[next(sizes) for _ in range(stations)] for stations in by_county]


def _trades_of(seed: int, customers: int) -> list[Trade]:
    """One trade per customer: the shares of `trades.csv`, shuffled over the city."""
    known = list(trades().values())
    counts = shares(customers, [trade.per_mille for trade in known])
    kinds = [trade for trade, count in zip(known, counts, strict=True) for _ in range(count)]
    stream(seed, "trades").shuffle(kinds)
    return kinds


def _neighbourly(kinds: list[Trade]) -> list[Trade]:
    """Houses with panels stand together, as villages were equipped one after another; the rest as it fell."""
    with_panels = [each for each in kinds if each.code == _WITH_PANELS]
    others = [each for each in kinds if each.code != _WITH_PANELS]
    third = len(others) // 3
    return [*others[:third], *with_panels, *others[third:]]


def _substation(seed: int, county_id: str, place: str, number: int) -> Substation:
    chance = stream(seed, "substation", county_id, number)
    return Substation(
        f"{county_id}B{number:02d}", f"{place}110千伏变电站", county_id, chance.choice(_SUBSTATION_KVA)
    )


def _people(seed: int, org_id: str, level: str, customers: int = 0) -> list[Staff]:
    """The people of one organisation, by `facts/posts.csv`: so many at least, one for every so many customers."""
    people: list[Staff] = []
    for row in facts("posts"):
        if row["level"] != level:
            continue
        per = int(row["customers_each"] or 0)
        for _ in range(max(int(row["least"]), -(-customers // per) if per else 0)):
            number = len(people) + 1
            chance = stream(seed, "staff", org_id, number)
            people.append(_person(chance, f"0{org_id[-6:]}{number:03d}", org_id, row))
    return people


def _person(chance: random.Random, staff_id: str, org_id: str, row: dict[str, str]) -> Staff:
    joined_on = day_between(chance, _FIRST_STAFF, _LAST_STAFF)
    habits_of = [each for each in row["habits"].split("|") if each]
    habit = chance.choice(habits_of) if habits_of and chance.random() < float(row["habit_ratio"]) else ""
    return Staff(
        staff_id, org_id, names.person_name(chance), row["post"], row["team"], joined_on, habit=habit
    )
