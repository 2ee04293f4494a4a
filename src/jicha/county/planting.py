"""Planting: which customers get which story, and when.

Kinds are planted in the order of `cause_plan.csv`, each from its own random stream, among the customers that
fit and have no story yet; so no customer ever has two. A kind that cannot be planted says why.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from jicha.county.causes import (
    BillCorrected,
    CollectionGap,
    KeyingSlip,
    MeterExchanged,
    MeterStandsStill,
    PriceChanged,
    RegisterRollover,
    RegisterWrittenBack,
    SeasonalUse,
    VacantNewFlat,
    WrongEnergyKeyed,
)
from jicha.county.chance import between, stream
from jicha.county.founding import meter_number, mid_month_day, open_anew
from jicha.county.story import Story
from jicha.county.tables import PlannedCause, cause_plan, trades
from jicha.county.world import HUNDREDTHS, Customer, Installation, World
from jicha.kernel.period import Month
from jicha.kernel.text import Text

SEASONAL_KIND = "seasonal_use"
_FEWEST_STILL_MONTHS = {"meter_stopped": 8, "bypassed_supply": 7}
_FORGOTTEN = "ct_exchanged_file_not_updated"
_VARIANTS = 2
# A meter from the workshop has counted a little in its test.
_HIGHEST_NEW_REGISTER = 20 * HUNDREDTHS
_FEWEST_DIGITS = 5
_ROLLOVER_SHARES = (0.3, 0.7)
_GAP_DAYS = (25, 71)
_WORKDAYS, _WEEKEND_DAYS = 5, 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where one story is planted; `turn` counts the kind's stories, `variant` alternates 0, 1 with it."""

    world: World
    plan: PlannedCause
    customer: Customer
    chance: random.Random
    turn: int
    variant: int


@dataclass(slots=True)
class Planted:
    """How many stories of each kind were planted, and why any kind fell short of its plan."""

    counts: dict[str, int] = field(default_factory=dict)
    shortfalls: dict[str, Text] = field(default_factory=dict)


def plant(seed: int, world: World) -> Planted:
    """Give out stories; changes the customers of `world`."""
    planted = Planted()
    for plan in cause_plan().values():
        planted.counts[plan.kind] = 0
        if len(world.months) < plan.min_months:
            planted.shortfalls[plan.kind] = Text(
                en=f"needs {plan.min_months} months, the period has {len(world.months)}",
                zh=f"需要 {plan.min_months} 个月,本次只有 {len(world.months)} 个月",
            )
            continue
        if plan.kind == SEASONAL_KIND:
            planted.counts[plan.kind] = _mark_seasonal(world, plan)
            continue
        _plant_kind(seed, world, plan, planted)
    return planted


def _mark_seasonal(world: World, plan: PlannedCause) -> int:
    """Pumps and holiday homes are what they are; each of them looks odd in its idle months."""
    seasonal = [customer for customer in world.customers if customer.trade.is_seasonal]
    for customer in seasonal:
        customer.story = SeasonalUse(plan, customer, world.first_day, world.end)
    return len(seasonal)


def _plant_kind(seed: int, world: World, plan: PlannedCause, planted: Planted) -> None:
    fits, tell = _KINDS[plan.kind]
    wanted = -(-len(world.customers) * plan.per_mille // 1000)
    candidates: tuple[list[Customer], ...] = tuple(
        [
            customer
            for customer in world.customers
            if _is_ordinary(world, customer) and fits(customer, variant)
        ]
        for variant in range(_VARIANTS)
    )
    chance = stream(seed, "plan", plan.kind)
    for fitting in candidates:
        chance.shuffle(fitting)
    for turn in range(wanted):
        # The variant whose turn it is; the other one where nobody is left for it.
        for variant in (turn % _VARIANTS, (turn + 1) % _VARIANTS):
            customer = _next_without_story(candidates[variant])
            if customer is not None:
                own = stream(seed, plan.kind, customer.index)
                customer.story = tell(Place(world, plan, customer, own, turn, variant))
                planted.counts[plan.kind] += 1
                break
    if planted.counts[plan.kind] < wanted:
        planted.shortfalls[plan.kind] = Text(
            en=f"{planted.counts[plan.kind]} of {wanted} planted, no further customer fits",
            zh=f"计划 {wanted} 户,只有 {planted.counts[plan.kind]} 户符合条件",
        )


def _next_without_story(candidates: list[Customer]) -> Customer | None:
    while candidates:
        customer = candidates.pop()
        if customer.story is None:
            return customer
    return None


def _is_ordinary(world: World, customer: Customer) -> bool:
    """Supplied through the whole period, all the year round, and without a story."""
    supplied_throughout = customer.opened_on < world.first_day and customer.closed_on is None
    return supplied_throughout and customer.story is None and not customer.trade.is_seasonal


# Which customers a kind fits; the variant alternates 0, 1, so that both directions of a wrong occur.


def _fits_anybody(_customer: Customer, _variant: int) -> bool:
    return True


def _fits_ct(customer: Customer, variant: int) -> bool:
    return bool(_other_multipliers(customer, variant))


def _fits_fast_register(customer: Customer, _variant: int) -> bool:
    """A shop, office or farm without CT, whose register may well have been round once."""
    return customer.installations[0].multiplier == 1 and customer.customer_type == "低压非居民"


def _fits_flat(customer: Customer, _variant: int) -> bool:
    return customer.trade.code == "household"


def _fits_price_change(customer: Customer, variant: int) -> bool:
    return customer.trade.code == ("farm", "household")[variant]


def _other_multipliers(customer: Customer, variant: int) -> list[int]:
    """Multipliers of the trade larger (variant 0) or smaller (variant 1) than the one installed."""
    now = customer.installations[-1].multiplier
    return [value for value in customer.trade.multipliers if (value > now if variant == 0 else value < now)]


# How each kind is told. Months are chosen so that there is a month before and the last act is in the period.


def _tell_exchange(place: Place) -> Story:
    keeps_ct = place.plan.kind == "meter_exchanged"
    old = place.customer.installations[-1]
    month = _month(place, 1, 1 if keeps_ct else 2)
    multiplier = (
        old.multiplier if keeps_ct else place.chance.choice(_other_multipliers(place.customer, place.variant))
    )
    exchanged_on = mid_month_day(place.chance, month)
    new = Installation(
        meter_id=meter_number(place.customer.index, 2),
        installed_on=exchanged_on,
        removed_on=None,
        multiplier=multiplier,
        filed_multiplier=old.multiplier if place.plan.kind == _FORGOTTEN else multiplier,
        digits=old.digits,
        start_register=place.chance.randrange(_HIGHEST_NEW_REGISTER),
    )
    end = month.next.first if keeps_ct else place.world.end
    return MeterExchanged(place.plan, place.customer, exchanged_on, end, new)


def _tell_keyed(place: Place) -> Story:
    months = place.chance.choice((1, 2))
    return WrongEnergyKeyed(place.plan, _month(place, 1, 2), months, _slip(place))


def _tell_corrected(place: Place) -> Story:
    wrong = _month(place, 1, 4)
    corrected = wrong.plus(place.chance.choice((1, 2, 3)))
    # Each way of correcting comes with slips in both directions.
    own_bill = place.turn // _VARIANTS % 2 == 0
    return BillCorrected(place.plan, wrong, corrected, _slip(place), own_bill)


def _slip(place: Place) -> KeyingSlip:
    return KeyingSlip(upwards=place.variant == 0, swaps_digits=place.chance.choice((True, False)))


def _tell_written_back(place: Place) -> Story:
    return RegisterWrittenBack(place.plan, _month(place, 1, 2), place.chance.random() / _VARIANTS)


def _tell_still(place: Place) -> Story:
    month = _month(place, 2, _FEWEST_STILL_MONTHS[place.plan.kind])
    return MeterStandsStill(place.plan, mid_month_day(place.chance, month), place.world.end)


def _tell_rollover(place: Place) -> Story:
    customer, meter = place.customer, place.customer.installations[0]
    meter.digits = _FEWEST_DIGITS
    share = between(place.chance, *_ROLLOVER_SHARES)
    opening = meter.modulus - int(_expected_advance(place.world, customer) * share)
    return RegisterRollover(place.plan, customer, max(opening, 0), place.world.end)


def _tell_vacant(place: Place) -> Story:
    opened_on = mid_month_day(place.chance, _month(place, 1, 4))
    open_anew(place.customer, opened_on)
    return VacantNewFlat(place.plan, opened_on, place.world.end)


def _tell_gap(place: Place) -> Story:
    start = mid_month_day(place.chance, _month(place, 1, 3))
    length = place.chance.randrange(*_GAP_DAYS)
    return CollectionGap(place.plan, start, min(start + timedelta(days=length), place.world.end))


def _tell_price_change(place: Place) -> Story:
    """A farm turns to irrigation; a dwelling becomes a shop, and the archive follows."""
    customer = place.customer
    code = trades()["pump"].price_code
    if place.variant == 1:
        shop = trades()["shop"]
        code = shop.price_code
        customer.category, customer.customer_type, customer.industry = (
            shop.category,
            shop.customer_type,
            shop.industry,
        )
    changed_on = _month(place, 1, 1).first
    world = place.world
    return PriceChanged(place.plan, customer, world.first_day, world.end, changed_on, code)


def _month(place: Place, first: int, left: int) -> Month:
    """A month with at least `first` months of the period before it and `left` after it."""
    return place.world.months[place.chance.randrange(first, len(place.world.months) - left)]


def _expected_advance(world: World, customer: Customer) -> float:
    """Hundredths the register is expected to move in the whole period."""
    weekday_mean = (_WORKDAYS + _WEEKEND_DAYS * customer.trade.weekend_ratio) / (_WORKDAYS + _WEEKEND_DAYS)
    seasons = sum(customer.trade.month_factors[month.month - 1] * month.days for month in world.months)
    kwh = customer.daily_kwh * weekday_mean * seasons
    return kwh * HUNDREDTHS / customer.installations[0].multiplier


_KINDS: dict[str, tuple[Callable[[Customer, int], bool], Callable[[Place], Story]]] = {
    "ct_exchanged_file_not_updated": (_fits_ct, _tell_exchange),
    "wrong_energy_keyed": (_fits_anybody, _tell_keyed),
    "register_written_back": (_fits_anybody, _tell_written_back),
    "meter_stopped": (_fits_anybody, _tell_still),
    "bypassed_supply": (_fits_anybody, _tell_still),
    "register_rollover": (_fits_fast_register, _tell_rollover),
    "meter_exchanged": (_fits_anybody, _tell_exchange),
    "ct_exchanged_file_updated": (_fits_ct, _tell_exchange),
    "vacant_new_flat": (_fits_flat, _tell_vacant),
    "collection_gap": (_fits_anybody, _tell_gap),
    "bill_corrected": (_fits_anybody, _tell_corrected),
    "price_changed": (_fits_price_change, _tell_price_change),
}
