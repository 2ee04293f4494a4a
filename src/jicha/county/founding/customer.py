"""One customer: who it is, its supply, its meter as the period begins, and how an account begins or ends."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from jicha.county import names
from jicha.county.chance import between, day_between, stream
from jicha.county.founding import supply
from jicha.county.tables import Trade, habits
from jicha.county.world import (
    HUNDREDTHS,
    Agreement,
    Book,
    City,
    Customer,
    Installation,
    StationPlan,
)
from jicha.kernel.period import Month

_OLDEST_ACCOUNT, _OLDEST_METER = date(2005, 1, 1), date(2015, 1, 1)
_YOUNGEST_BEFORE_PERIOD = timedelta(days=120)
_PHASES = "ABC"


@dataclass(frozen=True, slots=True)
class Seat:
    """A place a customer can have: an area on its feeder, and the book it is read in."""

    area_id: str
    feeder_id: str
    book: Book


def found_customer(city: City, plan: StationPlan, index: int, trade: Trade, seat: Seat) -> Customer:
    """The customer of that city-wide index, ordinary in everything."""
    chance = stream(city.seed, "customer", index)
    customer_id = f"{plan.number_prefix}{index + 1:07d}"
    youngest = city.first_day - _YOUNGEST_BEFORE_PERIOD
    opened_on = day_between(chance, _OLDEST_ACCOUNT, youngest)
    met_on = day_between(chance, max(opened_on, _OLDEST_METER), youngest)
    kva = supply.capacity(chance, trade)
    daily_kwh = between(chance, trade.min_daily, trade.max_daily) * (kva if trade.by_capacity else 1)
    transformers = supply.transformers(customer_id, trade, kva)
    terms = supply.terms(chance, trade, kva, transformers)
    meter = first_meter(chance, trade, index, kva, met_on)
    tan_phi = between(chance, trade.min_tan_phi, trade.max_tan_phi) if trade.max_tan_phi else 0.0
    customer = Customer(
        index=index,
        customer_id=customer_id,
        name=names.customer_name(chance, trade, plan.name),
        address=names.address(chance, trade, plan.county, plan.name),
        phone_number=names.phone_number(chance),
        trade=trade,
        org_id=plan.org_id,
        area_id=seat.area_id,
        filed_area_id=seat.area_id,
        feeder_id=seat.feeder_id,
        book=seat.book,
        phase=_PHASES[chance.randrange(3)] if trade.phases == 1 else "ABC",
        terms=terms,
        contract_capacity_kva=Decimal(kva),
        opened_on=opened_on,
        closed_on=None,
        daily_kwh=daily_kwh,
        opening_register=_opening(chance, daily_kwh, (city.first_day - met_on).days, meter),
        installations=[meter],
        agreements=[Agreement(terms, opened_on, None)],
        tan_phi=tan_phi,
        photovoltaic=supply.photovoltaic(chance, trade, customer_id, city.first_day),
        charger=supply.charger(chance, trade, customer_id, kva),
        transformers=transformers,
    )
    customer.opening_reactive = int(customer.opening_register * tan_phi)
    if customer.photovoltaic is not None and customer.photovoltaic.connected_on < city.first_day:
        customer.opening_reverse = int(customer.opening_register * between(chance, 0.4, 1.4))
    _live(city, customer)
    return customer


def first_meter(chance: random.Random, trade: Trade, index: int, kva: int, met_on: date) -> Installation:
    primary = supply.fitting_primary(trade, kva)
    ct_ratio, pt_ratio = supply.ratios(trade, primary)
    multiplier = supply.multiplier(trade, primary)
    return Installation(
        meter_id=meter_number(index, 1),
        installed_on=met_on,
        removed_on=None,
        multiplier=multiplier,
        filed_multiplier=multiplier,
        digits=chance.choice(trade.digits),
        start_register=0,
        reverse_register=chance.choice((0, 0, 0, 0, 1, 3)),
        ct_ratio=ct_ratio,
        pt_ratio=pt_ratio,
    )


def _opening(chance: random.Random, daily_kwh: float, days: int, meter: Installation) -> int:
    counted_units = daily_kwh * days / meter.multiplier
    fullest = meter.modulus * habits()["fullest_opening_ratio"]
    opening = min(max(counted_units, habits()["least_opening_units"]) * HUNDREDTHS, fullest)
    # A little of chance below the cap, so that heavy users do not all open at one figure.
    return int(opening * between(chance, 0.8, 1.0))


def meter_number(index: int, ordinal: int) -> str:
    """22 digits of an asset number: the `ordinal`-th meter of the customer with that index."""
    return f"4230001{index + 1:012d}{ordinal:03d}"


def open_anew(customer: Customer, opened_on: date) -> None:
    """Let the account begin on a day inside the period, with a new meter and its agreement."""
    customer.opened_on = opened_on
    meter = customer.installations[0]
    meter.installed_on = opened_on
    meter.start_register = customer.opening_register = 0
    customer.opening_reactive = customer.opening_reverse = 0
    customer.agreements = [Agreement(customer.terms, opened_on, None)]
    if customer.photovoltaic is not None and customer.photovoltaic.connected_on < opened_on:
        customer.photovoltaic = replace(customer.photovoltaic, connected_on=opened_on + timedelta(days=30))


def interrupt(customer: Customer, closed_on: date, reopened_on: date, meter: Installation) -> None:
    """Let the account end with its final bill and begin again in a later month, with `meter`."""
    last = customer.agreements[-1]
    customer.interruption = (closed_on, reopened_on)
    customer.installations[-1].removed_on = closed_on
    customer.installations.append(meter)
    customer.agreements[-1] = replace(last, valid_to=closed_on)
    customer.agreements.append(Agreement(last.terms, reopened_on, None))


def close(customer: Customer, closed_on: date) -> None:
    """Let the account end: meter, price agreement and supply all last until the day before `closed_on`."""
    customer.closed_on = closed_on
    customer.installations[-1].removed_on = closed_on
    last = customer.agreements[-1]
    customer.agreements[-1] = Agreement(last.terms, last.valid_from, closed_on)


def _live(city: City, customer: Customer) -> None:
    """A few accounts begin or end inside the period; trades with a story of their own stay."""
    if customer.trade.story_kind:
        return
    chance = stream(city.seed, "lifecycle", customer.index)
    draw = chance.random()
    if draw < habits()["new_connection_ratio"]:
        open_anew(customer, mid_month_day(chance, chance.choice(city.months[1:])))
    elif draw < habits()["new_connection_ratio"] + habits()["closure_ratio"]:
        close(customer, mid_month_day(chance, chance.choice(city.months[1:])))


def mid_month_day(chance: random.Random, month: Month) -> date:
    """A day on which field work happens: neither the first days of a month nor the last."""
    return month.first + timedelta(days=chance.randrange(4, 25))
