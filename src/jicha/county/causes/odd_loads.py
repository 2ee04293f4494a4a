"""Honest loads and ordinary work at the meter that look like theft or a fault in curves and events."""

from __future__ import annotations

from datetime import date, timedelta

from jicha.county.chance import between
from jicha.county.electric.courses import STEADY, Course, by_day
from jicha.county.electric.effect import Effect, Triple
from jicha.county.electric.events import COVER, MAGNET
from jicha.county.electric.habits import habit
from jicha.county.electric.points import load_of
from jicha.county.electric.story import EffectStory, MeterStory, Report
from jicha.county.place import Kind, Place, fits_any_meter, new_meter
from jicha.county.story import Story
from jicha.county.world import Customer
from jicha.kernel.text import Text

_WORK_BEGINS, _COVER_MINUTES = (8 * 60 + 30, 16 * 60), (1, 12)
_OPEN_FROM, _OPEN_UNTIL = (24, 36), (66, 82)
_NIGHT_FACTOR = (0.02, 0.08)
_UNEVEN = (0.62, 0.9)
_SHARED_NEUTRAL = (1.35, 1.9)
_FIELD_MINUTES = (2, 40)
_PHASE_ORDER = ((0, 1, 2), (1, 2, 0), (2, 0, 1))


def _whole_period(place: Place) -> tuple[date, date]:
    return place.city.first_day, place.city.end


def _told(place: Place, effect: Effect, words: Text) -> Story:
    """Something that is so through the whole period."""
    first, end = _whole_period(place)
    load = load_of(place.city.seed, place.customer)
    course = Course(STEADY, first.toordinal(), end.toordinal(), place.chance)
    return EffectStory(place.plan, (first, end), words, load, effect, course)


def _tell_night(place: Place) -> Story:
    """Open by day alone: at night next to nothing runs."""
    opens, closes = place.chance.randrange(*_OPEN_FROM), place.chance.randrange(*_OPEN_UNTIL)
    low = between(place.chance, *_NIGHT_FACTOR)
    rhythm = tuple(1.0 if acts else low for acts in by_day(opens, closes))
    words = Text(en="open by day alone, next to nothing at night", zh="仅白天营业,夜间负荷极低")
    return _told(place, Effect(rhythm=rhythm), words)


def _tell_uneven(place: Place) -> Story:
    """Most circuits hang on one phase."""
    most = place.size(*_UNEVEN)
    rest = 1 - most
    other = rest * between(place.chance, 0.4, 0.6)
    words = Text(
        en=f"{round(most * 100)} % of the load on one phase", zh=f"{round(most * 100)}% 负荷集中在一相"
    )
    return _told(place, Effect(balance=_spread(place, (most, other, rest - other))), words)


def _tell_single(place: Place) -> Story:
    """A three-phase meter behind which only single-phase equipment of one phase runs."""
    words = Text(en="single-phase load on a three-phase meter", zh="三相表仅接单相负荷")
    return _told(place, Effect(balance=_spread(place, (1.0, 0.0, 0.0))), words)


def _tell_neutral(place: Place) -> Story:
    """An old house in which two flats share a neutral."""
    words = Text(en="neutral shared with a neighbour", zh="与邻户共用零线")
    return _told(place, Effect(neutral=between(place.chance, *_SHARED_NEUTRAL)), words)


def _tell_opened(place: Place) -> Story:
    """At an exchange with all its papers the new meter's cover switch moves while the fitters close the box."""
    day = place.onset(1, 1)
    old = place.customer.installations[-1]
    old.removed_on = day
    place.customer.installations.append(new_meter(place, day, old.multiplier, old.filed_multiplier))
    begins = place.chance.randrange(*_WORK_BEGINS)
    reports = (Report(COVER, day.toordinal(), begins, place.chance.randrange(*_COVER_MINUTES)),)
    words = Text(en=f"meter exchanged by the utility's fitters on {day}", zh=f"{day} 供电公司换表作业开盖")
    return MeterStory(place.plan, day, day + timedelta(days=1), words, reports=reports)


def _tell_field(place: Place) -> Story:
    """Motors or welding sets beside the box: the meter speaks of a magnetic field and counts rightly."""
    first, end = _whole_period(place)
    reports = []
    for day in range(first.toordinal(), end.toordinal()):
        if place.chance.random() < habit("field_nearby"):
            minutes = place.chance.randrange(*_FIELD_MINUTES)
            reports.append(Report(MAGNET, day, place.chance.randrange(*_WORK_BEGINS), minutes))
    words = Text(en="motors beside the metering box, counted rightly", zh="计量箱旁有大功率电机,计量正确")
    return MeterStory(place.plan, first, end, words, reports=tuple(reports))


def _spread(place: Place, shares: Triple) -> Triple:
    order = _PHASE_ORDER[place.chance.randrange(len(_PHASE_ORDER))]
    return (shares[order[0]], shares[order[1]], shares[order[2]])


def _open_by_day(customer: Customer, variant: int) -> bool:
    return fits_any_meter(customer, variant) and customer.trade.code in (
        "workshop",
        "office",
        "restaurant",
        "school",
    )


def _three_phase_direct(customer: Customer, variant: int) -> bool:
    return (
        fits_any_meter(customer, variant)
        and customer.phase == "ABC"
        and customer.trade.metering_mode != "高供高计"
    )


def _shop(customer: Customer, variant: int) -> bool:
    return _three_phase_direct(customer, variant) and customer.trade.code in (
        "shop",
        "restaurant",
        "workshop",
    )


def _small_three_phase(customer: Customer, variant: int) -> bool:
    return _three_phase_direct(customer, variant) and customer.trade.code in (
        "shop",
        "farm",
        "estate_services",
    )


def _dwelling(customer: Customer, variant: int) -> bool:
    return fits_any_meter(customer, variant) and customer.phase != "ABC" and customer.trade.is_dwelling


def _with_motors(customer: Customer, variant: int) -> bool:
    return fits_any_meter(customer, variant) and customer.trade.code in (
        "workshop",
        "farm",
        "shop",
        "building_site",
    )


KINDS = {
    "low_load_at_night": Kind(_open_by_day, _tell_night),
    "uneven_three_phase_load": Kind(_shop, _tell_uneven),
    "single_phase_on_three_phase_meter": Kind(_small_three_phase, _tell_single),
    "neutral_shared": Kind(_dwelling, _tell_neutral),
    "cover_opened_by_utility": Kind(fits_any_meter, _tell_opened),
    "motors_beside_meter": Kind(_with_motors, _tell_field),
}
