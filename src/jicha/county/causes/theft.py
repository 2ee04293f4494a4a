"""Theft in its physical kinds: what somebody does to the leads, the transformers or the inside of a meter.

The size of each is the share of the used energy that is not counted while the deed acts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jicha.county.electric.courses import GROWING, INTERMITTENT, NIGHTLY, STEADY, Course
from jicha.county.electric.deeds import current_left, ratio_swapped, turned, voltages_left
from jicha.county.electric.effect import Effect, Load
from jicha.county.electric.events import COVER, MAGNET, TERMINAL_COVER
from jicha.county.electric.habits import habit
from jicha.county.electric.points import load_of
from jicha.county.electric.story import EffectStory, Report
from jicha.county.electric.strength import losing, lost_share
from jicha.county.founding import supply
from jicha.county.place import Kind, Place, fits_any_meter, other_primaries
from jicha.county.story import Story
from jicha.county.world import Customer
from jicha.kernel.text import Text

#: Penal money for theft, as a multiple of what was not paid: the ceiling of the supply rules of 2024.
BREACH_MULTIPLE = Decimal(3)
#: Whole months before and after the month of the onset.
_MONTHS_BEFORE, _MONTHS_AFTER = 2, 1
_RECENT = 3
_TURNS = (60, 90, 120)
_SELDOM_THIEVES = frozenset(
    {"signal", "cabinet", "office", "school", "hospital", "standby_flat", "holiday_home"}
)
_WORTH_A_SWITCH_KWH = 15.0
_OPENING_MINUTES, _VISIT = (4, 45), (18 * 60, 23 * 60 + 50)
_MAGNET_MINUTES, _MAGNET_AFTER = (60, 600), 150


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed in a thief's hands: the words for it, its bounds of size, the shapes it takes when no plan wishes one, and
    what it does to the load (size, load, place → effect). `opens`: covers that it opens, by their events."""

    words: Text
    sizes: tuple[float, float]
    shapes: tuple[str, ...]
    acts: Callable[[float, Load, Place], Effect]
    opens: tuple[str, ...] = ()


def _undervoltage(size: float, load: Load, place: Place) -> Effect:
    return losing(load, size, lambda places: voltages_left(places, 0.0), place.chance)


def _shunted(size: float, load: Load, place: Place) -> Effect:
    return losing(load, size, lambda places: current_left(places, 0.0), place.chance)


def _turned(size: float, load: Load, place: Place) -> Effect:
    degrees = place.chance.choice(_TURNS)
    return losing(load, size, lambda places: turned(places, degrees), place.chance)


def _around(size: float, _load: Load, _place: Place) -> Effect:
    return Effect(around=size)


def _slowed(size: float, _load: Load, _place: Place) -> Effect:
    return Effect(speed=1 - size)


def _borrowed(size: float, load: Load, _place: Place) -> Effect:
    """The live wire and the neutral stand exchanged, and a part of the current comes back through the earth."""
    return current_left(load.elements, 1 - size)


def _larger_transformers(size: float, _load: Load, place: Place) -> Effect:
    """Of the transformers that are made; by the size that was wished, or the next larger ones."""
    if place.wish.size is not None:
        return ratio_swapped(1 - size)
    present = int(place.customer.installations[-1].ct_ratio.partition("/")[0])
    return ratio_swapped(present / place.chance.choice(other_primaries(place.customer, 0)))


DEEDS = {
    "undervoltage_lead_loosened": Deed(
        Text(en="voltage leads loosened at the terminals", zh="松动电压连片(欠压)"),
        (0.1, 0.6),
        (STEADY, GROWING, INTERMITTENT, NIGHTLY),
        _undervoltage,
        (TERMINAL_COVER,),
    ),
    "current_shunted": Deed(
        Text(en="currents shunted past the elements", zh="短接电流回路(分流)"),
        (0.15, 0.75),
        (STEADY, INTERMITTENT, NIGHTLY),
        _shunted,
        (TERMINAL_COVER,),
    ),
    "phase_shifted": Deed(
        Text(en="currents turned against their voltages", zh="改变电压电流相位(移相)"),
        (0.2, 0.7),
        (STEADY, INTERMITTENT),
        _turned,
        (TERMINAL_COVER,),
    ),
    "intermittent_remote_bypass": Deed(
        Text(en="supply led around the meter by remote control", zh="遥控装置间歇绕越计量"),
        (0.4, 0.95),
        (NIGHTLY, INTERMITTENT),
        _around,
    ),
    "ct_swapped_by_customer": Deed(
        Text(
            en="current transformers exchanged for larger ones, nameplates kept",
            zh="私换大变比互感器、铭牌不变",
        ),
        (0.2, 0.5),
        (STEADY,),
        _larger_transformers,
    ),
    "meter_opened_and_slowed": Deed(
        Text(en="meter opened and made to count less", zh="开盖改装电能表少计"),
        (0.2, 0.7),
        (STEADY,),
        _slowed,
        (COVER,),
    ),
    "neutral_borrowed": Deed(
        Text(
            en="live wire and neutral exchanged, current returned through the earth",
            zh="火零反接、借零(一火一地)用电",
        ),
        (0.3, 0.9),
        (STEADY, NIGHTLY),
        _borrowed,
    ),
    "magnet_at_meter": Deed(
        Text(en="strong magnet set against the meter", zh="强磁干扰电能表少计"),
        (0.15, 0.5),
        (INTERMITTENT, NIGHTLY),
        _slowed,
        (MAGNET,),
    ),
}


def _onset(place: Place) -> date:
    """Any time; every third one, when no plan wishes otherwise, in the last months of the period."""
    before = _MONTHS_BEFORE
    if place.wish.onset is None and place.turn % _RECENT == 1:
        before = max(before, len(place.city.months) - _RECENT)
    return place.onset(before, _MONTHS_AFTER)


def _tell(place: Place) -> Story:
    deed = DEEDS[place.plan.kind]
    onset = _onset(place)
    end = place.end(onset)
    shape = place.wish.shape or deed.shapes[place.turn % len(deed.shapes)]
    load = load_of(place.city.seed, place.customer)
    size = place.size(*deed.sizes)
    effect = deed.acts(size, load, place)
    course = Course(shape, onset.toordinal(), end.toordinal(), place.chance)
    size = lost_share(effect, load)
    percent = round(size * 100)
    note = Text(
        en=f"{deed.words.en} from {onset}, {percent} % not counted, {shape}",
        zh=f"自 {onset} 起{deed.words.zh},少计约 {percent}%({_SHAPES_ZH[shape]})",
    )
    return EffectStory(
        place.plan,
        (onset, end),
        note,
        load,
        effect,
        course,
        size=size,
        breach_multiple=BREACH_MULTIPLE,
        reports=tuple(_reports(deed, course, onset, place)),
    )


_SHAPES_ZH = {STEADY: "持续", GROWING: "逐渐加重", INTERMITTENT: "时有时无", NIGHTLY: "夜间"}


def _reports(deed: Deed, course: Course, onset: date, place: Place) -> list[Report]:
    """The covers that the deed opens, in the evening before it; a magnet is noticed nearly every time."""
    chance, reports = place.chance, []
    for event in deed.opens:
        if event != MAGNET:
            low, high = _OPENING_MINUTES
            reports.append(
                Report(event, onset.toordinal() - 1, chance.randrange(*_VISIT), chance.randrange(low, high))
            )
            continue
        for day in range(course.onset, course.end):
            if course.strength(day) > 0 and chance.random() < habit("magnet_reported"):
                start = chance.randrange(*_VISIT)
                if course.quarters:
                    start = course.dusk_minute + chance.randrange(_MAGNET_AFTER)
                reports.append(Report(event, day, start, chance.randrange(*_MAGNET_MINUTES)))
    return reports


def _steals(customer: Customer, variant: int) -> bool:
    return fits_any_meter(customer, variant) and customer.trade.code not in _SELDOM_THIEVES


def _behind_transformers(customer: Customer, variant: int) -> bool:
    return _steals(customer, variant) and customer.trade.is_metered_by_transformers


def _any_wires(customer: Customer, variant: int) -> bool:
    """On one wire or behind transformers, by turns."""
    return _steals(customer, variant) and customer.trade.is_metered_by_transformers == (variant == 0)


def _large_low_voltage(customer: Customer, variant: int) -> bool:
    primaries = supply.primaries(customer.trade)
    return _behind_transformers(customer, variant) and bool(primaries) and bool(other_primaries(customer, 0))


def _worth_a_switch(customer: Customer, variant: int) -> bool:
    return _steals(customer, variant) and customer.daily_kwh >= _WORTH_A_SWITCH_KWH


def _on_one_phase(customer: Customer, variant: int) -> bool:
    return _steals(customer, variant) and customer.phase != "ABC"


def _metered_directly(customer: Customer, variant: int) -> bool:
    return _steals(customer, variant) and not customer.trade.is_metered_by_transformers


KINDS = {
    "undervoltage_lead_loosened": Kind(_behind_transformers, _tell),
    "current_shunted": Kind(_any_wires, _tell),
    "phase_shifted": Kind(_behind_transformers, _tell),
    "intermittent_remote_bypass": Kind(_worth_a_switch, _tell),
    "ct_swapped_by_customer": Kind(_large_low_voltage, _tell),
    "meter_opened_and_slowed": Kind(_metered_directly, _tell),
    "neutral_borrowed": Kind(_on_one_phase, _tell),
    "magnet_at_meter": Kind(_metered_directly, _tell),
}
